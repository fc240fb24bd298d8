// The worker's jobs: each a computation that pauses now and then and says how it gets on, in messages to engine.js.
import { gridAtStart, linearMap, meetPoints, networkMap, nodes, sideOf } from "./map.js";
import { initialize, network, rewind } from "./network.js";
import { advance, prepare } from "./training.js";

/** @typedef {import("./engine.js").Job} Job */
/** @typedef {import("./engine.js").Made} Made */
/** @typedef {import("./map.js").Grid} Grid */
/** @typedef {import("./training.js").Run} Run */

/** From an order to a run, with the weights that are there where they are the same.
 * @param {import("./engine.js").Order} order @param {Made | null} made @returns {Job} */
export function* setUp({ shape, seed, problem }, made) {
  yield { kind: "doing", what: made ? "kernel" : "weights" };
  const net = made?.net ?? network(shape);
  if (!made) {
    yield* initialize(net, seed);
    yield { kind: "made", made: { shape, seed, net } };
    yield { kind: "doing", what: "kernel" };
  }
  rewind(net);
  return { kind: "prepared", run: yield* prepare(net, problem) };
}

/** @param {Run} run @returns {Job} */
export function* oneStep(run) {
  yield* advance(run);
  return { kind: "stepped" };
}

/** A picture of both models as they are. The first one comes without the linearized model, whose part of the grid may
 * take long and is computed once. @param {Run} run @param {Grid | null} known @returns {Job} */
export function* draw(run, known) {
  const grid = known ?? (yield* firstPicture(run));
  yield* meetPoints(grid, run);
  yield { kind: "doing", what: "maps" };
  const step = run.steps;
  const map = yield* networkMap(run.net, grid);
  return { kind: "drawn", picture: { side: grid.side, step, network: map, linear: linearMap(grid, run) } };
}

/** @param {Run} run @returns {Generator<import("./engine.js").News | "slice" | "block" | void, Grid, void>} */
function* firstPicture({ net, steps: step }) {
  yield { kind: "doing", what: "grid" };
  const side = sideOf(net);
  const map = yield* networkMap(net, { side, X: nodes(side) });
  yield { kind: "sketched", picture: { side, step, network: map, linear: null } };
  const grid = yield* gridAtStart(net);
  yield { kind: "gridded", grid };
  return grid;
}
