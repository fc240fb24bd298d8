// The network of the sphere, trained with cross-entropy: does its kernel move? What the landing page and the chapter on
// regularizers show.
import { radiusRegularized } from "../../bounds.js";
import { linearizedFlow } from "../../linearized.js";
import { logitGap } from "../../losses.js";
import { drawnBy } from "../../sliced.js";
import { gradientFlow } from "../../training.js";
import { PICTURE } from "./both_flows.js";
import { K, sphereProblem, TRAIN } from "./sphere.js";

/** @typedef {import("../../types.js").Arrays} Arrays */
/** @typedef {import("../../training.js").Moment} Moment */

/** The gradient flow of one network and of its linearization, at t = exp(logTimes).
 * @param {{ n: number, lam?: number, epsilon?: number, anchor?: number }} setting @param {Float64Array} logTimes
 * @returns {import("../../sliced.js").Sliced<Arrays>} */
export function* lazyTraining({ n, lam = 0, epsilon = 0, anchor = 1 }, logTimes) {
  const problem = yield* sphereProblem({ n, epsilon, lam, anchor });
  const times = logTimes.map(Math.exp);
  const bound = anchor === 1 && lam > 0 ? radiusRegularized(problem.V0, lam) : Number.NaN;
  /** @param {Moment[]} moments @param {{ logits: Float64Array }[]} linear @returns {Arrays} */
  const drawn = (moments, linear) => ({
    log_t: logTimes,
    drift: overTime(logTimes, moments, ({ drift }) => drift),
    radius: overTime(logTimes, moments, ({ radius }) => radius),
    radius_bound: logTimes.map(() => bound),
    gap: overTime(logTimes, moments, ({ logits }) => logitGap(logits, TRAIN.labels, K)),
    linear_gap: overTime(logTimes, linear, ({ logits }) => logitGap(logits, TRAIN.labels, K)),
  });
  const flow = gradientFlow(problem, times, { integration: PICTURE });
  const { moments } = yield* drawnBy(flow, (some) => drawn(some, []));
  if (anchor === 0) return drawn(moments, []); // decay towards 0 is not a lazy problem
  const linear = linearizedFlow(problem.Theta0, problem.z0, problem.Y, K, times, lam);
  return drawn(moments, (yield* drawnBy(linear, (some) => drawn(moments, some))).moments);
}

/** One value a time; NaN where there is no moment yet. @template T @param {Float64Array} logTimes @param {T[]} moments
 * @param {(moment: T, i: number) => number} value */
export function overTime(logTimes, moments, value) {
  return logTimes.map((_, i) => (i < moments.length ? value(moments[i], i) : Number.NaN));
}
