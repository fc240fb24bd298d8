// A network at many points, piece by piece, with a pause after each.
import { forward, passOver, pushForward } from "./one_hidden_layer.js";

/** @typedef {import("./one_hidden_layer.js").Network} Network */

const UNITS = 100_000; // units times points of a piece, a few milliseconds

/** f_θ(X). @param {Network} net @param {Float64Array} theta @param {Float64Array} X
 * @returns {Generator<void, Float64Array, void>} */
export function* logitsAt(net, theta, X) {
  return yield* inPieces(net, X, (pass) => forward(net, pass, theta));
}

/** f₀(X) + J₀(X)v, the linear model at θ₀ + v. @param {Network} net @param {Float64Array} v @param {Float64Array} X
 * @returns {Generator<void, Float64Array, void>} */
export function* linearLogitsAt(net, v, X) {
  return yield* inPieces(net, X, (pass) => {
    const z = forward(net, pass, net.theta0);
    const moved = pushForward(net, pass, net.theta0, v);
    return z.map((value, i) => value + moved[i]);
  });
}

/** @param {Network} net @param {Float64Array} X @param {(pass: import("./one_hidden_layer.js").Pass) => Float64Array} at
 * @returns {Generator<void, Float64Array, void>} */
function* inPieces(net, X, at) {
  const { d, K, n } = net;
  const points = Math.max(4, Math.floor(UNITS / n));
  const z = new Float64Array((X.length / d) * K);
  for (let start = 0; start < X.length / d; start += points) {
    z.set(at(passOver(net, X.subarray(start * d, (start + points) * d))), start * K);
    yield;
  }
  return z;
}
