// The chapter on non-degenerate targets: where smoothing stops the logits, how far that is, what is proven of it.
import { plConstantPolynomial, radiusNondegenerate } from "../bounds.js";
import { logTargetRegression } from "../explicit.js";
import { eigh } from "../linear_algebra.js";
import { logitGap, plRatio } from "../losses.js";
import { drawnBy } from "../sliced.js";
import { gradientFlow } from "../training.js";
import { fixed, general } from "../words.js";
import { PICTURE } from "./_shared/both_flows.js";
import { overTime } from "./_shared/lazy_training.js";
import { linspace } from "./_shared/linspace.js";
import { K, sphereProblem, TRAIN } from "./_shared/sphere.js";

/** @typedef {import("../types.js").Experiment} Experiment */

const LOG_TIMES = linspace(-2, 14, 65);
const RESOLVED = 1e-6; // an excess C − C* below this is no longer told from the accuracy of the flow

/** ntkbook.chapters.non_degenerate.measure.non_degenerate @type {Experiment} */
export const nonDegenerate = {
  *compute(setting) {
    const [n, epsilon] = [Number(setting.n), Number(setting.epsilon)];
    const problem = yield* sphereProblem({ n, epsilon });
    const { Theta0, z0, Y, V0 } = problem;
    const kappa = eigh(Theta0, z0.length).values[0];
    const mu = plConstantPolynomial(Y, V0);
    const constant = {
      plateau: Math.log((1 - epsilon + epsilon / K) / (epsilon / K)),
      double: 2 * distanceToMinimizer(Theta0, z0, Y), // eq-radius-wide: its limit
      bound: radiusNondegenerate(V0, mu, kappa),
      mu,
    };
    const flow = gradientFlow(problem, LOG_TIMES.map(Math.exp), { integration: PICTURE });
    const drawn = (/** @type {import("../training.js").Moment[]} */ moments) => ({
      log_t: LOG_TIMES,
      gap: overTime(LOG_TIMES, moments, ({ logits }) => logitGap(logits, TRAIN.labels, K)),
      drift: overTime(LOG_TIMES, moments, ({ drift }) => drift),
      radius: overTime(LOG_TIMES, moments, ({ radius }) => radius),
      ratio: overTime(LOG_TIMES, moments, ({ logits }) => plRatio(logits, Y, K, RESOLVED)),
      ...Object.fromEntries(
        Object.entries(constant).map(([name, value]) => [name, LOG_TIMES.map(() => value)]),
      ),
    });
    const { moments } = yield* drawnBy(flow, drawn);
    return drawn(moments);
  },

  describe({ n }, { gap, drift, radius, bound, double }) {
    const stops = `The least margin of width ${n} stops at ${fixed(gap[gap.length - 1], 2)}`;
    const travelled = `the parameters travel ${fixed(Math.max(...radius), 2)}`;
    const allowed = `R = ${fixed(bound[0], 0)} bounds that, and 2ρ = ${fixed(double[0], 2)} the limit of wide networks`;
    const moved = `the NTK moves by ${general(100 * Math.max(...drift), 2)} %`;
    return `${stops}; ${travelled}; ${allowed}; ${moved}.`;
  },
};

/** ρ = √⟨A, Θ₀A⟩, the distance from θ₀ to the nearest minimizer of the linearized loss, at θ₀ + J₀ᵀA.
 * @param {Float64Array} Theta @param {Float64Array} f0 @param {Float64Array} Y */
function distanceToMinimizer(Theta, f0, Y) {
  const { coefficients, logits } = logTargetRegression(Theta, Y, K, { f0 });
  return Math.sqrt(coefficients.reduce((sum, a, i) => sum + a * (logits[i] - f0[i]), 0)); // ΘA = f(X) − f₀(X)
}
