// Points that the reader may move: those given, and texts of others (ntkbook/_movable_points.py).
import { parsePoints, writePoints } from "../../../shared/points.js";

/** X: coordinates, row by row. @typedef {{ X: Float64Array, labels: number[] }} Labelled */

const MOST = 12; // points

/** @param {Float64Array} X coordinates as they are given, row by row @param {number} d how many of each point
 * @param {number[]} [labels] @param {number} [classes] */
export function movablePoints(X, d, labels = [], classes = 0) {
  const rows = Array.from({ length: X.length / d }, (_, i) => ({
    at: Array.from(X.subarray(i * d, (i + 1) * d)),
    label: labels[i] ?? 0,
  }));
  const text = writePoints({ classes }, rows);
  return {
    /** Stands for the points given, exactly, though it rounds their coordinates. */
    text,
    /** @param {import("../../../shared/values.js").Value} points @returns {Labelled} */
    read(points) {
      if (points === text) return { X, labels };
      const found = parsePoints(String(points), d);
      return {
        X: Float64Array.from(found.flatMap(({ at }) => at)),
        labels: classes ? found.map(({ label }) => label) : [],
      };
    },
    /** Coordinates of the points of each class, x0, y0, x1, y1, …, padded; NaN where a point is of another class.
     * @param {Labelled} points @param {number} [more] room beside that for what the reader may set
     * @returns {import("../../types.js").Arrays} */
    byClass(points, more = 0) {
      /** @type {Record<string, Float64Array>} */
      const found = {};
      for (let k = 0; k < classes; k++)
        for (const [axis, name] of ["x", "y"].entries())
          found[`${name}${k}`] = padded(
            points.labels.map((own, i) => (own === k ? points.X[2 * i + axis] : Number.NaN)),
            MOST + more,
          );
      return found;
    },
  };
}

/** One number a point, with NaN for the points that there are not. @param {ArrayLike<number>} numbers
 * @param {number} [length] */
export function padded(numbers, length = MOST) {
  return Float64Array.from({ length }, (_, i) => (i < numbers.length ? numbers[i] : Number.NaN));
}
