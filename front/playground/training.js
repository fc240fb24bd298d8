// One run: a network and its linearization, trained side by side on the same points by the same descent.
import { crossEntropy, logitGap, smoothLabels } from "../ntkbook/losses.js";
import { operatorNorm } from "../ntkbook/spectrum.js";
import { alongInitial, features, kernel, sentBack } from "./kernel.js";
import { linearized, linearLogits, linearRadius, linearStep } from "./linearized.js";
import { evaluate, initialSize, radius, room, step } from "./network.js";

/** @typedef {import("./network.js").Network} Network */
/** @template [T=void] @typedef {import("./dense.js").Sliced<T>} Sliced */
/** X: coordinates, two a point. lam: λ. anchor: 1 for θ₀, 0 for zero. rate: η.
 * @typedef {{ X: Float64Array, labels: Uint8Array, epsilon: number, lam: number, anchor: number, rate: number }} Problem */
/** What is kept of one step. drift: ‖Θ_t − Θ₀‖/‖Θ₀‖ on the points.
 * @typedef {{ step: number, loss: number, linearLoss: number, radius: number, linearRadius: number,
 *             gap: number, linearGap: number, drift: number }} Moment */
/** logits, linear.logits: z_t of both. norm: ‖Θ₀‖. excess: V₀ = C(z₀) − inf C. lost: who has diverged, at which step.
 * @typedef {{ net: Network, problem: Problem, Y: Float64Array, pass: import("./network.js").Pass,
 *             start: import("./kernel.js").Features, Theta0: Float64Array, norm: number, excess: number,
 *             logits: Float64Array, residual: Float64Array, loss: number,
 *             linear: import("./linearized.js").Linearized, linearLogits: Float64Array,
 *             linearResidual: Float64Array, linearLoss: number,
 *             steps: number, next: number, moments: Moment[],
 *             lost: { network: number | null, linear: number | null } }} Run */

const DENSE = 1.03; // from one kept moment to the next, in steps
const SPARSE = 1.25; // for networks whose kernel takes long
const LARGE = 2 ** 24; // parameters times points from which it does
const BEYOND = 1e8; // logits that nobody means

/** Both models at the start; the network is at θ₀. @param {Network} net @param {Problem} problem @returns {Sliced<Run>} */
export function* prepare(net, problem) {
  const K = net.shape.classes;
  const points = problem.labels.length;
  const Y = smoothLabels(problem.labels, K, problem.epsilon);
  const pass = room(net, points);
  pass.inputs[0].set(problem.X);
  const first = room(net, points);
  first.inputs[0].set(problem.X);
  const start = yield* features(net, first, "start");
  const Theta0 = yield* kernel(net, start, start);
  const logits = Float64Array.from(yield* evaluate(net, pass));
  const residual = crossEntropy.residual(logits, Y, K, new Float64Array(points * K));
  const loss = crossEntropy.value(logits, Y, K);
  const model = linearized(Theta0, Float64Array.from(logits), alongInitial(net, start), initialSize(net));
  /** @type {Run} */
  const run = {
    net,
    problem,
    Y,
    pass,
    start,
    Theta0,
    norm: operatorNorm(Float64Array.from(Theta0), points * K),
    excess: loss - crossEntropy.infimum(Y),
    logits,
    residual,
    loss,
    linear: model,
    linearLogits: Float64Array.from(logits),
    linearResidual: Float64Array.from(residual),
    linearLoss: loss,
    steps: 0,
    next: 0,
    moments: [],
    lost: { network: null, linear: null },
  };
  yield* keep(run);
  return run;
}

/** One step of both, the linearized one last and at once, so that nobody sees it ahead; a model that has diverged
 * stays where it was. @param {Run} run @returns {Sliced} */
export function* advance(run) {
  const { net, problem, Y, lost } = run;
  const K = net.shape.classes;
  if (lost.network === null) {
    yield* step(net, run.pass, run.residual, problem);
    run.logits = Float64Array.from(yield* evaluate(net, run.pass));
    run.loss = crossEntropy.value(run.logits, Y, K);
    crossEntropy.residual(run.logits, Y, K, run.residual);
    if (!sane(run.logits)) lost.network = run.steps + 1;
  }
  if (lost.linear === null) {
    linearStep(run.linear, run.linearResidual, problem);
    run.linearLogits = linearLogits(run.Theta0, run.linear.f0, run.linear.u, run.linear);
    run.linearLoss = crossEntropy.value(run.linearLogits, Y, K);
    crossEntropy.residual(run.linearLogits, Y, K, run.linearResidual);
    if (!sane(run.linearLogits)) lost.linear = run.steps + 1;
  }
  run.steps++;
  if (run.steps >= run.next || lost.network === run.steps || lost.linear === run.steps) yield* keep(run);
}

/** @param {Float64Array} logits */
function sane(logits) {
  return logits.every((z) => Math.abs(z) < BEYOND);
}

/** Keep this moment. @param {Run} run @returns {Sliced} */
function* keep(run) {
  const { net, problem, lost, steps } = run;
  const K = net.shape.classes;
  const size = net.layers.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  run.next = Math.max(steps + 1, Math.ceil(steps * (size * problem.labels.length > LARGE ? SPARSE : DENSE)));
  const network = lost.network === null;
  const linear = lost.linear === null;
  run.moments.push({
    step: steps,
    loss: network ? run.loss : Number.NaN,
    linearLoss: linear ? run.linearLoss : Number.NaN,
    radius: network ? radius(net) : Number.NaN,
    linearRadius: linear ? linearRadius(run.linear) : Number.NaN,
    gap: network ? logitGap(run.logits, problem.labels, K) : Number.NaN,
    linearGap: linear ? logitGap(run.linearLogits, problem.labels, K) : Number.NaN,
    drift: network ? yield* drift(run) : Number.NaN,
  });
}

/** ‖Θ_t − Θ₀‖ / ‖Θ₀‖ in operator norm. @param {Run} run @returns {Sliced<number>} */
export function* drift({ net, pass, Theta0, norm, steps }) {
  if (steps === 0) return 0;
  const now = yield* sentBack(net, pass, "now");
  const Theta = yield* kernel(net, now, now);
  for (let i = 0; i < Theta.length; i++) Theta[i] -= Theta0[i];
  return operatorNorm(Theta, Math.sqrt(Theta.length)) / norm;
}

/** The step below which descent on the linearized model lowers the loss for sure: 2/(‖Θ₀‖/2 + λ), as ∇²ℓ ⪯ ½. A
 * guarantee and no edge: larger steps may do as well. @param {Run} run */
export function guaranteedStep({ norm, problem }) {
  return 2 / (norm / 2 + problem.lam);
}
