// The drawn numbers as tables, made when the reader opens them.
import { make, plainText, richText, showNumber } from "../shared/format.js";
import { fieldRows, isField } from "./fields.js";

/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").FieldTrace} FieldTrace */
/** @typedef {import("./types.js").Panel} Panel */

const DIGITS = 5;
const FIELD_DIGITS = 3;
const FIELD_LINES = 10; // most rows and columns of a field's table; between them the colours must do

/** @param {Panel[]} panels */
export function dataTables(panels) {
  const summary = make("summary", {}, "Show the numbers");
  const element = make("details", { class: "data" }, summary);
  /** @type {Arrays | undefined} */
  let arrays;
  function fill() {
    if (!element.open || !arrays) return;
    const shown = arrays;
    const positions = [...element.querySelectorAll(".scroll")].map((box) => box.scrollTop);
    const tables = panels.flatMap((panel) => tablesOf(panel, shown));
    element.replaceChildren(summary, ...tables);
    for (const [index, box] of element.querySelectorAll(".scroll").entries())
      box.scrollTop = positions[index] ?? 0;
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

/** The lines of a panel in one table, its field in another.
 * @param {Panel} panel @param {Arrays} arrays @returns {HTMLElement[]} */
function tablesOf(panel, arrays) {
  const lines = panel.figure.data.filter((trace) => !isField(trace));
  return [
    ...panel.figure.data.filter(isField).map((field) => fieldTable(panel, field, arrays)),
    ...(lines.length ? [lineTable(panel, arrays)] : []),
  ];
}

/** @param {Panel} panel @param {Arrays} arrays */
function lineTable(panel, arrays) {
  const columns = columnsOf(panel);
  const rows = Math.max(...columns.map(({ array }) => arrays[array].length));
  const head = columns.map(({ label }) => richText(label));
  const body = Array.from({ length: rows }, (_, row) =>
    columns.map(({ array }) => (row < arrays[array].length ? showNumber(arrays[array][row], DIGITS) : "")),
  );
  return scrolled(`${panel.title}: ${panel.figure.layout.yaxis.title.text}`, head, body);
}

/** Every so many rows and columns of a field, its first axis across and its second down.
 * @param {Panel} panel @param {FieldTrace} field @param {Arrays} arrays */
function fieldTable(panel, field, arrays) {
  const { xaxis, yaxis } = panel.figure.layout;
  const some = (/** @type {number} */ count) => {
    const shown = Math.min(count, FIELD_LINES);
    return Array.from({ length: shown }, (_, index) => Math.round((index * (count - 1)) / (shown - 1 || 1)));
  };
  const [across, down] = [some(arrays[field.x].length), some(arrays[field.y].length)];
  const rows = fieldRows(field, arrays);
  const show = (/** @type {number} */ value) => showNumber(value, FIELD_DIGITS);
  const corner = richText(`${yaxis.title.text} \u2193 \u00a0 ${xaxis.title.text} \u2192`);
  const head = [corner, ...across.map((column) => show(arrays[field.x][column]))];
  const body = down.map((row) => [
    show(arrays[field.y][row]),
    ...across.map((column) => show(rows[row][column])),
  ]);
  return scrolled(`${panel.title}: ${field.name}`, head, body);
}

/** @param {string} caption @param {(Node | string)[]} head @param {string[][]} body @returns {HTMLElement} */
function scrolled(caption, head, body) {
  const table = make(
    "table",
    {},
    make("caption", {}, richText(caption)),
    make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, ...body.map((texts) => make("tr", {}, ...texts.map(cell)))),
  );
  const label = `${plainText(caption)}, numbers`;
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, table);
}

/** @param {string} text @param {number} column */
function cell(text, column) {
  return column === 0 ? make("th", { scope: "row" }, text) : make("td", {}, text);
}

/** Each array that lines are drawn against, followed by those lines.
 * @param {Panel} panel */
function columnsOf(panel) {
  const label = panel.figure.layout.xaxis.title.text;
  const lines = panel.figure.data.filter((trace) => !isField(trace));
  const against = new Set(lines.map((trace) => trace.x));
  return [...against].flatMap((x) => [
    { label, array: x },
    ...lines.filter((trace) => trace.x === x).map((trace) => ({ label: trace.name, array: trace.y })),
  ]);
}
