// Plotly: from where the host says; or in a notebook, which has one for all explorers, as the first of them brings it;
// or else as the kernel sends it.
import { inflated } from "./grid.js";
import { tell } from "./kernel.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Plotly} Plotly */
/** Every explorer of a page is a module of its own, so what they share is global. `ntkbookPlotly` is settled by whoever
 * has the library first.
 * @typedef {{ promise: Promise<Plotly>, resolve: (plotly: Plotly | Promise<Plotly>) => void, found: boolean }} Shelf
 * @typedef {typeof globalThis & { Plotly?: Plotly, ntkbookPlotly?: Shelf }} Scope */

const scope = /** @type {Scope} */ (globalThis);

/** @param {Model} model @returns {Promise<Plotly>} */
export async function drawingLibrary(model) {
  const address = model.get("plotly_url");
  if (address) return (await import(address)).default;
  keepLibrary(model);
  if (!shelf().found) askKernel(model);
  return shelf().promise;
}

/** Takes the library that a model carries, and empties the model, whose state may be saved with the notebook. Python
 * is not told, for it keeps the library for a page that is loaded anew.
 * @param {Model} model */
export function keepLibrary(model) {
  const packed = model.get("plotly");
  if (!packed?.byteLength) return;
  put(() => inflated(packed).then((buffer) => run(new Blob([buffer]))));
  model.set("plotly", new DataView(new ArrayBuffer(0)));
}

/** @returns {Shelf} */
function shelf() {
  if (scope.ntkbookPlotly) return scope.ntkbookPlotly;
  /** @type {Shelf["resolve"]} */
  let resolve = () => {};
  const promise = new Promise((/** @type {Shelf["resolve"]} */ given) => {
    resolve = given;
  });
  scope.ntkbookPlotly = { promise, resolve, found: false };
  return scope.ntkbookPlotly;
}

/** The first one who has the library puts it there; after a failure the next one may.
 * @param {() => Promise<Plotly>} load */
function put(load) {
  const own = shelf();
  if (own.found) return;
  own.found = true;
  own.resolve(
    load().catch((error) => {
      scope.ntkbookPlotly = undefined;
      throw error;
    }),
  );
}

/** @param {Model} model */
function askKernel(model) {
  const hear = (/** @type {Message} */ message, /** @type {DataView[]} */ buffers) => {
    if (message.type !== "plotly") return;
    model.off("msg:custom", hear);
    put(() => run(new Blob([/** @type {BlobPart} */ (buffers[0])])));
  };
  model.on("msg:custom", hear);
  tell(model, { type: "plotly" });
}

/** @param {Blob} text of Plotly's script @returns {Promise<Plotly>} */
function run(text) {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error("its drawing library could not be run"));
    const script = document.createElement("script");
    script.addEventListener("load", () => (scope.Plotly ? resolve(scope.Plotly) : failed()));
    script.addEventListener("error", failed);
    script.src = URL.createObjectURL(text);
    document.head.append(script);
  });
}
