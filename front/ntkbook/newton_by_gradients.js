// Newton's step for many points whose kernel all classes share: (λI + BᵀΘB)x = BᵀΘg by conjugate gradients, which only
// multiply with Θ, preconditioned by a low-rank part of it: (λI + Bᵀ(LLᵀ)B)⁻¹ = (1/λ)[I − BᵀL M⁻¹LᵀB], M = λI + LᵀWL.
import {
  choleskySliced,
  inner,
  product,
  productSliced,
  solveLower,
  solveUpper,
  transpose,
} from "./linear_algebra.js";
import { softmax } from "./losses.js";

/** times: V ↦ ΘV. roots: V ↦ BV. transposed: V ↦ BᵀV. inverse: V ↦ about (λI + BᵀΘB)⁻¹V.
 * @typedef {{ times: (V: Float64Array) => Generator<void, Float64Array, void>, lam: number }
 *   & Record<"roots" | "transposed" | "inverse", (V: Float64Array) => Float64Array>} Curved */

const RANK = 15;
const FORCING = 1e-2; // the share of g that a step may leave
const MOST = 2_000; // conjugate gradient steps
const SLICE = 2e6; // multiplications between pauses, a few milliseconds

/** Of kernel logistic regression. @param {{ Theta: Float64Array, K: number, lam: number }} system
 * @param {Float64Array} z @param {Float64Array} g @returns {Generator<void, Float64Array, void>} */
export function* stepByGradients({ Theta, K, lam }, z, g) {
  const N = z.length / K;
  const p = softmax(z, K);
  const L = pivotedCholesky(Theta, N, Math.min(RANK, N));
  yield;
  const root = {
    roots: (/** @type {Float64Array} */ V) => byRoots(p, V, K, false),
    transposed: (/** @type {Float64Array} */ V) => byRoots(p, V, K, true),
  };
  const inverse = yield* lowRankInverse(L, yield* weighted(L, p, L.length / N, K), lam, K, root);
  return yield* stepOf({ times: (V) => productSliced(Theta, V, N, K), ...root, inverse, lam }, g);
}

/** s = −(1/λ)[g − Bx]. @param {Curved} curved @param {Float64Array} g @returns {Generator<void, Float64Array, void>} */
export function* stepOf({ times, roots, transposed, inverse, lam }, g) {
  const r = transposed(yield* times(g));
  const x = new Float64Array(g.length);
  const enough = FORCING * lam * Math.sqrt(inner(g, g)); // a residual r leaves Br/λ of g
  let solved = inverse(r);
  let along = Float64Array.from(solved);
  let size = inner(r, solved);
  for (let steps = 0; steps < MOST && inner(r, r) > enough ** 2; steps++) {
    const moved = transposed(yield* times(roots(along)));
    for (let i = 0; i < moved.length; i++) moved[i] += lam * along[i];
    const tau = size / inner(along, moved);
    for (let i = 0; i < x.length; i++) {
      x[i] += tau * along[i];
      r[i] -= tau * moved[i];
    }
    solved = inverse(r);
    const next = inner(r, solved);
    const kept = next / size;
    along = along.map((value, i) => solved[i] + kept * value);
    size = next;
  }
  return roots(x).map((value, i) => (value - g[i]) / lam);
}

/** V ↦ (λI + Bᵀ(LLᵀ)B)⁻¹V. @param {Float64Array} L N × rank @param {Float64Array} M LᵀWL, which a factor takes the
 * place of @param {number} lam @param {number} K @param {Pick<Curved, "roots" | "transposed">} root
 * @returns {Generator<void, (V: Float64Array) => Float64Array, void>} */
export function* lowRankInverse(L, M, lam, K, { roots, transposed }) {
  const size = Math.sqrt(M.length);
  const rank = size / K;
  for (let a = 0; a < size; a++) M[a * size + a] += lam;
  yield* choleskySliced(M, size);
  const across = transpose(L, rank);
  return (V) => {
    const inside = product(across, roots(V), L.length / rank, K);
    solveLower(M, size, inside);
    solveUpper(M, size, inside);
    return transposed(product(L, inside, rank, K)).map((value, i) => (V[i] - value) / lam);
  };
}

/** LᵀWL, row a·K + k, with W_i = diag(p) − ppᵀ. @param {Float64Array} L @param {Float64Array} p @param {number} rank
 * @param {number} K @returns {Generator<void, Float64Array, void>} */
function* weighted(L, p, rank, K) {
  const size = rank * K;
  const M = new Float64Array(size * size);
  const row = new Float64Array(size);
  for (let a = 0, work = 0; a < rank; a++) {
    for (let k = 0; k < K; k++) {
      row.fill(0);
      for (let i = 0; i * rank < L.length; i++) {
        const own = L[i * rank + a] * p[i * K + k];
        for (let b = 0; b <= a; b++) {
          const both = own * L[i * rank + b];
          for (let l = 0, at = b * K; l < K; l++, at++) row[at] -= both * p[i * K + l];
          row[b * K + k] += both;
        }
      }
      M.set(row, (a * K + k) * size); // the lower triangle, which is all that a factor needs
      work += (L.length / rank) * (a + 1) * K;
      if (work > SLICE) {
        work = 0;
        yield;
      }
    }
  }
  return M;
}

/** L with LLᵀ ≈ Θ, N × rank: the next column where most of the diagonal is left. @param {Float64Array} Theta
 * @param {number} N @param {number} rank */
export function pivotedCholesky(Theta, N, rank) {
  const L = new Float64Array(N * rank);
  const left = Float64Array.from({ length: N }, (_, i) => Theta[i * N + i]);
  for (let c = 0; c < rank; c++) {
    let pivot = 0;
    for (let i = 1; i < N; i++) if (left[i] > left[pivot]) pivot = i;
    if (!(left[pivot] > 1e-12 * Theta[pivot * N + pivot])) break;
    const root = Math.sqrt(left[pivot]);
    for (let i = 0; i < N; i++) {
      let sum = Theta[i * N + pivot];
      for (let b = 0; b < c; b++) sum -= L[i * rank + b] * L[pivot * rank + b];
      L[i * rank + c] = sum / root;
    }
    for (let i = 0; i < N; i++) left[i] -= L[i * rank + c] ** 2;
    left[pivot] = 0;
  }
  return L;
}

/** Bv, B = diag(√p)(I − √p√pᵀ) point by point, or Bᵀv. @param {Float64Array} p @param {Float64Array} v
 * @param {number} K @param {boolean} transposed */
function byRoots(p, v, K, transposed) {
  const out = new Float64Array(v.length);
  for (let start = 0; start < v.length; start += K) {
    let along = 0; // of √p, or of p
    for (let k = start; k < start + K; k++) along += (transposed ? p[k] : Math.sqrt(p[k])) * v[k];
    for (let k = start; k < start + K; k++)
      out[k] = transposed ? Math.sqrt(p[k]) * (v[k] - along) : Math.sqrt(p[k]) * v[k] - p[k] * along;
  }
  return out;
}
