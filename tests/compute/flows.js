// What tests ask of networks and flows, as functions of plain numbers.
import { linearizedFlow } from "../../front/ntkbook/linearized.js";
import { crossEntropy, squaredError } from "../../front/ntkbook/losses.js";
import {
  forward,
  network,
  passOver,
  pullBack,
  pushForward,
  tangentKernel,
} from "../../front/ntkbook/one_hidden_layer.js";
import { problemOf } from "../../front/ntkbook/problem.js";
import { key } from "../../front/ntkbook/random.js";
import { gradientFlow } from "../../front/ntkbook/training.js";

const LOSSES = { "cross-entropy": crossEntropy, "squared error": squaredError };

/** θ of a network drawn with one seed where `shape` belongs to another, f_θ, Jᵀr, Jv and Θ_θ(X₁, X₂).
 * @param {number} seed @param {any} shape @param {Float64Array} X1 @param {Float64Array} X2
 * @param {Float64Array} r @param {Float64Array} v */
export function derivatives(seed, shape, X1, X2, r, v) {
  const net = network(key(0), shape);
  const theta = network(key(seed), shape).theta0;
  const [left, right] = [passOver(net, X1), passOver(net, X2)];
  const f = forward(net, left, theta);
  forward(net, right, theta);
  return {
    theta,
    f,
    pulled: pullBack(net, left, theta, r, new Float64Array(net.size)),
    pushed: pushForward(net, left, theta, v),
    own: tangentKernel(net, left, left, theta),
    between: tangentKernel(net, left, right, theta),
  };
}

/** @param {any} of a problem: seed, shape, X, Y, loss, lam, anchor */
const made = ({ seed, shape, X, Y, loss, ...held }) =>
  problemOf(network(key(seed), shape), X, Y, { loss: LOSSES[loss], ...held });

/** @param {any} of a problem @param {Float64Array} times @param {Float64Array} testX @param {any} integration */
export function trained(of, times, testX, integration) {
  return gradientFlow(made(of), times, { X_test: testX, integration });
}

/** @param {any} of a problem */
export function start(of) {
  const { z0, Theta0, V0 } = made(of);
  return { z0, Theta0, V0 };
}

/** @param {Float64Array} Theta @param {Float64Array} f0 @param {Float64Array} Y @param {number} K
 * @param {Float64Array} times @param {number} lam */
export function linearized(Theta, f0, Y, K, times, lam) {
  return linearizedFlow(Theta, f0, Y, K, times, lam);
}
