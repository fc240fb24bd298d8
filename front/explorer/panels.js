// Panels as Plotly draws them, in the colours of the page's theme.
import { make, plainText, reword, richText } from "../shared/format.js";
import { isDark } from "../shared/theme.js";
import { fieldTrace, isField } from "./fields.js";
import { legend } from "./legend.js";
import { until } from "./play.js";
import { sketch, sketchDone } from "./sketch.js";
import { shown } from "./state.js";
import { behind, seenBehind } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").LineTrace} LineTrace */
/** @typedef {import("./types.js").Panel} Panel */
/** @typedef {import("./types.js").Plot} Plot */
/** @typedef {import("./types.js").Plotly} Plotly */
/** @typedef {import("./types.js").PlotAxis} PlotAxis */
/** @typedef {import("./types.js").Role} Role */
/** @typedef {import("./types.js").Spec} Spec */

const REST = 150; // ms without a change after which Plotly draws what was sketched
const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false };

/** All panels of an explorer.
 * @param {Spec} spec @param {string[]} stills @param {import("./handles.js").Handles | null} handles */
export function panelsView(spec, stills, handles) {
  const { panels, roles } = spec;
  const views = panels.map((panel, index) => panelView(panel, roles, stills[index], handles));
  const element = make("div", { class: "panels" }, ...views.map((view) => view.element));
  return {
    element,
    /** Which panel is seen where there is room for one. @param {number} chosen */
    choose(chosen) {
      for (const [index, { element }] of views.entries()) element.classList.toggle("aside", index !== chosen);
    },
    /** Says on the picture what it shows, while the setting is ahead of it. @param {State} state */
    mark(state) {
      const { part = false, cell } = shown(state);
      const settled = state.wish !== null && state.answer.phase === "refused"; // what is near is what there will be
      const busy = part || (behind(state) !== "" && !settled);
      element.setAttribute("aria-busy", String(busy));
      const still = seenBehind(state);
      for (const { stamp, lacks } of views) stamp(still ? `still ${still}` : lacks(cell.arrays, part), busy);
    },
    /** quickly: whether a sketch may come first. @param {State} state @param {boolean} quickly */
    draw(state, quickly) {
      const { plotly, played } = state;
      if (!plotly) return;
      const { arrays } = shown(state).cell;
      const drawn = played === null ? arrays : until(spec, arrays, played);
      for (const view of views) view.draw(plotly, drawn, quickly);
    },
    /** @param {State} state */
    fit({ plotly }) {
      for (const { plot } of views) if (plot.data) plotly?.Plots.resize(plot);
    },
    /** @param {State} state */
    clear({ plotly }) {
      for (const { plot, stop } of views) {
        stop();
        if (plot.data) plotly?.purge(plot);
      }
    },
  };
}

/** One panel: heading, legend, and a plot that starts as the still picture.
 * @param {Panel} panel @param {Record<string, Role>} roles @param {string} still an address, or SVG text
 * @param {import("./handles.js").Handles | null} handles */
function panelView(panel, roles, still, handles) {
  const { data } = panel.figure;
  const source = still.startsWith("<") ? `data:image/svg+xml,${encodeURIComponent(still)}` : still;
  const placeholder = make("img", { class: "still", src: source, alt: "" });
  const plot = /** @type {Plot} */ (make("div", { class: "plot" }));
  const stamp = make("span", { class: "stamp", "aria-hidden": "true" });
  const words = `${panel.title}: ${data.map((trace) => plainText(trace.name)).join(", ")}`;
  const place = data.some(isField) ? "frame coloured" : "frame";
  const frame = make("div", { class: place, role: "img", "aria-label": words }, placeholder, plot, stamp);
  const over = handles?.over(panel, plot);
  const stage = over ? make("div", { class: "stage" }, frame, over.element) : frame;
  const title = make("p", { class: "panel-title" }, richText(panel.title));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  // By its number Plotly knows that data are new: what is sketched it has been told already, and a plot that is resized
  // before it draws them takes them for drawn.
  let datarevision = 0;

  /** @param {Plotly} plotly @param {Arrays} arrays */
  async function drawWith(plotly, arrays) {
    const style = getComputedStyle(frame);
    const shade = isDark() ? "dark" : "light";
    const drawn = data.map((trace) =>
      isField(trace)
        ? fieldTrace(trace, arrays, shade, style.color)
        : lineTrace(trace, roles[trace.meta][shade], arrays, style),
    );
    const first = !plot.data;
    await plotly.react(plot, drawn, { ...layout(panel, style), datarevision: ++datarevision }, CONFIG);
    sketchDone(plot);
    if (first && over) plot.on?.("plotly_afterplot", over.place); // and whenever the axes have another size
    over?.place();
  }

  return {
    element: make("div", { class: "panel" }, title, legend(data, roles), stage),
    /** Says in a word or two what is amiss with the picture. @param {string} words @param {boolean} busy */
    stamp(words, busy) {
      reword(stamp, words);
      frame.classList.toggle("faded", busy && words !== "");
    },
    /** What this panel lacks, in a word. @param {Arrays} arrays @param {boolean} part whether they are unfinished */
    lacks(arrays, part) {
      const field = data.find(isField);
      if (!field) return part ? "not finished" : "";
      if (arrays[field.z].some(Number.isFinite)) return "";
      return part ? "computing" : "not computed";
    },
    plot,
    /** @param {Plotly} plotly @param {Arrays} arrays @param {boolean} quickly */
    async draw(plotly, arrays, quickly) {
      clearTimeout(waiting);
      if (quickly && plot.data && sketch(plot, data, arrays, isDark() ? "dark" : "light")) {
        waiting = setTimeout(() => drawWith(plotly, arrays), REST);
        return;
      }
      await drawWith(plotly, arrays);
      placeholder.remove();
    },
    stop: () => clearTimeout(waiting),
  };
}

/** @param {LineTrace} trace @param {string} color @param {Arrays} arrays @param {CSSStyleDeclaration} style */
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

/** @param {Panel} panel @param {CSSStyleDeclaration} style */
function layout(panel, style) {
  const [faint, line] = ["--ntk-rule", "--ntk-line"].map(
    (name) => style.getPropertyValue(name).trim() || "#888",
  );
  const dressed = (/** @type {PlotAxis} */ axis) => ({
    ...axis,
    gridcolor: faint,
    linecolor: line,
    tickcolor: line,
  });
  const { xaxis, yaxis, ...rest } = panel.figure.layout;
  return {
    ...rest,
    xaxis: dressed(xaxis),
    yaxis: dressed(yaxis),
    autosize: true,
    font: { family: style.fontFamily, size: 13, color: style.color },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
  };
}
