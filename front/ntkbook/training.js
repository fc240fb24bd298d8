// The gradient flow of a network of one hidden layer, recorded in function space.
import { NotConverged } from "./errors.js";
import { INTEGRATION, integrate } from "./integration.js";
import { forward, passOver, pullBack, tangentKernel } from "./one_hidden_layer.js";
import { operatorNorm } from "./spectrum.js";
import { general, plain } from "./words.js";

/** @typedef {import("./problem.js").Problem} Problem */
/** What is kept of one moment: z_t, f_t(X_test), ‖θ_t − θ₀‖, ‖Θ_t − Θ₀‖/‖Θ₀‖ (NaN if it is not recorded).
 * @typedef {{ logits: Float64Array, testLogits: Float64Array, radius: number, drift: number }} Moment */
/** @typedef {{ moments: Moment[], theta: Float64Array, steps: number }} Trajectory */

/** θ̇ = −Jᵀ∇C(f_θ(X)) − λ(θ − aθ₀). Pauses several times a step, with the moments so far.
 * @param {Problem} problem @param {ArrayLike<number>} times increasing
 * @param {{ X_test?: Float64Array, recordNtk?: boolean, integration?: Partial<import("./integration.js").Integration> }} [options]
 * @returns {Generator<Moment[], Trajectory, void>} */
export function* gradientFlow(problem, times, { X_test, recordNtk = true, integration = {} } = {}) {
  const { net, pass, Y, K, loss, lam, anchor, Theta0 } = problem;
  const settings = { ...INTEGRATION, ...integration };
  const testPass = X_test?.length ? passOver(net, X_test) : null;
  const norm = recordNtk ? operatorNorm(Float64Array.from(Theta0), Y.length) : 0;
  const [z, r] = [new Float64Array(Y.length), new Float64Array(Y.length)];
  let theta = net.theta0;

  /** @param {Float64Array} at @param {Float64Array} out */
  function velocity(at, out) {
    pullBack(net, pass, at, loss.residual(forward(net, pass, at, z), Y, K, r), out);
    for (let i = 0; i < out.length; i++) out[i] = -out[i] - lam * (at[i] - anchor * net.theta0[i]);
  }

  /** @param {Float64Array} at @returns {Moment} */
  function look(at) {
    theta = Float64Array.from(at);
    return {
      logits: forward(net, pass, at),
      testLogits: testPass ? forward(net, testPass, at) : new Float64Array(),
      radius: distance(at, net.theta0),
      drift: recordNtk
        ? operatorNorm(moved(tangentKernel(net, pass, pass, at)), Y.length) / norm
        : Number.NaN,
    };
  }

  /** @param {Float64Array} Theta */
  function moved(Theta) {
    for (let i = 0; i < Theta.length; i++) Theta[i] -= Theta0[i];
    return Theta;
  }

  const { records, steps, reached } = yield* integrate(velocity, net.theta0, times, settings, look);
  if (!reached)
    throw new NotConverged(
      `the gradient flow took ${steps} steps without reaching t = ${general(times[times.length - 1], 3)} ` +
        `(rtol = ${plain(settings.rtol)}, λ = ${plain(lam)}); the kernel is badly conditioned, or the horizon is long`,
    );
  return { moments: records, theta, steps };
}

/** ‖θ − θ₀‖. @param {Float64Array} theta @param {Float64Array} theta0 */
export function distance(theta, theta0) {
  let square = 0;
  for (let i = 0; i < theta.length; i++) square += (theta[i] - theta0[i]) ** 2;
  return Math.sqrt(square);
}
