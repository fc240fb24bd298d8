// The words around what was found, taken apart into pieces that are marked and pieces that are not.
import { words } from "./words.js";

/** @import { Piece } from "./types.js" */

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const LENGTH = 170; // characters, about two lines
const BEFORE = 50;

/** @param {string} text @param {Set<string>} matched @returns {Piece[]} */
export function marked(text, matched) {
  const pieces = /** @type {Piece[]} */ ([]);
  let done = 0;
  for (const found of text.matchAll(WORD)) {
    if (!words(found[0]).some((word) => matched.has(word))) continue;
    if (found.index > done) pieces.push({ text: text.slice(done, found.index), marked: false });
    pieces.push({ text: found[0], marked: true });
    done = found.index + found[0].length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), marked: false });
  return pieces;
}

/** The part of a text where what was found stands: its beginning, if that is near enough.
 * @param {string} text @param {Set<string>} matched */
export function excerpt(text, matched) {
  const first = [...text.matchAll(WORD)].find(([word]) => words(word).some((said) => matched.has(said)));
  const place = first && first.index > LENGTH - BEFORE ? text.lastIndexOf(" ", first.index - BEFORE) + 1 : 0;
  const whole = text.length - place <= LENGTH;
  const end = whole ? text.length : text.lastIndexOf(" ", place + LENGTH);
  return `${place ? "… " : ""}${text.slice(place, end)}${whole ? "" : " …"}`;
}
