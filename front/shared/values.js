// Values of an axis, positions of its slider, and cells of the grid.
import { showNumber } from "./format.js";
import { readPoints } from "./points.js";

/** @typedef {number | string} Value */
/** @typedef {Record<string, Value>} Setting */
/** @typedef {{ kind: "axis", name: string, label: string, default: number, values: number[], integer: boolean,
 *              unit: string, scale: "linear" | "log" }} Axis */
/** @typedef {{ kind: "choice", name: string, label: string, default: string, values: string[],
 *              labels: string[] }} Choice */
/** @typedef {import("./points.js").Points} Points */
/** @typedef {Axis | Choice | Points} AnyAxis */

/** @param {AnyAxis[]} axes @returns {Setting} */
export function defaults(axes) {
  return Object.fromEntries(axes.map((axis) => [axis.name, axis.default]));
}

/** The index of a value among those of the grid, or -1.
 * @param {AnyAxis} axis @param {Value} value */
function gridIndex(axis, value) {
  if (axis.kind !== "axis") return axis.values.indexOf(String(value));
  return axis.values.findIndex((known) => Math.abs(known - Number(value)) <= 1e-9 * Math.abs(known));
}

/** The grid's cell of a setting, row by row with the last axis fastest, or -1 where the grid has none.
 * @param {AnyAxis[]} axes @param {Setting} setting */
export function cellIndex(axes, setting) {
  let cell = 0;
  for (const axis of axes) {
    const index = gridIndex(axis, setting[axis.name]);
    if (index < 0) return -1;
    cell = cell * axis.values.length + index;
  }
  return cell;
}

/** What stands at a slider's position, with `fine` steps between neighbours of the grid.
 * @param {Axis} axis @param {number} position @param {number} fine @returns {number} */
export function valueAt(axis, position, fine) {
  const index = Math.floor(position / fine);
  const part = position / fine - index;
  if (part === 0) return axis.values[index];
  const [low, high] = axis.values.slice(index, index + 2);
  const between = axis.scale === "log" ? low * (high / low) ** part : low + (high - low) * part;
  return axis.integer ? Math.round(between) : Number(between.toPrecision(4));
}

/** The slider's position nearest to a value: the inverse of valueAt.
 * @param {Axis} axis @param {number} value @param {number} fine @returns {number} */
export function positionOf(axis, value, fine) {
  const above = axis.values.findIndex((known) => known >= value);
  if (above <= 0) return 0;
  const [low, high] = axis.values.slice(above - 1, above + 1);
  const part =
    axis.scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round((above - 1 + part) * fine);
}

/** The value of the grid whose place on the slider is nearest. @param {AnyAxis} axis @param {Value} value */
export function nearestKnown(axis, value) {
  if (axis.kind === "choice") return value;
  if (axis.kind === "points") return axis.default;
  return axis.values[Math.round(positionOf(axis, Number(value), 1000) / 1000)];
}

/** The value that a text means on this axis, or a complaint in words. Off the grid it must be computed.
 * @param {AnyAxis} axis @param {string} text @param {boolean} free whether it can be
 * @returns {{ value: Value } | { complaint: string }} */
export function readValue(axis, text, free) {
  const shown = text.length > 24 ? `${text.slice(0, 24)}…` : text;
  if (axis.kind === "choice") {
    return axis.values.includes(text)
      ? { value: text }
      : { complaint: `“${shown}” is not one of the choices for ${axis.label}.` };
  }
  if (axis.kind === "points") {
    if (free || text === axis.default) return readPoints(axis, text);
    return { complaint: `This page holds the given ${axis.label} alone; others need a running notebook.` };
  }
  const value = Number(text);
  const [least, greatest] = [axis.values[0], axis.values[axis.values.length - 1]];
  if (text.trim() === "" || !Number.isFinite(value)) {
    return { complaint: `“${shown}” is not a number; ${axis.label} was left as it is.` };
  }
  const index = gridIndex(axis, value);
  if (index >= 0) return { value: axis.values[index] };
  if (value < least || value > greatest) {
    const [low, high] = [showValue(axis, least), showValue(axis, greatest)];
    return {
      complaint: `${axis.label} goes from ${low} to ${high}; ${shown} lies outside and was left aside.`,
    };
  }
  if (!free) {
    const known = axis.values.map((each) => showValue(axis, each)).join(", ");
    return { complaint: `This page holds ${axis.label} at ${known}; ${shown} needs a running notebook.` };
  }
  if (axis.integer && !Number.isInteger(value)) {
    return { complaint: `${axis.label} takes whole numbers; ${shown} was left aside.` };
  }
  return { value };
}

/** @param {AnyAxis} axis @param {Value} value @returns {string} */
export function showValue(axis, value) {
  if (axis.kind === "choice") return axis.labels[axis.values.indexOf(String(value))];
  if (axis.kind === "points") return value === axis.default ? "given" : "moved";
  return showNumber(Number(value)) + (axis.unit ? ` ${axis.unit}` : "");
}

/** A setting in words: "width n = 256, noise σ = 0.1, points = moved".
 * @param {AnyAxis[]} axes @param {Setting} setting */
export function showSetting(axes, setting) {
  return axes.map((axis) => `${axis.label} = ${showValue(axis, setting[axis.name])}`).join(", ");
}
