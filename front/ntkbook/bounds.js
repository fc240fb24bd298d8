// Radii that decide laziness, and the constants in them. Everything here is a bound, never an estimate.

/** Theorem B: no flow on C + (λ/2)‖θ − θ₀‖² leaves this ball, R = √(2V₀/λ). @param {number} V0 @param {number} lam */
export function radiusRegularized(V0, lam) {
  return Math.sqrt((2 * V0) / lam); // eq-radius
}

/** Theorem A: without a regularizer the flow of a wide network stays within R = 2√(V₀/(μκ)).
 * @param {number} V0 @param {number} mu @param {number} kappa λ_min(Θ₀) */
export function radiusNondegenerate(V0, mu, kappa) {
  return 2 * Math.sqrt(V0 / (mu * kappa)); // eq-radius-a
}

/** The polynomial PL constant of cross-entropy, μ = min(a/4, a²/(8V₀)) with a the least target.
 * @param {Float64Array} Y @param {number} V0 */
export function plConstantPolynomial(Y, V0) {
  const a = Y.reduce((least, y) => Math.min(least, y), Infinity);
  return Math.min(a / 4, a ** 2 / (8 * V0)); // eq-pl-polynomial
}
