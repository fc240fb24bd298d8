// The chapter on the trained predictor: a network trained to the end, beside the formula for it, on a square of the
// input plane. Six points on a circle, two classes, held by smoothed labels (ε) or a regularizer (λ).
import { kernelLogisticRegression, logTargetRegression } from "../explicit.js";
import { largest } from "../linear_algebra.js";
import { smoothLabels } from "../losses.js";
import { linearLogitsAt, logitsAt } from "../many_points.js";
import { network, pullBack } from "../one_hidden_layer.js";
import { problemOf } from "../problem.js";
import { key } from "../random.js";
import { rounded } from "../rounded.js";
import { atOnce, drawnBy } from "../sliced.js";
import { gradientFlow } from "../training.js";
import { fixed, general, plain } from "../words.js";
import { circle } from "./_shared/circle.js";
import { linspace } from "./_shared/linspace.js";
import { movablePoints } from "./_shared/movable_points.js";
import { square } from "./_shared/plane.js";

/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../types.js").Experiment} Experiment */

const CLASSES = [0, 0, 0, 1, 0, 1];
const GIVEN = movablePoints(circle(CLASSES.map((_, i) => 0.3 + (2 * Math.PI * i) / 6)), 2, CLASSES, 2);
const SIDE = linspace(-2.2, 2.2, 23);
const INSIDE = square(SIDE);
const TIMES = [Math.exp(2), Math.exp(7)];
const TO_THE_END = { rtol: 1e-8, atol: 1e-10, steady: 1e-5 };

/** ntkbook.chapters.trained_predictor.measure.predictor.predictor @type {Experiment} */
export const predictor = {
  *compute({ n, holder, strength, points = GIVEN.text }) {
    const { X, labels } = GIVEN.read(points);
    const [epsilon, lam] = holder === "epsilon" ? [Number(strength), 0] : [0, Number(strength)];
    const net = network(key(1), { d: 2, K: 2, n: Number(n), sigmaB: 1 });
    const problem = problemOf(net, X, smoothLabels(labels, 2, epsilon), { lam });
    const { coefficients } = yield* trained(problem);
    // f₀(x) + Θ₀(x, X)A, and Θ₀(x, X)A = J₀(x)J₀ᵀA
    const J0A = pullBack(net, problem.pass, net.theta0, coefficients, new Float64Array(net.size));
    const formula = gap(yield* linearLogitsAt(net, J0A, INSIDE));
    const drawn = (/** @type {Float64Array} */ values) => ({
      ...picture(values, formula),
      ...GIVEN.byClass({ X, labels }),
    });

    const options = { recordNtk: false, integration: TO_THE_END };
    const untrained = formula.map(() => Number.NaN);
    yield atOnce(() => drawn(untrained));
    const { theta } = yield* drawnBy(gradientFlow(problem, TIMES, options), () => drawn(untrained));
    return drawn(gap(yield* logitsAt(net, theta, INSIDE)));
  },

  describe({ holder, strength }, { difference, formula }) {
    const [apart, size] = [largest(difference), largest(formula)];
    return (
      `With ${holder === "epsilon" ? "ε" : "λ"} = ${plain(Number(strength))} the logit gap reaches ` +
      `${fixed(size, 2)} in the square; network and formula differ by ${fixed(apart, 3)} at most, ` +
      `${general((100 * apart) / size, 2)} % of it.`
    );
  },
};

/** Theorem D with the network's own kernel: regression onto centred log-targets without a regularizer, kernel logistic
 * regression with one. @param {import("../problem.js").Problem} problem
 * @returns {Generator<void, import("../explicit.js").Solution, void>} */
function* trained({ Theta0, Y, K, z0, lam }) {
  if (lam === 0) return logTargetRegression(Theta0, Y, K, { f0: z0 });
  return yield* kernelLogisticRegression(Theta0, Y, K, { f0: z0, lam });
}

/** f₁ − f₀. @param {Float64Array} logits M × 2 */
function gap(logits) {
  return Float64Array.from({ length: logits.length / 2 }, (_, i) => logits[2 * i + 1] - logits[2 * i]);
}

/** @param {Float64Array} values of the network @param {Float64Array} formula @returns {Arrays} */
function picture(values, formula) {
  return {
    side: SIDE,
    network: rounded(values, 4),
    formula: rounded(formula, 4),
    difference: rounded(
      values.map((value, i) => value - formula[i]),
      4,
    ),
  };
}
