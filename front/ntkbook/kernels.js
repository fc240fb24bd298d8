// Infinite-width kernels of fully connected networks, layer by layer, as neural-tangents computes them: of one logit,
// 𝒦(x, x′) and Θ(x, x′); the full kernels are · ⊗ I_K.

/** d: inputs. @typedef {{ d: number, activation?: "erf" | "relu", hiddenLayers?: number, sigmaW?: number,
 *                          sigmaB?: number }} Architecture */
/** @typedef {{ nngp: Float64Array, ntk: Float64Array }} Kernels */

/** With (u, v) normal of variances a, b and covariance c: kernel E φ(u)φ(v), slope E φ′(u)φ′(v), own E φ(u)².
 * @typedef {{ kernel: (c: number, a: number, b: number) => number, slope: (c: number, a: number, b: number) => number,
 *             own: (a: number) => number }} Activation */
/** @type {Record<"erf" | "relu", Activation>} */
const ACTIVATIONS = {
  erf: {
    kernel: (c, a, b) => (2 / Math.PI) * Math.atan2(2 * c, root((1 + 2 * a) * (1 + 2 * b) - 4 * c * c)),
    slope: (c, a, b) => 4 / Math.PI / root((1 + 2 * a) * (1 + 2 * b) - 4 * c * c),
    own: (a) => (2 / Math.PI) * Math.atan2(a, Math.sqrt(a + 1 / 4)),
  },
  relu: {
    kernel: (c, a, b) => root(a * b - c * c) / (2 * Math.PI) + bothPositive(c, a, b) * c,
    slope: bothPositive,
    own: (a) => a / 2,
  },
};

/** 𝒦(X₁, X₂) and Θ(X₁, X₂), N₁ × N₂. @param {Architecture} architecture @param {Float64Array} X1 row by row
 * @param {Float64Array} [X2] @returns {Kernels} */
export function kernels(architecture, X1, X2 = X1) {
  const layers = recursion(architecture);
  const [left, right] = [layers.variances(X1), layers.variances(X2)];
  const d = architecture.d;
  const [rows, columns] = [X1.length / d, X2.length / d];
  const both = { nngp: new Float64Array(rows * columns), ntk: new Float64Array(rows * columns) };
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      let product = 0;
      for (let m = 0; m < d; m++) product += X1[i * d + m] * X2[j * d + m];
      layers.fill(both, at, product / d, left, i, right, j);
    }
  }
  return both;
}

/** 𝒦(x, x) and Θ(x, x) of each point. @param {Architecture} architecture @param {Float64Array} X @returns {Kernels} */
export function kernelDiagonals(architecture, X) {
  const layers = recursion(architecture);
  const variances = layers.variances(X);
  const points = X.length / architecture.d;
  const both = { nngp: new Float64Array(points), ntk: new Float64Array(points) };
  for (let i = 0; i < points; i++)
    layers.fill(both, i, square(X, i, architecture.d), variances, i, variances, i);
  return both;
}

/** What a layer makes of the kernels before it. @param {Architecture} architecture */
function recursion({ d, activation = "erf", hiddenLayers = 1, sigmaW = 1.5, sigmaB = 0.1 }) {
  const { kernel, slope, own } = ACTIVATIONS[activation];
  const dense = (/** @type {number} */ covariance) => sigmaW ** 2 * covariance + sigmaB ** 2;
  return {
    /** Var a^ℓ(x) of every point and hidden layer. @param {Float64Array} X */
    variances(X) {
      const out = new Float64Array((X.length / d) * hiddenLayers);
      for (let at = 0; at < out.length; at++) {
        const layer = at % hiddenLayers;
        out[at] = dense(layer === 0 ? square(X, at / hiddenLayers, d) : own(out[at - 1]));
      }
      return out;
    },
    /** Σ ← σ_w² E φφ + σ_b², Θ ← Σ + σ_w² Θ E φ′φ′, from Σ = Θ = σ_w²⟨x, x′⟩/d + σ_b².
     * @param {Kernels} both @param {number} at where to write @param {number} product ⟨x, x′⟩/d
     * @param {Float64Array} left @param {number} i @param {Float64Array} right @param {number} j */
    fill(both, at, product, left, i, right, j) {
      let covariance = dense(product);
      let tangent = covariance;
      for (let layer = 0; layer < hiddenLayers; layer++) {
        const [a, b] = [left[i * hiddenLayers + layer], right[j * hiddenLayers + layer]];
        tangent *= sigmaW ** 2 * slope(covariance, a, b);
        covariance = dense(kernel(covariance, a, b));
        tangent += covariance;
      }
      both.nngp[at] = covariance;
      both.ntk[at] = tangent;
    },
  };
}

/** ‖x‖²/d. @param {Float64Array} X @param {number} i @param {number} d */
function square(X, i, d) {
  let sum = 0;
  for (let m = i * d; m < (i + 1) * d; m++) sum += X[m] * X[m];
  return sum / d;
}

/** P(u > 0, v > 0) = ½ − angle/2π. @param {number} c @param {number} a @param {number} b */
function bothPositive(c, a, b) {
  const across = root(a * b - c * c);
  const angle = across === 0 && c === 0 ? Math.PI / 2 : Math.atan2(across, c);
  return 0.5 - angle / (2 * Math.PI);
}

/** √x, 0 where rounding has left less. @param {number} x */
function root(x) {
  return x > 0 ? Math.sqrt(x) : 0;
}
