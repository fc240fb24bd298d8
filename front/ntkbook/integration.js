// Gradient flows ẏ = v(y) in the clock s = log(1 + t), in which dy/ds = (1 + t)v(y): Tsitouras' method 5(4) with the step
// control of diffrax, so that both take the same steps. How far a step may err, and when a flow has converged, is as
// in ntkbook's Integration.

/** @typedef {{ rtol: number, atol: number, maxSteps: number, steady: number }} Integration */
/** @type {Integration} */
export const INTEGRATION = { rtol: 1e-7, atol: 1e-9, maxSteps: 100_000, steady: 0 };

/** records: what `look` made of y at every time; after a flow has converged, the last again and again.
 * @template R @typedef {{ records: R[], steps: number, reached: boolean }} Integrated */

// Tsitouras 2011: stage i is at s + C_i h, from slopes weighted by A_i; the error, from slopes weighted by E.
const A = [
  [0.161],
  [-0.008480655492356989, 0.335480655492357],
  [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
  [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
  [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
  [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
];
const C = [0.161, 0.327, 0.9, 0.9800255409045097, 1, 1];
const E = [
  0.0017800110522257773,
  0.0008164344596567463,
  -0.007880878010261994,
  0.1447110071732629,
  -0.5823571654525552,
  0.45808210592918686,
  -1 / 66,
];
const FIRST_STEP = 1e-3;

/** Pauses after every stage and every step, with the records so far.
 * @template R @param {(y: Float64Array, out: Float64Array) => void} velocity out ← v(y)
 * @param {Float64Array} start @param {ArrayLike<number>} times t, increasing @param {Integration} settings
 * @param {(y: Float64Array) => R} look @returns {Generator<R[], Integrated<R>, void>} */
export function* integrate(velocity, start, times, settings, look) {
  const marks = Array.from(times, Math.log1p);
  const y = Float64Array.from(start);
  const room = () => new Float64Array(y.length);
  const [trial, stage] = [room(), room()];
  const k = Array.from({ length: 7 }, room);
  const slope = (
    /** @type {number} */ s,
    /** @type {Float64Array} */ at,
    /** @type {Float64Array} */ out,
  ) => {
    velocity(at, out);
    const faster = Math.exp(s);
    for (let i = 0; i < out.length; i++) out[i] *= faster;
  };
  /** @type {R[]} */
  const records = [];
  const record = (/** @type {number} */ s) => {
    while (records.length < marks.length && marks[records.length] <= s) records.push(look(y));
  };
  const control = stepControl(marks);
  record(0);
  slope(0, y, k[0]);
  let steps = 0;
  for (; records.length < marks.length && steps < settings.maxSteps; steps++) {
    const { from, to } = control;
    const h = to - from;
    for (let i = 0; i < 6; i++) {
      const at = i === 5 ? trial : stage;
      combine(y, h, A[i], k, at);
      slope(from + C[i] * h, at, k[i + 1]);
      yield records;
    }
    if (control.judge(errorOf(y, trial, h, k, settings), records.length)) {
      y.set(trial);
      [k[0], k[6]] = [k[6], k[0]];
      record(to);
      if (settings.steady > 0 && isSteady(y, start, k[0], settings.steady)) {
        const last = look(y);
        while (records.length < marks.length) records.push(last);
      }
    }
    yield records;
  }
  return { records, steps, reached: records.length === marks.length && y.every(Number.isFinite) };
}

/** Where a step begins and ends. Steps end at the marks. @param {number[]} marks */
export function stepControl(marks) {
  const first = Math.min(FIRST_STEP, marks[marks.length - 1]);
  const next = marks.find((mark) => mark > 0) ?? first;
  return {
    from: 0,
    to: Math.min(first, next),
    /** Whether a step of this error is kept; the next is chosen. @param {number} error in units of what it may be
     * @param {number} recorded marks before this step */
    judge(error, recorded) {
      const { from, to } = this;
      const kept = error < 1; // and NaN is not
      const wished = 0.9 * (Number.isNaN(error) ? 0 : error ** -0.2);
      const factor = Math.min(Math.max(wished, kept ? 1 : 0.2), kept ? 10 : 0.9);
      if (kept) this.from = to;
      this.to = this.from + (to - from) * factor;
      let mark = recorded;
      while (mark < marks.length && marks[mark] <= this.from) mark++;
      if (mark < marks.length) this.to = Math.min(this.to, marks[mark]);
      return kept;
    },
  };
}

/** Whether it would move by less than that share of its path while t grows e-fold. @param {Float64Array} y
 * @param {Float64Array} start @param {Float64Array} slope dy/ds @param {number} steady */
export function isSteady(y, start, slope, steady) {
  let [speed, path] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    speed += slope[i] * slope[i];
    path += (y[i] - start[i]) ** 2;
  }
  return Math.sqrt(speed) < steady * Math.sqrt(path);
}

/** out ← y + h Σ_i weights_i k_i. @param {Float64Array} y @param {number} h @param {number[]} weights
 * @param {Float64Array[]} k @param {Float64Array} out */
function combine(y, h, weights, [k0, k1, k2, k3, k4, k5], out) {
  const [a, b, c, d, e, f] = weights.map((weight) => weight * h);
  const size = y.length;
  if (weights.length === 1) for (let i = 0; i < size; i++) out[i] = y[i] + a * k0[i];
  else if (weights.length === 2) for (let i = 0; i < size; i++) out[i] = y[i] + a * k0[i] + b * k1[i];
  else if (weights.length === 3)
    for (let i = 0; i < size; i++) out[i] = y[i] + a * k0[i] + b * k1[i] + c * k2[i];
  else if (weights.length === 4)
    for (let i = 0; i < size; i++) out[i] = y[i] + a * k0[i] + b * k1[i] + c * k2[i] + d * k3[i];
  else if (weights.length === 5)
    for (let i = 0; i < size; i++) out[i] = y[i] + a * k0[i] + b * k1[i] + c * k2[i] + d * k3[i] + e * k4[i];
  else
    for (let i = 0; i < size; i++)
      out[i] = y[i] + a * k0[i] + b * k1[i] + c * k2[i] + d * k3[i] + e * k4[i] + f * k5[i];
}

/** Root mean square of the error over atol + rtol·max(|y|, |trial|). @param {Float64Array} y
 * @param {Float64Array} trial @param {number} h @param {Float64Array[]} k @param {Integration} settings */
function errorOf(y, trial, h, [k0, k1, k2, k3, k4, k5, k6], { rtol, atol }) {
  const [a, b, c, d, e, f, g] = E.map((weight) => weight * h);
  let square = 0;
  for (let i = 0; i < y.length; i++) {
    const [before, after] = [y[i] < 0 ? -y[i] : y[i], trial[i] < 0 ? -trial[i] : trial[i]];
    const error = a * k0[i] + b * k1[i] + c * k2[i] + d * k3[i] + e * k4[i] + f * k5[i] + g * k6[i];
    const share = error / (atol + rtol * (before > after ? before : after));
    square += share * share;
  }
  return Math.sqrt(square / y.length);
}
