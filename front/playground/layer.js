// What a dense layer is, as one writes it down: a = (σ_w/√m)·W h + σ_b·b on one point, and its derivatives. dense.js
// computes the same for many points at once, four by four; a test holds the two against each other.

/** weights0, biases0: the initial ones. weights, biases: their displacements. scale: σ_w/√columns. shift: σ_b.
 * @typedef {{ rows: number, columns: number, scale: number, shift: number, weights0: Float32Array,
 *             biases0: Float32Array, weights: Float32Array, biases: Float32Array }} Layer */
/** θ: W row by row, and b. @typedef {{ W: ArrayLike<number>, b: ArrayLike<number> }} Parameters */

/** @param {number} rows @param {number} columns @param {number} sigmaW @param {number} sigmaB @returns {Layer} */
export function layer(rows, columns, sigmaW, sigmaB) {
  return {
    rows,
    columns,
    scale: sigmaW / Math.sqrt(columns),
    shift: sigmaB,
    weights0: new Float32Array(rows * columns),
    biases0: new Float32Array(rows),
    weights: new Float32Array(rows * columns),
    biases: new Float32Array(rows),
  };
}

/** a_j = scale·Σ_i W_ji h_i + shift·b_j
 * @param {Layer} layer @param {Parameters} theta @param {ArrayLike<number>} h */
export function outputs({ rows, columns, scale, shift }, { W, b }, h) {
  return list(rows, (j) => scale * sum(columns, (i) => W[j * columns + i] * h[i]) + shift * b[j]);
}

/** From g = ∂C/∂a: ∂C/∂h_i = scale·Σ_j W_ji g_j, ∂C/∂W_ji = scale·g_j h_i, ∂C/∂b_j = shift·g_j
 * @param {Layer} layer @param {Parameters} theta @param {ArrayLike<number>} h @param {ArrayLike<number>} g */
export function derivatives({ rows, columns, scale, shift }, { W }, h, g) {
  return {
    h: list(columns, (i) => scale * sum(rows, (j) => W[j * columns + i] * g[j])),
    W: list(rows * columns, (n) => scale * g[Math.floor(n / columns)] * h[n % columns]),
    b: list(rows, (j) => shift * g[j]),
  };
}

/** @template T @param {number} length @param {(i: number) => T} entry */
function list(length, entry) {
  return Array.from({ length }, (_, i) => entry(i));
}

/** @param {number} length @param {(i: number) => number} term */
function sum(length, term) {
  return list(length, term).reduce((total, each) => total + each, 0);
}
