// A field: one number for each point of a rectangle, shown as colour.
import { make, richText, showNumber } from "../shared/format.js";

/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").FieldTrace} FieldTrace */
/** @typedef {import("./types.js").Trace} Trace */

/** @param {Trace} trace @returns {trace is FieldTrace} */
export function isField(trace) {
  return trace.type !== "scatter";
}

/** The rows of a field, as views of its numbers.
 * @param {FieldTrace} trace @param {Arrays} arrays */
export function fieldRows(trace, arrays) {
  const columns = arrays[trace.x].length;
  return Array.from(arrays[trace.y], (_, row) =>
    arrays[trace.z].subarray(row * columns, (row + 1) * columns),
  );
}

/** As Plotly draws it.
 * @param {FieldTrace} trace @param {Arrays} arrays @param {"light" | "dark"} shade
 * @param {string} ink */
export function fieldTrace(trace, arrays, shade, ink) {
  const colours = trace.meta[shade];
  const z = fieldRows(trace, arrays);
  return {
    ...trace,
    x: arrays[trace.x],
    y: arrays[trace.y],
    z,
    // Zeros, mostly many, stay empty.
    ...(trace.texttemplate && {
      text: z.map((row) => Array.from(row, (one) => (one ? showNumber(one) : ""))),
      textfont: { color: ink },
    }),
    colorscale: colours.map((colour, index) => [index / (colours.length - 1), colour]),
    ...(trace.line && { line: { ...trace.line, color: ink } }),
  };
}

/** For the legend: the label, and the colours between the values at their ends.
 * @param {FieldTrace} trace @returns {HTMLElement[]} */
export function fieldKey(trace) {
  const bar = make("span", { class: "colours", "aria-hidden": "true" });
  for (const shade of /** @type {const} */ (["light", "dark"]))
    bar.style.setProperty(`--${shade}`, `linear-gradient(to right, ${trace.meta[shade].join(", ")})`);
  const [low, high] = [trace.zmin, trace.zmax].map((end) => make("span", {}, showNumber(end)));
  return [make("span", {}, richText(`${trace.name}:`)), low, bar, high];
}
