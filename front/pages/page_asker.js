// Settings that the grid does not hold, asked of the page's own worker (front/compute).

import { gone, UPDATED } from "./updated.js";

/** @typedef {import("../compute/messages.js").Answer} Answer */
/** @typedef {import("../explorer/types.js").Asker} Asker */
/** @typedef {import("../explorer/types.js").Model} Model */
/** @typedef {import("../explorer/types.js").Report} Report */

/** One worker serves a page; it is made when it is first needed. @type {Map<string, Worker>} */
const workers = new Map();
let explorers = 0;
const TURN = 100; // ms in which a wish is not replaced unless something of it is there: what follows a hand gets drawn

/** One wish is computed at a time, and of those that wait only the latest counts.
 * @param {Model} model @param {string} url of the worker @param {Report} report @returns {Asker} */
export function pageAsker(model, url, report) {
  const explorer = `${++explorers}`;
  /** @type {Worker | null} */
  let worker = null;
  let request = 0;
  /** @type {import("../shared/values.js").Setting | null} */
  let wanted = null;
  /** @type {import("../shared/values.js").Setting | null} */
  let waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let turn;

  function opened() {
    if (worker) return worker;
    worker = workers.get(url) ?? new Worker(url, { type: "module" });
    workers.set(url, worker);
    worker.addEventListener("message", hear);
    worker.addEventListener("error", fail);
    const { axes, compute: experiment } = model.get("spec");
    worker.postMessage({ kind: "open", explorer, experiment, axes, grid: model.get("grid") });
    return worker;
  }

  /** @param {MessageEvent<Answer>} message */
  function hear({ data }) {
    if (data.explorer !== explorer || data.request !== request || !wanted) return;
    const setting = wanted;
    if (data.kind !== "part") wanted = null;
    if (data.kind === "part") report.part(setting, data.arrays);
    else if (data.kind === "cell") report.done(setting, { arrays: data.arrays, sentence: data.sentence });
    else if (!waiting) report.refused(setting, data.message);
    taken();
  }

  /** The next one's turn has come. */
  function taken() {
    clearTimeout(turn);
    turn = undefined;
    if (!waiting) return;
    wanted = waiting;
    waiting = null;
    request++;
    turn = setTimeout(taken, TURN);
    try {
      opened().postMessage({ kind: "compute", explorer, request, setting: wanted });
    } catch {
      fail();
    }
  }

  function fail() {
    workers.delete(url);
    worker?.terminate(); // what is left of it
    worker = null; // another try makes another
    const lost = wanted;
    leave();
    if (lost) refuse(lost);
  }

  /** At once, and with a better reason if there is one and nothing else has been asked meanwhile.
   * @param {import("../shared/values.js").Setting} setting */
  async function refuse(setting) {
    const asked = request;
    report.refused(setting, "this browser does not let the page compute");
    if ((await gone([url])) && asked === request) report.refused(setting, `${UPDATED}; reload it`);
  }

  /** What is under way is of no interest any more. */
  function leave() {
    request++;
    clearTimeout(turn);
    turn = undefined;
    wanted = waiting = null;
  }

  return {
    ask(setting) {
      waiting = setting;
      report.started(setting);
      if (!turn) taken();
    },
    forget() {
      if (wanted) worker?.postMessage({ kind: "forget", explorer });
      leave();
    },
    stop() {
      leave();
      worker?.postMessage({ kind: "close", explorer });
      worker?.removeEventListener("message", hear);
      worker?.removeEventListener("error", fail);
    },
  };
}
