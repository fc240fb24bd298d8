// Damped Newton for kernel logistic regression, g(A) = softmax(z) − Y + λA = 0 at z = f₀ + ΘA. With W = BBᵀ the Hessian
// of C, a step is s = −(λI + WΘ)⁻¹g = −(1/λ)[g − Bx], (λI + BᵀΘB)x = BᵀΘg (Woodbury).
import { NotConverged } from "./errors.js";
import { kernelProduct, kernelProductSliced } from "./kernel_product.js";
import { stepLength } from "./line_search.js";
import { choleskySliced, inner, largest, solveLower, solveUpper } from "./linear_algebra.js";
import { crossEntropy, softmax } from "./losses.js";
import { stepByClass } from "./newton_by_class.js";
import { stepByGradients } from "./newton_by_gradients.js";
import { plain, scientific } from "./words.js";

/** @typedef {{ Theta: Float64Array, Y: Float64Array, f0: Float64Array, lam: number, K: number, shared: boolean }} System */
/** times: V ↦ ΘV. residual: C′(z), into its second. step: of Newton, from z and g. sensitivity: how much C′ moves at most
 * when z is off by one relative unit.
 * @typedef {{ f0: Float64Array, lam: number, times: (V: Float64Array) => Generator<void, Float64Array, void>,
 *   residual: (z: Float64Array, out: Float64Array) => void, sensitivity: (z: Float64Array) => number,
 *   step: (z: Float64Array, g: Float64Array) => Generator<void, Float64Array, void> }} Objective */

const ROUNDING = 1e4 * 2 ** -52; // of one logit, with some cancellation in ΘA allowed for

/** Softmax and cross-entropy. @param {System} system @returns {Objective} */
export function ofClasses(system) {
  const { Theta, Y, f0, lam, K, shared } = system;
  return {
    f0,
    lam,
    times: (V) => kernelProductSliced(Theta, V, K, shared),
    residual: (z, out) => crossEntropy.residual(z, Y, K, out),
    sensitivity: (z) =>
      softmax(z, K).reduce((most, p, i) => Math.max(most, p * (1 - p) * (1 + Math.abs(z[i]))), 0),
    step: (z, g) => newtonStep(system, z, g),
  };
}

/** The zero of g = C′(f₀ + ΘA) + λA, stopped as in Python; there A = −C′/λ (eq-representer).
 * @param {Objective} objective @param {Float64Array} start @param {number} tolerance @param {number} maxNewton */
export function* dampedNewton({ f0, lam, times, residual, sensitivity, step }, start, tolerance, maxNewton) {
  const A = Float64Array.from(start);
  const [g, there] = [new Float64Array(A.length), new Float64Array(A.length)];
  let previous = Infinity;
  for (let steps = 0; ; steps++) {
    const z = yield* times(A);
    for (let i = 0; i < z.length; i++) z[i] += f0[i];
    residual(z, g);
    for (let i = 0; i < g.length; i++) g[i] += lam * A[i];
    const [rest, size] = [largest(g), largest(A)];
    const exact = rest <= tolerance * Math.min(1, lam * size);
    // With interior targets and small λ, λA drowns in the rounding of softmax − Y: stop where progress stops.
    const stalled = rest <= tolerance && rest > 0.5 * previous;
    if (exact || (stalled && rest <= ROUNDING * sensitivity(z)))
      return { coefficients: A, logits: z, residual: rest, iterations: steps };
    if (!Number.isFinite(rest) || steps >= maxNewton)
      throw notConverged(rest, lam * size, steps, tolerance, lam);
    const moves = yield* step(z, g);
    const moved = yield* times(moves);
    const tau = stepLength(
      (at) => {
        for (let i = 0; i < z.length; i++) there[i] = z[i] + at * moved[i];
        residual(there, there);
        let slope = 0;
        for (let i = 0; i < z.length; i++) slope += moved[i] * (there[i] + lam * (A[i] + at * moves[i]));
        return slope;
      },
      inner(moved, g),
    );
    for (let i = 0; i < A.length; i++) A[i] += tau * moves[i];
    previous = rest;
    yield;
  }
}

const MANY = 100; // points from which conjugate gradients cost less than factors

/** By classes, or by conjugate gradients, where that costs less. @param {System} system @param {Float64Array} z @param {Float64Array} g
 * @returns {Generator<void, Float64Array, void>} */
