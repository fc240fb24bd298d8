// What a reader can set, the points among it, and how it reads in the page's address.
import { defaults, positionOf, readValue, showValue } from "../shared/values.js";

/** @typedef {import("../shared/values.js").Axis} Axis */
/** @typedef {import("../shared/values.js").Choice} Choice */
/** @typedef {import("../shared/values.js").Setting} Setting */
/** A point of the square: coordinates in hundredths of a unit from −200 to 200, and a class.
 * @typedef {{ x: number, y: number, label: number }} Point */

export const NAME = "play";
export const SCALE = 100; // units of a point's coordinates in one of the plane's
export const EXTENT = 200;
export const MOST_POINTS = 40;
export const CLASS_NAMES = ["A", "B", "C", "D"];
const SIGMA_W = 1.5; // as in the chapter on the trained predictor
const SIGMA_B = 1;

/** @param {string} name @param {string} label @param {number[]} values @param {number} value */
function axis(name, label, values, value) {
  return /** @type {Axis} */ ({
    kind: "axis",
    name,
    label,
    values,
    default: value,
    scale: "linear",
    unit: "",
    integer: false,
  });
}

/** @param {string} name @param {string} label @param {Record<string, string>} options @param {string} value */
export function choice(name, label, options, value) {
  return /** @type {Choice} */ ({
    kind: "choice",
    name,
    label,
    values: Object.keys(options),
    labels: Object.values(options),
    default: value,
  });
}

const WIDTHS = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const STRENGTHS = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const SMOOTHINGS = [0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1];
const RATES = [0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 1, 3, 10];

/** The controls, in their order on the page. @type {(Axis | Choice)[]} */
export const AXES = [
  axis("width", "Width n", WIDTHS, 256),
  axis("epsilon", "Smoothing ε", SMOOTHINGS, 0.1),
  axis("lam", "Regularizer λ", STRENGTHS, 0),
  axis("rate", "Learning rate η", RATES, 0.02),
  axis(
    "seed",
    "Seed",
    Array.from({ length: 20 }, (_, i) => i),
    0,
  ),
  choice("anchor", "Regularizer pulls towards", { init: "θ₀", zero: "0" }, "init"),
  choice("depth", "Hidden layers", { 1: "one", 2: "two" }, "1"),
  choice("activation", "Activation", { erf: "erf", relu: "ReLU", gelu: "GELU" }, "erf"),
  choice("classes", "Classes", { 2: "2", 3: "3", 4: "4" }, "3"),
];

const START = "a1y82a3w96a1e5ua324qb828mb9g6ob6e9qb6y6ec4q28c7i1oc9g3cc6446";
/** What the address holds: the controls, and the points, whose control is the board. @type {(Axis | Choice)[]} */
export const PLACES = [...AXES, choice("points", "Points", {}, START)];

/** Two characters of base 36. @param {number} value */
const two = (value) => (value + EXTENT).toString(36).padStart(2, "0");

/** A letter and two pairs of characters a point. @param {Point[]} points */
export function writePoints(points) {
  return points.map(({ x, y, label }) => "abcd"[label] + two(x) + two(y)).join("");
}

/** Points from an address; what cannot be meant is left aside, with a complaint.
 * @param {string} text @param {number} classes @returns {{ points: Point[], complaint: string }} */
function readPoints(text, classes) {
  const pieces = text.match(/[a-d][0-9a-z]{4}/g) ?? [];
  const points = pieces.slice(0, MOST_POINTS).map((piece) => ({
    x: within(Number.parseInt(piece.slice(1, 3), 36) - EXTENT),
    y: within(Number.parseInt(piece.slice(3), 36) - EXTENT),
    label: Math.min("abcd".indexOf(piece[0]), classes - 1),
  }));
  if (points.length === 0) return { points: readPoints(START, classes).points, complaint: NO_POINTS };
  if (writePoints(points) !== text) return { points, complaint: SOME_LEFT };
  return { points, complaint: "" };
}
const NO_POINTS = "The address holds no points that can be read; these are the usual ones.";
const SOME_LEFT = "Some points of the address could not be read, or were moved into the square.";

/** A state as the address has it. @param {{ setting: Setting, points: Point[] }} state @returns {Setting} */
export function addressed({ setting, points }) {
  return { ...setting, points: writePoints(points) };
}

/** Into the square, in whole units. @param {number} coordinate */
export function within(coordinate) {
  return Math.max(-EXTENT, Math.min(EXTENT, Math.round(coordinate)));
}

/** Everything that the address says, and what of it could not be used.
 * @param {string} search @returns {{ setting: Setting, points: Point[], complaints: string[] }} */
export function readState(search) {
  const parameters = new URLSearchParams(search);
  const setting = defaults(AXES);
  /** @type {string[]} */
  const complaints = [];
  for (const axis of AXES) {
    const text = parameters.get(`${NAME}.${axis.name}`);
    const read = text === null ? null : readValue(axis, text, true);
    if (!read) continue;
    if ("complaint" in read) complaints.push(read.complaint);
    else
      setting[axis.name] = axis.kind === "axis" ? nearest(axis, Number(read.value), complaints) : read.value;
  }
  const text = parameters.get(`${NAME}.points`) ?? START;
  const { points, complaint } = readPoints(text, Number(setting.classes));
  if (complaint) complaints.push(complaint);
  return { setting, points, complaints };
}

/** The slider's value nearest to one between its ends. @param {Axis} axis @param {number} value @param {string[]} complaints */
function nearest(axis, value, complaints) {
  const found = axis.values[positionOf(axis, value, 1)];
  if (found !== value)
    complaints.push(`${axis.label}: ${value} is not on the slider; ${showValue(axis, found)} is.`);
  return found;
}

export function usualState() {
  const setting = defaults(AXES);
  return { setting, points: readPoints(START, Number(setting.classes)).points };
}

/** What the worker is told. @param {Setting} setting @param {Point[]} points @returns {import("./engine.js").Order} */
export function orderOf(setting, points) {
  return {
    shape: {
      depth: Number(setting.depth),
      width: Number(setting.width),
      classes: Number(setting.classes),
      activation: String(setting.activation),
      sigmaW: SIGMA_W,
      sigmaB: SIGMA_B,
    },
    seed: Number(setting.seed),
    problem: {
      X: Float64Array.from(points.flatMap(({ x, y }) => [x / SCALE, y / SCALE])),
      labels: Uint8Array.from(points, ({ label }) => label),
      epsilon: Number(setting.epsilon),
      lam: Number(setting.lam),
      anchor: setting.anchor === "init" ? 1 : 0,
      rate: Number(setting.rate),
    },
  };
}
