// Small line plots over training time: the network, its linearization, and a level to compare with.
import { make, showNumber } from "../shared/format.js";
import { rewrite } from "./look.js";

/** @typedef {import("./training.js").Moment} Moment */
/** @typedef {import("./look.js").Look} Look */
/** network, linear: which columns of a moment. level: what the dotted line means.
 * @typedef {{ title: string, network: keyof Moment, linear: keyof Moment | null, level: string, log: boolean }} Curve */

/** @type {Curve[]} */
export const CURVES = [
  { title: "Loss C", network: "loss", linear: "linearLoss", level: "least value", log: true },
  { title: "NTK drift", network: "drift", linear: null, level: "", log: false },
  { title: "Radius ‖θ − θ₀‖", network: "radius", linear: "linearRadius", level: "Theorem B", log: false },
  { title: "Least logit gap", network: "gap", linear: "linearGap", level: "plateau", log: false },
];
const LEFT = 44; // pixels for the numbers of the vertical axis
const BOTTOM = 20;
const TOP = 6;
const RIGHT = 8;

/** @param {Curve} curve */
export function curvePlot(curve) {
  const canvas = make("canvas", {
    class: "curve",
    role: "img",
    "aria-label": `${curve.title} over training time`,
  });
  const now = make("span", { class: "now" });
  let size = { width: 0, height: 0 };
  const element = make(
    "div",
    { class: "panel" },
    make("p", { class: "panel-title" }, curve.title, now),
    canvas,
  );
  return {
    element,
    /** The canvas as large as its place. */
    fit() {
      const ratio = devicePixelRatio || 1;
      size = { width: canvas.clientWidth, height: canvas.clientHeight };
      canvas.width = Math.round(size.width * ratio);
      canvas.height = Math.round(size.height * ratio);
      canvas.getContext("2d")?.scale(ratio, ratio);
    },
    /** @param {Moment[]} moments @param {number} level @param {number} rate η, for the time of a step @param {Look} look */
    draw(moments, level, rate, look) {
      const last = moments[moments.length - 1];
      if (!last) return;
      const values = [last[curve.network], ...(curve.linear ? [last[curve.linear]] : [])];
      rewrite(now, values.map((value) => showNumber(value, 3)).join(" | "));
      const said = Number.isFinite(level) ? `, ${curve.level} ${showNumber(level, 3)}` : "";
      const words = ["network", "linearized"]
        .slice(0, values.length)
        .map((who, i) => `${who} ${showNumber(values[i], 3)}`);
      canvas.setAttribute("aria-label", `${curve.title} over training time: ${words.join(", ")}${said}`);
      const context = canvas.getContext("2d");
      if (context && size.width > 0) plot(context, size, curve, moments, level, rate, look);
    },
  };
}

/** @param {CanvasRenderingContext2D} context @param {{ width: number, height: number }} size @param {Curve} curve
 * @param {Moment[]} moments @param {number} level @param {number} rate @param {Look} look */
function plot(context, { width, height }, curve, moments, level, rate, look) {
  context.clearRect(0, 0, width, height);
  const lines = [
    { column: curve.network, colour: look.network, dash: [] },
    ...(curve.linear ? [{ column: curve.linear, colour: look.linearized, dash: [6, 4] }] : []),
  ];
  const frame = scales(
    curve,
    moments,
    lines.map(({ column }) => column),
    level,
    width,
    height,
  );
  drawAxes(context, look, frame, rate, width, height);
  context.lineWidth = 2;
  if (Number.isFinite(level) && frame.y(level) >= 0) {
    context.strokeStyle = look.bound;
    context.setLineDash([2, 3]);
    trace(context, [
      [LEFT, frame.y(level)],
      [width - RIGHT, frame.y(level)],
    ]);
  }
  for (const { column, colour: stroke, dash } of lines) {
    context.strokeStyle = stroke;
    context.setLineDash(dash);
    trace(
      context,
      moments
        .filter((at) => Number.isFinite(at[column]))
        .map((at) => [frame.x(at.step), frame.y(at[column])]),
    );
  }
  context.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} corners */
function trace(context, corners) {
  context.beginPath();
  for (const [x, y] of corners) context.lineTo(x, y);
  context.stroke();
}

/** From steps and values to pixels: across, log(1 + step). @param {Curve} curve @param {Moment[]} moments
 * @param {(keyof Moment)[]} columns @param {number} level @param {number} width @param {number} height */
function scales(curve, moments, columns, level, width, height) {
  const bend = curve.log
    ? (/** @type {number} */ v) => Math.log10(Math.max(v, 1e-12))
    : (/** @type {number} */ v) => v;
  let low = Infinity;
  let high = -Infinity;
  for (const at of moments) {
    for (const column of columns) {
      const value = bend(at[column]);
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  // A level far away would flatten the curves; then only the words tell of it.
  if (Number.isFinite(level) && bend(level) < high + 2 * (high - low) + 0.2)
    high = Math.max(high, bend(level));
  if (Number.isFinite(level) && bend(level) > low - 2 * (high - low)) low = Math.min(low, bend(level));
  if (!(low <= high)) [low, high] = [0, 1];
  const margin = 0.06 * (high - low) || 0.1;
  low -= margin;
  high += margin;
  const end = Math.log1p(Math.max(moments[moments.length - 1].step, 10));
  const inner = { width: width - LEFT - RIGHT, height: height - TOP - BOTTOM };
  return {
    low,
    high,
    end,
    log: curve.log,
    x: (/** @type {number} */ step) => LEFT + (inner.width * Math.log1p(step)) / end,
    y: (/** @type {number} */ value) => TOP + inner.height * (1 - (bend(value) - low) / (high - low)),
    at: (/** @type {number} */ bent) => TOP + inner.height * (1 - (bent - low) / (high - low)),
  };
}

/** @param {CanvasRenderingContext2D} context @param {Look} look @param {ReturnType<typeof scales>} frame
 * @param {number} rate @param {number} width @param {number} height */
function drawAxes(context, look, frame, rate, width, height) {
  context.font = look.font;
  context.fillStyle = look.ink;
  context.strokeStyle = look.rule;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const bent of ticks(frame.low, frame.high)) {
    const y = frame.at(bent);
    trace(context, [
      [LEFT, y],
      [width - RIGHT, y],
    ]);
    context.fillText(showNumber(frame.log ? 10 ** bent : bent, 2), LEFT - 5, y);
  }
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillText("t = 0", LEFT, height - BOTTOM + 5);
  context.textAlign = "right";
  context.fillText(
    `${showNumber(rate * Math.round(Math.expm1(frame.end)), 3)}`,
    width - RIGHT,
    height - BOTTOM + 5,
  );
}

/** A few round numbers in between. @param {number} low @param {number} high */
function ticks(low, high) {
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * unit).find((size) => size >= rough) ?? unit;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}
