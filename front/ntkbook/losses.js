// Cross-entropy, Brier and squared error in function space, stable at any margin. Rows of K numbers, a row a point.

/** What training minimizes: ℓ summed over the points, its gradient (out ← ∇C(z)), its Hessian (out ← ∇²ℓ, a block of
 * K × K numbers a point), inf C, and the PL lemma's constant on {C − inf C ≤ V}, where one is known.
 * @typedef {{ value: (z: Float64Array, Y: Float64Array, K: number) => number,
 *             residual: (z: Float64Array, Y: Float64Array, K: number, out: Float64Array) => Float64Array,
 *             hessian: (z: Float64Array, Y: Float64Array, K: number, out: Float64Array) => Float64Array,
 *             infimum: (Y: Float64Array) => number,
 *             pl?: (Y: Float64Array, K: number, V: number) => number }} Loss */

/** (1 − ε)·onehot + ε/K. @param {ArrayLike<number>} labels @param {number} K @param {number} epsilon */
export function smoothLabels(labels, K, epsilon) {
  return Float64Array.from(
    { length: labels.length * K },
    (_, i) => epsilon / K + (labels[Math.floor(i / K)] === i % K ? 1 - epsilon : 0),
  );
}

/** The numbers of class k. @param {Float64Array} rows N × K @param {number} k @param {number} K */
export function ofClass(rows, k, K) {
  return Float64Array.from({ length: rows.length / K }, (_, i) => rows[i * K + k]);
}

/** Pz, P = I − 11ᵀ/K: without the class mean, which cross-entropy cannot see. @param {Float64Array} z @param {number} K */
export function center(z, K) {
  const centered = Float64Array.from(z);
  for (let start = 0; start < z.length; start += K) {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += z[start + k];
    for (let k = 0; k < K; k++) centered[start + k] -= sum / K;
  }
  return centered;
}

/** p ← softmax(z). @param {Float64Array} z @param {number} K @param {Float64Array} [p] */
export function softmax(z, K, p = new Float64Array(z.length)) {
  for (let start = 0; start < z.length; start += K) {
    let top = -Infinity;
    for (let k = 0; k < K; k++) if (z[start + k] > top) top = z[start + k];
    let sum = 0;
    for (let k = 0; k < K; k++) {
      p[start + k] = Math.exp(z[start + k] - top);
      sum += p[start + k];
    }
    for (let k = 0; k < K; k++) p[start + k] /= sum;
  }
  return p;
}

/** ℓ(z; y) = −Σ_k y_k log softmax(z)_k. @type {Loss} */
export const crossEntropy = {
  value(z, Y, K) {
    let sum = 0;
    for (let start = 0; start < z.length; start += K) {
      for (let k = 0; k < K; k++) if (Y[start + k] > 0) sum += Y[start + k] * surprise(z, start, k, K);
    }
    return sum;
  },
  /** softmax(z) − Y, written p_k Σ_{j≠k} y_j − y_k Σ_{j≠k} p_j: no cancellation where p is near y. */
  residual(z, Y, K, out) {
    softmax(z, K, out);
    for (let start = 0; start < z.length; start += K) {
      if (K > ROW.length) ROW = new Float64Array(K);
      for (let k = 0; k < K; k++) ROW[k] = out[start + k];
      for (let k = 0; k < K; k++) {
        let [allP, allY] = [0, 0];
        for (let j = 0; j < K; j++) {
          if (j === k) continue;
          allP += ROW[j];
          allY += Y[start + j];
        }
        out[start + k] = ROW[k] * allY - Y[start + k] * allP;
      }
    }
    return out;
  },
  /** diag p − ppᵀ, whose diagonal is p_k Σ_{j≠k} p_j. */
  hessian(z, _, K, out) {
    const p = softmax(z, K);
    for (let start = 0; start < z.length; start += K) spread(p, start, K, out);
    return out;
  },
  infimum: (Y) => Y.reduce((sum, y) => sum - (y > 0 ? y * Math.log(y) : 0), 0),
  /** min_k exp(−(H(y) + V)/y_k), as y_k log(1/p_k) ≤ ℓ ≤ H(y) + V and Var_p(v) ≥ p_min ‖v‖² on 1^⊥. */
  pl(Y, K, V) {
    let least = Infinity;
    for (let start = 0; start < Y.length; start += K) {
      const y = Y.subarray(start, start + K);
      least = Math.min(least, Math.exp(-(crossEntropy.infimum(y) + V) / Math.min(...y)));
    }
    return least;
  },
};
let ROW = new Float64Array(16);

/** out ← diag p − ppᵀ of one point. @param {Float64Array} p @param {number} start @param {number} K
 * @param {Float64Array} out */
function spread(p, start, K, out) {
  for (let k = 0; k < K; k++) {
    let others = 0;
    for (let j = 0; j < K; j++) {
      if (j !== k) others += p[start + j];
      out[(start + k) * K + j] = -p[start + k] * p[start + j];
    }
    out[(start + k) * K + k] = p[start + k] * others;
  }
}

