// A small dense linear program by the simplex method: max Σ_i (Gx)_i where 0 ≤ Gx ≤ upper. Of npm's solvers that need no
// WebAssembly, yalps has no variables of either sign and javascript-lp-solver takes 170 kB; this one form needs a page.
import { product } from "./linear_algebra.js";

const TOLERANCE = 1e-9; // as HiGHS is told to in Python

/** What depends on what: rows, each a linear function of the coordinates, by their numbers. Those below `gaps` are the
 * entries of Gx, the others those of x. at: the coordinates' values, each at one of its bounds.
 * @typedef {{ T: Float64Array, rows: number[], coordinates: number[], at: Float64Array, gaps: number }} Tableau */

/** The best x, null where it is not found. @param {Float64Array} G of full column rank @param {number} columns
 * @param {Float64Array} upper bounds, 0 or more @returns {Float64Array | null} */
export function largestSum(G, columns, upper) {
  const tableau = startOf(G, columns);
  const { T, rows, coordinates, at, gaps } = tableau;
  for (let steps = 0; steps < 100 * (gaps + columns); steps++) {
    const values = product(T, at, columns, 1);
    const entering = enteringOf(tableau, upper);
    if (!entering) return Float64Array.from({ length: columns }, (_, j) => values[rows.indexOf(gaps + j)]);
    const { column, direction } = entering;
    const { row, room } = firstToStop(tableau, upper, values, column, direction);
    if (room >= upper[coordinates[column]]) {
      at[column] = direction > 0 ? upper[coordinates[column]] : 0;
      continue;
    }
    at[column] = direction * T[row * columns + column] > 0 ? upper[rows[row]] : 0;
    exchange(tableau, row, column);
  }
  return null;
}

/** At x = 0, with entries of Gx as coordinates. @param {Float64Array} G @param {number} columns @returns {Tableau} */
function startOf(G, columns) {
  const gaps = G.length / columns;
  const rows = Array.from({ length: gaps }, (_, i) => i);
  const coordinates = Array.from({ length: columns }, (_, j) => gaps + j);
  const tableau = { T: Float64Array.from(G), rows, coordinates, at: new Float64Array(columns), gaps };
  const size = (/** @type {number} */ i, /** @type {number} */ j) => Math.abs(tableau.T[i * columns + j]);
  for (let j = 0; j < columns; j++) {
    let best = -1;
    for (let i = 0; i < gaps; i++) if (rows[i] < gaps && (best < 0 || size(i, j) > size(best, j))) best = i;
    exchange(tableau, best, j);
  }
  return tableau;
}

/** The coordinate of least number whose move makes the sum grow (Bland's rule, under which nothing is tried twice).
 * @param {Tableau} tableau @param {Float64Array} upper */
function enteringOf({ T, rows, coordinates, at, gaps }, upper) {
  const columns = coordinates.length;
  let entering = null;
  for (let column = 0; column < columns; column++) {
    let gain = 1;
    for (let i = 0; i < rows.length; i++) if (rows[i] < gaps) gain += T[i * columns + column];
    const direction = at[column] > 0 ? -1 : 1;
    if (upper[coordinates[column]] === 0 || gain * direction <= TOLERANCE) continue;
    if (!entering || coordinates[column] < coordinates[entering.column]) entering = { column, direction };
  }
  return entering;
}

/** The row that reaches a bound first as a coordinate moves, and how far that is; of several, that of least number.
 * @param {Tableau} tableau @param {Float64Array} upper @param {Float64Array} values of the rows
 * @param {number} column @param {number} direction */
function firstToStop({ T, rows, coordinates, gaps }, upper, values, column, direction) {
  let [row, room] = [-1, Infinity];
  for (let i = 0; i < rows.length; i++) {
    const slope = direction * T[i * coordinates.length + column];
    if (rows[i] >= gaps || Math.abs(slope) < TOLERANCE) continue;
    const left = Math.max(slope > 0 ? upper[rows[i]] - values[i] : values[i], 0) / Math.abs(slope);
    const same = Math.abs(left - room) <= 1e-12;
    if (same ? rows[i] < rows[row] : left < room) [row, room] = [i, left];
  }
  return { row, room };
}

/** A row and a coordinate change places. @param {Tableau} tableau @param {number} row @param {number} column */
function exchange({ T, rows, coordinates }, row, column) {
  const columns = coordinates.length;
  const pivot = T[row * columns + column];
  for (let j = 0; j < columns; j++) if (j !== column) T[row * columns + j] /= -pivot;
  T[row * columns + column] = 1 / pivot;
  for (let i = 0; i < rows.length; i++) {
    const factor = T[i * columns + column];
    if (i === row || factor === 0) continue;
    T[i * columns + column] = 0;
    for (let j = 0; j < columns; j++) T[i * columns + j] += factor * T[row * columns + j];
  }
  [rows[row], coordinates[column]] = [coordinates[column], rows[row]];
}
