// Outputs of random networks at two inputs, drawn layer by layer, as the proof of the NNGP theorem goes: given the
// layers below, the n units of a layer are independent Gaussians whose covariance is the empirical kernel of the layer
// below. So one draws n pairs a layer, and no n × n weights.
import { erf } from "../../erf.js";
import { foldIn, key, normal, normalSingle, split } from "../../random.js";

/** Of two inputs: 𝒦(x, x), 𝒦(x, x′), 𝒦(x′, x′). @typedef {[number, number, number]} Kernel */
/** @typedef {{ n: number, hiddenLayers: number, activation: string, sigmaW: number, sigmaB: number }} Architecture */

const UNITS = 30_000; // drawn between pauses, a few milliseconds
const OF_A_NETWORK = 50; // units' worth of work beside its units

/** f at both inputs, network after network: 𝒦¹ = `first`, a_j ~ N(0, 𝒦^l) for j ≤ n, 𝒦^{l+1} = (σ_w²/n) Σ_j φ(a_j)φ(a_j)ᵀ +
 * σ_b², f ~ N(0, 𝒦^{L+1}). Pauses now and then, with the outputs so far.
 * @param {Architecture} architecture @param {Kernel} first @param {number} seed @param {number} draws
 * @returns {Generator<Float64Array, Float64Array, void>} */
export function* layeredOutputs(architecture, first, seed, draws) {
  const { n, hiddenLayers } = architecture;
  const outputs = new Float64Array(2 * draws);
  const layer = layerOf(architecture);
  let units = 0;
  for (const [i, own] of split(key(seed), draws).entries()) {
    let kernel = first;
    for (let level = 0; level < hiddenLayers; level++) kernel = layer(kernel, foldIn(own, level));
    const [a, b, c] = root(kernel);
    const [s, t] = normal(foldIn(own, hiddenLayers), 2);
    outputs[2 * i] = a * s;
    outputs[2 * i + 1] = b * s + c * t;
    units += n * hiddenLayers + OF_A_NETWORK;
    if (units < UNITS) continue;
    units = 0;
    yield outputs.subarray(0, 2 * (i + 1));
  }
  return outputs;
}

/** What a layer of n units makes of the kernel below it.
 * @param {Architecture} architecture @returns {(kernel: Kernel, key: import("../../random.js").Key) => Kernel} */
function layerOf({ n, activation, sigmaW, sigmaB }) {
  const [h, slopes] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  return (kernel, own) => {
    const [a, b, c] = root(kernel);
    normalSingle(own, 2 * n, h);
    for (let j = 0; j < 2 * n; j += 2) {
      h[j + 1] = b * h[j] + c * h[j + 1];
      h[j] *= a;
    }
    if (activation === "erf") erf(h, 2 * n, h, slopes);
    else for (let j = 0; j < 2 * n; j++) if (h[j] < 0) h[j] = 0;
    let [first, between, second] = [0, 0, 0];
    for (let j = 0; j < 2 * n; j += 2) {
      first += h[j] * h[j];
      between += h[j] * h[j + 1];
      second += h[j + 1] * h[j + 1];
    }
    const scale = sigmaW ** 2 / n;
    return [scale * first + sigmaB ** 2, scale * between + sigmaB ** 2, scale * second + sigmaB ** 2];
  };
}

/** A = [a, 0; b, c] with AAᵀ = the kernel, which is singular where n = 1: hence a jitter of relative size 10⁻¹².
 * @param {Kernel} kernel @returns {[number, number, number]} */
function root([first, between, second]) {
  const jitter = (1e-12 * (first + second)) / 2;
  const a = Math.sqrt(first + jitter);
  const b = between / a;
  return [a, b, Math.sqrt(second + jitter - b * b)];
}
