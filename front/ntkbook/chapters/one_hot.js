// The chapter on one-hot targets: width against time.
import { logitGap } from "../losses.js";
import { fixed, general, plain } from "../words.js";
import { bothFlows } from "./_shared/both_flows.js";
import { overTime } from "./_shared/lazy_training.js";
import { linspace } from "./_shared/linspace.js";
import { K, sphereProblem, TRAIN } from "./_shared/sphere.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {import("../training.js").Moment} Moment */
/** @typedef {import("./_shared/both_flows.js").LinearMoment} LinearMoment */

const WIDTHS = Float64Array.of(64, 256, 1024, 4096);
const LOG_TIMES = linspace(-2, 100, 52);
const LONG = { steady: 1e-3 };
/** @type {Record<string, number>} */
const SMOOTHING = { onehot: 0, smoothed: 0.1 };

/** ntkbook.chapters.one_hot.measure.order_of_limits @type {Experiment} */
export const orderOfLimits = {
  *compute({ n, log_horizon, targets }, prepared) {
    const problem = yield* sphereProblem({ n: Number(n), epsilon: SMOOTHING[targets] });
    const seen = LOG_TIMES.filter((log_t) => Number(log_horizon) + 1e-9 >= log_t);
    // What the build has of a width at its last horizon holds every earlier one.
    const sup_drift = WIDTHS.map((width) => {
      const cell = prepared({ n: width, log_horizon: LOG_TIMES[LOG_TIMES.length - 1], targets });
      return cell ? Math.max(...cell.drift.subarray(0, seen.length)) : Number.NaN;
    });
    const drawn = (/** @type {Moment[]} */ path, /** @type {LinearMoment[]} */ linear) => {
      const drift = overTime(LOG_TIMES, path, (moment) => moment.drift);
      return {
        log_t: LOG_TIMES,
        gap: overTime(LOG_TIMES, path, ({ logits }) => logitGap(logits, TRAIN.labels, K)),
        linear_gap: overTime(LOG_TIMES, linear, ({ logits }) => logitGap(logits, TRAIN.labels, K)),
        radius: overTime(LOG_TIMES, path, ({ radius }) => radius),
        linear_radius: overTime(LOG_TIMES, linear, ({ radius }) => radius),
        drift,
        widths: WIDTHS,
        sup_drift,
        here: Float64Array.of(Number(n)),
        here_drift: Float64Array.of(Math.max(...drift.subarray(0, path.length))),
      };
    };
    return yield* bothFlows(problem, seen, drawn, LONG);
  },

  describe({ n, log_horizon, targets }, { gap, here_drift }) {
    const last = fixed(gap.findLast(Number.isFinite) ?? Number.NaN, 1);
    const moved =
      `Up to log t = ${plain(Number(log_horizon))}, the NTK of width ${n} moves by ` +
      `${general(100 * here_drift[0], 3)} %`;
    const ends =
      targets === "smoothed" ? " and stays there, however long one waits" : ", and goes on growing";
    return `${moved}; the least margin reaches ${last}${ends}.`;
  },
};
