// The playground's engine without a page: reads jobs as JSON, one a line, and answers each with a line of JSON.
import { createInterface } from "node:readline";
import { operatorNorm } from "../../front/ntkbook/spectrum.js";
import { levelsOf } from "../../front/playground/levels.js";
import { logitGap } from "../../front/playground/loss.js";
import { gridAtStart, linearMap, meetPoints, networkMap, nodes } from "../../front/playground/map.js";
import { initialize, network } from "../../front/playground/network.js";
import { fillNormal } from "../../front/playground/normal.js";
import { AXES, NAME, orderOf, readState, writePoints } from "../../front/playground/settings.js";
import { advance, prepare, stableRate } from "../../front/playground/training.js";
import { readAddress, withSetting } from "../../front/shared/address.js";

/** To the end at once. @template T @param {Generator<unknown, T, void>} job @returns {T} */
function finish(job) {
  let found = job.next();
  while (!found.done) found = job.next();
  return found.value;
}

/** As a browser understands it. @param {string} query */
const addressOf = (query) => new URL(`http://book/page.html?${query}`);

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  /** Trains from given weights, and tells all that it knows at the end. */
  train({ shape, problem, weights, steps, grid }) {
    const net = network(shape);
    if (weights) {
      for (const [i, { weights0, biases0 }] of net.layers.entries()) {
        weights0.set(weights[i].weights);
        biases0.set(weights[i].biases);
      }
    } else finish(initialize(net, problem.seed));
    const run = finish(
      prepare(net, { ...problem, X: Float64Array.from(problem.X), labels: Uint8Array.from(problem.labels) }),
    );
    for (let step = 0; step < steps; step++) finish(advance(run));
    const found = {
      logits: [...run.logits],
      linear: [...run.linearLogits],
      moments: run.moments,
      theta: [...run.Theta0],
      excess: run.excess,
      stable: stableRate(run),
      lost: run.lost,
      weights: net.layers.map(({ weights0, biases0 }) => ({ weights: [...weights0], biases: [...biases0] })),
    };
    if (!grid) return found;
    const at = finish(gridAtStart(net));
    finish(meetPoints(at, run));
    const maps = { map: [...finish(networkMap(net, at))], linearMap: [...linearMap(at, run)] };
    return { ...found, ...maps, side: at.side, nodes: [...nodes(at.side)] };
  },
  /** The state that an address means, and the moments of its training. */
  preset({ query, steps }) {
    const { setting, points, complaints } = readState(addressOf(query).search);
    const { shape, seed, problem } = orderOf(setting, points);
    const net = network(shape);
    finish(initialize(net, seed));
    const run = finish(prepare(net, problem));
    for (let step = 0; step < steps && run.lost.network === null; step++) finish(advance(run));
    const { epsilon, lam, anchor, rate } = problem;
    const labels = [...problem.labels];
    return {
      shape,
      seed,
      epsilon,
      lam,
      anchor,
      rate,
      X: [...problem.X],
      labels,
      complaints,
      moments: run.moments,
      levels: levelsOf(problem, shape.classes, { loss: run.moments[0].loss, excess: run.excess }),
      excess: run.excess,
      stable: stableRate(run),
      lost: run.lost,
    };
  },
  controls: () => ({ name: NAME, axes: AXES }),
  /** What the playground reads in an address. */
  state({ query }) {
    const found = readState(addressOf(query).search);
    return { ...found, written: writePoints(found.points) };
  },
  /** What an explorer reads in an address, and the address that it then writes. */
  address({ query, name, axes }) {
    const { href, search } = addressOf(query);
    const found = readAddress(search, name, axes);
    return {
      ...found,
      given: search.slice(1),
      written: new URL(withSetting(href, name, axes, found.setting)).search.slice(1),
    };
  },
  normal({ count, seed, stream, pieces }) {
    const out = new Float32Array(count);
    const size = count / pieces;
    for (let piece = pieces - 1; piece >= 0; piece--) {
      fillNormal(out, piece * size, (piece + 1) * size, seed, stream);
    }
    return [...out];
  },
  gap: ({ logits, labels, K }) => logitGap(Float64Array.from(logits), labels, K),
  norm({ matrix, size }) {
    return operatorNorm(Float64Array.from(matrix), size);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  console.log(JSON.stringify(ANSWERS[job.kind](job)));
}
