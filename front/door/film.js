// What the front door shows: one network, the same weights and points, trained by the same steps on hard labels, freely
// and held. From θ₀ to the last step; time runs on a logarithm, for that is how hard labels move a network.
import { finish } from "../ntkbook/sliced.js";
import { networkMap, nodes } from "../playground/map.js";
import { initialize, network, rewind } from "../playground/network.js";
import { orderOf, usualState } from "../playground/settings.js";
import { advance, prepare } from "../playground/training.js";

/** @typedef {import("../playground/training.js").Run} Run */
/** @template [T=void] @typedef {import("../playground/dense.js").Sliced<T>} Sliced */
/** One network as it is seen. lam: λ. drift: ‖Θ_t − Θ₀‖/‖Θ₀‖ at all moments. largest: logit.
 * @typedef {{ lam: number, map: Float32Array, time: number, drift: number[], largest: number }} Side */

const { setting, points } = usualState();
const CHOSEN = { width: 256, rate: 0.1, seed: 0, epsilon: 0 };
const FIRST = 4; // of the steps that are seen, so that something moves from the beginning

export const LAST = 2000;
export const CELLS = 32; // nodes of the map along an edge
export const POINTS = points;
export const CLASSES = Number(setting.classes);

/** The step that a share of the film's time shows. @param {number} share from 0 to 1 */
export function stepAt(share) {
  if (share <= 0) return 0;
  return Math.min(LAST, Math.round(FIRST * (LAST / FIRST) ** share));
}

/** A network at θ₀, to be held by λ. @param {number} lam @returns {Sliced<Run>} */
export function* begun(lam) {
  const { shape, seed, problem } = orderOf({ ...setting, ...CHOSEN, lam }, points);
  const net = network(shape);
  yield* initialize(net, seed);
  rewind(net);
  return yield* prepare(net, problem);
}

/** Trains until a step; whoever stops in between leaves a whole number of them. @param {Run} run @param {number} step
 * @returns {Sliced} */
export function* trained(run, step) {
  while (run.steps < step) {
    finish(advance(run));
    yield;
  }
}

/** @param {Run} run @returns {Side} */
export function sideOf(run) {
  return {
    lam: run.problem.lam,
    map: finish(networkMap(run.net, { side: CELLS, X: nodes(CELLS) })),
    time: run.steps * run.problem.rate,
    drift: run.moments.map(({ drift }) => drift),
    largest: Math.max(...run.logits.map(Math.abs)),
  };
}
