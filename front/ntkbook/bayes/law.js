// The exact law of the trained predictor when targets are non-degenerate and nothing regularizes (Theorem G): P f_∞ over
// f₀ ~ GP(0, q ⊗ I_K) is Gaussian, of mean A_x ζ and covariance Γ_q ⊗ P, with A_x = Θ(x, X)Θ⁻¹ and ζ_i = P log y_i.
import { kernelRidgeRegression, logTargetRegression, predict } from "../explicit.js";
import { identity, product } from "../linear_algebra.js";

/** A_x ζ at M points, M × K (eq-law). @param {Float64Array} Theta N × N @param {Float64Array} across Θ(x, X)
 * @param {Float64Array} Y every y_k > 0 @param {number} K */
export function trainedMean(Theta, across, Y, K) {
  return predict(logTargetRegression(Theta, Y, K), across, K);
}

/** A_x, M × N. @param {Float64Array} Theta N × N @param {Float64Array} across Θ(x, X) */
export function trainedWeights(Theta, across) {
  const N = Math.sqrt(Theta.length);
  return predict(kernelRidgeRegression(Theta, identity(N), N), across, N);
}

/** Γ_q(x, x) = q(x, x) − 2A_x q(X, x) + A_x q(X, X)A_xᵀ (eq-spread). @param {Float64Array} A
 * @param {{ train: Float64Array, across: Float64Array, own: Float64Array }} q among X, between x and X, q(x, x) */
export function trainedSpread(A, { train, across, own }) {
  const N = A.length / own.length;
  const through = product(A, train, N, N);
  return own.map((before, x) => {
    let spread = before;
    for (let at = x * N; at < (x + 1) * N; at++) spread += A[at] * (through[at] - 2 * across[at]);
    return spread;
  });
}

/** Γ_q(x, x′) = q(x, x′) − A_x q(X, x′) − q(x, X)A_x′ᵀ + A_x q(X, X)A_x′ᵀ, M × M (eq-spread). @param {Float64Array} A
 * @param {{ train: Float64Array, across: Float64Array, among: Float64Array }} q among X, between x and X, among x */
export function trainedCovariance(A, { train, across, among }) {
  const points = Math.sqrt(among.length);
  const N = A.length / points;
  const through = product(A, train, N, N);
  return among.map((before, at) => {
    const [x, y] = [Math.floor(at / points) * N, (at % points) * N];
    let covariance = before;
    for (let i = 0; i < N; i++)
      covariance += (through[x + i] - across[x + i]) * A[y + i] - A[x + i] * across[y + i];
    return covariance;
  });
}
