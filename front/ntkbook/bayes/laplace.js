// Laplace's approximation of the softmax GP posterior. It lives on V = L⁻¹Bᵀ, with W = BBᵀ the Hessian of C at the mode,
// q = Θ/λ, LLᵀ = I + BᵀqB: neither q nor W is inverted (W is singular along 1), and VᵀV = W(I + qW)⁻¹.
import { kernelLogisticRegression, predict } from "../explicit.js";
import { choleskySliced, solveLower } from "../linear_algebra.js";
import { hessianRoot, inBasis } from "../newton.js";

const TOGETHER = 64; // points between pauses

/** Mean f̂ and covariance q(x, x)I − q(x, X)W(I + qW)⁻¹q(X, x) of the K logits at each of M points, f̂ the MAP.
 * @param {Float64Array} Theta N × N @param {Float64Array} across Θ(x, X), M × N @param {Float64Array} own Θ(x, x)
 * @param {Float64Array} Y @param {number} K @param {number} lam
 * @returns {Generator<void, { mean: Float64Array, marginals: Float64Array }, void>} */
export function* laplaceMarginals(Theta, across, own, Y, K, lam) {
  const solution = yield* kernelLogisticRegression(Theta, Y, K, { lam });
  const V = yield* responseRoot(Theta, solution.logits, K, lam);
  const [size, N] = [Y.length, Y.length / K];
  const marginals = new Float64Array(own.length * K * K);
  const U = new Float64Array(K); // a row of U = V q(X, x)
  for (let x = 0; x < own.length; x++) {
    const covariance = marginals.subarray(x * K * K, (x + 1) * K * K);
    for (let k = 0; k < K; k++) covariance[k * K + k] = own[x] / lam;
    for (let r = 0; r < size; r++) {
      U.fill(0);
      for (let j = 0; j <= r / K; j++) {
        const q = across[x * N + j] / lam;
        for (let k = 0; k < K; k++) U[k] += q * V[r * size + j * K + k];
      }
      for (let k = 0; k < K; k++) for (let l = 0; l < K; l++) covariance[k * K + l] -= U[k] * U[l];
    }
    if (x % TOGETHER === 0) yield;
  }
  return { mean: predict(solution, across, K), marginals };
}

/** V, NK × NK, lower triangular by blocks. @param {Float64Array} Theta @param {Float64Array} logits at the mode
 * @param {number} K @param {number} lam @returns {Generator<void, Float64Array, void>} */
function* responseRoot(Theta, logits, K, lam) {
  const size = logits.length;
  const B = hessianRoot(logits, K);
  const L = inBasis({ Theta, K, shared: true }, B);
  for (let at = 0; at < L.length; at++) L[at] = L[at] / lam + (at % (size + 1) === 0 ? 1 : 0);
  yield* choleskySliced(L, size);
  const V = new Float64Array(size * size); // Bᵀ, then L⁻¹Bᵀ, row by row
  for (let i = 0; i < size; i++) {
    for (let l = 0; l < K; l++) V[(i - (i % K) + l) * size + i] = B[i * K + l];
  }
  solveLower(L, size, V, size);
  return V;
}

/** The mean over classes of the variance of a centred logit, tr(P Cov)/K, at each point.
 * @param {Float64Array} marginals @param {number} K */
export function centredVariance(marginals, K) {
  return Float64Array.from({ length: marginals.length / (K * K) }, (_, x) => {
    let [trace, sum] = [0, 0];
    for (let at = 0; at < K * K; at++) {
      const value = marginals[x * K * K + at];
      sum += value;
      if (at % (K + 1) === 0) trace += value;
    }
    return (trace - sum / K) / K;
  });
}
