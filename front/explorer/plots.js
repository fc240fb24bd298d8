// Panels as Plotly draws them, in the colours of the page's theme.

import { make, plainText, richText } from "../shared/format.js";
import { isDark } from "../shared/theme.js";
import { fieldKey, fieldTrace, isField } from "./fields.js";

/** @typedef {Record<string, Float32Array>} Arrays */
/** @typedef {{ light: string, dark: string, dash: string, width: number, symbol: string }} Role */
/** @typedef {{ name: string, mode: string, x: string, y: string, meta: string, line: object, marker: object }} Trace */
/** @typedef {import("./fields.js").FieldTrace} FieldTrace */
/** @typedef {{ title: string, figure: { data: (Trace | FieldTrace)[], layout: any } }} PanelSpec */

const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false };
/** @type {Record<string, string>} */
const DASHES = { solid: "", dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "12 4" };

/** Plotly's markers, for the legend: outlines around (15, 5).
 * @type {Record<string, string>} */
const MARKERS = {
  circle: "M11.5 5a3.5 3.5 0 1 1 7 0a3.5 3.5 0 1 1 -7 0Z",
  square: "M12 2h6v6h-6Z",
  diamond: "M15 0.8L19.2 5L15 9.2L10.8 5Z",
  cross: "M13.6 1h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6v-2.8h2.6Z",
  x: "M12 3.2L13.2 2L15 3.8L16.8 2L18 3.2L16.2 5L18 6.8L16.8 8L15 6.2L13.2 8L12 6.8L13.8 5Z",
  star: "M15 0.6l1.1 3.1l3.3 0.1l-2.6 2l0.9 3.2l-2.7 -1.9l-2.7 1.9l0.9 -3.2l-2.6 -2l3.3 -0.1Z",
};

/** One panel's element: heading, legend, and a plot that starts as the still picture.
 * @param {PanelSpec} panel @param {Record<string, Role>} roles @param {string} still an address, or SVG text */
export function panelPlot(panel, roles, still) {
  const source = still.startsWith("<") ? `data:image/svg+xml,${encodeURIComponent(still)}` : still;
  const placeholder = make("img", { class: "still", src: source, alt: "" });
  const plot = make("div", { class: "plot" });
  const labels = panel.figure.data.map((trace) => plainText(trace.name)).join(", ");
  const frame = make(
    "div",
    { class: "frame", role: "img", "aria-label": `${panel.title}: ${labels}` },
    placeholder,
    plot,
  );
  const legend = make("ul", { class: "legend" });
  for (const trace of panel.figure.data) {
    const key = isField(trace)
      ? fieldKey(trace)
      : [sample(trace, roles[trace.meta]), make("span", {}, richText(trace.name))];
    legend.append(make("li", {}, ...key));
  }
  return {
    element: make(
      "div",
      { class: "panel" },
      make("p", { class: "panel-title" }, richText(panel.title)),
      legend,
      frame,
    ),
    /** @param {any} Plotly @param {Arrays} arrays */
    async draw(Plotly, arrays) {
      const style = getComputedStyle(frame);
      const shade = isDark() ? "dark" : "light";
      const drawn = panel.figure.data.map((trace) =>
        isField(trace)
          ? fieldTrace(trace, arrays, shade, style)
          : lineTrace(trace, roles[trace.meta][shade], arrays, style),
      );
      await Plotly.react(plot, drawn, layout(panel, style), CONFIG);
      placeholder.remove();
    },
    /** @param {any} Plotly */
    fit(Plotly) {
      if (plot.data) Plotly.Plots.resize(plot);
    },
    /** @param {any} Plotly */
    clear(Plotly) {
      if (plot.data) Plotly.purge(plot);
    },
  };
}

/** @param {Trace} trace @param {string} color @param {Arrays} arrays @param {CSSStyleDeclaration} style */
function lineTrace(trace, color, arrays, style) {
  // On a field, markers need an edge in the page's colour.
  const edge = { width: 1.5, color: style.getPropertyValue("--ntk-surface").trim() };
  return {
    ...trace,
    x: arrays[trace.x],
    y: arrays[trace.y],
    line: { ...trace.line, color },
    marker: { ...trace.marker, color, line: edge },
  };
}

/** @param {PanelSpec} panel @param {CSSStyleDeclaration} style */
function layout(panel, style) {
  const [ink, faint] = [style.color, style.getPropertyValue("--ntk-rule").trim() || "#8884"];
  const dressed = (/** @type {object} */ axis) => ({
    ...axis,
    gridcolor: faint,
    linecolor: faint,
    tickcolor: faint,
  });
  const { xaxis, yaxis, ...rest } = panel.figure.layout;
  return {
    ...rest,
    xaxis: dressed(xaxis),
    yaxis: dressed(yaxis),
    autosize: true,
    font: { family: style.fontFamily, size: 13, color: ink },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
  };
}

/** A short stretch of the line, or its marker, for the legend; the stylesheet picks the theme's colour.
 * @param {Trace} trace @param {Role} role */
function sample(trace, role) {
  const svg = (/** @type {string} */ tag, /** @type {Record<string, string>} */ attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const picture = svg("svg", { viewBox: "0 0 30 10", width: "30", height: "10", "aria-hidden": "true" });
  picture.style.setProperty("--light", role.light);
  picture.style.setProperty("--dark", role.dark);
  if (trace.mode.includes("lines")) {
    const dash = DASHES[role.dash];
    picture.append(
      svg("line", {
        x1: "0",
        x2: "30",
        y1: "5",
        y2: "5",
        "stroke-width": `${role.width}`,
        "stroke-dasharray": dash,
      }),
    );
  }
  if (trace.mode.includes("markers")) {
    const open = role.symbol.endsWith("open");
    picture.append(
      svg("path", { d: MARKERS[role.symbol.replace("-open", "")], class: open ? "open" : "full" }),
    );
  }
  return picture;
}
