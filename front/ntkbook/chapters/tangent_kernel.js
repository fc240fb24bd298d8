// The chapter on the tangent kernel: that of one network along a circle of inputs, at initialization, after a move, at
// infinite width.
import { kernels } from "../kernels.js";
import { forEachLogit } from "../linear_algebra.js";
import { smoothLabels } from "../losses.js";
import { forward, network, passOver, tangentKernel } from "../one_hidden_layer.js";
import { problemOf } from "../problem.js";
import { foldIn, key } from "../random.js";
import { operatorNorm } from "../spectrum.js";
import { fixed, general, plain } from "../words.js";
import { moved } from "./_shared/ball.js";
import { circle, radians } from "./_shared/circle.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {import("../problem.js").Problem} Problem */

const K = 2;
const WIDTHS = Float64Array.of(64, 256, 1024, 4096);
const SEEDS = 3;
const ANGLES = linspace(-180, 180, 49);
const ALONG = circle(radians(ANGLES));
const POINTS = circle(radians([0, 90, 180, 270]));
const ORIGIN = POINTS.subarray(0, 2);
const Y = smoothLabels([0, 1, 0, 1], K, 0);
const SIZE = Y.length;
const LIMIT = kernels({ d: 2 }, ALONG, ORIGIN).ntk;
const LIMIT_ON_POINTS = forEachLogit(kernels({ d: 2 }, POINTS).ntk, POINTS.length / 2, K);
/** @type {Record<string, string>} */
const WORDS = {
  random: "at random",
  eigenvalue: "along the gradient of the largest eigenvalue",
  training: "where training goes",
};

/** ntkbook.chapters.tangent_kernel.measure.kernel_circle.kernel_circle @type {Experiment} */
export const kernelCircle = {
  *compute({ n, R, direction }) {
    const move = { R: Number(R), direction: String(direction) };
    const { problem, theta } = yield* movedProblem(Number(n), 0, move);
    yield;
    const initial = curve(problem, problem.net.theta0);
    yield;
    const after = curve(problem, theta);
    yield;
    const here = yield* means(Number(n), move);
    const [distance, drift] = [new Float64Array(WIDTHS.length), new Float64Array(WIDTHS.length)];
    for (const [i, width] of WIDTHS.entries()) {
      const atWidth = yield* means(width, move);
      distance[i] = atWidth.distance;
      drift[i] = atWidth.drift;
    }
    return {
      angle: ANGLES,
      limit: LIMIT,
      initial,
      moved: after,
      widths: WIDTHS,
      distance,
      drift,
      here_n: Float64Array.of(Number(n)),
      here_drift: Float64Array.of(here.drift),
    };
  },

  describe({ n, R, direction }, { here_drift, drift }) {
    const factor = fixed(drift[0] / drift[drift.length - 1], 0);
    return (
      `At width ${n}, parameters moved by R = ${plain(Number(R))} ${WORDS[direction]} change the kernel by ` +
      `${general(100 * here_drift[0], 2)} %; from width 64 to 4096 that change falls by a factor of ${factor} ` +
      "(n to the −½: 8, to the −1: 64)."
    );
  },
};

/** Four points of a circle and a network of width n, from θ₀ and moved to θ.
 * @param {number} n @param {number} seed @param {{ R: number, direction: string }} move */
function* movedProblem(n, seed, { R, direction }) {
  const own = key(1000 * seed + n);
  const net = network(own, { d: 2, K, n });
  yield;
  const problem = problemOf(net, POINTS, Y);
  yield;
  return { problem, theta: moved(problem, direction, R, foldIn(own, 1)) };
}

/** ‖Θ₀ − Θ ⊗ I‖/‖Θ‖ and ‖Θ_θ − Θ₀‖/‖Θ₀‖, means over the initializations.
 * @param {number} n @param {{ R: number, direction: string }} move */
function* means(n, move) {
  let [distance, drift] = [0, 0];
  for (let seed = 0; seed < SEEDS; seed++) {
    const { problem, theta } = yield* movedProblem(n, seed, move);
    yield;
    const { net, pass, Theta0 } = problem;
    forward(net, pass, theta);
    distance += relativeDrift(Theta0, LIMIT_ON_POINTS) / SEEDS;
    drift += relativeDrift(tangentKernel(net, pass, pass, theta), Theta0) / SEEDS;
    yield;
  }
  return { distance, drift };
}

/** ‖Θ − Θ₀‖/‖Θ₀‖. @param {Float64Array} Theta @param {Float64Array} Theta0 */
function relativeDrift(Theta, Theta0) {
  const apart = Theta.map((value, i) => value - Theta0[i]);
  return operatorNorm(apart, SIZE) / operatorNorm(Float64Array.from(Theta0), SIZE);
}

/** Θ_θ between the circle and the origin, for the first logit. @param {Problem} problem @param {Float64Array} theta */
function curve({ net }, theta) {
  const [along, origin] = [passOver(net, ALONG), passOver(net, ORIGIN)];
  forward(net, along, theta);
  forward(net, origin, theta);
  const Theta = tangentKernel(net, along, origin, theta);
  return Float64Array.from(ANGLES, (_, i) => Theta[i * K * K]);
}
