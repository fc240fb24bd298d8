// The drawn numbers as tables, made when the reader opens them.
import { make, richText, showNumber } from "./format.js";

/** @typedef {import("./plots.js").PanelSpec} PanelSpec */
/** @typedef {import("./plots.js").Arrays} Arrays */

const DIGITS = 5;

/** @param {PanelSpec[]} panels */
export function dataTables(panels) {
  const element = make("details", { class: "data" }, make("summary", {}, "Show the numbers"));
  /** @type {Arrays | undefined} */
  let arrays;
  function fill() {
    if (!element.open || !arrays) return;
    const shown = arrays;
    const scrolled = [...element.querySelectorAll(".scroll")].map((box) => box.scrollTop);
    element.replaceChildren(element.firstElementChild, ...panels.map((panel) => tableOf(panel, shown)));
    for (const [index, box] of element.querySelectorAll(".scroll").entries())
      box.scrollTop = scrolled[index] ?? 0;
  }
  element.addEventListener("toggle", fill);
  return {
    element,
    /** @param {Arrays} drawn */
    show(drawn) {
      arrays = drawn;
      fill();
    },
  };
}

/** @param {PanelSpec} panel @param {Arrays} arrays @returns {HTMLElement} */
function tableOf(panel, arrays) {
  const columns = columnsOf(panel);
  const rows = Math.max(...columns.map(({ array }) => arrays[array].length));
  const head = make("tr", {}, ...columns.map(({ label }) => make("th", { scope: "col" }, richText(label))));
  const body = Array.from({ length: rows }, (_, row) =>
    make("tr", {}, ...columns.map(({ array }, column) => cell(arrays[array], row, column))),
  );
  const caption = make("caption", {}, richText(`${panel.title}: ${panel.figure.layout.yaxis.title.text}`));
  const table = make("table", {}, caption, make("thead", {}, head), make("tbody", {}, ...body));
  return make(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": `${panel.title}, numbers` },
    table,
  );
}

/** @param {Float32Array} array @param {number} row @param {number} column */
function cell(array, row, column) {
  const text = row < array.length ? showNumber(array[row], DIGITS) : "";
  return column === 0 ? make("th", { scope: "row" }, text) : make("td", {}, text);
}

/** Each array that lines are drawn against, followed by those lines.
 * @param {PanelSpec} panel */
function columnsOf(panel) {
  const label = panel.figure.layout.xaxis.title.text;
  const against = new Set(panel.figure.data.map((trace) => trace.x));
  return [...against].flatMap((x) => [
    { label, array: x },
    ...panel.figure.data
      .filter((trace) => trace.x === x)
      .map((trace) => ({ label: trace.name, array: trace.y })),
  ]);
}
