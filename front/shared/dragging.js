// A point under a pointer: it is dragged, or tapped.

/** @typedef {{ x: number, y: number }} Place */

/** from: where it stands. moved: to where, the hand still on. dropped: the hand is off. tapped: by key or pointer.
 * @param {HTMLElement} dot @param {(event: MouseEvent) => Place} under where a pointer is, in any units
 * @param {number} tremble of a hand that only taps, in these units
 * @param {{ from: () => Place, moved: (to: Place) => void, dropped: () => void, tapped: () => void }} told */
export function draggable(dot, under, tremble, told) {
  let moved = false;
  let pressed = { x: 0, y: 0 }; // where the pointer came down, which is seldom the dot's centre
  let from = pressed; // where the point stood then
  dot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    moved = false;
    pressed = under(event);
    from = told.from();
    dot.setPointerCapture(event.pointerId);
  });
  dot.addEventListener("pointermove", (event) => {
    if (!dot.hasPointerCapture(event.pointerId)) return;
    const at = under(event);
    const [dx, dy] = [at.x - pressed.x, at.y - pressed.y];
    if (!moved && Math.hypot(dx, dy) < tremble) return;
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
