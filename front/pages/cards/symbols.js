// Symbols of the notation table in formulas, and the way to them by keyboard.

/** @typedef {{ card: number, href: string, latex: string[], glyphs: string[] }} Explained */

const NOT_IN =
  "a, summary, label, button, figure, h1, h2, h3, h4, h5, .admonition-title, .ntk-explorer, .ntk-playground";

/** @param {Element} formula */
export function latexOf(formula) {
  return formula.querySelector("annotation")?.textContent ?? "";
}

/** The first of each symbol in a section becomes a link to its row, so that Tab stops at it; one that the author made
 * serves as well.
 * @param {Element} article
 * @param {Map<string, Explained>} byLatex */
export function linkFirsts(article, byLatex) {
  /** @type {Map<Element, Set<string>>} */
  const met = new Map();
  for (const place of article.querySelectorAll("span.math, a[href*='#sym-']")) {
    const section = place.closest("section") ?? article;
    const seen = met.get(section) ?? new Set();
    met.set(section, seen);
    if (place instanceof HTMLAnchorElement) {
      seen.add(place.hash);
      continue;
    }
    const symbol = byLatex.get(latexOf(place));
    const hash = symbol?.href.slice(symbol.href.indexOf("#")) ?? "";
    if (!symbol || seen.has(hash) || place.closest(NOT_IN)) continue;
    seen.add(hash);
    const link = document.createElement("a");
    link.href = symbol.href;
    link.className = "symbol";
    link.setAttribute("aria-label", latexOf(place));
    place.replaceWith(link);
    link.append(place);
  }
}
