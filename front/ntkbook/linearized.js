// The flow of the linearized model by its kernel alone: z = f₀ + Ru with Θ = RRᵀ and u̇ = −Rᵀ∇C(z) − λu, in the clock
// s = log(1 + t), by Kværnø's implicit method 5(4), as in Python. ‖u‖ = ‖θ − θ₀‖.
import { NotConverged } from "./errors.js";
import { isSteady, stepControl } from "./integration.js";
import { eigh, factorize, product, solveFactorized } from "./linear_algebra.js";
import { crossEntropy } from "./losses.js";
import { general } from "./words.js";

/** @typedef {{ logits: Float64Array, radius: number, u: Float64Array }} LinearMoment */

const PRECISE = { rtol: 1e-9, atol: 1e-11, steady: 1e-10, maxSteps: 20_000 };
// Kværnø 2004, with γ on the diagonal: stage i + 1 is at s + C_i h, from slopes weighted by A_i.
const GAMMA = 0.26;
const A = [
  [0.26],
  [0.13, 0.8403332099679081],
  [0.22371961478320504, 0.476755323197997, -0.06470895363112615],
  [0.16648564323248322, 0.1045001884159172, 0.03631482272098715, -0.13090704451073998],
  [0.13855640231268224, 0, -0.04245337201752043, 0.02446657898003141, 0.6194303907248068],
  [
    0.13659751177640292, 0, -0.05496908796538376, -0.04118626728321046, 0.629933048990164,
    0.06962479448202728,
  ],
];
const C = [0.52, 1.230333209967908, 0.8957659843500759, 0.43639360985864756, 1, 1];
const NEWTON = 12; // most iterations of a stage

/** Pauses after every step, with the moments so far.
 * @param {Float64Array} Theta NK × NK @param {Float64Array} f0 @param {Float64Array} Y @param {number} K
 * @param {ArrayLike<number>} times increasing @param {number} [lam] @param {import("./losses.js").Loss} [loss]
 * @returns {Generator<LinearMoment[], { moments: LinearMoment[], root: Float64Array, inverse: Float64Array }, void>} */
