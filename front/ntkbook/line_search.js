const LEAST = 1e-10; // a shorter step is rounding

/** The largest τ = 1, ½, ¼, … at which the slope φ′(τ) along a Newton step has not turned positive by half of |φ′(0)|. φ is
 * convex, so any such step makes progress. @param {(tau: number) => number} slope φ′ @param {number} atZero φ′(0) */
export function stepLength(slope, atZero) {
  let tau = 1;
  while (slope(tau) > 0.5 * Math.abs(atZero) && tau > LEAST) tau /= 2;
  return tau;
}
