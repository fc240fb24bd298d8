// The landing page: two ways to hold the logits of a wide network.
import { heldBy, NOTHING_HOLDS, verdict } from "../laziness_words.js";
import { fixed, percent } from "../words.js";
import { lazyTraining } from "./_shared/lazy_training.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */

const LOG_TIMES = linspace(-2, 40, 85);

/** ntkbook.chapters.index.measure.lazy_switch @type {Experiment} */
export const lazySwitch = {
  compute: ({ n, epsilon, lam }) =>
    lazyTraining({ n: Number(n), epsilon: Number(epsilon), lam: Number(lam) }, LOG_TIMES),

  describe({ epsilon, lam }, { log_t, drift, gap }) {
    const last = log_t.length - 1;
    const moved = `By log t = ${fixed(log_t[last], 0)} the NTK has moved by ${percent(Math.max(...drift))}`;
    const least = `the least logit gap is ${fixed(gap[last], 1)}`;
    const held = heldBy({ epsilon: Number(epsilon), lam: Number(lam) });
    if (!held) return `${NOTHING_HOLDS}. ${moved}, ${least}, and both go on growing.`;
    return `${held}. ${moved}; ${least}, and stays there: ${verdict(drift)}.`;
  },
};
