// Points as the reader edits them: each edit gives the points that there are then, and says so in words. One that cannot
// be made gives words only.
import { hundredth } from "../shared/points.js";

/** @typedef {import("../shared/points.js").Point} Point */
/** @typedef {import("../shared/points.js").Points} Points */
/** @typedef {{ points?: Point[], words: string }} Edit */

const PLACES = 400; // of a coordinate that can be told apart
const SPOTS = 9; // in each direction, where a point may be added

/** @param {Points} axis @param {Point[]} points @param {number} i */
export function pointName({ classes }, points, i) {
  const { at, label } = points[i];
  const place = at.length > 1 ? `(${at.join(", ")})` : String(at[0]);
  const own = classes ? `, class ${label}` : "";
  return `Point ${i + 1} of ${points.length}${own}, at ${place.replaceAll("-", "−")}`;
}

/** Between two neighbouring values of a coordinate: a power of ten. @param {[number, number]} range */
export function fineness([low, high]) {
  return 10 ** Math.max(Math.floor(Math.log10((high - low) / PLACES)), -2);
}

/** The nearest place in the box. @param {Points} axis @param {number[]} at */
function inside({ box }, at) {
  return at.map((x, i) => {
    const [low, high] = box[i];
    const step = fineness(box[i]);
    return hundredth(Math.min(Math.max(Math.round(x / step) * step, low), high));
  });
}

/** @param {Points} axis @param {Point[]} points @param {number} i @param {number[]} to @returns {Required<Edit>} */
export function move(axis, points, i, to) {
  const moved = changed(points, i, { at: inside(axis, to) });
  return { points: moved, words: `${pointName(axis, moved, i)}.` };
}

/** @param {Points} axis @param {Point[]} points @param {number} i @param {number} label @returns {Edit} */
export function relabel(axis, points, i, label) {
  if (!axis.classes) return { words: "" };
  const relabelled = changed(points, i, { label: label % axis.classes });
  return { points: relabelled, words: `${pointName(axis, relabelled, i)}.` };
}

/** Where there is most room. @param {Points} axis @param {Point[]} points @param {number} label @returns {Edit} */
export function add(axis, points, label) {
  if (points.length >= axis.most)
    return { words: `There is room for ${axis.most} ${axis.label}; remove one first.` };
  const added = [...points, { at: inside(axis, emptiest(axis, points)), label }];
  return { points: added, words: `Added ${pointName(axis, added, points.length)}.` };
}

/** @param {Points} axis @param {Point[]} points @param {number} i @returns {Edit} */
export function remove(axis, points, i) {
  if (points.length <= 1) return { words: "One point must stay." };
  return { points: points.filter((_, j) => j !== i), words: `Removed ${pointName(axis, points, i)}.` };
}

/** @param {Points} axis @param {Point[]} points */
function emptiest({ box }, points) {
  const along = (/** @type {[number, number]} */ [low, high]) =>
    Array.from({ length: SPOTS }, (_, i) => low + ((i + 1) * (high - low)) / (SPOTS + 1));
  const spots = box
    .map(along)
    .reduce(
      (/** @type {number[][]} */ rows, values) =>
        rows.flatMap((row) => values.map((value) => [...row, value])),
      [[]],
    );
  const room = (/** @type {number[]} */ spot) =>
    Math.min(
      ...points.map(({ at }) => Math.hypot(...at.map((x, i) => (x - spot[i]) / (box[i][1] - box[i][0])))),
    );
  return spots.reduce((best, spot) => (room(spot) > room(best) ? spot : best));
}

/** @param {Point[]} points @param {number} i @param {Partial<Point>} change */
function changed(points, i, change) {
  return points.map((point, j) => (j === i ? { ...point, ...change } : point));
}
