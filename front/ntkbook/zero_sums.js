/** Orthonormal columns spanning 1^⊥, K × (K − 1): column m is (1, …, 1, −m, 0, …)/√(m² + m), with m ones.
 * @param {number} K */
export function zeroSumBasis(K) {
  const U = new Float64Array(K * (K - 1));
  for (let m = 1; m < K; m++) {
    for (let k = 0; k <= m; k++) U[k * (K - 1) + m - 1] = (k < m ? 1 : -m) / Math.sqrt(m * m + m);
  }
  return U;
}
