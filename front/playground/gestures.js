// What a pointer does on the board, in words of the board: dots are dragged or tapped, the plane is drawn on.
import { inside } from "./points.js";
import { EXTENT } from "./settings.js";

/** @typedef {import("./points.js").Place} Place */

const APART = 25; // between two points of one stroke
const TREMBLE = 8; // of a hand that only taps

/** Where on the plane. @param {HTMLElement} plane @param {MouseEvent} event @returns {Place} */
function under(plane, event) {
  const box = plane.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) / box.width - 0.5) * 2 * EXTENT,
    y: (0.5 - (event.clientY - box.top) / box.height) * 2 * EXTENT,
  };
}

/** from: where it stands. moved: to where, the hand still on. dropped: the hand is off. tapped: by key or pointer.
 * @param {HTMLElement} dot @param {HTMLElement} plane
 * @param {{ from: () => Place, moved: (to: Place) => void, dropped: () => void, tapped: () => void }} told */
export function draggable(dot, plane, told) {
  let moved = false;
  let pressed = { x: 0, y: 0 }; // where the pointer came down, which is seldom the dot's centre
  let from = pressed; // where the point stood then
  dot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    moved = false;
    pressed = under(plane, event);
    from = told.from();
    dot.setPointerCapture(event.pointerId);
  });
  dot.addEventListener("pointermove", (event) => {
    if (!dot.hasPointerCapture(event.pointerId)) return;
    const at = under(plane, event);
    const [dx, dy] = [at.x - pressed.x, at.y - pressed.y];
    if (!moved && Math.hypot(dx, dy) < TREMBLE) return;
    moved = true;
    told.moved({ x: from.x + dx, y: from.y + dy });
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    dot.addEventListener(end, () => moved && told.dropped());
  dot.addEventListener("click", () => {
    if (!moved) told.tapped();
    moved = false;
  });
}

/** A stroke of the mouse or a pen draws a row of points; a finger taps them, so that the page can still be scrolled.
 * drawn: a point, and whether the stroke may end with it. lifted: the hand is off.
 * @param {HTMLElement} plane @param {{ drawn: (place: Place, done: boolean) => void, lifted: () => void }} told */
export function drawable(plane, told) {
  /** @type {Place | null} */
  let last = null;
  let touched = false; // the click that follows may not know: older Safaris call every click a mouse's
  plane.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (event.button !== 0 || touched) return;
    plane.setPointerCapture(event.pointerId);
    last = under(plane, event);
    told.drawn(last, true);
  });
  plane.addEventListener("pointermove", (event) => {
    const at = inside(under(plane, event));
    if (!last || Math.hypot(at.x - last.x, at.y - last.y) < APART) return;
    last = at;
    told.drawn(at, false);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    plane.addEventListener(end, () => {
      if (last) told.lifted();
      last = null;
      if (end === "pointercancel") touched = false;
    });
  plane.addEventListener("click", (event) => {
    if (touched) told.drawn(under(plane, event), true);
    touched = false;
  });
}
