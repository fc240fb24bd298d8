// The chapter on regularizers: one that pulls towards θ₀ or towards 0, at every width and strength.
import { verdict } from "../laziness_words.js";
import { fixed, percent } from "../words.js";
import { lazyTraining } from "./_shared/lazy_training.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */

const LOG_TIMES = linspace(-2, 7, 73);

/** ntkbook.chapters.regularizer.measure.explorer.regularizer @type {Experiment} */
export const regularizer = {
  compute: ({ n, lam, anchor }) =>
    lazyTraining({ n: Number(n), lam: Number(lam), anchor: anchor === "init" ? 1 : 0 }, LOG_TIMES),

  describe({ anchor }, { drift, radius, radius_bound }) {
    const moved = `the NTK moves by ${percent(Math.max(...drift))}`;
    const travelled = `the parameters travel ${fixed(Math.max(...radius), 2)}`;
    if (anchor === "zero")
      return `Pulled towards 0, ${moved} and ${travelled}; no bound holds: ${verdict(drift)}.`;
    const bound = fixed(radius_bound[radius_bound.length - 1], 2);
    return `Pulled towards θ₀, ${moved} and ${travelled}, within the bound ${bound}: ${verdict(drift)}.`;
  },
};
