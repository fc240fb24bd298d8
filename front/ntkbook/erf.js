// erf and its slope to rounding: the Taylor polynomial of degree 6 at the nearest node of a table, nodes 1/128 apart.

const NODES = 128; // a unit
const REACH = 6; // 1 − erf(6) < 10⁻¹⁶
const DEGREE = 6;
const STRIDE = DEGREE + 1;
const TABLE = table();

/** values ← erf(a), slopes ← erf′(a), for the first `count` entries.
 * @param {Float64Array} a @param {number} count @param {Float64Array} values @param {Float64Array} slopes */
export function erf(a, count, values, slopes) {
  for (let i = 0; i < count; i++) {
    const u = a[i];
    const size = u < 0 ? -u : u;
    if (!(size < REACH)) {
      values[i] = u > 0 ? 1 : u < 0 ? -1 : u; // NaN stays NaN
      slopes[i] = 0;
      continue;
    }
    const node = (size * NODES + 0.5) | 0;
    const d = size - node / NODES;
    const at = node * STRIDE;
    const c1 = TABLE[at + 1];
    const c2 = TABLE[at + 2];
    const c3 = TABLE[at + 3];
    const c4 = TABLE[at + 4];
    const c5 = TABLE[at + 5];
    const c6 = TABLE[at + 6];
    const value = TABLE[at] + d * (c1 + d * (c2 + d * (c3 + d * (c4 + d * (c5 + d * c6)))));
    values[i] = u < 0 ? -value : value;
    slopes[i] = c1 + d * (2 * c2 + d * (3 * c3 + d * (4 * c4 + d * (5 * c5 + d * 6 * c6))));
  }
}

/** Row by row erf^(k)(x)/k! for k ≤ 6; erf^(k+1) = erf′·h_k with Hermite's h_{k+1} = −2x h_k − 2k h_{k−1}. */
function table() {
  const rows = new Float64Array((NODES * REACH + 1) * STRIDE);
  for (let node = 0; node <= NODES * REACH; node++) {
    const x = node / NODES;
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    rows[node * STRIDE] = x < 3 ? slope * series(x) : 1 - complement(x);
    let [before, now, factorial] = [0, 1, 1];
    for (let k = 1; k <= DEGREE; k++) {
      factorial *= k;
      rows[node * STRIDE + k] = (slope * now) / factorial;
      [before, now] = [now, -2 * x * now - 2 * (k - 1) * before];
    }
  }
  return rows;
}

/** erf(x)/erf′(x) = Σ_k 2^k x^{2k+1} / (1·3·…·(2k+1)), all terms positive. @param {number} x ≥ 0 */
function series(x) {
  let [term, sum] = [x, x];
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return sum;
}

/** 1 − erf(x) as a continued fraction, from the back. @param {number} x ≥ 3 */
function complement(x) {
  let fraction = x;
  for (let k = 80; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

/** Both of each number. @param {Float64Array} a */
export function erfOf(a) {
  const both = { values: new Float64Array(a.length), slopes: new Float64Array(a.length) };
  erf(a, a.length, both.values, both.slopes);
  return both;
}
