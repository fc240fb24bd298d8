// Opens a card on what a link leads to, or a symbol means: under the pointer after a moment, with the keyboard's focus
// at once, and by the first tap; the second tap follows the link. Escape closes it, and so does leaving both.
import { card } from "./card.js";
import { told } from "./told.js";

const ENTER = 300; // milliseconds: a pointer that passes by opens nothing
const LEAVE = 250; // time to get from the trigger to its card

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

/** @param {import("./told.js").Told} found */
function show(found, withLink = false) {
  rest();
  card.show(found.trigger, found, withLink);
}

function hide() {
  rest();
  card.hide();
}

/** Whether the keyboard keeps the card open; a link that was clicked has the focus, too, and does not. */
function holdsFocus() {
  const focused = document.querySelector(":focus-visible");
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

let touched = false; // not every browser tells a click what it was made with
document.addEventListener("pointerdown", ({ pointerType }) => {
  touched = pointerType === "touch";
});

document.addEventListener("click", (event) => {
  const found = told(event.target, { x: event.clientX, y: event.clientY });
  const byKey = event.detail === 0;
  const opens = found && !byKey && (touched ? found.trigger !== card.explained : !found.follows);
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
