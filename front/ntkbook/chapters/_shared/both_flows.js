// A network and its linearization, trained side by side: where every measurement of the gap starts.
import { product } from "../../linear_algebra.js";
import { linearizedFlow } from "../../linearized.js";
import { forward, passOver, tangentKernel } from "../../one_hidden_layer.js";
import { drawnBy, unseen } from "../../sliced.js";
import { gradientFlow } from "../../training.js";
import { TEST } from "./sphere.js";

/** @typedef {import("../../types.js").Arrays} Arrays */
/** @typedef {import("../../training.js").Moment} Moment */
/** z_t, f_lin,t(X_test) and ‖θ_t − θ₀‖ of a linearization.
 * @typedef {{ logits: Float64Array, testLogits: Float64Array, radius: number }} LinearMoment */

// As exact as a picture can show, to about four digits.
export const PICTURE = { rtol: 1e-8, atol: 1e-10, steady: 1e-3, maxSteps: 20_000 };

/** The flows of a problem on the sphere and of its linearization, at the same times. The linearization, which costs
 * little, comes first, so that the network can be drawn beside it moment by moment.
 * @param {import("../../problem.js").Problem} problem @param {Float64Array} logTimes
 * @param {(path: Moment[], linear: LinearMoment[]) => Arrays} drawn
 * @param {Partial<import("../../integration.js").Integration>} [integration]
 * @returns {import("../../sliced.js").Sliced<Arrays>} */
export function* bothFlows(problem, logTimes, drawn, integration = PICTURE) {
  const times = logTimes.map(Math.exp);
  const { Theta0, z0, Y, K, lam } = problem;
  const { moments, inverse } = yield* unseen(linearizedFlow(Theta0, z0, Y, K, times, lam));
  const linear = onTestPoints(problem, moments, inverse);
  const flow = gradientFlow(problem, times, { X_test: TEST.X, integration });
  const path = yield* drawnBy(flow, (some) => drawn(some, linear));
  return drawn(path.moments, linear);
}

/** f_lin,t(x) = f₀(x) + Θ₀(x, X)A_t at the test points. @param {import("../../problem.js").Problem} problem
 * @param {import("../../linearized.js").LinearMoment[]} moments @param {Float64Array} inverse A = R⁻ᵀu
 * @returns {LinearMoment[]} */
function onTestPoints({ net, pass, z0 }, moments, inverse) {
  const testPass = passOver(net, TEST.X);
  const f0 = forward(net, testPass, net.theta0);
  forward(net, pass, net.theta0);
  const Theta = tangentKernel(net, testPass, pass, net.theta0);
  const predicting = product(Theta, inverse, z0.length, z0.length);
  return moments.map(({ logits, radius, u }) => ({
    logits,
    testLogits: product(predicting, u, u.length, 1).map((moved, i) => f0[i] + moved),
    radius,
  }));
}
