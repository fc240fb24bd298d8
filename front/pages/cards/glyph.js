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
  const letters = [...(atom.textContent ?? "")];
  if (letters.length < 2) return;
  const places = letters.map((letter) => {
    const place = document.createElement("span");
    place.className = "mord mathnormal";
    place.textContent = letter;
    return place;
  });
  atom.replaceChildren(...places);
}

/** The letter at a point. Where fractions and indices stand, boxes that show nothing lie over the letters, so that the
 * element under the pointer tells too little.
 * @param {Element} formula
 * @param {{ x: number, y: number }} point */
function letterAt(formula, { x, y }) {
  formula.querySelectorAll(".katex-html .mathnormal:not(:is(:has(*)))").forEach(takeApart);
  let nearest = null;
  let least = Number.POSITIVE_INFINITY;
  for (const letter of formula.querySelectorAll(".katex-html .mord:not(:is(:has(*)))")) {
    const { left, right, top, bottom } = letter.getBoundingClientRect();
    const distance = Math.abs(y - (top + bottom) / 2);
    if (x < left || x > right || y < top || y > bottom || distance > least) continue;
    nearest = letter;
    least = distance;
  }
  return nearest;
}

/** The innermost atom at a point whose glyph is known, and that glyph.
 * @param {Element} formula
 * @param {(glyph: string) => boolean} known
 * @param {{ x: number, y: number }} point */
export function symbolAt(formula, known, point) {
  let atom = letterAt(formula, point);
  if (atom?.closest(NO_SYMBOL)) return null;
  while (atom?.closest(".katex-html")) {
    const isBase = atom.nextElementSibling?.classList.contains("msupsub");
    const glyph = isBase ? "" : glyphOf(atom);
    if (known(glyph)) return { atom, glyph };
    atom = atom.parentElement?.closest(".mord") ?? null;
  }
  return null;
}
