// From laws of logits to predictive probabilities and what they say about doubt.
import { softmax } from "../losses.js";
import { normal, split } from "../random.js";
import { psdRoot } from "../spectrum.js";

const NUMBERS = 20_000; // of logits between pauses, a few milliseconds

/** E softmax f(x) over S draws, P × K. @param {Float64Array} logits S × P × K @param {number} draws S
 * @param {number} K @returns {Generator<void, Float64Array, void>} */
export function* sampleProbabilities(logits, draws, K) {
  const size = logits.length / draws;
  const mean = new Float64Array(size);
  const together = Math.max(1, Math.floor(NUMBERS / size));
  for (let first = 0; first < draws; first += together) {
    const p = softmax(logits.subarray(first * size, (first + together) * size), K);
    for (let at = 0; at < p.length; at++) mean[at % size] += p[at];
    yield;
  }
  return mean.map((total) => total / draws);
}

/** E softmax f(x) under Gaussian marginals, P × K, from antithetic pairs of draws that all points share.
 * @param {import("../random.js").Key} key @param {Float64Array} mean P × K @param {Float64Array} marginals P × K × K
 * @param {number} K @param {number} [draws] @returns {Generator<void, Float64Array, void>} */
export function* gaussianProbabilities(key, mean, marginals, K, draws = 10_000) {
  const [size, pairs] = [mean.length, Math.ceil(draws / 2)];
  const roots = new Float64Array(marginals.length);
  for (let at = 0; at < roots.length; at += K * K)
    roots.set(psdRoot(marginals.subarray(at, at + K * K), K), at);
  yield;
  const total = new Float64Array(size);
  const [above, below, p] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const together = Math.max(1, Math.floor(NUMBERS / 2 / size));
  for (const [number, own] of split(key, pairs).entries()) {
    const drawn = normal(own, K);
    for (let at = 0; at < size; at++) {
      let shift = 0;
      for (let l = 0; l < K; l++) shift += roots[at * K + l] * drawn[l];
      above[at] = mean[at] + shift;
      below[at] = mean[at] - shift;
    }
    softmax(above, K, p);
    for (let at = 0; at < size; at++) total[at] += p[at];
    softmax(below, K, p);
    for (let at = 0; at < size; at++) total[at] += p[at];
    if (number % together === 0) yield;
  }
  return total.map((sum) => sum / (2 * pairs));
}

/** The whole doubt of each prediction, in nats, at most log K. @param {Float64Array} p P × K @param {number} K */
export function entropy(p, K) {
  const H = new Float64Array(p.length / K);
  for (let at = 0; at < p.length; at++) {
    if (p[at] > 0) H[Math.floor(at / K)] -= p[at] * Math.log(p[at]);
  }
  return H;
}
