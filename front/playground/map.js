// Both models on a grid of the square: the network anew whenever asked, the linearized one through Θ₀(grid, points).
import { alongInitial, features, kernel, ofPoint } from "./kernel.js";
import { evaluate, INPUTS, room } from "./network.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./training.js").Run} Run */
/** @template [T=void] @typedef {import("./dense.js").Sliced<T>} Sliced */
/** side: nodes along an edge. start: features at θ₀. u: J₀θ₀ there. columns: Θ₀(grid, x) by the place of x.
 * @typedef {{ side: number, X: Float64Array, start: import("./kernel.js").Features, f0: Float64Array,
 *             u: Float64Array, columns: Map<string, Float64Array> }} Grid */

const EDGE = 2; // the square is [−2, 2]²
const SIDES = [40, 32, 24, 20, 16, 12];
const MEMORY = 96e6; // bytes of features
const WORK = 24e6; // multiplications of one picture, where a coarser grid can help
const BLOCK = 4e6; // multiplications of one block of points

/** Multiplications that one point takes. @param {Network} net */
function workOfPoint(net) {
  return net.layers.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}

/** The finest grid that can be drawn while training goes on. @param {Network} net */
export function sideOf(net) {
  const { depth, width, classes } = net.shape;
  const bytes = 8 * width * depth * (3 + classes);
  const fits = (/** @type {number} */ side) =>
    side * side * bytes <= MEMORY && side * side * workOfPoint(net) <= WORK;
  return SIDES.find(fits) ?? SIDES[SIDES.length - 1];
}

/** Rows from the top of the square to its bottom. @param {number} side */
export function nodes(side) {
  const at = (/** @type {number} */ i) => -EDGE + (2 * EDGE * i) / (side - 1);
  return Float64Array.from({ length: INPUTS * side * side }, (_, i) => {
    const node = i >> 1;
    return i % 2 === 0 ? at(node % side) : -at(Math.floor(node / side));
  });
}

/** What the linearized model needs of the grid, at θ₀. @param {Network} net @returns {Sliced<Grid>} */
export function* gridAtStart(net) {
  const side = sideOf(net);
  const X = nodes(side);
  const pass = room(net, side * side);
  pass.inputs[0].set(X);
  const start = yield* features(net, pass, "start");
  const f0 = pass.outputs[pass.outputs.length - 1];
  return { side, X, start, f0, u: alongInitial(net, start), columns: new Map() };
}

/** Computes the columns of the run's points that the grid does not have, and forgets the others.
 * @param {Grid} grid @param {Run} run @returns {Sliced} */
export function* meetPoints(grid, { net, start }) {
  const present = new Set();
  for (let i = 0; i < start.pass.points; i++) {
    const one = ofPoint(start, i);
    const place = placeOf(one.pass.inputs[0]);
    present.add(place);
    if (!grid.columns.has(place)) grid.columns.set(place, yield* kernel(net, grid.start, one));
  }
  for (const place of grid.columns.keys()) if (!present.has(place)) grid.columns.delete(place);
}

/** @param {Float64Array} x */
function placeOf(x) {
  return `${x[0]},${x[1]}`;
}

/** f_lin on the grid. @param {Grid} grid @param {Run} run */
export function linearMap({ f0, u, columns }, { net, problem, linear }) {
  const K = net.shape.classes;
  const map = Float32Array.from(f0, (start, row) => start + linear.c * u[row]);
  for (let i = 0; i < problem.labels.length; i++) {
    const column = columns.get(placeOf(problem.X.subarray(2 * i, 2 * i + 2)));
    if (!column) continue;
    for (let row = 0; row < map.length; row++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += column[row * K + k] * linear.A[i * K + k];
      map[row] += sum;
    }
  }
  return map;
}

/** f_θ on the grid, a block of points at a time; θ may change between two of them, but not at a "slice" within one.
 * @param {Network} net @param {{ side: number, X: Float64Array }} grid @returns {Generator<"slice" | "block", Float32Array, void>} */
export function* networkMap(net, { side, X }) {
  const K = net.shape.classes;
  const size = Math.min(side * side, Math.max(16, Math.floor(BLOCK / workOfPoint(net))));
  const map = new Float32Array(side * side * K);
  const pass = room(net, size);
  for (let begin = 0; begin < side * side; begin += size) {
    const end = Math.min(begin + size, side * side);
    pass.inputs[0].set(X.subarray(INPUTS * begin, INPUTS * end));
    const evaluation = evaluate(net, pass);
    let found = evaluation.next();
    while (!found.done) {
      yield "slice";
      found = evaluation.next();
    }
    map.set(found.value.subarray(0, (end - begin) * K), begin * K);
    if (end < side * side) yield "block";
  }
  return map;
}
