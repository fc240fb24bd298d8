// The list of what was found, as links: what it is, its title and words with what was asked marked, where it stands.
import { excerpt, marked } from "./excerpt.js";

/** @import { Hit } from "./types.js" */

/** @param {string} name @param {string} kind @param {(Node | string)[]} content */
function made(name, kind, ...content) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.append(...content);
  return element;
}

/** @param {string} text @param {Set<string>} words */
const withMarks = (text, words) =>
  marked(text, words).map((piece) => (piece.marked ? made("mark", "", piece.text) : piece.text));

/** @param {Hit} hit @param {URL} book where its addresses start */
export function item({ entry, matched, named }, book) {
  const link = /** @type {HTMLAnchorElement} */ (made("a", ""));
  link.href = new URL(entry.address, book).href;
  const code = /^(Function|Class|Value|Method|Exception|Measurement)/.test(entry.kind)
    ? "title code"
    : "title";
  link.append(
    made(
      "span",
      "head",
      made("span", code, ...withMarks(entry.title, matched)),
      made("span", "kind", entry.kind),
    ),
  );
  const text = excerpt(entry.text, named ? new Set() : matched);
  if (text) link.append(made("span", "words", ...withMarks(text, matched)));
  if (entry.where) link.append(made("span", "where", entry.where));
  return made("li", "", link);
}
