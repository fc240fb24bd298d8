// Cross-entropy in function space, as ntkbook computes it: stable at any margin.

/** Targets (1 − ε)·onehot + ε/K, a row a point. @param {Uint8Array} labels @param {number} K @param {number} epsilon */
export function targets(labels, K, epsilon) {
  return Float64Array.from(
    { length: labels.length * K },
    (_, i) => epsilon / K + (labels[Math.floor(i / K)] === i % K ? 1 - epsilon : 0),
  );
}

/** residual ← ∇C(z) = softmax(z) − Y, written p_k Σ_{j≠k} y_j − y_k Σ_{j≠k} p_j; returns C(z) = Σ_i ℓ(z_i; y_i).
 * @param {Float64Array} z @param {Float64Array} Y @param {number} K @param {Float64Array} residual */
export function crossEntropy(z, Y, K, residual) {
  const p = new Float64Array(K);
  let value = 0;
  for (let start = 0; start < z.length; start += K) {
    let top = -Infinity;
    for (let k = 0; k < K; k++) top = Math.max(top, z[start + k]);
    let sum = 0;
    for (let k = 0; k < K; k++) sum += Math.exp(z[start + k] - top);
    for (let k = 0; k < K; k++) p[k] = Math.exp(z[start + k] - top) / sum;
    for (let k = 0; k < K; k++) {
      let otherP = 0;
      let otherY = 0;
      for (let j = 0; j < K; j++) {
        if (j === k) continue;
        otherP += p[j];
        otherY += Y[start + j];
      }
      residual[start + k] = p[k] * otherY - Y[start + k] * otherP;
      if (Y[start + k] > 0) value += Y[start + k] * surprise(z, start, k, K);
    }
  }
  return value;
}

/** log(1/p_k) = log(1 + Σ_{j≠k} e^{z_j − z_k}), without cancellation.
 * @param {Float64Array} z @param {number} start @param {number} k @param {number} K */
function surprise(z, start, k, K) {
  let top = -Infinity;
  for (let j = 0; j < K; j++) if (j !== k) top = Math.max(top, z[start + j] - z[start + k]);
  let sum = 0;
  for (let j = 0; j < K; j++) if (j !== k) sum += Math.exp(z[start + j] - z[start + k] - top);
  return top > 0 ? top + Math.log(sum + Math.exp(-top)) : Math.log1p(sum * Math.exp(top));
}

/** inf C = Σ_i H(y_i), the entropy of the targets. @param {Float64Array} Y */
export function infimum(Y) {
  return Y.reduce((sum, y) => sum - (y > 0 ? y * Math.log(y) : 0), 0);
}

/** The least margin min_i (z_{i,y_i} − max_{j≠y_i} z_ij); NaN where a logit is.
 * @param {Float64Array} z @param {Uint8Array} labels @param {number} K */
export function logitGap(z, labels, K) {
  let least = Infinity;
  for (let i = 0; i < labels.length; i++) {
    let other = -Infinity;
    for (let k = 0; k < K; k++) if (k !== labels[i]) other = Math.max(other, z[i * K + k]);
    least = Math.min(least, z[i * K + labels[i]] - other); // a NaN stays
  }
  return least;
}
