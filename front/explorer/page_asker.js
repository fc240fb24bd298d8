// Settings that the grid does not hold, asked of the page's own worker (front/compute).

/** @typedef {import("../compute/messages.js").Answer} Answer */
/** @typedef {import("./types.js").Asker} Asker */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Report} Report */

/** One worker serves a page; it is made when it is first needed. @type {Map<string, Worker>} */
const workers = new Map();
let explorers = 0;

/** Only the latest wish counts: the worker drops an older one.
 * @param {Model} model @param {string} url of the worker @param {Report} report @returns {Asker} */
export function pageAsker(model, url, report) {
  const explorer = `${++explorers}`;
  /** @type {Worker | null} */
  let worker = null;
  let request = 0;
  /** @type {import("../shared/values.js").Setting | null} */
  let wanted = null;

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
    if (data.kind === "part") return report.part(wanted, data.arrays);
    const setting = wanted;
    wanted = null;
    if (data.kind === "cell") report.done(setting, { arrays: data.arrays, sentence: data.sentence });
    else report.refused(setting, data.message);
  }

  function fail() {
    workers.delete(url);
    worker?.terminate(); // what is left of it
    worker = null; // another try makes another
    if (wanted) report.refused(wanted, "this browser does not let the page compute");
    wanted = null;
  }

  return {
    ask(setting) {
      wanted = setting;
      request++;
      report.started(setting);
      try {
        opened().postMessage({ kind: "compute", explorer, request, setting });
      } catch {
        fail();
      }
    },
    forget() {
      if (wanted) worker?.postMessage({ kind: "forget", explorer });
      wanted = null;
    },
    stop() {
      worker?.postMessage({ kind: "close", explorer });
      worker?.removeEventListener("message", hear);
      worker?.removeEventListener("error", fail);
    },
  };
}
