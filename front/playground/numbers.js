// The run's moments as a table, made when the reader opens it.
import { make, showNumber } from "../shared/format.js";
import { changed } from "./state.js";

/** @typedef {import("./training.js").Moment} Moment */
/** @typedef {import("./state.js").State} State */

const ROWS = 40;
/** @type {[string, (at: Moment, rate: number) => number][]} */
const COLUMNS = [
  ["step", (at) => at.step],
  ["t", (at, rate) => at.step * rate],
  ["loss", (at) => at.loss],
  ["loss, linearized", (at) => at.linearLoss],
  ["NTK drift", (at) => at.drift],
  ["radius", (at) => at.radius],
  ["radius, linearized", (at) => at.linearRadius],
  ["gap", (at) => at.gap],
  ["gap, linearized", (at) => at.linearGap],
];

export function momentTable() {
  const body = make("tbody");
  const head = make("tr", {}, ...COLUMNS.map(([name]) => make("th", { scope: "col" }, name)));
  const caption = make("caption", {}, "Training, moment by moment");
  const box = make(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Training, numbers" },
    make("table", {}, caption, make("thead", {}, head), body),
  );
  const element = make("details", { class: "data" }, make("summary", {}, "Show the numbers"), box);
  let fill = () => {};
  element.addEventListener("toggle", () => fill());
  return {
    element,
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      if (!changed(state, before, "table")) return;
      const { moments, rate } = state.table;
      fill = () => {
        if (!element.open) return;
        const stride = Math.ceil(moments.length / ROWS);
        const chosen = moments.filter((_, i) => (moments.length - 1 - i) % stride === 0);
        body.replaceChildren(
          ...chosen.map((at) => make("tr", {}, ...COLUMNS.map(([, of], i) => cell(of(at, rate), i)))),
        );
      };
      fill();
    },
  };
}

/** @param {number} value @param {number} column */
function cell(value, column) {
  return column === 0 ? make("th", { scope: "row" }, String(value)) : make("td", {}, showNumber(value, 4));
}
