// Talking to Python: the drawing library, and settings that the grid does not hold.

/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("./grid.js").Cell} Cell */
/** @typedef {{ get: (key: string) => any, set: (key: string, value: any) => void, save_changes: () => void,
 *              send: (content: object) => void, on: (event: string, callback: any) => void,
 *              off: (event: string, callback: any) => void }} Model */
/** @typedef {{ type: string, request?: string, sentence?: string, names?: string[], message?: string }} Message */
/** @typedef {{ started: (setting: Setting) => void, done: (setting: Setting, cell: Cell) => void,
 *              failed: (setting: Setting, message: string) => void, silent: (setting: Setting) => void }} Report */

const SILENCE = 4_000; // ms until a kernel that has not begun counts as busy or stopped
const PATIENCE = 120_000; // ms until one that has begun does

/** Asks for one setting at a time; while one is computed, only the latest wish is kept.
 * @param {Model} model @param {Report} report */
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
    if (!flying || message.request !== flying.request) return;
    const { setting, dropped } = flying;
    if (message.type === "started") {
      if (!dropped && !wanted) report.started(setting);
      return expect(PATIENCE);
    }
    clearTimeout(timer);
    flying = null;
    if (wanted) next();
    else if (dropped) return;
    else if (message.type === "error") report.failed(setting, message.message ?? "");
    else report.done(setting, cellOf(message, buffers));
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

/** Calls back once, if and when a kernel answers; a static page stays silent.
 * @param {Model} model @param {() => void} found @returns {() => void} stop */
export function greetKernel(model, found) {
  const hear = (/** @type {Message} */ message) => {
    if (message.type === "kernel") found();
  };
  model.on("msg:custom", hear);
  tell(model, { type: "hello" });
  return () => model.off("msg:custom", hear);
}

/** plotly.js as the kernel's plotly package carries it, fetched once for all explorers of a notebook.
 * @param {Model} model @returns {Promise<any>} */
export function plotlyFromKernel(model) {
  const shared = /** @type {any} */ (globalThis);
  shared.ntkbookPlotly ??= new Promise((resolve, reject) => {
    const hear = (/** @type {Message} */ message, /** @type {DataView[]} */ buffers) => {
      if (message.type !== "plotly") return;
      model.off("msg:custom", hear);
      const url = URL.createObjectURL(
        new Blob([/** @type {BlobPart} */ (buffers[0])], { type: "text/javascript" }),
      );
      const script = document.createElement("script");
      script.addEventListener("load", () => resolve(shared.Plotly));
      script.addEventListener("error", () => reject(new Error("the drawing library could not be loaded")));
      script.src = url;
      document.head.append(script);
    };
    model.on("msg:custom", hear);
    tell(model, { type: "plotly" });
  });
  return shared.ntkbookPlotly;
}

/** @param {Message} message @param {DataView[]} buffers @returns {Cell} */
function cellOf(message, buffers) {
  const arrays = (message.names ?? []).map((name, index) => {
    const { buffer, byteOffset, byteLength } = buffers[index];
    return [name, new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))];
  });
  return { arrays: Object.fromEntries(arrays), sentence: message.sentence ?? "" };
}

/** A closed connection may throw instead of staying silent; whoever waits for the answer says so in words.
 * @param {Model} model @param {object} content */
function tell(model, content) {
  try {
    model.send(content);
  } catch (error) {
    console.info("The kernel cannot be reached.", error);
  }
}
