// What an explorer shows, as one record, and what each event makes of it.
import { cellIndex } from "../shared/values.js";

/** @typedef {import("../shared/values.js").Axis} Axis */
/** @typedef {import("../shared/values.js").Choice} Choice */
/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("../shared/values.js").Value} Value */
/** @typedef {import("./types.js").Cell} Cell */
/** @typedef {import("./types.js").Grid} Grid */
/** @typedef {import("./types.js").Plotly} Plotly */

/** `cell` is what is drawn; `wish` a setting that the grid lacks, each time anew, to be computed; `kernel` whether one
 * has answered; `afresh` says that what the reader has typed gives way to the setting.
 * @typedef {{ axes: (Axis | Choice)[], grid: Grid, setting: Setting, cell: Cell | null, wish: Setting | null,
 *             note: string, afresh: boolean, kernel: boolean, plotly: Plotly | null }} State */

/** @typedef {{ kind: "moved", name: string, value: Value }
 *   | { kind: "set", setting: Setting, note: string }
 *   | { kind: "kernel" }
 *   | { kind: "grid", grid: Grid }
 *   | { kind: "computed", cell: Cell }
 *   | { kind: "plotly", plotly: Plotly }
 *   | { kind: "said", note: string }} Happening */

/** @param {(Axis | Choice)[]} axes @param {Grid} grid @param {Setting} setting @param {string} note @returns {State} */
export function begin(axes, grid, setting, note) {
  const empty = { cell: null, wish: null, note: "", afresh: false, kernel: false, plotly: null };
  return located({ axes, grid, setting, ...empty }, note);
}

/** @param {State} before @param {Happening} event @returns {State} */
export function next(before, event) {
  const state = { ...before, afresh: false };
  switch (event.kind) {
    case "moved":
      return located({ ...state, setting: { ...state.setting, [event.name]: event.value } });
    case "set":
      return located({ ...state, setting: event.setting, afresh: true }, event.note);
    case "kernel":
      return located({ ...state, kernel: true, afresh: true });
    case "grid":
      return located({ ...state, grid: event.grid });
    case "computed":
      return { ...state, cell: event.cell, note: "" };
    case "plotly":
      return { ...state, plotly: event.plotly };
    case "said":
      return { ...state, note: event.note };
  }
}

/** With the grid's cell of the setting; where it has none, the last cell stays and the setting is wished for.
 * @param {State} state @param {string} [note] @returns {State} */
function located(state, note = "") {
  const index = cellIndex(state.axes, state.setting);
  if (index < 0) return { ...state, wish: { ...state.setting } };
  return { ...state, cell: state.grid(index), wish: null, note };
}
