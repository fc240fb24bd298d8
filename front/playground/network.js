// A fully connected network in NTK parameterization, the one of ntkbook's mlp, on points of the plane.
import { keysOfLayers } from "../ntkbook/networks.js";
import { key, normalAt } from "../ntkbook/random.js";
import { ACTIVATIONS } from "./activation.js";
import { descend, forward, pullBack } from "./dense.js";
import { layer } from "./layer.js";

/** @typedef {import("./layer.js").Layer} Layer */
/** Which parameters: θ₀ or θ. @typedef {"start" | "now"} Where */
/** @template [T=void] @typedef {import("./dense.js").Sliced<T>} Sliced */
/** @typedef {{ depth: number, width: number, classes: number, activation: string, sigmaW: number, sigmaB: number }} Shape */
/** layers: the depth + 1 dense layers. @typedef {{ shape: Shape, layers: Layer[] }} Network */
/** What a pass leaves behind. inputs: of each layer, points × columns. outputs: of each layer, before φ.
 * slopes: φ′ there, except after the last.
 * @typedef {{ points: number, inputs: Float64Array[], outputs: Float64Array[], slopes: Float64Array[] }} Pass */

const BATCH = 2 ** 15; // normal numbers between two pauses
export const INPUTS = 2;

/** A network with all weights still zero. @param {Shape} shape @returns {Network} */
export function network(shape) {
  const sizes = [INPUTS, ...Array(shape.depth).fill(shape.width), shape.classes];
  const layers = sizes.slice(1).map((rows, i) => layer(rows, sizes[i], shape.sigmaW, shape.sigmaB));
  return { shape, layers };
}

/** θ₀ as nb.mlp(…).init(jax.random.key(seed)) draws it. @param {Network} net @param {number} seed @returns {Sliced} */
export function* initialize(net, seed) {
  const keys = keysOfLayers(key(seed), net.layers.length);
  let drawn = 0;
  for (const [layer, { rows, columns, start }] of net.layers.entries()) {
    const { W, b } = keys[layer];
    for (let j = 0; j < rows; j++) {
      start.b[j] = normalAt(b, j);
      for (let i = 0; i < columns; i++) start.W[j * columns + i] = normalAt(W, i * rows + j); // there inputs × outputs
      drawn += columns;
      if (drawn > BATCH) {
        drawn = 0;
        yield;
      }
    }
  }
}

/** To θ₀, or back to it. @param {Network} net */
export function rewind(net) {
  for (const { start, now } of net.layers) {
    now.W.set(start.W);
    now.b.set(start.b);
  }
}

/** Room for a pass over so many points. @param {Network} net @param {number} points @returns {Pass} */
export function room(net, points) {
  const hidden = net.layers.slice(0, -1);
  return {
    points,
    inputs: net.layers.map(({ columns }) => new Float64Array(points * columns)),
    outputs: net.layers.map(({ rows }) => new Float64Array(points * rows)),
    slopes: hidden.map(({ rows }) => new Float64Array(points * rows)),
  };
}

/** Fills a pass from its first inputs; the logits are its last outputs.
 * @param {Network} net @param {Pass} pass @param {Where} [where] @returns {Sliced<Float64Array>} */
export function* evaluate(net, pass, where = "now") {
  const { points, inputs, outputs, slopes } = pass;
  const activate = ACTIVATIONS[net.shape.activation];
  for (const [i, each] of net.layers.entries()) {
    yield* forward(each, each[where], inputs[i], points, outputs[i]);
    if (i < slopes.length) activate(outputs[i], points * each.rows, inputs[i + 1], slopes[i]);
  }
  return outputs[outputs.length - 1];
}

/** One step of full-batch gradient descent from a filled pass and the residual ∇C(z), points × classes.
 * @param {Network} net @param {Pass} pass @param {Float64Array} residual
 * @param {{ rate: number, lam: number, anchor: number }} descent @returns {Sliced} */
export function* step(net, { points, inputs, slopes }, residual, descent) {
  let signal = residual;
  for (let i = net.layers.length - 1; i >= 0; i--) {
    const each = net.layers[i];
    const pulled = new Float64Array(i > 0 ? points * each.columns : 0);
    if (i > 0) yield* pullBack(each, each.now, signal, points, pulled);
    yield* descend(each, signal, inputs[i], points, descent);
    for (let j = 0; j < pulled.length; j++) pulled[j] *= slopes[i - 1][j];
    signal = pulled;
  }
}

/** ‖θ − θ₀‖. @param {Network} net */
export function radius(net) {
  return Math.sqrt(
    net.layers.reduce((sum, { start, now }) => sum + moved(now.W, start.W) + moved(now.b, start.b), 0),
  );
}

/** ‖a − b‖². @param {Float64Array} a @param {Float64Array} b */
function moved(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** ‖θ₀‖². @param {Network} net */
export function initialSize(net) {
  return net.layers.reduce(
    (sum, { start, shift }) => sum + squares(start.W) + (shift > 0 ? squares(start.b) : 0),
    0,
  );
}

/** @param {Float64Array} array */
function squares(array) {
  let sum = 0;
  for (let i = 0; i < array.length; i++) sum += array[i] * array[i];
  return sum;
}

/** @param {Shape} shape */
export function parameterCount({ depth, width, classes }) {
  return width * (INPUTS + 1) + (depth - 1) * width * (width + 1) + classes * (width + 1);
}
