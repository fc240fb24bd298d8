// What a dense layer is, as one writes it down: a = (σ_w/√m)·W h + σ_b·b on one point, and its derivatives. dense.js
// computes the same for many points at once, four by four; a test holds the two against each other.

/** W: outputs × inputs, row by row. @typedef {{ W: Float64Array, b: Float64Array }} Parameters */
/** start: θ₀. now: θ. scale: σ_w/√columns. shift: σ_b.
 * @typedef {{ rows: number, columns: number, scale: number, shift: number, start: Parameters, now: Parameters }} Layer */

/** @param {number} rows @param {number} columns @param {number} sigmaW @param {number} sigmaB @returns {Layer} */
export function layer(rows, columns, sigmaW, sigmaB) {
  const zero = () => ({ W: new Float64Array(rows * columns), b: new Float64Array(rows) });
  return { rows, columns, scale: sigmaW / Math.sqrt(columns), shift: sigmaB, start: zero(), now: zero() };
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
