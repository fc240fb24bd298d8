// Small line plots over training time: the network, its linearization, and a level to compare with.
import { make, showNumber } from "../shared/format.js";
import { rewrite } from "./look.js";
import { changed } from "./state.js";

/** @typedef {import("./training.js").Moment} Moment */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./state.js").State} State */
/** network, linear: which columns of a moment. level: what the dotted line means.
 * @typedef {{ title: string, network: keyof Moment, linear: keyof Moment | null, level: string, log: boolean }} Curve */
/** rate: η, for the time of a step. @typedef {{ moments: Moment[], rate: number, level: number }} Drawn */
/** @typedef {{ width: number, height: number }} Size */

/** @type {Curve[]} */
const CURVES = [
  { title: "Loss C", network: "loss", linear: "linearLoss", level: "least value", log: true },
  { title: "NTK drift", network: "drift", linear: null, level: "", log: false },
  { title: "Radius ‖θ − θ₀‖", network: "radius", linear: "linearRadius", level: "Theorem B", log: false },
  { title: "Least logit gap", network: "gap", linear: "linearGap", level: "plateau", log: false },
];
const LEFT = 44; // pixels for the numbers of the vertical axis
const BOTTOM = 20;
const TOP = 6;
const RIGHT = 8;

/** All of them, with their key. */
export function curves() {
  const plots = CURVES.map(curvePlot);
  const show = (/** @type {State} */ { drawn: { moments, rate, levels }, look }) => {
    for (const [i, plot] of plots.entries()) if (look) plot.draw({ moments, rate, level: levels[i] }, look);
  };
  return {
    elements: [make("div", { class: "curves" }, ...plots.map(({ element }) => element)), key()],
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      if (changed(state, before, "drawn", "look")) show(state);
    },
    /** The canvases as large as their places. @param {State} state */
    fit(state) {
      for (const plot of plots) plot.fit();
      show(state);
    },
  };
}

/** A sample of every line with its name. */
function key() {
  const samples = { network: "network", linearized: "linearized", bound: "level to compare with" };
  const entries = Object.entries(samples).map(([role, name]) =>
    make("span", {}, make("span", { class: `sample ${role}`, "aria-hidden": "true" }), name),
  );
  return make("p", { class: "key" }, ...entries);
}

/** @param {Curve} curve */
function curvePlot(curve) {
  const canvas = make("canvas", {
    class: "curve",
    role: "img",
    "aria-label": `${curve.title} over training time`,
  });
  const now = make("span", { class: "now" });
  const title = make("p", { class: "panel-title" }, curve.title, now);
  let size = { width: 0, height: 0 };
  return {
    element: make("div", { class: "panel" }, title, canvas),
    fit() {
      const ratio = devicePixelRatio || 1;
      size = { width: canvas.clientWidth, height: canvas.clientHeight };
      canvas.width = Math.round(size.width * ratio);
      canvas.height = Math.round(size.height * ratio);
      canvas.getContext("2d")?.scale(ratio, ratio);
    },
    /** @param {Drawn} drawn @param {Look} look */
    draw(drawn, look) {
      const last = drawn.moments[drawn.moments.length - 1];
      if (!last) return;
      const values = columnsOf(curve).map((column) => showNumber(last[column], 3));
      rewrite(now, values.join(" | "));
      canvas.setAttribute("aria-label", description(curve, values, drawn.level));
      const context = canvas.getContext("2d");
      if (context && size.width > 0) plot(context, size, curve, drawn, look);
    },
  };
}

/** The network's, and the linearized model's where it has one. @param {Curve} curve */
function columnsOf({ network, linear }) {
  return linear ? [network, linear] : [network];
}

/** @param {Curve} curve @param {string[]} values of the models @param {number} level */
function description({ title, level: name }, values, level) {
  const words = values.map((value, i) => `${["network", "linearized"][i]} ${value}`);
  const said = Number.isFinite(level) ? `, ${name} ${showNumber(level, 3)}` : "";
  return `${title} over training time: ${words.join(", ")}${said}`;
}

