// The activations of ntkbook's networks with their slopes, on whole arrays. erf comes from a table: at the nearest of
// its nodes, 1/64 apart, the value and the first three derivatives give erf to 10⁻⁹ and its slope to 10⁻⁸.

const NODES = 64; // a unit
const REACH = 6; // 1 − erf(6) < 10⁻¹⁶
const VALUES = Float64Array.from({ length: NODES * REACH + 1 }, (_, i) => erfSeries(i / NODES));
const SLOPES = Float64Array.from({ length: NODES * REACH + 1 }, (_, i) => erfSlope(i / NODES));

/** @param {number} x */
function erfSlope(x) {
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
}

/** erf(x) = erf′(x) Σ_k 2^k x^{2k+1} / (1·3·…·(2k+1)), all terms positive for x > 0.
 * @param {number} x */
function erfSeries(x) {
  let [term, sum] = [x, x];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return erfSlope(x) * sum;
}

/** values ← erf(scale·a), slopes ← erf′(scale·a), for the first `count` entries.
 * @param {Float64Array} a @param {number} count @param {number} scale
 * @param {Float64Array} values @param {Float64Array} slopes */
function erf(a, count, scale, values, slopes) {
  for (let i = 0; i < count; i++) {
    const u = scale * a[i];
    const size = u < 0 ? -u : u;
    if (!(size < REACH)) {
      values[i] = u > 0 ? 1 : u < 0 ? -1 : u; // NaN stays NaN
      slopes[i] = 0;
      continue;
    }
    const node = (size * NODES + 0.5) | 0;
    const x = node / NODES;
    const d = size - x;
    const slope = SLOPES[node];
    const second = -2 * x; // derivatives over erf′
    const third = 4 * x * x - 2;
    const fourth = (12 - 8 * x * x) * x;
    const value = VALUES[node] + slope * d * (1 + d * (second / 2 + d * (third / 6 + (d * fourth) / 24)));
    values[i] = u < 0 ? -value : value;
    slopes[i] = slope * (1 + d * (second + d * (third / 2 + (d * fourth) / 6)));
  }
}

/** @typedef {(a: Float64Array, count: number, values: Float64Array, slopes: Float64Array) => void} Activation */

/** Name → φ and φ′ at once. @type {Record<string, Activation>} */
export const ACTIVATIONS = {
  erf(a, count, values, slopes) {
    erf(a, count, 1, values, slopes);
  },
  relu(a, count, values, slopes) {
    for (let i = 0; i < count; i++) {
      values[i] = a[i] <= 0 ? 0 : a[i]; // NaN stays NaN
      slopes[i] = a[i] > 0 ? 1 : 0;
    }
  },
  /** x·P(normal ≤ x). */
  gelu(a, count, values, slopes) {
    erf(a, count, Math.SQRT1_2, values, slopes);
    for (let i = 0; i < count; i++) {
      const below = (1 + values[i]) / 2;
      slopes[i] = below + a[i] * slopes[i] * (Math.SQRT1_2 / 2);
      values[i] = a[i] * below;
    }
  },
};
