// The chapter on the law of trained predictors: what networks of infinite width predict along a circle of inputs, and
// how far they disagree (Theorem G).
import { trainedCovariance, trainedMean, trainedSpread, trainedWeights } from "../bayes/law.js";
import { sampleProbabilities } from "../bayes/predictive.js";
import { kernelDiagonals, kernels } from "../kernels.js";
import { product } from "../linear_algebra.js";
import { center, smoothLabels, softmax } from "../losses.js";
import { key, normalAt } from "../random.js";
import { psdRootSliced } from "../spectrum.js";
import { fixed, plain } from "../words.js";
import { circle, radians } from "./_shared/circle.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {"nngp" | "ntk" | "zero"} Prior */

const K = 3;
const TRAIN_DEGREES = Float64Array.of(-60, 0, 60, 120);
const CLASSES = [0, 1, 2, 0];
const N = CLASSES.length;
const DEGREES = linspace(-180, 180, 73);
const [FARTHEST, NEAREST] = [nearest(-150), nearest(0)];
const [DRAWS, MEMBERS] = [2_000, 8];
const TOGETHER = 20; // draws between pauses
const ARCHITECTURE = { d: 2, sigmaB: 1 };
const [X, ALONG] = [circle(radians(TRAIN_DEGREES)), circle(radians(DEGREES))];
/** @type {Record<Prior, string>} */
const STARTS = {
  nngp: "Networks as they are initialized",
  ntk: "Networks with the corrected initial function",
  zero: "Networks that start from zero",
};

/** ntkbook.chapters.law.measure.law_circle.law_circle @type {Experiment} */
export const lawCircle = {
  *compute({ prior, epsilon }) {
    const start = /** @type {Prior} */ (prior);
    const Y = smoothLabels(CLASSES, K, Number(epsilon));
    const [train, across] = [kernels(ARCHITECTURE, X), kernels(ARCHITECTURE, ALONG, X)];
    const mean = trainedMean(train.ntk, across.ntk, Y, K);
    const q = {
      train: covarianceOf(train, start),
      across: covarianceOf(across, start),
      own: covarianceOf(kernelDiagonals(ARCHITECTURE, ALONG), start),
    };
    const spread = trainedSpread(trainedWeights(train.ntk, across.ntk), q);
    const before = covarianceOf(kernelDiagonals(ARCHITECTURE, X), start)[0];
    yield;
    const logits = (yield* deviations(start)).map((moved, at) => mean[at % mean.length] + moved);
    yield;
    const probabilities = yield* sampleProbabilities(logits, DRAWS, K);
    const members = softmax(logits.slice(0, MEMBERS * mean.length), K);
    return {
      angle: DEGREES,
      p0: ofClass(probabilities, 0),
      p1: ofClass(probabilities, 1),
      p2: ofClass(probabilities, 2),
      member_angle: withGaps((_, x) => DEGREES[x]),
      member: withGaps((s, x) => members[s * mean.length + x * K]),
      spread: spread.map((variance) => Math.sqrt(Math.max(variance, 0) * (1 - 1 / K))),
      initial: DEGREES.map(() => Math.sqrt(before * (1 - 1 / K))),
      data_angle: TRAIN_DEGREES,
      data: ofClass(Y, 0),
    };
  },

  describe({ prior, epsilon }, { p0, spread }) {
    return (
      `${STARTS[/** @type {Prior} */ (prior)]}, labels smoothed by ε = ${plain(Number(epsilon))}: at −150°, far from ` +
      `the data, a logit varies by ${fixed(spread[FARTHEST], 2)} from network to network and class 0 gets ` +
      `${fixed(100 * p0[FARTHEST], 1)} % on average; at 0°, where class 1 was seen, it gets ` +
      `${fixed(100 * p0[NEAREST], 1)} %, the target.`
    );
  },
};

/** The covariance of one logit of f₀. @param {import("../kernels.js").Kernels} both @param {Prior} prior */
function covarianceOf(both, prior) {
  return prior === "zero" ? both.nngp.map(() => 0) : both[prior];
}

/** Draws of P f_∞ minus their mean, which do not depend on ε and are kept. @type {Map<Prior, Float64Array>} */
const KEPT = new Map();

/** @param {Prior} prior @returns {Generator<void, Float64Array, void>} DRAWS × points × K */
function* deviations(prior) {
  const kept = KEPT.get(prior);
  if (kept) return kept;
  const [train, across] = [kernels(ARCHITECTURE, X), kernels(ARCHITECTURE, ALONG, X)];
  const Gamma = trainedCovariance(trainedWeights(train.ntk, across.ntk), {
    train: covarianceOf(train, prior),
    across: covarianceOf(across, prior),
    among: covarianceOf(kernels(ARCHITECTURE, ALONG), prior),
  });
  const points = DEGREES.length;
  yield;
  const root = yield* psdRootSliced(Gamma, points); // the root of Γ ⊗ P is Γ^½ ⊗ P
  const size = points * K;
  const rows = (N + points) * K; // the law is one on the training points too, where it has no spread
  const noise = new Float64Array(DRAWS * rows);
  const drawn = new Float64Array(DRAWS * size);
  for (let s = 0; s < DRAWS; s++) {
    for (let i = s * rows + N * K; i < (s + 1) * rows; i++) noise[i] = normalAt(key(0), i);
    const white = center(noise.subarray(s * rows + N * K, (s + 1) * rows), K);
    drawn.set(product(root, white, points, K), s * size);
    if (s % TOGETHER === 0) yield;
  }
  KEPT.set(prior, drawn);
  return drawn;
}

/** @param {Float64Array} rows @param {number} k */
function ofClass(rows, k) {
  return Float64Array.from({ length: rows.length / K }, (_, i) => rows[i * K + k]);
}

/** Member after member along the circle, a gap after each. @param {(s: number, x: number) => number} value */
function withGaps(value) {
  const columns = DEGREES.length + 1;
  return Float64Array.from({ length: MEMBERS * columns }, (_, at) => {
    const x = at % columns;
    return x < DEGREES.length ? value(Math.floor(at / columns), x) : Number.NaN;
  });
}

/** The first angle nearest to this one. @param {number} degrees */
function nearest(degrees) {
  const away = Array.from(DEGREES, (angle) => Math.abs(angle - degrees));
  return away.indexOf(Math.min(...away));
}
