// Newton's step for kernels that all classes share, a class at a time: K factors of N × N where the direct way has one of
// NK × NK. With q = Θ/λ, E_k = (diag(1/p_k) + q)⁻¹ and M = Σ_k E_k, the response W(I + qW)⁻¹ takes v to
// E_k v_k − E_k M⁻¹ Σ_l E_l v_l in class k. Source: Rasmussen & Williams 2006, algorithm 3.3.
import { choleskySliced, product, solveLower, solveUpper } from "./linear_algebra.js";
import { ofClass, softmax } from "./losses.js";

const SLICE = 2e6; // multiplications between pauses, a few milliseconds

/** s = −(1/λ)[g − W(I + qW)⁻¹qg]. @param {{ Theta: Float64Array, K: number, lam: number }} system
 * @param {Float64Array} z @param {Float64Array} g @returns {Generator<void, Float64Array, void>} */
export function* stepByClass({ Theta, K, lam }, z, g) {
  const N = z.length / K;
  const q = Theta.map((value) => value / lam);
  const qg = product(q, g, N, K);
  const p = softmax(z, K);
  const M = new Float64Array(N * N);
  const total = new Float64Array(N); // Σ_l E_l v_l
  const classes = Array.from({ length: K }, (_, k) => k);
  /** @type {Float64Array[]} */
  const E = [];
  for (const k of classes) {
    E.push(yield* inverseOfClass(q, ofClass(p, k, K), N));
    for (let at = 0; at < M.length; at++) M[at] += E[k][at];
    add(total, product(E[k], ofClass(qg, k, K), N, 1));
  }
  if (!(yield* choleskySliced(M, N))) return new Float64Array(z.length).fill(Number.NaN);
  solveLower(M, N, total);
  solveUpper(M, N, total);
  const step = new Float64Array(z.length);
  for (const k of classes) {
    const v = ofClass(qg, k, K).map((value, i) => value - total[i]);
    const response = product(E[k], v, N, 1);
    for (let i = 0; i < N; i++) step[i * K + k] = (response[i] - g[i * K + k]) / lam;
  }
  return step;
}

/** (diag(1/p) + q)⁻¹ = VᵀV, V = L⁻¹ diag(√p), LLᵀ = I + diag(√p) q diag(√p). @param {Float64Array} q
 * @param {Float64Array} p @param {number} N @returns {Generator<void, Float64Array, void>} */
function* inverseOfClass(q, p, N) {
  const root = p.map(Math.sqrt);
  const L = q.map((value, at) => root[Math.floor(at / N)] * value * root[at % N]);
  for (let i = 0; i < N; i++) L[i * N + i] += 1;
  yield* choleskySliced(L, N);
  const V = new Float64Array(N * N);
  const E = new Float64Array(N * N);
  for (let i = 0, work = 0; i < N; i++) {
    const row = V.subarray(i * N, (i + 1) * N); // nothing behind its i-th entry
    row[i] = root[i];
    for (let j = 0; j < i; j++) {
      const l = L[i * N + j];
      for (let c = 0; c <= j; c++) row[c] -= l * V[j * N + c];
    }
    for (let c = 0; c <= i; c++) row[c] /= L[i * N + i];
    for (let a = 0; a <= i; a++) for (let b = 0; b <= i; b++) E[a * N + b] += row[a] * row[b];
    work += 2 * i * i;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
  return E;
}

/** @param {Float64Array} to @param {Float64Array} x */
function add(to, x) {
  for (let i = 0; i < to.length; i++) to[i] += x[i];
}
