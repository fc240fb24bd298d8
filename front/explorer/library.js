// Plotly: from where the host says, or as the kernel's plotly package carries it.
import { tell } from "./kernel.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Model} Model */
/** @typedef {import("./types.js").Plotly} Plotly */
/** @typedef {typeof globalThis & { Plotly?: Plotly, ntkbookPlotly?: Promise<Plotly> }} Scope */

/** @param {Model} model @returns {Promise<Plotly>} */
export async function drawingLibrary(model) {
  const address = model.get("plotly_url");
  return address ? (await import(address)).default : fromKernel(model);
}

/** Fetched once for all explorers of a notebook; after a failure the next one asks again.
 * @param {Model} model @returns {Promise<Plotly>} */
function fromKernel(model) {
  const scope = /** @type {Scope} */ (globalThis);
  scope.ntkbookPlotly ??= asked(model, scope).catch((error) => {
    scope.ntkbookPlotly = undefined;
    throw error;
  });
  return scope.ntkbookPlotly;
}

/** @param {Model} model @param {Scope} scope @returns {Promise<Plotly>} */
function asked(model, scope) {
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error("the drawing library could not be loaded"));
    const hear = (/** @type {Message} */ message, /** @type {DataView[]} */ buffers) => {
      if (message.type !== "plotly") return;
      model.off("msg:custom", hear);
      const text = new Blob([/** @type {BlobPart} */ (buffers[0])], { type: "text/javascript" });
      const script = document.createElement("script");
      script.addEventListener("load", () => (scope.Plotly ? resolve(scope.Plotly) : failed()));
      script.addEventListener("error", failed);
      script.src = URL.createObjectURL(text);
      document.head.append(script);
    };
    model.on("msg:custom", hear);
    tell(model, { type: "plotly" });
  });
}
