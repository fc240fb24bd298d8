// A dense layer (layer.js) on many points at once, row by row of W, in slices that can be interrupted.

/** @typedef {import("./layer.js").Layer} Layer */
/** @typedef {import("./layer.js").Parameters} Parameters */
/** A computation that pauses now and then; nothing is lost when it is not taken up again.
 * @template [T=void] @typedef {Generator<void, T, void>} Sliced */

const SLICE = 2 ** 21; // multiplications between two pauses, a few milliseconds

/** Row `index` of scale·W. Past the last row: zeros.
 * @param {Layer} layer @param {Float64Array} W @param {number} index @param {Float64Array} row */
function readRow({ rows, columns, scale }, W, index, row) {
  const start = index * columns;
  if (index >= rows) row.fill(0);
  else for (let i = 0; i < columns; i++) row[i] = scale * W[start + i];
}

/** a ← the layer's outputs (points × rows) on inputs h (points × columns).
 * @param {Layer} layer @param {Parameters} theta @param {Float64Array} h @param {number} points
 * @param {Float64Array} a @returns {Sliced} */
export function* forward(layer, { W, b }, h, points, a) {
  const { rows, columns } = layer;
  const row = new Float64Array(columns);
  let work = 0;
  for (let j = 0; j < rows; j++) {
    readRow(layer, W, j, row);
    dotsWithRow(row, h, points, columns, layer.shift * b[j], a, j, rows);
    work += points * columns;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
}

/** a[m, j] ← bias + row · h[m], four points at a time.
 * @param {Float64Array} row @param {Float64Array} h @param {number} points @param {number} columns
 * @param {number} bias @param {Float64Array} a @param {number} j @param {number} rows */
function dotsWithRow(row, h, points, columns, bias, a, j, rows) {
  let m = 0;
  for (; m + 4 <= points; m += 4) {
    const p = m * columns;
    const q = p + columns;
    const r = q + columns;
    const s = r + columns;
    let first = bias;
    let second = bias;
    let third = bias;
    let fourth = bias;
    for (let i = 0; i < columns; i++) {
      const weight = row[i];
      first += weight * h[p + i];
      second += weight * h[q + i];
      third += weight * h[r + i];
      fourth += weight * h[s + i];
    }
    const to = m * rows + j;
    a[to] = first;
    a[to + rows] = second;
    a[to + 2 * rows] = third;
    a[to + 3 * rows] = fourth;
  }
  for (; m < points; m++) {
    const start = m * columns;
    let sum = bias;
    for (let i = 0; i < columns; i++) sum += row[i] * h[start + i];
    a[m * rows + j] = sum;
  }
}

/** pulled ← g·(scale·W): from derivatives with respect to outputs (points × rows) to those with respect to inputs.
 * @param {Layer} layer @param {Parameters} theta @param {Float64Array} g @param {number} points
 * @param {Float64Array} pulled @returns {Sliced} */
export function* pullBack(layer, { W }, g, points, pulled) {
  const { rows, columns } = layer;
  const [first, second, third, fourth] = Array.from({ length: 4 }, () => new Float64Array(columns));
  pulled.fill(0, 0, points * columns);
  let work = 0;
  for (let j = 0; j < rows; j += 4) {
    readRow(layer, W, j, first);
    readRow(layer, W, j + 1, second);
    readRow(layer, W, j + 2, third);
    readRow(layer, W, j + 3, fourth);
    for (let m = 0; m < points; m++) {
      const from = m * rows + j;
      const left = rows - j;
      const a = g[from];
      const b = left > 1 ? g[from + 1] : 0;
      const c = left > 2 ? g[from + 2] : 0;
      const d = left > 3 ? g[from + 3] : 0;
      const start = m * columns;
      for (let i = 0; i < columns; i++) {
        pulled[start + i] += a * first[i] + b * second[i] + c * third[i] + d * fourth[i];
      }
    }
    work += 4 * points * columns;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
}

/** One step down: θ ← θ − η(∂C/∂θ + λ(θ − anchor·θ₀)).
 * @param {Layer} layer @param {Float64Array} g points × rows @param {Float64Array} h points × columns
 * @param {number} points @param {{ rate: number, lam: number, anchor: number }} descent @returns {Sliced} */
export function* descend(layer, g, h, points, { rate, lam, anchor }) {
  const { rows, columns, scale, shift, start, now } = layer;
  const gradient = new Float64Array(columns);
  let work = 0;
  for (let j = 0; j < rows; j++) {
    const sum = sumOfRows(g, j, rows, h, points, columns, gradient);
    for (let i = 0, at = j * columns; i < columns; i++, at++) {
      now.W[at] -= rate * (scale * gradient[i] + lam * (now.W[at] - anchor * start.W[at]));
    }
    // Without biases there are none to move.
    if (shift > 0) now.b[j] -= rate * (shift * sum + lam * (now.b[j] - anchor * start.b[j]));
    work += points * columns;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
}

/** gradient ← Σ_m g[m, j]·h[m]; returns Σ_m g[m, j].
 * @param {Float64Array} g @param {number} j @param {number} rows @param {Float64Array} h @param {number} points
 * @param {number} columns @param {Float64Array} gradient */
function sumOfRows(g, j, rows, h, points, columns, gradient) {
  gradient.fill(0);
  let sum = 0;
  let m = 0;
  for (; m + 4 <= points; m += 4) {
    const from = m * rows + j;
    const a = g[from];
    const b = g[from + rows];
    const c = g[from + 2 * rows];
    const d = g[from + 3 * rows];
    const p = m * columns;
    const q = p + columns;
    const r = q + columns;
    const s = r + columns;
    for (let i = 0; i < columns; i++) {
      gradient[i] += a * h[p + i] + b * h[q + i] + c * h[r + i] + d * h[s + i];
    }
    sum += a + b + c + d;
  }
  for (; m < points; m++) {
    const a = g[m * rows + j];
    const start = m * columns;
    for (let i = 0; i < columns; i++) gradient[i] += a * h[start + i];
    sum += a;
  }
  return sum;
}
