// The chapter on sharp conditions: a point that moves behind a separating line, and copies whose labels conflict.
import { sphere } from "../data.js";
import { forEachLogit } from "../linear_algebra.js";
import { linearizedFlow } from "../linearized.js";
import { crossEntropy, multiplied, smoothLabels } from "../losses.js";
import { network } from "../one_hidden_layer.js";
import { problemOf } from "../problem.js";
import { key } from "../random.js";
import { separability } from "../sharp.js";
import { drawnBy } from "../sliced.js";
import { gradientFlow } from "../training.js";
import { fixed, general } from "../words.js";
import { PICTURE } from "./_shared/both_flows.js";
import { overTime } from "./_shared/lazy_training.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */

// --- a point that moves ---

const FIXED = [-1.2, 0.4, -0.7, -0.5, -1.5, -0.3, -0.4, 0.9, 1.1, 0.5, 0.8, -0.6, 1.6, 0.1]; // seven points, row by row
const LABELS = [0, 0, 0, 0, 1, 1, 1];
const BOX = [
  [-2.5, 2.5],
  [-1.5, 1.5],
];
const LONG = linspace(-2, 40, 85);

/** ntkbook.chapters.sharp_conditions.measure.separation.moved_point @type {Experiment} */
export const movedPoint = {
  *compute({ position, label }) {
    const X = Float64Array.of(...FIXED, Number(position), 0);
    const labels = [...LABELS, Number(label)];
    const [N, K] = [labels.length, 2];
    const Theta = affineKernel(X);
    const Y = smoothLabels(labels, K, 0);
    const answer = separability(Theta, Y, K);
    const line = answer.separable ? separatingLine(answer.coefficients, X) : [NOWHERE, NOWHERE];
    const ofClass = (/** @type {number} */ k, /** @type {number} */ axis) =>
      Float64Array.from(labels, (own, i) => (own === k ? X[2 * i + axis] : Number.NaN));
    const drawn = (/** @type {{ radius: number }[]} */ moments) => ({
      x0: ofClass(0, 0),
      y0: ofClass(0, 1),
      x1: ofClass(1, 0),
      y1: ofClass(1, 1),
      x: Float64Array.of(Number(position)),
      y: Float64Array.of(0),
      line_x: Float64Array.from(line, ([x]) => x),
      line_y: Float64Array.from(line, ([, y]) => y),
      log_t: LONG,
      radius: overTime(LONG, moments, ({ radius }) => radius),
      end: LONG.map(() => (answer.separable ? Number.NaN : answer.radius)),
    });
    const flow = linearizedFlow(forEachLogit(Theta, N, K), new Float64Array(N * K), Y, K, LONG.map(Math.exp));
    return drawn((yield* drawnBy(flow, drawn)).moments);
  },

  describe({ position }, { radius, end, log_t }) {
    const moved = `The moved point stands at ${fixed(Number(position), 2)}.`;
    const last = radius[radius.length - 1];
    if (Number.isFinite(end[0]))
      return `${moved} No line separates the classes: the flow ends at radius ${fixed(last, 2)}.`;
    const half = fixed(radius[log_t.indexOf(20)], 1);
    const grown = `the radius is ${half} at log t = 20 and ${fixed(last, 1)} at 40`;
    return `${moved} A line separates the classes: ${grown}, and goes on growing.`;
  },
};

/** Θ(x, x′) = 1 + x·x′, of an affine model x ↦ Wx + b in the plane. @param {Float64Array} X */
function affineKernel(X) {
  const N = X.length / 2;
  return Float64Array.from({ length: N * N }, (_, at) => {
    const [i, j] = [2 * Math.floor(at / N), 2 * (at % N)];
    return 1 + X[i] * X[j] + X[i + 1] * X[j + 1];
  });
}

const NOWHERE = [Number.NaN, Number.NaN];

