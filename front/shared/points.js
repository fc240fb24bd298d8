// Points that the reader moves, as one text: "1.35,0.42,0;-0.4,1.36,1", coordinates to a hundredth, then the class if
// there are classes. ntkbook/_movable_points.py reads and writes the same.

/** classes: how many; 0 where points have none. box: (least, greatest) of each coordinate. most: points at most. drawn:
 * the arrays of first coordinates as panels draw them. height: the array of second ones, where a point has but one of
 * its own; else empty.
 * @typedef {{ kind: "points", name: string, label: string, default: string, values: string[], classes: number,
 *             most: number, box: [number, number][], drawn: string[], height: string }} Points */
/** @typedef {{ at: number[], label: number }} Point */

const NUMBER = /^-?[0-9]{1,4}(\.[0-9]{1,2})?$/;
const LONGEST = 32; // characters of a point

/** A text that is known to be one. @param {string} text @param {number} coordinates of each @returns {Point[]} */
export function parsePoints(text, coordinates) {
  return text.split(";").map((part) => {
    const numbers = part.split(",").map(Number);
    return { at: numbers.slice(0, coordinates), label: numbers[coordinates] ?? 0 };
  });
}

/** @param {Points} axis @param {string} text @returns {Point[]} */
export function pointsOf({ box }, text) {
  return parsePoints(text, box.length);
}

/** @param {Pick<Points, "classes">} axis @param {Point[]} points */
export function writePoints({ classes }, points) {
  return points
    .map(({ at, label }) => [...at.map((x) => hundredth(x)), ...(classes ? [label] : [])].join(","))
    .join(";");
}

/** @param {number} x */
export function hundredth(x) {
  return Math.round(100 * x) / 100 + 0;
}

/** The text as it is written, or a complaint in words. @param {Points} axis @param {string} text
 * @returns {{ value: string } | { complaint: string }} */
export function readPoints(axis, text) {
  const { label, most, box, classes } = axis;
  const complaint = (/** @type {string} */ why) => ({ complaint: `${why}; ${label} were left as given.` });
  if (text.length > LONGEST * most) return complaint(`There is room for ${most} ${label}`);
  const parts = text.split(";");
  if (parts.length > most) return complaint(`There is room for ${most} ${label}`);
  const size = box.length;
  for (const part of parts) {
    const numbers = part.split(",");
    const [own, rest] = [numbers.slice(0, size), numbers.slice(size)];
    if (
      own.length < size ||
      !own.every((number) => NUMBER.test(number)) ||
      rest.length !== (classes ? 1 : 0) ||
      !rest.every((number) => /^[0-9]$/.test(number) && Number(number) < classes)
    )
      return complaint(`“${part.length > 24 ? `${part.slice(0, 24)}…` : part}” is not a point`);
    if (own.some((number, i) => Number(number) < box[i][0] || Number(number) > box[i][1]))
      return complaint(`${part} lies outside of the picture`);
  }
  return { value: writePoints(axis, pointsOf(axis, text)) };
}
