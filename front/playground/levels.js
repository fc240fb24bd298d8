// What each curve is compared with, where theory has a level for it.

/** In the order of CURVES: inf C where it is attained, nothing, R of Theorem B, the plateau of smoothed targets; NaN
 * where there is no such level. loss: C(z₀). excess: V₀ = C(z₀) − inf C.
 * @param {{ lam: number, anchor: number, epsilon: number }} problem @param {number} K
 * @param {{ loss: number, excess: number }} start @returns {number[]} */
export function levelsOf({ lam, anchor, epsilon }, K, { loss, excess }) {
  return [
    epsilon > 0 ? loss - excess : Number.NaN,
    Number.NaN,
    lam > 0 && anchor === 1 ? Math.sqrt((2 * excess) / lam) : Number.NaN,
    lam === 0 && epsilon > 0 ? Math.log((1 - epsilon + epsilon / K) / (epsilon / K)) : Number.NaN,
  ];
}
