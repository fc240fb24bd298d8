// Eight labelled points of a sphere and one wide network, as ntkbook/chapters/_shared/measure/sphere.py has them.
import { sphere } from "../../data.js";
import { smoothLabels } from "../../losses.js";
import { network } from "../../one_hidden_layer.js";
import { problemOf } from "../../problem.js";
import { key } from "../../random.js";

export const [D, K] = [6, 3];
export const { train: TRAIN, test: TEST } = sphere(key(0), { inputs: D, classes: K });

/** Pauses after either half, which takes some milliseconds at large n.
 * @param {{ n: number, epsilon?: number, lam?: number, anchor?: number, seed?: number }} setting
 * @returns {Generator<void, import("../../problem.js").Problem, void>} */
export function* sphereProblem({ n, epsilon = 0, lam = 0, anchor = 1, seed = 0 }) {
  const net = network(key(seed + 1), { d: D, K, n });
  yield;
  const problem = problemOf(net, TRAIN.X, smoothLabels(TRAIN.labels, K, epsilon), { lam, anchor });
  yield;
  return problem;
}