/** ℓ(z; y) = ½‖softmax(z) − y‖². @type {Loss} */
export const brier = {
  value(z, Y, K) {
    const r = crossEntropy.residual(z, Y, K, new Float64Array(z.length));
    return r.reduce((sum, value) => sum + value * value, 0) / 2;
  },
  /** (diag p − ppᵀ)(p − y), written p_k Σ_j p_j (r_k − r_j) with r = p − y. */
  residual(z, Y, K, out) {
    const p = softmax(z, K);
    const r = crossEntropy.residual(z, Y, K, new Float64Array(z.length));
    for (let start = 0; start < z.length; start += K) {
      for (let k = start; k < start + K; k++) {
        let sum = 0;
        for (let j = start; j < start + K; j++) sum += p[j] * (r[k] - r[j]);
        out[k] = p[k] * sum;
      }
    }
    return out;
  },
  /** S² + diag w − wpᵀ − pwᵀ with S = diag p − ppᵀ and w = Sr: S² + Σ_k p_k (r_k − r·p)(e_k − p)(e_k − p)ᵀ. */
  hessian(z, Y, K, out) {
    const p = softmax(z, K);
    const w = brier.residual(z, Y, K, new Float64Array(z.length));
    const S = crossEntropy.hessian(z, Y, K, new Float64Array(z.length * K));
    for (let start = 0; start < z.length; start += K) {
      for (let k = start; k < start + K; k++) {
        for (let l = 0; l < K; l++) {
          let sum = -w[k] * p[start + l] - p[k] * w[start + l];
          for (let j = 0; j < K; j++) sum += S[k * K + j] * S[(start + j) * K + l];
          out[k * K + l] = sum + (k === start + l ? w[k] : 0);
        }
      }
    }
    return out;
  },
  infimum: () => 0,
};

/** The loss of `count` copies of every point. @param {Loss} loss @param {number} count @returns {Loss} */
export function multiplied(loss, count) {
  const scaled = (/** @type {Float64Array} */ out) => {
    for (let i = 0; i < out.length; i++) out[i] *= count;
    return out;
  };
  return {
    value: (z, Y, K) => count * loss.value(z, Y, K),
    residual: (z, Y, K, out) => scaled(loss.residual(z, Y, K, out)),
    hessian: (z, Y, K, out) => scaled(loss.hessian(z, Y, K, out)),
    infimum: (Y) => count * loss.infimum(Y),
  };
}

/** ℓ(z; y) = ½‖z − y‖². @type {Loss} */
export const squaredError = {
  value: (z, Y) => z.reduce((sum, value, i) => sum + (value - Y[i]) ** 2 / 2, 0),
  residual(z, Y, _, out) {
    for (let i = 0; i < z.length; i++) out[i] = z[i] - Y[i];
    return out;
  },
  hessian(z, _, K, out) {
    for (let i = 0; i < z.length * K; i++) out[i] = Math.floor(i / K) % K === i % K ? 1 : 0;
    return out;
  },
  infimum: () => 0,
  pl: () => 1,
};

/** The PL ratio of cross-entropy at z, ‖∇C‖²/(2(C − C*)); NaN where C − C* < `resolved`, for rounding rules it there.
 * @param {Float64Array} z @param {Float64Array} Y @param {number} K @param {number} [resolved] */
export function plRatio(z, Y, K, resolved = 0) {
  const excess = crossEntropy.value(z, Y, K) - crossEntropy.infimum(Y);
  if (excess < resolved) return Number.NaN;
  const r = crossEntropy.residual(z, Y, K, new Float64Array(z.length));
  return r.reduce((sum, value) => sum + value * value, 0) / (2 * excess);
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

/** The least margin, min_i (z_{i,y_i} − max_{j≠y_i} z_ij); NaN where a logit is.
 * @param {Float64Array} z @param {ArrayLike<number>} labels @param {number} K */
export function logitGap(z, labels, K) {
  let least = Infinity;
  for (let i = 0; i < labels.length; i++) {
    let other = -Infinity;
    for (let k = 0; k < K; k++) if (k !== labels[i]) other = Math.max(other, z[i * K + k]);
    const margin = z[i * K + labels[i]] - other;
    if (!(margin >= least)) least = margin; // a NaN stays
    if (Number.isNaN(least)) return least;
  }
  return least;
}

/** max_i ‖z_i − w_i‖; NaN where a logit is. @param {Float64Array} z @param {Float64Array} w @param {number} K */
export function linearizationGap(z, w, K) {
  let largest = 0;
  for (let start = 0; start < z.length; start += K) {
    let square = 0;
    for (let k = 0; k < K; k++) square += (z[start + k] - w[start + k]) ** 2;
    if (Number.isNaN(square)) return square;
    largest = Math.max(largest, square);
  }
  return Math.sqrt(largest);
}
