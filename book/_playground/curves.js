// Small line plots over training time: the network, its linearization, and a level to compare with.
import { make, showNumber } from "../../ntkbook/explorer/format.js";

/** @typedef {import("./training.js").Moment} Moment */
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
  const element = make(
    "div",
    { class: "panel" },
    make("p", { class: "panel-title" }, curve.title, now),
    canvas,
  );
  return {
    element,
    /** @param {Moment[]} moments @param {number} level @param {number} rate η, for the time of a step */
    draw(moments, level, rate) {
      const last = moments[moments.length - 1];
      if (!last) return;
      const values = [last[curve.network], ...(curve.linear ? [last[curve.linear]] : [])];
      now.textContent = values.map((value) => showNumber(value, 3)).join(" | ");
      const said = Number.isFinite(level) ? `, ${curve.level} ${showNumber(level, 3)}` : "";
      const words = ["network", "linearized"]
        .slice(0, values.length)
        .map((who, i) => `${who} ${showNumber(values[i], 3)}`);
      canvas.setAttribute("aria-label", `${curve.title} over training time: ${words.join(", ")}${said}`);
      plot(canvas, curve, moments, level, rate);
    },
  };
}

/** @param {HTMLCanvasElement} canvas @param {Curve} curve @param {Moment[]} moments @param {number} level @param {number} rate */
function plot(canvas, curve, moments, level, rate) {
  const context = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0) return;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const lines = [
    { column: curve.network, colour: colour("--network"), dash: [] },
    ...(curve.linear ? [{ column: curve.linear, colour: colour("--linearized"), dash: [6, 4] }] : []),
  ];
  const frame = scales(
    curve,
    moments,
    lines.map(({ column }) => column),
    level,
    width,
    height,
  );
  drawAxes(context, style, frame, rate, width, height);
  context.lineWidth = 2;
  if (Number.isFinite(level) && frame.y(level) >= 0) {
    context.strokeStyle = colour("--bound");
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

/** @param {CanvasRenderingContext2D} context @param {CSSStyleDeclaration} style @param {ReturnType<typeof scales>} frame
 * @param {number} rate @param {number} width @param {number} height */
function drawAxes(context, style, frame, rate, width, height) {
  context.font = `11px ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.strokeStyle = style.getPropertyValue("--ntk-rule").trim() || "#8884";
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
