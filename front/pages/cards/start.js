// Opens a card on what a link leads to, or a symbol means: under the pointer after a moment, with the keyboard's focus
// at once, and by the first tap; the second tap follows the link. Escape closes it, and so does leaving both.
import { card } from "./card.js";
import { symbolAt } from "./glyph.js";
import { latexOf, linkFirsts } from "./symbols.js";

const ENTER = 300; // milliseconds: a pointer that passes by opens nothing
const LEAVE = 250; // time to get from the trigger to its card

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
function told(place, at) {
  if (!(place instanceof Element) || !article.contains(place) || card.holds(place)) return null;
  const link = place.closest("a[href]");
  if (link) {
    const href = link.getAttribute("href") ?? "";
    const number = links.get(href);
    return number === undefined ? null : { trigger: link, html: data.cards[number], href, follows: true };
  }
  const formula = place.closest(".katex");
  if (!formula || !at) return null;
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

/** @type {Element | null} */
let dismissed = null; // by Escape, and not left since
let timer = 0;
/** @type {Element | null | undefined} */
let intent; // what is about to be explained; null if the card is about to go

/** Acts in a while, unless the pointer changes its mind; by moving on the same thing it does not.
 * @param {Element | null} what
 * @param {() => void} act
 * @param {number} milliseconds */
function intend(what, act, milliseconds) {
  if (intent === what) return;
  rest();
  intent = what;
  timer = setTimeout(act, milliseconds);
}

function rest() {
  clearTimeout(timer);
  intent = undefined;
}

/** @param {Told} found */
function show(found, withLink = false) {
  rest();
  card.show(found.trigger, found, withLink);
}

function hide() {
  rest();
  card.hide();
}

function holdsFocus() {
  const focused = document.activeElement;
  return !!focused && (focused === card.explained || card.holds(focused));
}

/** @param {PointerEvent} event */
function follow({ target, pointerType, clientX: x, clientY: y }) {
  if (pointerType === "touch") return;
  const found = told(target, { x, y });
  if (found?.trigger !== dismissed) dismissed = null;
  if (dismissed) return;
  const staysOpen = found || card.holds(/** @type {Node} */ (target)) || holdsFocus();
  if (found && found.trigger !== card.explained)
    intend(found.trigger, () => show(found, !found.follows), ENTER);
  else if (staysOpen || !card.explained) rest();
  else intend(null, hide, LEAVE);
}

document.addEventListener("pointerover", follow);
document.addEventListener("pointermove", follow);

document.documentElement.addEventListener("pointerleave", ({ pointerType }) => {
  if (pointerType !== "touch" && !holdsFocus()) intend(null, hide, LEAVE);
});

document.addEventListener("click", (event) => {
  const found = told(event.target, { x: event.clientX, y: event.clientY });
  const byTouch = /** @type {PointerEvent} */ (event).pointerType === "touch";
  const opens = found && (byTouch ? found.trigger !== card.explained : !found.follows);
  if (!found || !opens) {
    if (!(event.target instanceof Element && event.target.closest(`[role="tooltip"]`))) hide();
    return;
  }
  event.preventDefault();
  show(found, true);
});

document.addEventListener("focusin", ({ target }) => {
  const found = target instanceof Element && target.matches(":focus-visible") ? told(target) : null;
  if (found && found.trigger !== card.explained) show(found);
});

document.addEventListener("focusout", ({ relatedTarget: next }) => {
  const stays = next instanceof Element && (next === card.explained || card.holds(next));
  if (!stays && !card.explained?.matches(":hover")) hide();
});

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !card.explained) return;
  dismissed = card.explained;
  if (holdsFocus()) /** @type {HTMLElement} */ (dismissed).focus();
  hide();
});

addEventListener("scroll", card.settle, { capture: true, passive: true });
addEventListener("resize", hide);

for (const symbol of data.symbols) links.set(symbol.href, symbol.card);
linkFirsts(article, byLatex);
// The browser's own words for a citation would lie over its card.
for (const link of article.querySelectorAll("a[title]"))
  if (links.has(link.getAttribute("href") ?? "")) link.removeAttribute("title");
