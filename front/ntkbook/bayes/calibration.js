// Whether predicted probabilities mean what they say, and how sure of that the data allow one to be. p: M × K
// probabilities, row by row; labels: M classes.

/** Top-label confidence against accuracy, in bins of equal width; NaN where a bin is empty.
 * @typedef {{ counts: Float64Array, confidence: Float64Array, accuracy: Float64Array, low: Float64Array,
 *             high: Float64Array }} Reliability */

/** @param {Float64Array} p @param {ArrayLike<number>} labels @param {number} K
 * @param {{ bins?: number, level?: number }} [options] level: of the intervals @returns {Reliability} */
export function reliability(p, labels, K, { bins = 10, level = 0.95 } = {}) {
  const [counts, sums, right] = Array.from({ length: 3 }, () => new Float64Array(bins));
  for (let i = 0; i < labels.length; i++) {
    const { confidence, said } = top(p, i, K);
    const bin = Math.min(Math.max(Math.ceil(confidence * bins) - 1, 0), bins - 1); // (b/B, (b + 1)/B]
    counts[bin] += 1;
    sums[bin] += confidence;
    if (said === labels[i]) right[bin] += 1;
  }
  const tail = (1 - level) / 2;
  const filled = (/** @type {(bin: number) => number} */ value) =>
    counts.map((count, bin) => (count > 0 ? value(bin) : Number.NaN));
  return {
    counts,
    confidence: filled((bin) => sums[bin] / counts[bin]),
    accuracy: filled((bin) => right[bin] / counts[bin]),
    low: filled((bin) => leastShare(right[bin], counts[bin], tail)),
    high: filled((bin) => 1 - leastShare(counts[bin] - right[bin], counts[bin], tail)),
  };
}

/** The share of points whose most probable class is that of the label.
 * @param {Float64Array} p @param {ArrayLike<number>} labels @param {number} K */
export function accuracy(p, labels, K) {
  return mean(labels, (label, i) => Number(top(p, i, K).said === label));
}

/** The mean surprise at what happened, −log p. @param {Float64Array} p @param {ArrayLike<number>} labels
 * @param {number} K */
export function logScore(p, labels, K) {
  return mean(labels, (label, i) => -Math.log(p[i * K + label]));
}

/** Σ_b (count_b/M)·|accuracy_b − confidence_b|. @param {Reliability} diagram */
export function expectedCalibrationError({ counts, confidence, accuracy }) {
  let [sum, all] = [0, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    all += counts[bin];
    if (counts[bin] > 0) sum += counts[bin] * Math.abs(accuracy[bin] - confidence[bin]);
  }
  return sum / all;
}

/** The first of the most probable classes, and its probability. @param {Float64Array} p @param {number} point
 * @param {number} K */
export function top(p, point, K) {
  let said = 0;
  for (let k = 1; k < K; k++) if (p[point * K + k] > p[point * K + said]) said = k;
  return { said, confidence: p[point * K + said] };
}

/** The lower end of Clopper & Pearson's interval: the share at which so many successes or more have the probability
 * `tail`. @param {number} successes @param {number} count @param {number} tail */
function leastShare(successes, count, tail) {
  if (successes === 0) return 0;
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (atLeast(successes, count, middle) < tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(so many successes or more), the tail of the binomial law. @param {number} successes @param {number} count
 * @param {number} share between 0 and 1 */
function atLeast(successes, count, share) {
  const odds = Math.log(share) - Math.log1p(-share);
  let log = count * Math.log1p(-share); // of the probability of j successes
  let sum = 0;
  for (let j = 0; j <= count; j++) {
    if (j >= successes) sum += Math.exp(log);
    log += Math.log((count - j) / (j + 1)) + odds;
  }
  return sum;
}

/** @param {ArrayLike<number>} labels @param {(label: number, i: number) => number} value */
function mean(labels, value) {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += value(labels[i], i);
  return sum / labels.length;
}
