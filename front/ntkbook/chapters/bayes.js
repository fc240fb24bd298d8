// The chapter on ensembles and Bayes: maps of what six methods predict in the plane. The page computes MAP and Laplace
// at any prior variance; the ensembles and MCMC, the reference, come from the build.
import { centredVariance, laplaceMarginals } from "../bayes/laplace.js";
import { entropy, gaussianProbabilities } from "../bayes/predictive.js";
import { NotInThePage } from "../errors.js";
import { kernelDiagonals, kernels } from "../kernels.js";
import { smoothLabels, softmax } from "../losses.js";
import { key, split } from "../random.js";
import { rounded } from "../rounded.js";
import { fixed, plain } from "../words.js";
import { linspace } from "./_shared/linspace.js";
import { movablePoints } from "./_shared/movable_points.js";
import { square } from "./_shared/plane.js";

/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {"map" | "laplace" | "ensemble" | "noisy" | "labels" | "mcmc"} Method */

const K = 3;
const ANGLES = [0.2, 0.6, 1.3, 2.3, 2.7, 3.3, 4.4, 4.8, 5.5];
const RADII = [1.0, 1.3, 0.8, 1.2, 1.6, 1.0, 1.3, 0.9, 1.6];
const CLASSES = [0, 0, 1, 1, 1, 2, 2, 0, 2];
const POINTS = Float64Array.from(
  ANGLES.flatMap((phi, i) => [RADII[i] * Math.cos(phi), RADII[i] * Math.sin(phi)]),
);
const GIVEN = movablePoints(POINTS, 2, CLASSES, K);
const SIDE = linspace(-3, 3, 15);
const INSIDE = square(SIDE);
const ARCHITECTURE = { d: 2, sigmaB: 1 };
const [KEY, DRAWS] = [split(key(0), 4)[3], 2_000];
/** @type {Record<Method, string>} */
const NAMES = {
  map: "MAP",
  laplace: "Laplace",
  ensemble: "The ensemble",
  noisy: "The ensemble with Gaussian noise",
  labels: "The ensemble with resampled labels",
  mcmc: "MCMC",
};

/** ntkbook.chapters.bayes.measure.maps.bayes_maps. Away from the variances and the points of the build nobody has run
 * MCMC: the distance to it is then a gap. @type {Experiment} */
export const bayesMaps = {
  *compute(setting, prepared) {
    const method = /** @type {Method} */ (setting.method);
    const points = GIVEN.read(setting.points ?? GIVEN.text);
    const built = prepared(setting);
    if (method !== "map" && method !== "laplace") {
      if (built) return built;
      throw new NotInThePage(
        `${NAMES[method]} at prior variance s² = ${plain(Number(setting.variance))}${moved(setting) ? " and moved points" : ""} takes thousands of draws, ` +
          "more than a page can make.",
      );
    }
    const { doubt, spread } = yield* prediction(method, Number(setting.variance), points);
    const unknown = Float64Array.of(Number.NaN);
    return {
      side: SIDE,
      doubt: rounded(doubt, 3),
      spread: rounded(spread, 3),
      distance: built?.distance ?? doubt.map(() => Number.NaN),
      ...GIVEN.byClass(points),
      at_data: built?.at_data ?? unknown,
      in_square: built?.in_square ?? unknown,
      share: built?.share ?? unknown,
    };
  },

  describe({ method, variance, points = GIVEN.text }, { doubt, at_data, in_square, share }) {
    const mean = doubt.reduce((sum, value) => sum + value, 0) / doubt.length;
    const head =
      `${NAMES[/** @type {Method} */ (method)]} at prior variance s² = ${plain(Number(variance))}: ` +
      `mean doubt ${fixed(100 * mean, 1)} %; `;
    if (method === "mcmc")
      return `${head}it is the reference, known up to ${fixed(in_square[0], 4)} in total variation.`;
    if (Number.isNaN(at_data[0]))
      return `${head}MCMC has not been run ${points === GIVEN.text ? "at this variance" : "on these points"}, so its distance is not shown.`;
    return (
      `${head}total variation to MCMC ${fixed(at_data[0], 4)} at the data and ${fixed(in_square[0], 4)} over the ` +
      `square; at the data its variance is ${fixed(share[0], 2)} times the posterior's.`
    );
  },
};

/** @param {import("../../shared/values.js").Setting} setting */
function moved({ points }) {
  return points !== undefined && points !== GIVEN.text;
}

/** Over the square: entropy in units of log 3, and the standard deviation of a centred logit in units of its prior one.
 * @param {"map" | "laplace"} method @param {number} priorVariance s² = 1/λ
 * @param {import("./_shared/movable_points.js").Labelled} points */
function* prediction(method, priorVariance, { X, labels }) {
  const Y = smoothLabels(labels, K, 0);
  const own = kernelDiagonals(ARCHITECTURE, INSIDE).ntk;
  const [train, across] = [kernels(ARCHITECTURE, X).ntk, kernels(ARCHITECTURE, INSIDE, X).ntk];
  const { mean, marginals } = yield* laplaceMarginals(train, across, own, Y, K, 1 / priorVariance);
  const isMap = method === "map";
  const p = isMap ? softmax(mean, K) : yield* gaussianProbabilities(KEY, mean, marginals, K, DRAWS);
  const variance = isMap ? own.map(() => 0) : centredVariance(marginals, K);
  return {
    doubt: entropy(p, K).map((nats) => nats / Math.log(K)),
    spread: variance.map((after, x) => Math.sqrt(after / (priorVariance * own[x] * (1 - 1 / K)))),
  };
}
