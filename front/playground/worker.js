// The worker that owns the engine: it trains and draws in slices of some milliseconds, hears messages in between, and
// answers the page's requests for frames. Training and drawing share the time; neither can starve the other. What it
// knows is one state (engine.js), which changes only in `send`.

import { awake, sleep, turn } from "../shared/turns.js";
import { drawingsTurn, isDue, mayDraw, mayStep, mayTrain, next, START, turnOf } from "./engine.js";
import { draw, oneStep, setUp } from "./jobs.js";
import { frameOf, transferOf } from "./report.js";

/** @typedef {import("./engine.js").Account} Account */
/** @typedef {import("./engine.js").News} News */

const SLICE = 8; // milliseconds between two looks at the messages

let state = START;

/** @param {News} news @param {number} [at] */
function send(news, at = performance.now()) {
  state = next(state, news, at);
}

self.onmessage = (/** @type {MessageEvent<import("./engine.js").Request>} */ { data }) => {
  send(data);
  awake();
};

/** Work until the deadline. A step that ends gives way to a drawing at once: the next would begin otherwise.
 * @param {number} deadline */
function work(deadline) {
  spend(turnOf(state), deadline);
  if (!state.training && !state.drawing && drawingsTurn(state)) spend("drawing", deadline);
  send({ kind: "sliced" });
}

/** @param {Account} account @param {number} deadline */
function spend(account, deadline) {
  const begin = performance.now();
  if (account === "training") train(deadline);
  else goOn("drawing", deadline);
  send({ kind: "spent", account, time: performance.now() - begin });
}

/** Steps, as many as there is time for. @param {number} deadline */
function train(deadline) {
  do goOn("training", deadline);
  while (!state.training && mayTrain(state) && performance.now() < deadline && !drawingsTurn(state));
}

/** Takes a job up, or begins one, until it is done or the time is. @param {Account} account @param {number} deadline */
function goOn(account, deadline) {
  const job = state[account] ?? begun(account);
  if (!job) return;
  for (;;) {
    const { done, value } = job.next();
    if (typeof value === "object") send(value);
    if (done) return;
    // Where θ may change, training may have its turn.
    if (value === "block" || performance.now() > deadline)
      return send({ kind: "paused", fixed: value === "slice" });
  }
}

/** @param {Account} account */
function begun(account) {
  const job = account === "training" ? nextTraining() : state.run && draw(state.run, state.grid);
  if (job) send({ kind: "began", account, job });
  return job;
}

function nextTraining() {
  if (state.order) return setUp(state.order, state.made);
  return state.run && mayStep(state) ? oneStep(state.run) : null;
}

/** The frame that the page has asked for, if there is anything new in it. */
function answer() {
  const at = performance.now();
  if (!isDue(state, at)) return;
  const frame = frameOf(state, at);
  postMessage(frame, { transfer: transferOf(frame) });
  send({ kind: "told" }, at);
}

for (;;) {
  if (mayTrain(state) || mayDraw(state)) {
    work(performance.now() + SLICE);
    answer();
    await turn();
  } else {
    answer();
    await sleep();
  }
}
