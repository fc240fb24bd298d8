// The chapter on the loss in function space: one point with three classes, over the plane of centred logits.
import { forEachLogit, identity } from "../linear_algebra.js";
import { linearizedFlow } from "../linearized.js";
import { brier, crossEntropy, smoothLabels } from "../losses.js";
import { drawnBy } from "../sliced.js";
import { fixed, general, plain } from "../words.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {import("../losses.js").Loss} Loss */

const K = 3;
// Orthonormal coordinates (a, b) of 1^⊥: distances in the picture are distances between centred logits.
const BASIS = [
  [1 / Math.sqrt(2), -1 / Math.sqrt(2), 0],
  [-1 / Math.sqrt(6), -1 / Math.sqrt(6), 2 / Math.sqrt(6)],
];
const SIDE = linspace(-8, 8, 33);
const STARTS = Array.from({ length: 6 }, (_, i) => [
  6.5 * Math.cos((i * Math.PI) / 3),
  6.5 * Math.sin((i * Math.PI) / 3),
]);
const FAR = 2; // the start with the least logit of the target's class
const LOG_TIMES = linspace(-2, 12, 71);
const CLOSEST = 1e-9; // below this excess, rounding rules the ratio
/** @type {Record<string, Loss>} */
const LOSSES = { "cross-entropy": crossEntropy, Brier: brier };

/** ntkbook.chapters.loss.measure.simplex.simplex @type {Experiment} */
export const simplex = {
  *compute({ loss: name, epsilon }) {
    const loss = LOSSES[name];
    const y = smoothLabels([0], K, Number(epsilon));
    const plane = yield* overPlane(loss, y);
    const N = STARTS.length;
    const f0 = Float64Array.from(STARTS.flatMap(([a, b]) => logitsAt(a, b)));
    const Y = smoothLabels(new Uint8Array(N), K, Number(epsilon));
    const flow = linearizedFlow(forEachLogit(identity(N), N, K), f0, Y, K, LOG_TIMES.map(Math.exp), 0, loss);
    const drawn = (/** @type {{ logits: Float64Array }[]} */ moments) => ({
      ...plane,
      ...alongFlow(loss, y, moments),
    });
    return drawn((yield* drawnBy(flow, drawn)).moments);
  },

  describe({ loss, epsilon }, { path_a, path_b, path_excess, path_ratio, proven }) {
    const target = `Target with ε = ${plain(Number(epsilon))}`;
    const least = path_ratio.reduce((best, ratio, i) => (ratio < path_ratio[best] ? i : best), 0);
    const fallen = `on the way from the far side the PL ratio falls to ${general(path_ratio[least], 2)}`;
    if (loss === "Brier")
      return `${target}: ${fallen}, where the loss is still ${fixed(path_excess[least], 3)} above its infimum.`;
    if (epsilon === 0) return `Target at a corner: ${fallen}, and goes on falling.`;
    const end = LOG_TIMES.length - 1;
    const last = proven.filter(Number.isFinite).at(-1);
    const bound = last === undefined ? "below 1e-30" : general(last, 1);
    return (
      `${target}: the flow ends at distance ${fixed(Math.hypot(path_a[end], path_b[end]), 2)} from the middle, ` +
      `and ${fallen}; proven, near the target: ${bound}.`
    );
  },
};

/** Centred logits at a point of the plane. @param {number} a @param {number} b */
function logitsAt(a, b) {
  return BASIS[0].map((first, k) => a * first + b * BASIS[1][k]);
}

/** log₁₀ of the excess and of the PL ratio on the squares of the plane, row after row, to three digits.
 * @param {Loss} loss @param {Float64Array} y */
function* overPlane(loss, y) {
  const excess = new Float64Array(SIDE.length ** 2);
  const ratio = new Float64Array(SIDE.length ** 2);
  for (const [i, b] of SIDE.entries()) {
    for (const [j, a] of SIDE.entries()) {
      const here = excessAndRatio(loss, Float64Array.from(logitsAt(a, b)), y);
      excess[i * SIDE.length + j] = Math.round(1e3 * Math.log10(here.excess)) / 1e3;
      ratio[i * SIDE.length + j] = Math.round(1e3 * Math.log10(here.ratio)) / 1e3;
    }
    yield;
  }
  return { a: SIDE, b: SIDE, excess, ratio };
}

/** The flow lines, each closed by a gap; along the one from the far side, excess, ratio and the bound μ of the PL lemma
 * on that sublevel set. NaN where there is no moment yet.
 * @param {Loss} loss @param {Float64Array} y @param {{ logits: Float64Array }[]} moments */
function alongFlow(loss, y, moments) {
  const length = LOG_TIMES.length + 1;
  const gaps = (/** @type {number} */ count) => new Float64Array(count).fill(Number.NaN);
  const [path_a, path_b] = [gaps(STARTS.length * length), gaps(STARTS.length * length)];
  const [path_excess, path_ratio, proven] = [gaps(length - 1), gaps(length - 1), gaps(length - 1)];
  for (const [t, { logits }] of moments.entries()) {
    for (let line = 0; line < STARTS.length; line++) {
      const z = logits.subarray(line * K, (line + 1) * K);
      path_a[line * length + t] = BASIS[0].reduce((sum, b, k) => sum + b * z[k], 0);
      path_b[line * length + t] = BASIS[1].reduce((sum, b, k) => sum + b * z[k], 0);
    }
    const { excess, ratio } = excessAndRatio(loss, logits.subarray(FAR * K, (FAR + 1) * K), y);
    if (!(excess > CLOSEST)) continue;
    path_excess[t] = excess;
    path_ratio[t] = ratio;
    const mu = loss.pl && Math.min(...y) > 0 ? loss.pl(y, K, excess) : 0;
    if (mu > 1e-30) proven[t] = mu;
  }
  return { path_a, path_b, path_excess, path_ratio, proven };
}

/** ℓ − inf ℓ and ‖∇ℓ‖²/2(ℓ − inf ℓ) at one point. @param {Loss} loss @param {Float64Array} z @param {Float64Array} y */
function excessAndRatio(loss, z, y) {
  const excess = Math.max(loss.value(z, y, K) - loss.infimum(y), 1e-16);
  const slope = loss.residual(z, y, K, new Float64Array(K)).reduce((sum, r) => sum + r * r, 0);
  return { excess, ratio: Math.max(slope, 1e-32) / (2 * excess) };
}
