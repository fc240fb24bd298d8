// A generalization bound for the lazy classifier: computable, data-dependent, every constant stated. It is loose.
import { product } from "./linear_algebra.js";

// Both grids are fixed before any data are seen. A finer one costs a logarithm of its size, a coarser one a factor.
const NORM_STEP = 2 ** 0.25;
export const MARGINS = Float64Array.of(0.25, 0.5, 1, 2, 4, 8, 16);

/** norm: B. margin: the h of the least total. ramp, complexity: for every h; total: ramp + complexity +
 * confidence at the best. @typedef {{ norm: number, margin: number, ramp: Float64Array, complexity: Float64Array,
 * confidence: number, empirical: number, total: number }} Bound */

/** z_y − max_{j≠y} z_j of every point. @param {Float64Array} z @param {ArrayLike<number>} labels @param {number} K */
export function logitMargins(z, labels, K) {
  return Float64Array.from(labels, (label, i) => {
    let other = -Infinity;
    for (let k = 0; k < K; k++) if (k !== label) other = Math.max(other, z[i * K + k]);
    return z[i * K + label] - other;
  });
}

/** B = √⟨A, ΘA⟩. @param {Float64Array} Theta N × N @param {Float64Array} A @param {number} K */
function rkhsNorm(Theta, A, K) {
  const image = product(Theta, A, A.length / K, K);
  return Math.sqrt(
    Math.max(
      A.reduce((sum, a, i) => sum + a * image[i], 0),
      0,
    ),
  );
}

/** P(wrong) ≤ (1/N) Σ ramp_h + 2√2 B_j√τ/(h√N) + √(log(1/δ_j)/(2N)), with probability ≥ 1 − δ, for two classes.
 * @param {Float64Array} Theta N × N, for Θ ⊗ I_2 @param {Float64Array} A @param {Float64Array} logits
 * @param {ArrayLike<number>} labels @param {number} traceBound τ ≥ Θ(x, x) of every x
 * @param {Float64Array} hs ℋ, fixed beforehand @param {number} [delta] @returns {Bound} */
export function generalizationBound(Theta, A, logits, labels, traceBound, hs = MARGINS, delta = 0.05) {
  const N = labels.length;
  const norm = rkhsNorm(Theta, A, 2);
  const j = norm > 0 ? Math.max(0, Math.ceil(Math.log(norm) / Math.log(NORM_STEP))) : 0;
  const confidence = Math.sqrt(Math.log(((j + 1) * (j + 2) * hs.length) / delta) / (2 * N));
  const ball = NORM_STEP ** j * Math.sqrt(traceBound / N);
  const margins = logitMargins(logits, labels, 2);
  const ramp = hs.map((h) => margins.reduce((sum, m) => sum + Math.min(Math.max(1 - m / h, 0), 1), 0) / N);
  const complexity = hs.map((h) => (Math.SQRT2 / h) * 2 * ball);
  let best = 0;
  for (let h = 1; h < hs.length; h++) if (ramp[h] + complexity[h] < ramp[best] + complexity[best]) best = h;
  const total = ramp[best] + complexity[best] + confidence; // eq-error-bound
  return { norm, margin: hs[best], ramp, complexity, confidence, empirical: ramp[best], total };
}
