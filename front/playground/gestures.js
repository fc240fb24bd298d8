// What a pointer does on the plane, in words of the board: it is drawn on.
import { inside } from "./points.js";
import { EXTENT } from "./settings.js";

/** @typedef {import("./points.js").Place} Place */

const APART = 25; // between two points of one stroke

/** Where on the plane. @param {HTMLElement} plane @param {MouseEvent} event @returns {Place} */
export function under(plane, event) {
  const box = plane.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) / box.width - 0.5) * 2 * EXTENT,
    y: (0.5 - (event.clientY - box.top) / box.height) * 2 * EXTENT,
  };
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
