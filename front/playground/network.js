// A fully connected network in NTK parameterization, the one of ntkbook's mlp, on points of the plane.
import { ACTIVATIONS } from "./activation.js";
import { descend, forward, pullBack } from "./dense.js";
import { layer } from "./layer.js";
import { fillNormal } from "./normal.js";

/** @typedef {import("./layer.js").Layer} Layer */
/** @template [T=void] @typedef {import("./dense.js").Sliced<T>} Sliced */
/** @typedef {{ depth: number, width: number, classes: number, activation: string, sigmaW: number, sigmaB: number }} Shape */
/** layers: the depth + 1 dense layers. @typedef {{ shape: Shape, layers: Layer[] }} Network */
/** What a pass leaves behind. inputs: of each layer, points × columns. outputs: of each layer, before φ.
 * slopes: φ′ there, except after the last.
 * @typedef {{ points: number, inputs: Float64Array[], outputs: Float64Array[], slopes: Float64Array[] }} Pass */

const BATCH = 2 ** 16; // normal numbers between two pauses
export const INPUTS = 2;

/** A network with all weights still zero. @param {Shape} shape @returns {Network} */
export function network(shape) {
  const sizes = [INPUTS, ...Array(shape.depth).fill(shape.width), shape.classes];
  const layers = sizes.slice(1).map((rows, i) => layer(rows, sizes[i], shape.sigmaW, shape.sigmaB));
  return { shape, layers };
}

/** θ₀: all weights and biases i.i.d. N(0, 1). @param {Network} net @param {number} seed @returns {Sliced} */
export function* initialize(net, seed) {
  for (const [i, { weights0, biases0 }] of net.layers.entries()) {
    fillNormal(biases0, 0, biases0.length, seed, 2 * i);
    for (let begin = 0; begin < weights0.length; begin += BATCH) {
      fillNormal(weights0, begin, Math.min(begin + BATCH, weights0.length), seed, 2 * i + 1);
      yield;
    }
  }
}

/** Back to θ₀. @param {Network} net */
export function rewind(net) {
  for (const { weights, biases } of net.layers) {
    weights.fill(0);
    biases.fill(0);
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
 * @param {Network} net @param {Pass} pass @param {boolean} [displaced] at θ, else at θ₀ @returns {Sliced<Float64Array>} */
export function* evaluate(net, pass, displaced = true) {
  const { points, inputs, outputs, slopes } = pass;
  const activate = ACTIVATIONS[net.shape.activation];
  for (const [i, each] of net.layers.entries()) {
    yield* forward(each, inputs[i], points, outputs[i], displaced);
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
    if (i > 0) yield* pullBack(each, signal, points, pulled, true);
    yield* descend(each, signal, inputs[i], points, descent);
    for (let j = 0; j < pulled.length; j++) pulled[j] *= slopes[i - 1][j];
    signal = pulled;
  }
}

/** ‖θ − θ₀‖. @param {Network} net */
export function radius(net) {
  return Math.sqrt(
    net.layers.reduce((sum, { weights, biases }) => sum + squares(weights) + squares(biases), 0),
  );
}

/** ‖θ₀‖². @param {Network} net */
export function initialSize(net) {
  return net.layers.reduce(
    (sum, { weights0, biases0, shift }) => sum + squares(weights0) + (shift > 0 ? squares(biases0) : 0),
    0,
  );
}

/** @param {Float32Array} array */
function squares(array) {
  let sum = 0;
  for (let i = 0; i < array.length; i++) sum += array[i] * array[i];
  return sum;
}

/** Bytes that the weights take, θ₀ and θ − θ₀. @param {Shape} shape */
export function weightBytes({ depth, width, classes }) {
  return 2 * 4 * (width * (INPUTS + 1) + (depth - 1) * width * (width + 1) + classes * (width + 1));
}
