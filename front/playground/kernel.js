// The empirical tangent kernel, from what enters each layer and what comes back to its output:
// Θ(x, x′)_kl = Σ_layers ⟨b_k(x), b_l(x′)⟩ (scale² h(x)·h(x′) + σ_b²), with b_k = ∂f_k/∂a.
import { pullBack } from "./dense.js";
import { evaluate } from "./network.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./network.js").Pass} Pass */
/** @typedef {import("./network.js").Where} Where */
/** @template [T=void] @typedef {import("./dense.js").Sliced<T>} Sliced */
/** signals: b_k of every hidden layer's outputs, (points × classes) × rows; after the last layer b is the identity.
 * @typedef {{ pass: Pass, signals: Float64Array[] }} Features */

const SLICE = 2 ** 21;

/** Evaluates a pass and sends every logit's derivative back through it.
 * @param {Network} net @param {Pass} pass @param {Where} where @returns {Sliced<Features>} */
export function* features(net, pass, where) {
  yield* evaluate(net, pass, where);
  return yield* sentBack(net, pass, where);
}

/** The same from a pass that has been evaluated.
 * @param {Network} net @param {Pass} pass @param {Where} where @returns {Sliced<Features>} */
export function* sentBack(net, pass, where) {
  const K = net.shape.classes;
  const rows = pass.points * K;
  const signals = net.layers.slice(0, -1).map(({ rows: units }) => new Float64Array(rows * units));
  let signal = new Float64Array(rows * K);
  for (let row = 0; row < rows; row++) signal[row * K + (row % K)] = 1;
  for (let i = signals.length - 1; i >= 0; i--) {
    const after = net.layers[i + 1];
    yield* pullBack(after, after[where], signal, rows, signals[i]);
    const units = net.layers[i].rows;
    for (let row = 0; row < rows; row++) {
      const from = Math.floor(row / K) * units;
      for (let j = 0; j < units; j++) signals[i][row * units + j] *= pass.slopes[i][from + j];
    }
    signal = signals[i];
  }
  return { pass, signals };
}

/** The features of one of the points, as views.
 * @param {Features} all @param {number} index @returns {Features} */
export function ofPoint({ pass, signals }, index) {
  const own = (/** @type {Float64Array} */ array) => {
    const size = array.length / pass.points;
    return array.subarray(index * size, (index + 1) * size);
  };
  const [inputs, outputs, slopes] = [pass.inputs, pass.outputs, pass.slopes].map((arrays) => arrays.map(own));
  return { pass: { points: 1, inputs, outputs, slopes }, signals: signals.map(own) };
}

/** Θ between two lists of points, (points₁·K) × (points₂·K) row by row.
 * @param {Network} net @param {Features} left @param {Features} right @returns {Sliced<Float64Array>} */
export function* kernel(net, left, right) {
  const K = net.shape.classes;
  const columns = right.pass.points * K;
  const same = left === right;
  const theta = new Float64Array(left.pass.points * K * columns);
  const cost = net.layers.reduce((sum, each) => sum + each.columns + K * K * each.rows, 0);
  let work = 0;
  for (let m = 0; m < left.pass.points; m++) {
    for (let o = 0; o < (same ? m + 1 : right.pass.points); o++) {
      block(net, left, m, right, o, theta, columns);
      if (same) mirror(theta, columns, K, m, o);
    }
    work += cost * right.pass.points;
    if (work > SLICE) {
      work = 0;
      yield;
    }
  }
  return theta;
}

/** The K × K block of points m and o.
 * @param {Network} net @param {Features} left @param {number} m @param {Features} right @param {number} o
 * @param {Float64Array} theta @param {number} columns */
function block(net, left, m, right, o, theta, columns) {
  const K = net.shape.classes;
  for (const [i, { rows, columns: inputs, scale, shift }] of net.layers.entries()) {
    const alike =
      scale ** 2 * dot(left.pass.inputs[i], m * inputs, right.pass.inputs[i], o * inputs, inputs) +
      shift ** 2;
    const [b, c] = [left.signals[i], right.signals[i]];
    for (let k = 0; k < K; k++) {
      const at = (m * K + k) * columns + o * K;
      if (!b) theta[at + k] += alike;
      else
        for (let l = 0; l < K; l++)
          theta[at + l] += alike * dot(b, (m * K + k) * rows, c, (o * K + l) * rows, rows);
    }
  }
}

/** @param {Float64Array} theta @param {number} size @param {number} K @param {number} m @param {number} o */
function mirror(theta, size, K, m, o) {
  for (let k = 0; k < K; k++) {
    for (let l = 0; l < K; l++) theta[(o * K + l) * size + m * K + k] = theta[(m * K + k) * size + o * K + l];
  }
}

/** @param {Float64Array} a @param {number} i @param {Float64Array} b @param {number} j @param {number} length */
function dot(a, i, b, j, length) {
  let even = 0;
  let odd = 0;
  let n = 0;
  for (; n + 2 <= length; n += 2) {
    even += a[i + n] * b[j + n];
    odd += a[i + n + 1] * b[j + n + 1];
  }
  return even + odd + (n < length ? a[i + n] * b[j + n] : 0);
}

/** J_θ₀(x)θ₀, points × classes: a layer is linear in its own parameters, so its share is ⟨b_k, a⟩.
 * @param {Network} net @param {Features} found at θ₀ */
export function alongInitial(net, { pass, signals }) {
  const K = net.shape.classes;
  const u = Float64Array.from(pass.outputs[pass.outputs.length - 1]);
  for (const [i, signal] of signals.entries()) {
    const units = net.layers[i].rows;
    for (let row = 0; row < u.length; row++) {
      u[row] += dot(signal, row * units, pass.outputs[i], Math.floor(row / K) * units, units);
    }
  }
  return u;
}
