// The worker that owns the engine: it trains and draws in slices of some milliseconds, hears messages in between, and
// answers the page's requests for frames. Training and drawing share the time; neither can starve the other.

import { logitGap } from "./loss.js";
import { EDGE, gridAtStart, linearMap, meetPoints, networkMap, nodes, sideOf } from "./map.js";
import { initialize, network, rewind, weightBytes } from "./network.js";
import { advance, prepare, stableRate } from "./training.js";

/** @typedef {{ shape: import("./network.js").Shape, seed: number, problem: import("./training.js").Problem }} Order */
/** @typedef {{ side: number, edge: number, step: number, network: Float32Array, linear: Float32Array | null }} Picture */

const SLICE = 8; // milliseconds between two looks at the messages
const DRAWING = 0.25; // the most of the time that goes into pictures while training
const PREPARING = 0.5; // the same until there is a first one of both models
const MEMORY = 0.98; // of the two accounts, a slice
/** @type {any} a worker's own scope, whose postMessage takes what to transfer */
const scope = self;

/** @type {Order | null} */
let order = null;
/** @type {(Order & { net: import("./network.js").Network }) | null} */
let made = null;
/** @type {import("./training.js").Run | null} */
let run = null;
/** @type {import("./map.js").Grid | null} */
let grid = null;
/** The last picture, until it is sent. @type {Picture | null} */
let picture = null;
let drawnAt = -1; // its step
/** What is being done, unfinished. @type {Generator<unknown, unknown, void> | null} */
let training = null;
/** @type {Generator<unknown, unknown, void> | null} */
let drawing = null;
let stepping = false; // whether the training is a step; else it is the preparation
let inBlock = false; // θ must not change now
let playing = false;
let single = false;
let asked = false;
let version = 0;
let sent = 0; // moments that the page has
let stale = true; // whether there is news for the page
let busy = "";
let busySince = 0;
let told = 0; // seconds of it that the page knows of
let stepBegan = 0;
let stepTime = 0; // milliseconds, lately
const spent = { training: 0, drawing: 0 };
/** @type {(() => void) | null} */
let wake = null;

/** What a page may ask. @type {Record<string, (message: any) => void>} */
const MESSAGES = {
  configure(message) {
    order = message.order;
    version = message.version;
    run = picture = training = drawing = null;
    inBlock = single = false;
    drawnAt = -1;
    sent = stepTime = 0;
    busy = "";
    stale = true;
  },
  play() {
    playing = true;
    stale = true;
  },
  pause() {
    playing = false;
    stale = true;
  },
  step() {
    playing = false;
    single = true;
  },
  frame() {
    asked = true;
  },
};
scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
  MESSAGES[data.kind](data);
  wake?.();
};

/** From an order to a run, with the old weights where they are the same. @param {Order} given */
function* setUp(given) {
  const { shape, seed, problem } = given;
  if (!made || made.seed !== seed || JSON.stringify(made.shape) !== JSON.stringify(shape)) {
    made = grid = null; // their memory first
    const net = network(shape);
    say("Drawing the initial weights");
    yield* initialize(net, seed);
    made = { ...given, net };
  }
  rewind(made.net);
  say("Computing the kernel of the points");
  run = yield* prepare(made.net, problem);
  say("");
}

/** A picture of both models as they are. The first one comes without the linearized model, whose part of the grid may
 * take long and is computed once. @param {import("./training.js").Run} of */
function* draw(of) {
  if (!grid) {
    say(playing ? "Preparing the maps, while training goes on" : "Preparing the maps");
    const side = sideOf(of.net);
    const first = yield* networkMap(of.net, { side, X: nodes(side) });
    picture = { side, edge: EDGE, step: of.steps, network: first, linear: null };
    stale = true;
    grid = yield* gridAtStart(of.net);
  }
  yield* meetPoints(grid, of);
  if (!playing && busy === "") say("Drawing the maps");
  const step = of.steps;
  const map = yield* networkMap(of.net, grid);
  picture = { side: grid.side, edge: EDGE, step, network: map, linear: linearMap(grid, of) };
  drawnAt = step;
  say("");
}

/** @param {string} words */
function say(words) {
  if (words !== busy) stale = true;
  busy = words;
  busySince = performance.now();
  told = 0;
}

