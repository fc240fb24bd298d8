// The minimum of cross-entropy on f₀ + range(Θ₀), where nothing separates: dense Newton steps.
import { NotConverged } from "./errors.js";
import { stepLength } from "./line_search.js";
import { factorize, inner, product, solveFactorized } from "./linear_algebra.js";
import { crossEntropy } from "./losses.js";
import { general } from "./words.js";

const SLOPE_TOLERANCE = 1e-10;
const STEP_TOLERANCE = 1e-9; // relative; where C is too flat for it, steps go on while they halve the slope
const LEAST_AIM = 1e-2; // the probability that a zero among the targets aims at, to start from

/** e and ‖Uᵀ∇C‖ at the minimum of C(f₀ + Ue), where C is strictly convex. @param {Float64Array} basis U, NK × rank
 * @param {number} rank @param {Float64Array} f0 @param {Float64Array} Y @param {number} K @param {number} maxNewton */
export function minimizer(basis, rank, f0, Y, K, maxNewton) {
  // Training cannot move the logits but by shifts: it ends where it starts.
  if (rank === 0) return { e: new Float64Array(), residual: 0 };
  const residuals = new Float64Array(Y.length);
  const logits = (/** @type {Float64Array} */ e) => product(basis, e, rank, 1).map((v, i) => f0[i] + v);
  const gradient = (/** @type {Float64Array} */ e) =>
    product(crossEntropy.residual(logits(e), Y, K, residuals), basis, Y.length, rank);
  // At a target's own logits where they can be reached.
  const aim = Y.map((y, i) => Math.log(y > 0 ? y : LEAST_AIM) - f0[i]);
  let e = product(aim, basis, Y.length, rank);
  let g = gradient(e);
  let step = newtonStep(basis, rank, logits(e), g, K);
  let before = Infinity;
  const done = () =>
    norm(g) <= SLOPE_TOLERANCE && (norm(step) <= STEP_TOLERANCE * (1 + norm(e)) || !(norm(g) <= before / 2));
  for (let steps = 0; !done() && steps < maxNewton; steps++) {
    const along = (/** @type {number} */ tau) => e.map((value, i) => value + tau * step[i]);
    e = along(stepLength((tau) => inner(gradient(along(tau)), step), inner(g, step)));
    before = norm(g);
    g = gradient(e);
    step = newtonStep(basis, rank, logits(e), g, K);
  }
  if (!(norm(g) <= SLOPE_TOLERANCE))
    throw new NotConverged(
      `Newton's method left a slope of ${general(norm(g), 3)} after ${maxNewton} steps; the tolerance is ` +
        `${general(SLOPE_TOLERANCE, 2)}. No direction separates, yet the minimum is far: raise \`max_newton\`, or raise ` +
        "`rank_tolerance`, so that directions the kernel hardly sees are left out.",
    );
  return { e, residual: norm(g) };
}

/** −(Uᵀ∇²C U)⁻¹g. @param {Float64Array} basis @param {number} rank @param {Float64Array} z @param {Float64Array} g
 * @param {number} K */
function newtonStep(basis, rank, z, g, K) {
  const H = crossEntropy.hessian(z, z, K, new Float64Array(z.length * K));
  const matrix = new Float64Array(rank * rank);
  for (let at = 0; at < z.length * K; at++) {
    const i = Math.floor(at / K);
    const j = i - (i % K) + (at % K);
    for (let a = 0; a < rank; a++) {
      const left = H[at] * basis[i * rank + a];
      for (let b = 0; b < rank; b++) matrix[a * rank + b] += left * basis[j * rank + b];
    }
  }
  const pivots = new Int32Array(rank);
  const step = g.map((slope) => -slope);
  factorize(matrix, rank, pivots);
  solveFactorized(matrix, rank, pivots, step);
  return step;
}

/** @param {Float64Array} x */
function norm(x) {
  return Math.sqrt(inner(x, x));
}
