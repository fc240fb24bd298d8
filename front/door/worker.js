// The front door's worker: it is asked for both networks at some step, the held one by some λ, and answers as soon as
// they have come there. A new wish takes the place of an old one between two steps.
import { awake, sleep, turn } from "../shared/turns.js";
import { begun, sideOf, trained } from "./film.js";

/** @typedef {import("./film.js").Run} Run */
/** @typedef {import("./film.js").Side} Side */
/** @typedef {{ step: number, lam: number }} Wish */
/** Both, and whether they have come to the step of the wish. @typedef {{ free: Side, held: Side, there: boolean }} Answer */

const SLICE = 8; // milliseconds between two looks at the messages
const PART = 150; // until what is under way is shown

/** @type {{ free: Run | null, held: Run | null }} */
const runs = { free: null, held: null };
/** @type {Wish | null} */
let wish = null;

self.onmessage = (/** @type {MessageEvent<Wish>} */ { data }) => {
  wish = data;
  awake();
};

/** @param {Wish} wish */
function* fulfilled({ step, lam }) {
  runs.free = yield* come(runs.free, step, 0);
  runs.held = yield* come(runs.held, step, lam);
  yield* trained(runs.free, step);
  yield* trained(runs.held, step);
}

/** A run that can get to the step: this one, or one from θ₀. @param {Run | null} run @param {number} step
 * @param {number} lam */
function* come(run, step, lam) {
  return run && run.steps <= step && run.problem.lam === lam ? run : yield* begun(lam);
}

/** @param {boolean} there */
function tell(there) {
  if (!runs.free || !runs.held) return;
  const answer = { free: sideOf(runs.free), held: sideOf(runs.held), there };
  postMessage(answer, { transfer: [answer.free.map.buffer, answer.held.map.buffer] });
}

for (;;) {
  while (!wish) await sleep();
  const mine = wish;
  const job = fulfilled(mine);
  let told = performance.now();
  let done = false;
  while (!done && wish === mine) {
    const deadline = performance.now() + SLICE;
    while (!done && performance.now() < deadline) done = Boolean(job.next().done);
    if (!done && performance.now() > told + PART) {
      tell(false);
      told = performance.now();
    }
    await turn();
  }
  if (wish !== mine) continue;
  wish = null;
  tell(true);
}
