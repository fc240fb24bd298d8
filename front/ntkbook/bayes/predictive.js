// What predictive probabilities say about doubt.

/** H(p) = −Σ_k p_k log p_k of every row, in nats. @param {Float64Array} p @param {number} K */
export function entropy(p, K) {
  const H = new Float64Array(p.length / K);
  for (let i = 0; i < p.length; i++) if (p[i] > 0) H[Math.floor(i / K)] -= p[i] * Math.log(p[i]);
  return H;
}
