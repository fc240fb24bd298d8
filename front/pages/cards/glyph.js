// The symbol that the pointer is on, inside a formula as KaTeX draws it. bookkit/extensions/_symbols.py reads the same
// glyphs off the formula's MathML: "λ", "V_0", "cal:K", "C^∞".

/** @type {Record<string, string>} */
const FONTS = {
  mathcal: "cal:",
  mathbb: "bb:",
  mathbf: "bf:",
  mathsf: "sf:",
  mathrm: "rm:",
  mathnormal: "",
};
const POWERS = ["2", "−1"]; // of a symbol, not part of its name
const NO_SYMBOL = ".accent, .text, .mop"; // a hat makes another symbol of what is below it

/** @param {Element} letter */
function ofLetter(letter) {
  const font = Object.keys(FONTS).find((name) => letter.classList.contains(name));
  return (font ? FONTS[font] : "") + letter.textContent;
}

/** What stands below and above, with empty words for nothing.
 * @param {Element} scripts */
function belowAndAbove(scripts) {
  const rows = [...scripts.querySelectorAll(":scope > .vlist-t > .vlist-r:first-child > .vlist > span")];
  const texts = rows.map((row) => (row.textContent ?? "").replace(/\u200b/g, ""));
  if (texts.length === 2) return texts;
  return scripts.querySelector(":scope > .vlist-t2") ? [texts[0], ""] : ["", texts[0]];
}

/** The glyph that an atom of a formula draws; nothing of what is neither a letter nor one with an index.
 * @param {Element} atom */
export function glyphOf(atom) {
  const [base, scripts] = atom.children;
  if (!base) return ofLetter(atom);
  if (!scripts?.classList.contains("msupsub") || base.children.length || atom.children.length > 2) return "";
  const [below, above] = belowAndAbove(scripts);
  return ofLetter(base) + (below && `_${below}`) + (above && !POWERS.includes(above) ? `^${above}` : "");
}

/** KaTeX draws letters that follow each other, κ and μ, say, as one text: gives each its own place.
 * @param {Element} atom */
function takeApart(atom) {
  if (atom.children.length || !atom.classList.contains("mathnormal")) return;
  const letters = [...(atom.textContent ?? "")];
  if (letters.length < 2) return;
  atom.replaceChildren(
    ...letters.map((letter) => {
      const place = document.createElement("span");
      place.className = "mord mathnormal";
      place.textContent = letter;
      return place;
    }),
  );
}

/** The innermost atom at a place whose glyph is known, and that glyph.
 * @param {Element} place where the pointer is
 * @param {(glyph: string) => boolean} known
 * @param {{ x: number, y: number }} at */
export function symbolAt(place, known, at) {
  if (!place.closest(".katex-html") || place.closest(NO_SYMBOL)) return null;
  takeApart(place);
  const exact = place.children.length ? (document.elementFromPoint(at.x, at.y) ?? place) : place;
  let atom = (place.contains(exact) ? exact : place).closest(".mord");
  while (atom?.closest(".katex-html")) {
    const isBase = atom.nextElementSibling?.classList.contains("msupsub");
    const glyph = isBase ? "" : glyphOf(atom);
    if (known(glyph)) return { atom, glyph };
    atom = atom.parentElement?.closest(".mord") ?? null;
  }
  return null;
}