function* newtonStep(system, z, g) {
  if (system.shared && z.length / system.K >= MANY) return yield* stepByGradients(system, z, g);
  return yield* system.shared && system.K > 3 ? stepByClass(system, z, g) : directStep(system, z, g);
}

/** s = −(1/λ)[g − Bx]. @param {System} system @param {Float64Array} z @param {Float64Array} g
 * @returns {Generator<void, Float64Array, void>} */
function* directStep(system, z, g) {
  const { K, lam } = system;
  const size = z.length;
  const B = hessianRoot(z, K);
  const M = inBasis(system, B);
  for (let i = 0; i < size; i++) M[i * size + i] += lam;
  if (!(yield* choleskySliced(M, size))) return new Float64Array(size).fill(Number.NaN);
  const x = byRoots(B, kernelProduct(system.Theta, g, K, system.shared), K, true);
  solveLower(M, size, x);
  solveUpper(M, size, x);
  return byRoots(B, x, K, false).map((value, i) => (value - g[i]) / lam);
}

/** B_i with B_iB_iᵀ = W_i = diag(p) − ppᵀ, K × K each: B = diag(√p)(I − √p√pᵀ), because I − √p√pᵀ is a projection. Its
 * diagonal 1 − p_k is added up from the other classes: no cancellation where p_k rounds to 1.
 * @param {Float64Array} z @param {number} K */
export function hessianRoot(z, K) {
  const p = softmax(z, K);
  const B = new Float64Array(z.length * K);
  for (let at = 0; at < z.length; at++) {
    const start = at - (at % K);
    let rest = 0;
    for (let l = 0; l < K; l++) {
      if (start + l === at) continue;
      rest += p[start + l];
      B[at * K + l] = -p[at] * Math.sqrt(p[start + l]);
    }
    B[at * K + (at % K)] = Math.sqrt(p[at]) * rest;
  }
  return B;
}

/** BᵀΘB, NK × NK. @param {{ Theta: Float64Array, K: number, shared: boolean }} kernel @param {Float64Array} B */
export function inBasis({ Theta, K, shared }, B) {
  const size = B.length / K;
  const N = size / K;
  const M = new Float64Array(size * size);
  const block = new Float64Array(K * K);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j <= i; j++) {
      for (let k = 0; k < K; k++) {
        for (let b = 0; b < K; b++) {
          let sum = 0; // (ΘB)_ik,jb
          if (shared) sum = Theta[i * N + j] * B[(j * K + k) * K + b];
          else
            for (let l = 0; l < K; l++) sum += Theta[(i * K + k) * size + j * K + l] * B[(j * K + l) * K + b];
          block[k * K + b] = sum;
        }
      }
      for (let a = 0; a < K; a++) {
        for (let b = 0; b < K; b++) {
          let sum = 0;
          for (let k = 0; k < K; k++) sum += B[(i * K + k) * K + a] * block[k * K + b];
          M[(i * K + a) * size + j * K + b] = sum;
          M[(j * K + b) * size + i * K + a] = sum;
        }
      }
    }
  }
  return M;
}

/** B_iv_i of each point, or B_iᵀv_i. @param {Float64Array} B @param {Float64Array} v @param {number} K
 * @param {boolean} transposed */
function byRoots(B, v, K, transposed) {
  const out = new Float64Array(v.length);
  for (let i = 0; i < v.length; i++) {
    for (let l = 0; l < K; l++) {
      const j = i - (i % K) + l;
      if (transposed) out[j] += B[i * K + l] * v[i];
      else out[i] += B[i * K + l] * v[j];
    }
  }
  return out;
}

/** @param {number} residual @param {number} scale max |λA| @param {number} steps @param {number} tolerance
 * @param {number} lam */
function notConverged(residual, scale, steps, tolerance, lam) {
  const missed =
    residual <= tolerance
      ? `${scientific(residual / scale, 2)} of max |λA| = ${scientific(scale, 2)}`
      : scientific(residual, 2);
  return new NotConverged(
    `kernel logistic regression reached residual ${missed} after ${steps} Newton steps; the tolerance is ` +
      `${plain(tolerance)} (λ = ${plain(lam)}). Check that Θ is positive semidefinite, or take a larger λ.`,
  );
}
