// A training problem: a network of one hidden layer, points, targets, a loss and a regularizer, from θ₀.
import { crossEntropy } from "./losses.js";
import { forward, passOver, tangentKernel } from "./one_hidden_layer.js";

/** F(θ) = C(f_θ(X)) + (λ/2)‖θ − aθ₀‖². z0: f₀(X). Theta0: Θ₀. V0: C(z₀) − inf C.
 * @typedef {{ net: import("./one_hidden_layer.js").Network, X: Float64Array, Y: Float64Array, K: number,
 *             loss: import("./losses.js").Loss, lam: number, anchor: number,
 *             pass: import("./one_hidden_layer.js").Pass, z0: Float64Array, Theta0: Float64Array,
 *             V0: number }} Problem */

/** @param {import("./one_hidden_layer.js").Network} net @param {Float64Array} X @param {Float64Array} Y
 * @param {{ loss?: import("./losses.js").Loss, lam?: number, anchor?: number }} [held] anchor: 1 for θ₀, 0 for zero
 * @returns {Problem} */
export function problemOf(net, X, Y, { loss = crossEntropy, lam = 0, anchor = 1 } = {}) {
  const pass = passOver(net, X);
  const z0 = forward(net, pass, net.theta0);
  const Theta0 = tangentKernel(net, pass, pass, net.theta0);
  const V0 = Math.max(loss.value(z0, Y, net.K) - loss.infimum(Y), 0);
  return { net, X, Y, K: net.K, loss, lam, anchor, pass, z0, Theta0, V0 };
}