/** The two points where the line v₁(x) = v₀(x) leaves the box, v₁(x) − v₀(x) = offset + slope·x; nowhere where it does not
 * cross it. @param {Float64Array} coefficients N × 2 @param {Float64Array} X */
function separatingLine(coefficients, X) {
  let offset = 0;
  const slope = [0, 0];
  for (let i = 0; i < X.length; i += 2) {
    const A = coefficients[i + 1] - coefficients[i];
    offset += A;
    slope[0] += X[i] * A;
    slope[1] += X[i + 1] * A;
  }
  const steepest = Math.max(Math.abs(slope[0]), Math.abs(slope[1]));
  const crossings = [];
  for (const axis of [0, 1]) {
    const other = 1 - axis;
    if (Math.abs(slope[other]) <= 1e-12 * steepest) continue;
    for (const edge of BOX[axis]) {
      const across = -(offset + slope[axis] * edge) / slope[other];
      if (BOX[other][0] <= across && across <= BOX[other][1])
        crossings.push(axis === 0 ? [edge, across] : [across, edge]);
    }
  }
  return crossings.length >= 2 ? crossings.slice(0, 2) : [NOWHERE, NOWHERE];
}

// --- copies whose labels conflict ---

const [INPUTS, COPIES, CLASSES] = [4, 3, 3];
const D = 6;
const POINTS = sphere(key(0), { points: INPUTS, inputs: D }).train.X;
const LOG_TIMES = linspace(-2, 6, 33);

/** ntkbook.chapters.sharp_conditions.measure.copies.conflicts @type {Experiment} */
export const conflicts = {
  *compute({ n, relabelled }) {
    const net = network(key(1), { d: D, K: CLASSES, n: Number(n) });
    const Y = meanLabels(Number(relabelled));
    const problem = problemOf(net, POINTS, Y, { loss: multiplied(crossEntropy, COPIES) });
    yield;
    const answer = separability(problem.Theta0, Y, CLASSES, problem.z0);
    const drawn = (/** @type {import("../training.js").Moment[]} */ moments) => ({
      log_t: LOG_TIMES,
      drift: overTime(LOG_TIMES, moments, ({ drift }) => drift),
      radius: overTime(LOG_TIMES, moments, ({ radius }) => radius),
      end: LOG_TIMES.map(() => (answer.separable ? Number.NaN : answer.radius)),
    });
    const flow = gradientFlow(problem, LOG_TIMES.map(Math.exp), { integration: PICTURE });
    return drawn((yield* drawnBy(flow, drawn)).moments);
  },

  describe({ relabelled }, { log_t, drift, radius }) {
    const last = log_t.length - 1;
    const growth = fixed(radius[last] - radius[log_t.findIndex((t) => t >= 4)], 2);
    if (relabelled === 0) {
      const held = `the parameters stop at ${fixed(radius[last], 3)}`;
      const drifted = `the NTK at a drift of ${general(Math.max(...drift.map((share) => 100 * share)), 2)} %`;
      return `Every input is seen with every class, so no direction separates: ${held}, ${drifted}.`;
    }
    const lost = `${relabelled} of ${INPUTS} inputs are never seen with one of the classes`;
    const moved = `from log t = 4 to 6 the radius grows by ${growth}, and the drift is at`;
    return `A direction separates, since ${lost}: ${moved} ${general(100 * drift[last], 2)} %.`;
  },
};

/** Each input's mean label, for copies with the classes 0, 1, 2; at the first `relabelled` inputs, one copy takes the class
 * of another. Cross-entropy is affine in y, so copies of one input train like the mean label, times their number.
 * @param {number} relabelled */
function meanLabels(relabelled) {
  const Y = new Float64Array(INPUTS * CLASSES).fill(1 / COPIES);
  for (let point = 0; point < relabelled; point++) {
    Y[point * CLASSES + (point % CLASSES)] -= 1 / COPIES;
    Y[point * CLASSES + ((point + 1) % CLASSES)] += 1 / COPIES;
  }
  return Y;
}