const over = () => run !== null && run.lost.network !== null;
const mayTrain = () =>
  order !== null || training !== null || (run !== null && (playing || single) && !over());
// A picture that was begun is finished, whether or not the page has asked again.
const mayDraw = () =>
  run !== null && order === null && (drawing !== null || (asked && drawnAt !== run.steps));
const drawingsTurn = () =>
  mayDraw() &&
  (!mayTrain() || spent.drawing < (grid ? DRAWING : PREPARING) * (spent.training + spent.drawing));

/** Work until the deadline. A step that ends gives way to a drawing at once: the next would begin otherwise.
 * @param {number} deadline */
function work(deadline) {
  if (!inBlock && (training || !drawingsTurn())) timed("training", () => train(deadline));
  else timed("drawing", () => continueDrawing(deadline));
  if (!training && drawing === null && drawingsTurn()) timed("drawing", () => continueDrawing(deadline));
  for (const account of /** @type {const} */ (["training", "drawing"])) spent[account] *= MEMORY;
}

/** @param {"training" | "drawing"} account @param {() => void} job */
function timed(account, job) {
  const begin = performance.now();
  job();
  spent[account] += performance.now() - begin;
}

/** @param {number} deadline */
function continueDrawing(deadline) {
  if (!run) return;
  drawing ??= draw(run);
  const found = until(drawing, deadline);
  inBlock = found === "slice";
  if (found !== DONE) return;
  drawing = null;
  stale = true;
}

/** Steps, as many as there is time for. @param {number} deadline */
function train(deadline) {
  do {
    if (!training) {
      stepBegan = performance.now();
      if (order) {
        training = setUp(order);
        order = null;
        stepping = false;
      } else if (run && (playing || single) && !over()) {
        training = advance(run);
        stepping = true;
      } else return;
    }
    if (until(training, deadline) !== DONE) return;
    training = null;
    stale = true;
    if (stepping) {
      single = false;
      const took = performance.now() - stepBegan;
      stepTime = stepTime === 0 ? took : 0.9 * stepTime + 0.1 * took;
    }
    if (over()) playing = false;
  } while (performance.now() < deadline && !drawingsTurn());
}

const DONE = Symbol("done");
/** Takes a computation up until it is done or the time is. @param {Generator<unknown, unknown, void>} job @param {number} deadline */
function until(job, deadline) {
  for (;;) {
    const { done, value } = job.next();
    if (done) return DONE;
    // Where θ may change, training may have its turn.
    if (value === "block" || performance.now() > deadline) return value;
  }
}

/** The frame that the page has asked for, if there is anything new in it. */
function answer() {
  const waited = busy === "" ? 0 : Math.floor((performance.now() - busySince) / 1000);
  if (!asked || !(stale || waited > told)) return;
  asked = stale = false;
  told = waited;
  const frame = {
    version,
    playing,
    busy: waited > 0 ? `${busy} (${waited} s)` : "",
    stepTime,
    run: run && summary(run),
    picture,
  };
  const maps = picture ? [picture.network, picture.linear] : [];
  scope.postMessage(
    frame,
    maps.flatMap((map) => map?.buffer ?? []),
  );
  picture = null;
}

/** @param {import("./training.js").Run} of */
function summary(of) {
  const { net, problem, steps, lost, loss, linearLoss, excess, norm } = of;
  const moments = of.moments.slice(sent);
  sent = of.moments.length;
  const K = net.shape.classes;
  return {
    steps,
    time: steps * problem.rate,
    loss,
    linearLoss,
    gap: logitGap(of.logits, problem.labels, K),
    linearGap: logitGap(of.linearLogits, problem.labels, K),
    lost: { ...lost },
    excess,
    norm,
    stable: stableRate(of),
    bytes: weightBytes(net.shape),
    moments,
  };
}

/** Lets waiting messages in. */
const door = new MessageChannel();
function turn() {
  return new Promise((resolve) => {
    door.port1.onmessage = resolve;
    door.port2.postMessage(null);
  });
}

for (;;) {
  if (mayTrain() || mayDraw()) {
    work(performance.now() + SLICE);
    answer();
    await turn();
  } else {
    answer();
    await new Promise((resolve) => {
      wake = () => resolve(null);
    });
    wake = null;
  }
}
