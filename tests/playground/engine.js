// The playground's engine without a page: reads jobs as JSON, one a line, and answers each with a line of JSON.
import { createInterface } from "node:readline";
import { logitGap } from "../../front/ntkbook/losses.js";
import { finish } from "../../front/ntkbook/sliced.js";
import { operatorNorm } from "../../front/ntkbook/spectrum.js";
import { levelsOf } from "../../front/playground/levels.js";
import { gridAtStart, linearMap, meetPoints, networkMap, nodes } from "../../front/playground/map.js";
import { initialize, network, radius, rewind } from "../../front/playground/network.js";
import { asPython } from "../../front/playground/python.js";
import { AXES, NAME, orderOf, readState, writePoints } from "../../front/playground/settings.js";
import { advance, drift, guaranteedStep, prepare } from "../../front/playground/training.js";
import { readAddress, withSetting } from "../../front/shared/address.js";

/** As a browser understands it. @param {string} query */
const addressOf = (query) => new URL(`http://book/page.html?${query}`);

/** At θ₀. @param {any} shape @param {number} seed */
function started(shape, seed) {
  const net = network(shape);
  finish(initialize(net, seed));
  rewind(net);
  return net;
}

/** As JSON holds it. @param {import("../../front/playground/layer.js").Parameters} parameters */
const plain = ({ W, b }) => ({ W: [...W], b: [...b] });

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  /** Trains, and tells all that it knows at the end. */
  train({ shape, problem, steps, grid }) {
    const net = started(shape, problem.seed);
    const run = finish(
      prepare(net, { ...problem, X: Float64Array.from(problem.X), labels: Uint8Array.from(problem.labels) }),
    );
    for (let step = 0; step < steps; step++) finish(advance(run));
    const found = {
      z0: [...run.linear.f0],
      logits: [...run.logits],
      linear: [...run.linearLogits],
      moments: run.moments,
      theta: [...run.Theta0],
      excess: run.excess,
      guarantee: guaranteedStep(run),
      lost: run.lost,
      layers: net.layers.map(({ start, now }) => ({ start: plain(start), now: plain(now) })),
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
    const run = finish(prepare(started(shape, seed), problem));
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
      python: asPython({ setting, points }, run.steps),
      reached: {
        loss: run.loss,
        radius: radius(run.net),
        gap: logitGap(run.logits, labels, shape.classes),
        drift: finish(drift(run)),
      },
      moments: run.moments,
      levels: levelsOf(problem, shape.classes, { loss: run.moments[0].loss, excess: run.excess }),
      excess: run.excess,
      guarantee: guaranteedStep(run),
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
  gap: ({ logits, labels, K }) => logitGap(Float64Array.from(logits), labels, K),
  norm({ matrix, size }) {
    return operatorNorm(Float64Array.from(matrix), size);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  console.log(JSON.stringify(ANSWERS[job.kind](job)));
}
