// The chapter that says: training is linear. How far a network leaves its linearization, over time and width.
import { linearizationGap, softmax } from "../losses.js";
import { fixed, general } from "../words.js";
import { bothFlows } from "./_shared/both_flows.js";
import { overTime } from "./_shared/lazy_training.js";
import { linspace } from "./_shared/linspace.js";
import { K, sphereProblem } from "./_shared/sphere.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {import("../training.js").Moment} Moment */
/** @typedef {import("./_shared/both_flows.js").LinearMoment} LinearMoment */

const WIDTHS = Float64Array.of(64, 256, 1024, 4096);
const LOG_TIMES = linspace(-2, 14, 65);
/** @type {Record<string, { epsilon: number, lam: number }>} */
const CONDITIONS = {
  smoothed: { epsilon: 0.1, lam: 0 },
  regularized: { epsilon: 0, lam: 0.1 },
  none: { epsilon: 0, lam: 0 },
};

/** ntkbook.chapters.linear_training.measure.gap_over_time @type {Experiment} */
export const gapOverTime = {
  *compute({ n, condition }, prepared) {
    const problem = yield* sphereProblem({ n: Number(n), ...CONDITIONS[condition] });
    // Over the widths every flow but this one's is the build's.
    const largest = prepared({ n: WIDTHS[0], condition })?.largest ?? WIDTHS.map(() => Number.NaN);
    const drawn = (/** @type {Moment[]} */ path, /** @type {LinearMoment[]} */ linear) => {
      const gap = (/** @type {(moment: Moment | LinearMoment) => Float64Array} */ of) =>
        overTime(LOG_TIMES, path, (moment, i) => linearizationGap(of(moment), of(linear[i]), K));
      const gap_test = gap(({ testLogits }) => testLogits);
      return {
        log_t: LOG_TIMES,
        gap_train: gap(({ logits }) => logits),
        gap_test,
        gap_probability: gap(({ testLogits }) => softmax(testLogits, K)),
        widths: WIDTHS,
        largest,
        here: Float64Array.of(Number(n)),
        here_largest: Float64Array.of(Math.max(...gap_test.subarray(0, path.length))),
      };
    };
    return yield* bothFlows(problem, LOG_TIMES, drawn);
  },

  describe({ n, condition }, { log_t, gap_test }) {
    const [largest, last] = [Math.max(...gap_test), log_t.length - 1];
    const reach = `At width ${n} network and linearization part by at most ${general(largest, 3)} on the test points`;
    if (condition === "none")
      return `${reach} by log t = ${fixed(log_t[last], 0)}, and the gap goes on growing.`;
    const first = gap_test.findIndex((gap) => gap >= (1 - 1e-4) * largest); // on a plateau rounding picks the largest
    const peak = fixed(log_t[first], 1);
    return `${reach}, near log t = ${peak}; at the end of training the gap is ${general(gap_test[last], 3)}.`;
  },
};
