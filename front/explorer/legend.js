// The legend of a panel: a short stretch of each line, or its marker, in the colour that the stylesheet picks.
import { make, richText } from "../shared/format.js";
import { fieldKey, isField } from "./fields.js";

/** @typedef {import("./types.js").LineTrace} LineTrace */
/** @typedef {import("./types.js").Role} Role */
/** @typedef {import("./types.js").Trace} Trace */

/** @type {Record<string, string>} */
const DASHES = { solid: "", dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "12 4" };

/** Plotly's markers as outlines around (15, 5).
 * @type {Record<string, string>} */
const MARKERS = {
  circle: "M11.5 5a3.5 3.5 0 1 1 7 0a3.5 3.5 0 1 1 -7 0Z",
  square: "M12 2h6v6h-6Z",
  diamond: "M15 0.8L19.2 5L15 9.2L10.8 5Z",
  cross: "M13.6 1h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6v-2.8h2.6Z",
  x: "M12 3.2L13.2 2L15 3.8L16.8 2L18 3.2L16.2 5L18 6.8L16.8 8L15 6.2L13.2 8L12 6.8L13.8 5Z",
  star: "M15 0.6l1.1 3.1l3.3 0.1l-2.6 2l0.9 3.2l-2.7 -1.9l-2.7 1.9l0.9 -3.2l-2.6 -2l3.3 -0.1Z",
};

/** @param {Trace[]} traces @param {Record<string, Role>} roles */
export function legend(traces, roles) {
  const entries = traces.map((trace) =>
    isField(trace)
      ? fieldKey(trace)
      : [sample(trace, roles[trace.meta]), make("span", {}, richText(trace.name))],
  );
  return make("ul", { class: "legend" }, ...entries.map((entry) => make("li", {}, ...entry)));
}

/** @param {LineTrace} trace @param {Role} role */
function sample(trace, role) {
  const picture = svg("svg", { viewBox: "0 0 30 10", width: "30", height: "10", "aria-hidden": "true" });
  picture.style.setProperty("--light", role.light);
  picture.style.setProperty("--dark", role.dark);
  if (trace.mode.includes("lines")) {
    const stroke = { "stroke-width": `${role.width}`, "stroke-dasharray": DASHES[role.dash] };
    picture.append(svg("line", { x1: "0", x2: "30", y1: "5", y2: "5", ...stroke }));
  }
  if (trace.mode.includes("markers")) {
    const shape = role.symbol.endsWith("open") ? "open" : "full";
    picture.append(svg("path", { d: MARKERS[role.symbol.replace("-open", "")], class: shape }));
  }
  return picture;
}

/** @param {"svg" | "line" | "path"} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
