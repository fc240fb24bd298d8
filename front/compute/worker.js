// The worker that computes what explorers of a page ask for (front/ntkbook), in slices of some milliseconds: between
// two it hears messages, so that a new setting takes the place of an old one at once.
import { unpack } from "../explorer/grid.js";
import { EXPERIMENTS } from "../ntkbook/experiments.js";
import { awake, sleep, turn } from "../shared/turns.js";
import { cellIndex } from "../shared/values.js";

/** @typedef {import("../ntkbook/types.js").Arrays} Arrays */
/** @typedef {import("./messages.js").Answer} Answer */
/** @typedef {import("./messages.js").Opening} Opening */
/** @typedef {import("./messages.js").Wish} Wish */
/** @typedef {{ experiment: import("../ntkbook/types.js").Experiment, prepared: Promise<import("../ntkbook/types.js").Prepared> }} Open */
/** told: when the page last heard of it.
 * @typedef {{ explorer: string, request: number, setting: import("../shared/values.js").Setting, open: Open,
 *             run: import("../ntkbook/sliced.js").Sliced<Arrays> | null, told: number }} Job */

const SLICE = 8; // milliseconds between two looks at the messages
const PART = 150; // between two unfinished pictures; what is done before shows none

/** @type {Map<string, Open>} */
const open = new Map();
/** One an explorer. @type {Map<string, Job>} */
const jobs = new Map();

self.onmessage = (/** @type {MessageEvent<Opening | Wish>} */ { data }) => {
  const { kind, explorer } = data;
  if (kind === "open") open.set(explorer, opened(data));
  else jobs.delete(explorer);
  if (kind === "close") open.delete(explorer); // and its grid
  const known = open.get(explorer);
  if (kind === "compute" && known) {
    const { request, setting } = data;
    jobs.set(explorer, { explorer, request, setting, open: known, run: null, told: performance.now() });
  }
  awake();
};

/** @param {Opening} opening @returns {Open} */
function opened({ experiment, axes, grid }) {
  const prepared = unpack(grid).then(
    (cells) => (/** @type {import("../shared/values.js").Setting} */ setting) => {
      const cell = cells(cellIndex(axes, setting));
      return cell && withEach(cell.arrays, (array) => Float64Array.from(array));
    },
  );
  return { experiment: EXPERIMENTS[experiment], prepared };
}

/** Works on a job until it is done, or the time is. @param {Job} job @param {number} deadline */
async function work(job, deadline) {
  const { open, setting } = job;
  try {
    job.run ??= open.experiment.compute(setting, await open.prepared);
    if (jobs.get(job.explorer) !== job) return; // replaced while the grid was unpacked
    for (;;) {
      const { done, value } = job.run.next();
      if (done)
        return answer(job, {
          kind: "cell",
          arrays: drawn(value),
          sentence: open.experiment.describe(setting, value),
        });
      const now = performance.now();
      if (value && (value.atOnce || now > job.told + PART)) {
        job.told = now;
        tell(job, { kind: "part", arrays: drawn(value()) });
      }
      if (now > deadline) return;
    }
  } catch (error) {
    answer(job, { kind: "refused", message: error instanceof Error ? error.message : String(error) });
  }
}

/** The job's last word. @param {Job} job @param {Said} said */
function answer(job, said) {
  jobs.delete(job.explorer);
  tell(job, said);
}

/** @typedef {Answer extends infer One ? One extends Answer ? Omit<One, "explorer" | "request"> : never : never} Said */

/** @param {Job} job @param {Said} said */
function tell({ explorer, request }, said) {
  const buffers = "arrays" in said ? Object.values(said.arrays).map(({ buffer }) => buffer) : [];
  postMessage({ explorer, request, ...said }, { transfer: /** @type {ArrayBuffer[]} */ (buffers) });
}

/** As pictures hold numbers. @param {Arrays} arrays @returns {import("../explorer/types.js").Arrays} */
function drawn(arrays) {
  return withEach(arrays, (array) => Float32Array.from(array));
}

/** @template From, To @param {Record<string, From>} named @param {(each: From) => To} change
 * @returns {Record<string, To>} */
function withEach(named, change) {
  return Object.fromEntries(Object.entries(named).map(([name, each]) => [name, change(each)]));
}

for (;;) {
  for (const job of [...jobs.values()]) await work(job, performance.now() + SLICE);
  await (jobs.size ? turn() : sleep());
}
