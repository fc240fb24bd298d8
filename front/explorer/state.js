// What an explorer shows, as one record, and what each event makes of it.
import { cellIndex, defaults, nearestKnown } from "../shared/values.js";

/** @typedef {import("../shared/values.js").AnyAxis} AnyAxis */
/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("../shared/values.js").Value} Value */
/** @typedef {import("./types.js").Cell} Cell */
/** @typedef {import("./types.js").Grid} Grid */
/** @typedef {import("./types.js").Plotly} Plotly */

/** A cell, and the setting that it belongs to. part: whether it is not finished.
 * @typedef {{ setting: Setting, cell: Cell, part?: boolean }} Shown */

/** What whoever computes has let hear of a wish. Refused: what is near is shown in its place.
 * @typedef {{ phase: "computing" } | { phase: "silent" } | { phase: "failed", message: string }
 *   | { phase: "refused", message: string }} Answer */

/** `setting` is the reader's, who may be ahead of the picture: `still` is what the still pictures show, `latest` the
 * newest cell there is. `wish` is a setting that the grid lacks, each time anew, to be computed, and `answer` what came
 * of it; `free` names the axes that take any value; `played` is the share of the time that is shown while it plays;
 * `trouble` why Plotly cannot be had; `afresh` says that what the reader has typed gives way to the setting.
 * @typedef {{ axes: AnyAxis[], grid: Grid, setting: Setting, still: Shown, latest: Shown,
 *             wish: Setting | null, answer: Answer, note: string, trouble: string, afresh: boolean, free: string[],
 *             played: number | null,
 *             plotly: Plotly | null }} State */

/** @typedef {{ kind: "moved", name: string, value: Value }
 *   | { kind: "set", setting: Setting, note: string }
 *   | { kind: "kernel" }
 *   | { kind: "grid", grid: Grid }
 *   | { kind: "answered", answer: Answer }
 *   | { kind: "computed", shown: Shown }
 *   | { kind: "plotly", plotly: Plotly }
 *   | { kind: "played", share: number | null }
 *   | { kind: "undrawable", trouble: string }
 *   | { kind: "said", note: string }} Happening */

/** @type {Answer} */
const COMPUTING = { phase: "computing" };

/** @param {AnyAxis[]} axes @param {Grid} grid which holds the default, whatever else it lacks
 * @param {Setting} setting @param {string} note @param {string[]} [free] @returns {State} */
export function begin(axes, grid, setting, note, free = []) {
  const first = defaults(axes);
  const still = { setting: first, cell: /** @type {Cell} */ (grid(cellIndex(axes, first))) };
  const empty = {
    wish: null,
    answer: COMPUTING,
    trouble: "",
    afresh: false,
    free,
    played: null,
    plotly: null,
  };
  return located({ axes, grid, setting, still, latest: still, ...empty, note }, note);
}

/** What is drawn, described and listed: all three of the same setting.
 * @param {State} state */
export function shown({ plotly, still, latest }) {
  return plotly ? latest : still;
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
      return located({ ...state, free: state.axes.map(({ name }) => name), afresh: true });
    case "grid":
      return located({ ...state, grid: event.grid });
    case "answered":
      return event.answer.phase === "refused"
        ? { ...state, answer: event.answer, latest: nearest(state) }
        : { ...state, answer: event.answer };
    case "computed":
      return { ...state, latest: event.shown };
    case "played":
      return { ...state, played: event.share };
    case "plotly":
      return { ...state, plotly: event.plotly, trouble: "" };
    case "undrawable":
      return { ...state, trouble: event.trouble };
    case "said":
      return { ...state, note: event.note };
  }
}

/** With the grid's cell of the setting; where it has none, the last cell stays and the setting is wished for.
 * @param {State} state @param {string} [note] @returns {State} */
function located(state, note = "") {
  const { axes, grid, setting } = state;
  const index = cellIndex(axes, setting);
  const cell = index < 0 ? null : grid(index);
  if (!cell) return { ...state, wish: { ...setting }, answer: COMPUTING, note };
  return { ...state, latest: { setting, cell }, wish: null, note };
}

/** What the grid holds nearest to the setting. @param {State} state @returns {Shown} */
function nearest({ axes, grid, setting, latest }) {
  const near = Object.fromEntries(axes.map((axis) => [axis.name, nearestKnown(axis, setting[axis.name])]));
  const cell = grid(cellIndex(axes, near));
  return cell ? { setting: near, cell } : latest;
}
