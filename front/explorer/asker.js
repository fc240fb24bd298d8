// Settings that the grid does not hold, asked of the kernel one at a time.
import { tell } from "./kernel.js";

/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Report} Report */

const SILENCE = 4_000; // ms until a kernel that has not begun counts as busy or stopped
const PATIENCE = 120_000; // ms until one that has begun does

/** While a setting is computed, only the latest wish is kept.
 * @param {Model} model @param {Report} report @returns {import("./types.js").Asker} */
export function kernelAsker(model, report) {
  const view = Math.random().toString(36).slice(2); // several views of one model hear each other's answers
  let count = 0;
  /** @type {{ request: string, setting: Setting, dropped: boolean, lost: boolean } | null} */
  let flying = null;
  /** @type {Setting | null} */
  let wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function next() {
    if (!wanted) return;
    flying = { request: `${view}.${++count}`, setting: wanted, dropped: false, lost: false };
    wanted = null;
    report.started(flying.setting);
    expect(SILENCE);
    tell(model, { type: "compute", request: flying.request, setting: flying.setting });
  }

  /** @param {number} patience */
  function expect(patience) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!flying) return;
      flying.lost = true;
      if (wanted) next();
      else if (!flying.dropped) report.silent(flying.setting);
    }, patience);
  }

  /** @param {Message} message @param {DataView[]} buffers */
  function hear(message, buffers) {
    if (!flying || !("request" in message) || message.request !== flying.request) return;
    const { setting, dropped } = flying;
    if (message.type === "started") {
      if (!dropped && !wanted) report.started(setting);
      return expect(PATIENCE);
    }
    clearTimeout(timer);
    flying = null;
    if (wanted) next();
    else if (dropped) return;
    else if (message.type === "error") report.failed(setting, message.message);
    else report.done(setting, { arrays: arraysOf(message.names, buffers), sentence: message.sentence });
  }

  /** A notebook says so when its kernel dies; what was under way in it will not be answered. */
  const connectionChanged = () => {
    if (flying) expect(SILENCE);
  };

  model.on("msg:custom", hear);
  model.on("comm_live_update", connectionChanged);
  return {
    /** @param {Setting} setting */
    ask(setting) {
      wanted = setting;
      if (!flying || flying.lost) next();
    },
    /** The reader went on to something the grid holds: an answer that is still under way is not drawn. */
    forget() {
      wanted = null;
      if (flying) flying.dropped = true;
    },
    stop() {
      clearTimeout(timer);
      model.off("msg:custom", hear);
      model.off("comm_live_update", connectionChanged);
    },
  };
}

/** @param {string[]} names @param {DataView[]} buffers @returns {Arrays} */
function arraysOf(names, buffers) {
  const arrays = names.map((name, index) => {
    const { buffer, byteOffset, byteLength } = buffers[index];
    return [name, new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))];
  });
  return Object.fromEntries(arrays);
}
