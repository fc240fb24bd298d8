// What is told of a place on the page: of a link, what it leads to; of a symbol, what it means. The page brings the words.
import { card } from "./card.js";
import { symbolAt } from "./glyph.js";
import { latexOf, linkFirsts } from "./symbols.js";

/** @type {{ cards: string[], links: Record<string, number>, symbols: import("./symbols.js").Explained[] }} */
const data = JSON.parse(document.getElementById("card-texts")?.textContent ?? "");
const article = /** @type {Element} */ (document.querySelector("article.bd-article"));
const links = new Map(Object.entries(data.links));
const byLatex = new Map(data.symbols.flatMap((symbol) => symbol.latex.map((name) => [name, symbol])));
const byGlyph = new Map(data.symbols.flatMap((symbol) => symbol.glyphs.map((name) => [name, symbol])));

/** @typedef {{ trigger: Element, html: string, href: string, follows: boolean }} Told */

/** What is told of a place on the page, if anything is.
 * @param {EventTarget | null} place
 * @param {{ x: number, y: number }} [at]
 * @returns {Told | null} */
export function told(place, at) {
  if (!(place instanceof Element) || !article.contains(place) || card.holds(place)) return null;
  const link = place.closest("a[href]");
  if (link) {
    const href = link.getAttribute("href") ?? "";
    const number = links.get(href);
    return number === undefined ? null : { trigger: link, html: data.cards[number], href, follows: true };
  }
  const formula = place.closest(".katex");
  // In what is pressed, a press means that, and not the symbol in its words.
  if (!formula || !at || place.closest("summary, label, button")) return null;
  const whole = byLatex.get(latexOf(formula));
  if (whole) return explaining(formula, whole);
  const found = symbolAt(formula, (glyph) => byGlyph.has(glyph), at);
  return found && explaining(found.atom, byGlyph.get(found.glyph));
}

/** @param {Element} trigger
 * @param {import("./symbols.js").Explained} [symbol] */
function explaining(trigger, symbol) {
  return symbol ? { trigger, html: data.cards[symbol.card], href: symbol.href, follows: false } : null;
}

for (const symbol of data.symbols) links.set(symbol.href, symbol.card);
linkFirsts(article, byLatex);
// The browser's own words for a citation would lie over its card.
for (const link of article.querySelectorAll("a[title]"))
  if (links.has(link.getAttribute("href") ?? "")) link.removeAttribute("title");
