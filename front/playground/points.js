// The points as they are edited: each edit gives the points that there are then, and says so in words. One that cannot
// be made gives words only.
import { CLASS_NAMES, MOST_POINTS, SCALE, within } from "./settings.js";

/** @typedef {import("./settings.js").Point} Point */
/** Coordinates in hundredths of a unit. @typedef {{ x: number, y: number }} Place */
/** @typedef {{ points?: Point[], words: string }} Edit */

/** @param {Place} place */
export function placeName({ x, y }) {
  return `(${x / SCALE}, ${y / SCALE})`.replaceAll("-", "−");
}

/** @param {Point[]} points @param {number} i */
export function pointName(points, i) {
  return `Point ${i + 1} of ${points.length}, class ${CLASS_NAMES[points[i].label]}, at ${placeName(points[i])}`;
}

/** The nearest place in the square. @param {Place} place @returns {Place} */
export function inside({ x, y }) {
  return { x: within(x), y: within(y) };
}

/** @param {Point[]} points @param {Place} place @param {number} label @returns {Edit} */
export function add(points, place, label) {
  if (points.length >= MOST_POINTS)
    return { words: `There is room for ${MOST_POINTS} points; remove one first.` };
  const point = { ...inside(place), label };
  return { points: [...points, point], words: `Added class ${CLASS_NAMES[label]} at ${placeName(point)}.` };
}

/** @param {Point[]} points @param {number} i @param {Place} place @returns {Edit} */
export function move(points, i, place) {
  const to = inside(place);
  return { points: changed(points, i, to), words: `Moved to ${placeName(to)}.` };
}

/** @param {Point[]} points @param {number} i @param {number} label @returns {Edit} */
export function relabel(points, i, label) {
  return {
    points: changed(points, i, { label }),
    words: `Point ${i + 1} is now of class ${CLASS_NAMES[label]}.`,
  };
}

/** @param {Point[]} points @param {number} i @returns {Edit} */
export function remove(points, i) {
  if (points.length <= 1) return { words: "One point must stay." };
  return { points: points.filter((_, j) => j !== i), words: `Removed ${pointName(points, i)}.` };
}

/** @param {Point[]} points @param {number} i @param {Partial<Point>} change */
function changed(points, i, change) {
  return points.map((point, j) => (j === i ? { ...point, ...change } : point));
}

/** Which classes share a place: every class, at every place, so that even hard labels have a finite minimum; several,
 * at some place, so that not all points can be fitted; or none. @typedef {"every" | "several" | "none"} Sharing */

/** @param {Point[]} points @param {number} classes @returns {Sharing} */
export function sharingOf(points, classes) {
  const classesAt = (/** @type {Point} */ { x, y }) =>
    new Set(points.filter((other) => other.x === x && other.y === y).map(({ label }) => label)).size;
  const counts = points.map(classesAt);
  if (Math.min(...counts) === classes) return "every";
  return Math.max(...counts) > 1 ? "several" : "none";
}
