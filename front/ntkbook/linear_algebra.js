// Small dense matrices, row by row in one array: factors, solutions, spectra.
import { finish } from "./sliced.js";

const SLICE = 2e6; // multiplications between pauses, a few milliseconds

/** A·B: (rows × inner)·(inner × columns). Two rows and two columns at a time: four sums for four numbers read.
 * @param {Float64Array} A @param {Float64Array} B @param {number} inner @param {number} columns */
export function product(A, B, inner, columns) {
  const rows = A.length / inner;
  const out = new Float64Array(rows * columns);
  const across = columns === 1 ? B : transpose(B, columns);
  for (let i = 0; i < rows; i += 2) {
    const row = i * inner;
    const below = i + 1 < rows ? row + inner : row; // the last one once more, where their number is odd
    for (let k = 0; k < columns; k += 2) {
      const column = k * inner;
      const beside = k + 1 < columns ? column + inner : column;
      let s = 0;
      let t = 0;
      let u = 0;
      let v = 0;
      for (let j = 0; j < inner; j++) {
        const x = A[row + j];
        const y = A[below + j];
        const z = across[column + j];
        const w = across[beside + j];
        s += x * z;
        t += x * w;
        u += y * z;
        v += y * w;
      }
      const at = i * columns + k;
      if (below > row && beside > column) out[at + columns + 1] = v;
      if (below > row) out[at + columns] = u;
      if (beside > column) out[at + 1] = t;
      out[at] = s;
    }
  }
  return out;
}

/** Bᵀ. @param {Float64Array} B @param {number} columns */
export function transpose(B, columns) {
  const rows = B.length / columns;
  const across = new Float64Array(B.length);
  for (let i = 0; i < rows; i++) for (let k = 0; k < columns; k++) across[k * rows + i] = B[i * columns + k];
  return across;
}

/** ⟨x, y⟩. @param {Float64Array} x @param {Float64Array} y */
export function inner(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** max_i |x_i|; NaN where one is. @param {Float64Array} x */
export function largest(x) {
  return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The product, with pauses. @param {Float64Array} A @param {Float64Array} B @param {number} inner @param {number} columns
 * @returns {Generator<void, Float64Array, void>} */
export function* productSliced(A, B, inner, columns) {
  const together = inner * Math.max(1, Math.floor(SLICE / (inner * columns)));
  const out = new Float64Array((A.length / inner) * columns);
  for (let at = 0; at < A.length; at += together) {
    out.set(product(A.subarray(at, at + together), B, inner, columns), (at / inner) * columns);
    yield;
  }
  return out;
}

/** L with LLᵀ = A in A's place, lower triangle; false where A is not positive definite.
 * @param {Float64Array} A @param {number} size */
export function cholesky(A, size) {
  return finish(choleskySliced(A, size));
}

/** The same, with pauses. @param {Float64Array} A @param {number} size @returns {Generator<void, boolean, void>} */
export function* choleskySliced(A, size) {
  for (let j = 0, work = 0; j < size; j++) {
    if (!choleskyColumn(A, size, j)) return false;
    work += (size - j) * j;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
  return true;
}

/** Column j of L, after those before it. @param {Float64Array} A @param {number} size @param {number} j */
function choleskyColumn(A, size, j) {
  for (let i = j; i < size; i++) {
    let sum = A[i * size + j];
    for (let k = 0; k < j; k++) sum -= A[i * size + k] * A[j * size + k];
    if (i > j) A[i * size + j] = sum / A[j * size + j];
    else if (sum > 0) A[j * size + j] = Math.sqrt(sum);
    else return false;
  }
  return true;
}

/** x ← L⁻¹x for each of `columns` columns of x. @param {Float64Array} L @param {number} size @param {Float64Array} x
 * @param {number} [columns] */
export function solveLower(L, size, x, columns = 1) {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const l = L[i * size + j];
      for (let c = 0; c < columns; c++) x[i * columns + c] -= l * x[j * columns + c];
    }
    for (let c = 0; c < columns; c++) x[i * columns + c] /= L[i * size + i];
  }
}

/** x ← L⁻ᵀx for each of `columns` columns of x. @param {Float64Array} L @param {number} size @param {Float64Array} x
 * @param {number} [columns] */
export function solveUpper(L, size, x, columns = 1) {
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) {
      const l = L[j * size + i];
      for (let c = 0; c < columns; c++) x[i * columns + c] -= l * x[j * columns + c];
    }
    for (let c = 0; c < columns; c++) x[i * columns + c] /= L[i * size + i];
  }
}

/** A⁻¹B of a positive definite A, with one step of refinement; null where it is not positive definite.
 * @param {Float64Array} A @param {Float64Array} B @param {number} size */
