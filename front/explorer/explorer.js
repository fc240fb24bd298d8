// The explorer as anywidget runs it, in any host: a model's state becomes a live picture with its controls.
import { watchTheme } from "../shared/theme.js";
import { fitting, unpack } from "./grid.js";
import { greetKernel } from "./kernel.js";
import { drawingLibrary, keepLibrary } from "./library.js";
import { liveExplorer } from "./live.js";

/** @typedef {import("./types.js").Model} Model */

/** What a model does whether it is shown or not.
 * @param {{ model: Model }} host */
function initialize({ model }) {
  keepLibrary(model);
}

/** @param {{ model: Model, el: HTMLElement }} host @returns {Promise<() => void>} what takes it away again */
async function render({ model, el }) {
  const live = liveExplorer(model, await gridIn(model));
  el.append(live.element);
  live.show();
  const resized = new ResizeObserver(live.fit);
  const stops = [
    live.stop,
    watchTheme(live.draw),
    watchGrid(
      model,
      (grid) => live.happen({ kind: "grid", grid }),
      (note) => live.happen({ kind: "said", note }),
    ),
    greetKernel(model, () => live.happen({ kind: "kernel" })),
    () => resized.disconnect(),
    () => live.element.remove(),
  ];
  drawingLibrary(model).then(
    (plotly) => {
      if (!live.element.isConnected) return; // taken away meanwhile
      live.happen({ kind: "plotly", plotly });
      resized.observe(live.element);
    },
    (error) => live.happen({ kind: "undrawable", trouble: error.message }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

/** @param {Model} model */
async function gridIn(model) {
  return fitting(await unpack(model.get("grid")), model.get("spec"));
}

/** Python may give the explorer other numbers.
 * @param {Model} model @param {(grid: import("./types.js").Grid) => void} changed
 * @param {(words: string) => void} refused @returns {() => void} stop */
function watchGrid(model, changed, refused) {
  let stopped = false;
  const heard = async () => {
    const packed = model.get("grid");
    const stands = () => !stopped && packed === model.get("grid");
    try {
      const grid = await gridIn(model);
      if (stands()) changed(grid);
    } catch (error) {
      if (stands()) refused(`A new grid was left aside: ${/** @type {Error} */ (error).message}.`);
    }
  };
  model.on("change:grid", heard);
  return () => {
    stopped = true;
    model.off("change:grid", heard);
  };
}

export default { initialize, render };
