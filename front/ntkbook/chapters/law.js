// The chapter on the law of trained predictors: what networks of infinite width predict along a circle of inputs, and
// how far they disagree (Theorem G).
import { trainedCovariance, trainedMean, trainedSpread, trainedWeights } from "../bayes/law.js";
import { gaussianProbabilities, sampleProbabilities } from "../bayes/predictive.js";
import { kernelDiagonals, kernels } from "../kernels.js";
import { product } from "../linear_algebra.js";
import { center, ofClass, smoothLabels, softmax } from "../losses.js";
import { key, normalAt } from "../random.js";
import { atOnce } from "../sliced.js";
import { psdRootSliced } from "../spectrum.js";
import { fixed, plain } from "../words.js";
import { circle, radians } from "./_shared/circle.js";
import { linspace } from "./_shared/linspace.js";
import { movablePoints, padded } from "./_shared/movable_points.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {"nngp" | "ntk" | "zero"} Prior */

const K = 3;
const GIVEN = movablePoints(Float64Array.of(-60, 0, 60, 120), 1, [0, 1, 2, 0], K);
const DEGREES = linspace(-180, 180, 73);
const [FARTHEST, NEAREST] = [nearest(-150), nearest(0)];
const [DRAWS, MEMBERS] = [2_000, 8];
const FEW_DRAWS = 200; // of the marginals, for a picture at once
const TOGETHER = 20; // draws between pauses
const ARCHITECTURE = { d: 2, sigmaB: 1 };
const ALONG = circle(radians(DEGREES));
/** @type {Record<Prior, string>} */
const STARTS = {
  nngp: "Networks as they are initialized",
  ntk: "Networks with the corrected initial function",
  zero: "Networks that start from zero",
};

/** ntkbook.chapters.law.measure.law_circle.law_circle @type {Experiment} */
export const lawCircle = {
  *compute({ prior, epsilon, points = GIVEN.text }) {
    const start = /** @type {Prior} */ (prior);
    const { X: degrees, labels } = GIVEN.read(points);
    const X = circle(radians(degrees));
    const Y = smoothLabels(labels, K, Number(epsilon));
    const [train, across] = [kernels(ARCHITECTURE, X), kernels(ARCHITECTURE, ALONG, X)];
    const mean = trainedMean(train.ntk, across.ntk, Y, K);
    const q = {
      train: covarianceOf(train, start),
      across: covarianceOf(across, start),
      own: covarianceOf(kernelDiagonals(ARCHITECTURE, ALONG), start),
    };
    const spread = trainedSpread(trainedWeights(train.ntk, across.ntk), q);
    const before = covarianceOf(kernelDiagonals(ARCHITECTURE, X), start)[0];

    /** @param {Float64Array} probabilities @param {Float64Array} members */
    const drawn = (probabilities, members) => ({
      angle: DEGREES,
      p0: ofClass(probabilities, 0, K),
      p1: ofClass(probabilities, 1, K),
      p2: ofClass(probabilities, 2, K),
      member_angle: withGaps((_, x) => DEGREES[x]),
      member: withGaps((s, x) => members[s * mean.length + x * K]),
      spread: spread.map((variance) => Math.sqrt(Math.max(variance, 0) * (1 - 1 / K))),
      initial: DEGREES.map(() => Math.sqrt(before * (1 - 1 / K))),
      data_angle: padded(degrees),
      data: padded(ofClass(Y, 0, K)),
    });
    yield;
    if (!KEPT.has(nameOf(start, X))) {
      const roughly = yield* gaussianProbabilities(key(0), mean, marginals(spread), K, FEW_DRAWS);
      yield atOnce(() => drawn(roughly, new Float64Array(MEMBERS * mean.length).fill(Number.NaN)));
    }
    const logits = (yield* deviations(start, X)).map((moved, at) => mean[at % mean.length] + moved);
    yield;
    const probabilities = yield* sampleProbabilities(logits, DRAWS, K);
    return drawn(probabilities, softmax(logits.slice(0, MEMBERS * mean.length), K));
  },

  describe({ prior, epsilon, points = GIVEN.text }, { p0, spread }) {
    if (points !== GIVEN.text) {
      const coarse = Array.from(spread, (deviation) => Math.round(1000 * deviation));
      const most = coarse.indexOf(Math.max(...coarse)); // of equal ones the first
      const angle = fixed(DEGREES[most], 0).replace("-", "−");
      return (
        `${STARTS[/** @type {Prior} */ (prior)]}, labels smoothed by ε = ${plain(Number(epsilon))}: a logit varies ` +
        `most at ${angle}°, by ${fixed(spread[most], 2)} from network to network, and class 0 gets ` +
        `${fixed(100 * p0[most], 1)} % there on average.`
      );
    }
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

/** Γ_q(x, x) P for every x. @param {Float64Array} spread */
function marginals(spread) {
  return Float64Array.from({ length: spread.length * K * K }, (_, at) => {
    const [k, l] = [Math.floor(at / K) % K, at % K];
    return Math.max(spread[Math.floor(at / (K * K))], 0) * ((k === l ? 1 : 0) - 1 / K);
  });
}

/** Draws of P f_∞ minus their mean, which do not depend on ε: the last are kept. @type {Map<string, Float64Array>} */
const KEPT = new Map();

/** @param {Prior} prior @param {Float64Array} X */
function nameOf(prior, X) {
  return `${prior} ${X.join()}`;
}

/** @type {import("../kernels.js").Kernels | undefined} */
let among;

/** @param {Prior} prior @param {Float64Array} X @returns {Generator<void, Float64Array, void>} DRAWS × points × K */
function* deviations(prior, X) {
  const own = nameOf(prior, X);
  const kept = KEPT.get(own);
  if (kept) return kept;
  if (KEPT.size >= 3) KEPT.clear();
  const [train, across] = [kernels(ARCHITECTURE, X), kernels(ARCHITECTURE, ALONG, X)];
  among ??= kernels(ARCHITECTURE, ALONG);
  const Gamma = trainedCovariance(trainedWeights(train.ntk, across.ntk), {
    train: covarianceOf(train, prior),
    across: covarianceOf(across, prior),
    among: covarianceOf(among, prior),
  });
  const points = DEGREES.length;
  yield;
  const root = yield* psdRootSliced(Gamma, points); // the root of Γ ⊗ P is Γ^½ ⊗ P
  const size = points * K;
  const N = X.length / 2;
  const rows = (N + points) * K; // the law is one on the training points too, where it has no spread
  const noise = new Float64Array(DRAWS * rows);
  const drawn = new Float64Array(DRAWS * size);
  for (let s = 0; s < DRAWS; s++) {
    for (let i = s * rows + N * K; i < (s + 1) * rows; i++) noise[i] = normalAt(key(0), i);
    const white = center(noise.subarray(s * rows + N * K, (s + 1) * rows), K);
    drawn.set(product(root, white, points, K), s * size);
    if (s % TOGETHER === 0) yield;
  }
  KEPT.set(own, drawn);
  return drawn;
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
