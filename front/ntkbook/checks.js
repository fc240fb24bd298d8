// What ntkbook refuses of targets and kernels, in its words. Each check throws InvalidInput: given, expected, remedy.
import { InvalidInput } from "./errors.js";
import { cholesky, eigh } from "./linear_algebra.js";
import { general, plain } from "./words.js";

const SUM_TOLERANCE = 1e-8;
const ROUNDING = 2 ** -26; // how far below zero an eigenvalue may lie, as a share of the largest: half of the digits

/** @param {string} name @param {Float64Array} x */
export function finite(name, x) {
  const count = x.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
  if (count > 0)
    throw new InvalidInput(`${name} has ${count} entries that are NaN or infinite; all must be finite.`);
}

/** Rows in the simplex, K ≥ 2. @param {Float64Array} Y @param {number} K */
export function simplexTargets(Y, K) {
  finite("targets", Y);
  const least = Y.reduce((a, b) => Math.min(a, b), Infinity);
  let worst = 0;
  for (let start = 0; start < Y.length; start += K) {
    let sum = -1;
    for (let k = 0; k < K; k++) sum += Y[start + k];
    worst = Math.max(worst, Math.abs(sum));
  }
  if (K < 2 || least < -SUM_TOLERANCE || worst > SUM_TOLERANCE)
    throw new InvalidInput(
      `targets leave the simplex: least entry ${general(least, 3)}, worst |row sum − 1| ${general(worst, 3)}. ` +
        "Expected rows of probabilities of at least two classes.",
    );
}

/** @param {string} name @param {number} value @param {string} meaning */
export function positive(name, value, meaning) {
  if (!(Number.isFinite(value) && value > 0))
    throw new InvalidInput(`${name} = ${plain(value)}, but ${meaning} must be a finite number above 0.`);
}

/** @param {string} name @param {number} value @param {string} meaning */
export function nonNegative(name, value, meaning) {
  if (!(Number.isFinite(value) && value >= 0))
    throw new InvalidInput(`${name} = ${plain(value)}, but ${meaning} must be a finite number, 0 or above.`);
}

/** Θ on the training set: finite, N × N or NK × NK, symmetric and positive semidefinite to rounding; its rows.
 * @param {Float64Array} Theta @param {number} N @param {number} K */
export function trainKernel(Theta, N, K) {
  const rows = Math.sqrt(Theta.length);
  if (rows !== N && rows !== N * K)
    throw new InvalidInput(
      `the training kernel has ${Theta.length} entries; expected (${N}, ${N}) for an infinite-width kernel or ` +
        `(${N * K}, ${N * K}) for a finite network's, with N = ${N} points and K = ${K} classes.`,
    );
  finite("the training kernel", Theta);
  symmetric(Theta, rows);
  positiveSemidefinite(Theta, rows);
  return rows;
}

/** @param {Float64Array} Theta @param {number} rows */
function symmetric(Theta, rows) {
  let [asymmetry, scale] = [0, 0];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      scale = Math.max(scale, Math.abs(Theta[i * rows + j]));
      asymmetry = Math.max(asymmetry, Math.abs(Theta[i * rows + j] - Theta[j * rows + i]));
    }
  }
  if (asymmetry > 1e-8 * scale)
    throw new InvalidInput(
      `the training kernel is not symmetric: |Θ − Θᵀ| reaches ${general(asymmetry, 3)} ` +
        `at entries of size ${general(scale, 3)}.`,
    );
}

/** By a Cholesky factor of Θ + ε‖Θ‖I. @param {Float64Array} Theta @param {number} rows */
function positiveSemidefinite(Theta, rows) {
  const shifted = Float64Array.from(Theta);
  let norm = 0; // at least ‖Θ‖
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < rows; j++) sum += Math.abs(Theta[i * rows + j]);
    norm = Math.max(norm, sum);
  }
  for (let i = 0; i < rows; i++) shifted[i * rows + i] += ROUNDING * norm + Number.MIN_VALUE;
  if (cholesky(shifted, rows)) return;
  const { values } = eigh(Theta, rows);
  const [least, largest] = [values[0], values[rows - 1]];
  if (least < -ROUNDING * Math.max(largest, -least))
    throw new InvalidInput(
      `the kernel has eigenvalues from ${general(least, 3)} to ${general(largest, 3)}, ` +
        "and so is not positive semidefinite.",
    );
}