export function solvePositive(A, B, size) {
  const columns = B.length / size;
  const L = Float64Array.from(A);
  if (!cholesky(L, size)) return null;
  const solved = (/** @type {Float64Array} */ right) => {
    solveLower(L, size, right, columns);
    solveUpper(L, size, right, columns);
    return right;
  };
  const x = solved(Float64Array.from(B));
  const rest = solved(product(A, x, size, columns).map((value, i) => B[i] - value));
  return x.map((value, i) => value + rest[i]);
}

/** LU factors with partial pivoting in A's place. @param {Float64Array} A @param {number} size @param {Int32Array} pivots */
export function factorize(A, size, pivots) {
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(A[i * size + k]) > Math.abs(A[best * size + k])) best = i;
    pivots[k] = best;
    if (best !== k) {
      for (let j = 0; j < size; j++) {
        const kept = A[k * size + j];
        A[k * size + j] = A[best * size + j];
        A[best * size + j] = kept;
      }
    }
    for (let i = k + 1; i < size; i++) {
      A[i * size + k] /= A[k * size + k];
      const factor = A[i * size + k];
      if (factor === 0) continue;
      for (let j = k + 1; j < size; j++) A[i * size + j] -= factor * A[k * size + j];
    }
  }
}

/** x ← A⁻¹x by the factors of `factorize`. @param {Float64Array} LU @param {number} size @param {Int32Array} pivots
 * @param {Float64Array} x */
export function solveFactorized(LU, size, pivots, x) {
  for (let k = 0; k < size; k++) [x[k], x[pivots[k]]] = [x[pivots[k]], x[k]];
  for (let i = 1; i < size; i++) {
    let sum = x[i];
    for (let j = 0; j < i; j++) sum -= LU[i * size + j] * x[j];
    x[i] = sum;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i];
    for (let j = i + 1; j < size; j++) sum -= LU[i * size + j] * x[j];
    x[i] = sum / LU[i * size + i];
  }
}

/** Eigenvalues, ascending, and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations.
 * @param {Float64Array} symmetric @param {number} size */
export function eigh(symmetric, size) {
  return finish(eighSliced(symmetric, size));
}

/** The same, with pauses. @param {Float64Array} symmetric @param {number} size
 * @returns {Generator<void, { values: Float64Array, vectors: Float64Array }, void>} */
export function* eighSliced(symmetric, size) {
  const A = Float64Array.from(symmetric);
  const V = identity(size);
  let work = 0;
  for (let sweep = 0; sweep < 60 && offDiagonal(A, size) > 1e-32; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(A, V, size, p, q);
      work += 6 * size * (size - p);
      if (work > SLICE) {
        work = 0;
        yield;
      }
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => A[i * size + i] - A[j * size + j]);
  return {
    values: Float64Array.from(order, (i) => A[i * size + i]),
    vectors: Float64Array.from(V, (_, at) => V[Math.floor(at / size) * size + order[at % size]]),
  };
}

/** @param {number} size */
export function identity(size) {
  const I = new Float64Array(size * size);
  for (let i = 0; i < size; i++) I[i * size + i] = 1;
  return I;
}

/** A ⊗ I_K: a kernel for each of K logits. @param {Float64Array} A @param {number} rows @param {number} K */
export function forEachLogit(A, rows, K) {
  const columns = A.length / rows;
  const out = new Float64Array(A.length * K * K);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < K; k++) out[(i * K + k) * columns * K + j * K + k] = A[i * columns + j];
    }
  }
  return out;
}

/** The share of ‖A‖² that stands beside the diagonal. @param {Float64Array} A @param {number} size */
function offDiagonal(A, size) {
  let [beside, all] = [0, 0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const square = A[i * size + j] ** 2;
      all += square;
      if (i !== j) beside += square;
    }
  }
  return all === 0 ? 0 : beside / all;
}

/** A ← GᵀAG, V ← VG with the rotation G of the coordinates p and q after which A_pq = 0.
 * @param {Float64Array} A @param {Float64Array} V @param {number} size @param {number} p @param {number} q */
function rotate(A, V, size, p, q) {
  const beside = A[p * size + q];
  if (Math.abs(beside) < 1e-300) return;
  const tau = (A[q * size + q] - A[p * size + p]) / (2 * beside);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = t * c;
  turn(A, size, p, q, c, s);
  for (let j = 0; j < size; j++) {
    const [x, y] = [A[p * size + j], A[q * size + j]];
    A[p * size + j] = c * x - s * y;
    A[q * size + j] = s * x + c * y;
  }
  A[p * size + q] = 0; // what rounding leaves there would be turned for ever
  A[q * size + p] = 0;
  turn(V, size, p, q, c, s);
}

/** Columns p and q. @param {Float64Array} A @param {number} size @param {number} p @param {number} q
 * @param {number} c @param {number} s */
function turn(A, size, p, q, c, s) {
  for (let i = 0; i < size * size; i += size) {
    const [x, y] = [A[i + p], A[i + q]];
    A[i + p] = c * x - s * y;
    A[i + q] = s * x + c * y;
  }
}
