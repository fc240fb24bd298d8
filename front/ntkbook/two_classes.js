// Kernel logistic regression of two classes from f₀ = 0, on points of which there may be copies. The logits are (h, −h)
// and A = (a, −a), so a carries all; w copies of a point, of which v are of the first class, count together:
// g = wσ(2h) − v + λa = 0 at h = Θa.
import { productSliced, transpose } from "./linear_algebra.js";
import { dampedNewton } from "./newton.js";
import { lowRankInverse, pivotedCholesky, stepOf } from "./newton_by_gradients.js";

/** @typedef {{ Theta: Float64Array, copies: Float64Array, firsts: Float64Array, lam: number }} Problem */

const RANK = 60; // of the preconditioner, which costs far less here than where classes share it

/** a and h. @param {Problem} problem @param {number} tolerance @param {number} maxNewton */
export function* twoClasses({ Theta, copies, firsts, lam }, tolerance, maxNewton) {
  const N = copies.length;
  const rank = Math.min(RANK, N);
  const L = pivotedCholesky(Theta, N, rank);
  const times = (/** @type {Float64Array} */ V) => productSliced(Theta, V, N, 1);
  yield;
  const objective = {
    f0: new Float64Array(N),
    lam,
    times,
    residual(/** @type {Float64Array} */ h, /** @type {Float64Array} */ out) {
      // As where a point is of one class for certain: no cancellation where σ saturates.
      for (let i = 0; i < N; i++)
        out[i] = (copies[i] - firsts[i]) * sigmoid(2 * h[i]) - firsts[i] * sigmoid(-2 * h[i]);
    },
    sensitivity: (/** @type {Float64Array} */ h) =>
      curvature(copies, h).reduce((most, W, i) => Math.max(most, W * (1 + Math.abs(h[i]))), 0),
    *step(/** @type {Float64Array} */ h, /** @type {Float64Array} */ g) {
      const root = curvature(copies, h).map(Math.sqrt);
      const scaled = (/** @type {Float64Array} */ V) => V.map((value, i) => value * root[i]);
      const weighted = L.map((value, at) => value * root[Math.floor(at / rank)]);
      yield;
      const M = yield* productSliced(transpose(weighted, rank), weighted, N, rank);
      const inverse = yield* lowRankInverse(L, M, lam, 1, { roots: scaled, transposed: scaled });
      return yield* stepOf({ times, roots: scaled, transposed: scaled, inverse, lam }, g);
    },
  };
  const { coefficients, logits } = yield* dampedNewton(objective, objective.f0, tolerance, maxNewton);
  return { a: coefficients, h: logits };
}

/** @param {number} x */
function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/** W = ∂(wσ(2h))/∂h. @param {Float64Array} copies @param {Float64Array} h */
function curvature(copies, h) {
  return h.map((value, i) => 2 * copies[i] * sigmoid(2 * value) * sigmoid(-2 * value));
}