export function* linearizedFlow(Theta, f0, Y, K, times, lam = 0, loss = crossEntropy) {
  const size = f0.length;
  const { root, inverse } = squareRoots(Theta, size);
  const marks = Array.from(times, Math.log1p);
  const room = () => new Float64Array(size);
  const [z, r, trial, base, delta, slope] = Array.from({ length: 6 }, room);
  const k = Array.from({ length: 7 }, room);
  const u = room();
  const start = room();

  /** z ← f₀ + Ru. @param {Float64Array} at */
  function logits(at) {
    for (let i = 0; i < size; i++) {
      let sum = f0[i];
      for (let j = 0; j < size; j++) sum += root[i * size + j] * at[j];
      z[i] = sum;
    }
    return z;
  }

  /** out ← du/ds. @param {number} s @param {Float64Array} at @param {Float64Array} out */
  function velocity(s, at, out) {
    loss.residual(logits(at), Y, K, r);
    for (let j = 0; j < size; j++) out[j] = lam * at[j];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) out[j] += root[i * size + j] * r[i];
    }
    const faster = -Math.exp(s);
    for (let j = 0; j < size; j++) out[j] *= faster;
  }

  const LU = new Float64Array(size * size);
  const pivots = new Int32Array(size);
  const curved = new Float64Array(size * K); // ∇²C
  const weighted = new Float64Array(size * size); // ∇²C R
  /** LU ← I + γh eˢ(Rᵀ∇²C R + λ). @param {number} h @param {number} s */
  function prepare(h, s) {
    loss.hessian(logits(u), Y, K, curved);
    weighted.fill(0);
    for (let i = 0; i < size; i++) {
      const first = i - (i % K);
      for (let l = 0; l < K; l++) {
        const curvature = curved[i * K + l];
        for (let j = 0; j < size; j++) weighted[i * size + j] += curvature * root[(first + l) * size + j];
      }
    }
    const step = GAMMA * h * Math.exp(s);
    LU.fill(0);
    for (let i = 0; i < size; i++) {
      for (let a = 0; a < size; a++) {
        const x = step * root[i * size + a];
        if (x !== 0) for (let b = 0; b < size; b++) LU[a * size + b] += x * weighted[i * size + b];
      }
    }
    for (let a = 0; a < size; a++) LU[a * size + a] += 1 + step * lam;
    factorize(LU, size, pivots);
  }

  /** trial ← the solution y of y = base + γh v(s, y), k ← its slope; false where Newton's steps do not shrink.
   * @param {number} stage @param {number} s @param {number} h */
  function solveStage(stage, s, h) {
    base.set(u);
    for (const [j, weight] of A[stage].entries()) {
      if (weight !== 0) for (let q = 0; q < size; q++) base[q] += h * weight * k[j][q];
    }
    for (let q = 0; q < size; q++) trial[q] = base[q] + h * GAMMA * k[stage][q];
    let before = Infinity;
    for (let iteration = 0; iteration < NEWTON; iteration++) {
      velocity(s + C[stage] * h, trial, slope);
      for (let q = 0; q < size; q++) delta[q] = base[q] + h * GAMMA * slope[q] - trial[q];
      solveFactorized(LU, size, pivots, delta);
      let change = 0;
      for (let q = 0; q < size; q++) {
        trial[q] += delta[q];
        change = Math.max(change, Math.abs(delta[q]) / (PRECISE.atol + PRECISE.rtol * Math.abs(trial[q])));
      }
      if (!(change < 2 * before)) return false;
      before = change;
      if (change < 1e-2) {
        for (let q = 0; q < size; q++) k[stage + 1][q] = (trial[q] - base[q]) / (h * GAMMA);
        return true;
      }
    }
    return false;
  }

  /** @param {number} h */
  function errorOf(h) {
    let square = 0;
    for (let q = 0; q < size; q++) {
      let error = k[6][q] * GAMMA + k[5][q] * (A[5][5] - GAMMA);
      for (let j = 0; j < 5; j++) error += k[j][q] * (A[5][j] - A[4][j]);
      square +=
        ((h * error) / (PRECISE.atol + PRECISE.rtol * Math.max(Math.abs(u[q]), Math.abs(trial[q])))) ** 2;
    }
    return Math.sqrt(square / size);
  }

  /** @type {LinearMoment[]} */
  const moments = [];
  const record = (/** @type {number} */ s) => {
    while (moments.length < marks.length && marks[moments.length] <= s)
      moments.push({ logits: logits(u).slice(), radius: Math.hypot(...u), u: u.slice() });
  };
  const control = stepControl(marks);
  record(0);
  velocity(0, u, k[0]);
  for (let steps = 0; moments.length < marks.length; steps++) {
    if (steps >= PRECISE.maxSteps)
      throw new NotConverged(
        `the linearized flow did not reach t = ${general(times[times.length - 1], 3)} within ${steps} steps`,
      );
    const { from, to } = control;
    const h = to - from;
    prepare(h, from + h / 2);
    let solved = true;
    for (let stage = 0; stage < 6 && solved; stage++) solved = solveStage(stage, from, h);
    if (control.judge(solved ? errorOf(h) : Infinity, moments.length)) {
      u.set(trial);
      k[0].set(k[6]);
      record(to);
      velocity(to, u, slope);
      if (isSteady(u, start, slope, PRECISE.steady)) record(Infinity);
    }
    yield moments;
  }
  return { moments, root, inverse };
}

/** R and R⁻¹ with Θ = RRᵀ, from eigenvectors; directions below rounding are left out of both, as in Python.
 * @param {Float64Array} Theta @param {number} size */
function squareRoots(Theta, size) {
  const { values, vectors } = eigh(Theta, size);
  const rounding = size * 2 ** -52 * values[size - 1];
  const scales = values.map((value) => Math.sqrt(value > rounding ? value : 0));
  const root = vectors.map((entry, at) => entry * scales[at % size]);
  const inverse = vectors.map((entry, at) => (scales[at % size] > 0 ? entry / scales[at % size] : 0));
  return { root, inverse };
}

/** A with θ − θ₀ = J₀ᵀA, of a moment. @param {{ inverse: Float64Array }} flow @param {LinearMoment} moment */
export function coefficients({ inverse }, { u }) {
  return product(inverse, u, u.length, 1);
}