/** @param {CanvasRenderingContext2D} context @param {Size} size @param {Curve} curve @param {Drawn} drawn
 * @param {Look} look */
function plot(context, size, curve, drawn, look) {
  const { moments, level } = drawn;
  context.clearRect(0, 0, size.width, size.height);
  const frame = frameOf(curve, drawn, size);
  drawAxes(context, look, frame, drawn.rate);
  context.lineWidth = 2;
  if (Number.isFinite(level) && frame.y(level) >= 0)
    stroke(context, look.bound, [2, 3], frame.across(frame.y(level)));
  for (const [i, column] of columnsOf(curve).entries()) {
    const corners = moments
      .filter((at) => Number.isFinite(at[column]))
      .map((at) => [frame.x(at.step), frame.y(at[column])]);
    if (i === 0) stroke(context, look.network, [], corners);
    else stroke(context, look.linearized, [6, 4], corners);
    if (corners.length === 1) dot(context, corners[0]); // before training, where the curve will start
  }
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {string} colour @param {number[]} dash @param {number[][]} corners */
function stroke(context, colour, dash, corners) {
  context.strokeStyle = colour;
  context.setLineDash(dash);
  trace(context, corners);
}

/** @param {CanvasRenderingContext2D} context @param {number[]} at */
function dot(context, [x, y]) {
  context.beginPath();
  context.arc(x, y, 3, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle;
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} corners */
function trace(context, corners) {
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.stroke();
}

/** From steps and values to pixels: across, log(1 + step). @param {Curve} curve @param {Drawn} drawn @param {Size} size */
function frameOf(curve, { moments, level }, { width, height }) {
  const bend = (/** @type {number} */ v) => (curve.log ? Math.log10(Math.max(v, 1e-12)) : v);
  const values = columnsOf(curve).flatMap((column) => moments.map((at) => bend(at[column])));
  const [low, high] = reach(values, bend(level));
  const end = Math.log1p(Math.max(moments[moments.length - 1].step, 10));
  const inner = { width: width - LEFT - RIGHT, height: height - TOP - BOTTOM };
  const at = (/** @type {number} */ bent) => TOP + inner.height * (1 - (bent - low) / (high - low));
  const right = width - RIGHT;
  return {
    ...{ low, high, end, at, log: curve.log, right, bottom: height - BOTTOM },
    across: (/** @type {number} */ y) => [LEFT, right].map((x) => [x, y]),
    x: (/** @type {number} */ step) => LEFT + (inner.width * Math.log1p(step)) / end,
    y: (/** @type {number} */ value) => at(bend(value)),
  };
}

/** From the least to the greatest of the values, with a margin; not below 0 where no value is. @param {number[]} values @param {number} level NaN
 * where there is none */
export function reach(values, level) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  // A level far away would flatten the curves; then only the words tell of it.
  if (level < high + 2 * (high - low) + 0.2) high = Math.max(high, level);
  if (level > low - 2 * (high - low)) low = Math.min(low, level);
  if (!(low <= high)) [low, high] = [0, 1];
  const margin = 0.06 * (high - low) || 0.1;
  return [low < 0 ? low - margin : Math.max(low - margin, 0), high + margin];
}

/** @param {CanvasRenderingContext2D} context @param {Look} look @param {ReturnType<typeof frameOf>} frame
 * @param {number} rate */
function drawAxes(context, look, { low, high, end, at, across, log, right, bottom }, rate) {
  context.font = look.font;
  context.fillStyle = look.ink;
  context.strokeStyle = look.rule;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const bent of ticks(low, high)) {
    const y = at(bent);
    trace(context, across(y));
    context.fillText(showNumber(log ? 10 ** bent : bent, 2), LEFT - 5, y);
  }
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillText("t = 0", LEFT, bottom + 5);
  context.textAlign = "right";
  context.fillText(showNumber(rate * Math.round(Math.expm1(end)), 3), right, bottom + 5);
}

/** A few round numbers in between. @param {number} low @param {number} high */
function ticks(low, high) {
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough) ?? unit;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}
