// The square with its points: drawn on, dragged, relabelled and removed, by mouse, touch or keyboard.
import { make } from "../shared/format.js";
import { mapCanvas } from "./paint.js";
import { CLASS_NAMES, EXTENT, MOST_POINTS, SCALE, within } from "./settings.js";

/** @typedef {import("./settings.js").Point} Point */

const STEP = 10; // hundredths of a unit that an arrow key moves; with Shift one
const APART = 25; // between two points of one stroke
const TREMBLE = 8; // of a hand that only taps
const KEYS_ARE_MINE = { "data-lm-suppress-shortcuts": "true" };
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** changed: points were edited (settled: and the hand is off). chosen: the class that new points get. say: in words.
 * @param {{ changed: (points: Point[], settled: boolean) => void, say: (words: string) => void }} listener */
export function board(listener) {
  /** @type {Point[]} */
  let points = [];
  let classes = 3;
  let chosen = 0;
  const cursor = { x: 0, y: 0 };
  const canvas = mapCanvas({ "aria-hidden": "true" });
  const cross = make("span", { class: "cross", "aria-hidden": "true" });
  const pad = make("div", {
    class: "pad",
    tabindex: "0",
    role: "application",
    "aria-label": "The plane. Arrow keys move the cursor, Enter adds a point, digits add one of that class.",
    ...KEYS_ARE_MINE,
  });
  const dots = make("div", { class: "dots" });
  const element = make("div", { class: "board" }, canvas, cross, pad, dots);

  const place = (/** @type {Point} */ { x, y }) => `(${x / SCALE}, ${y / SCALE})`.replaceAll("-", "−");
  const nameOf = (/** @type {Point} */ point, /** @type {number} */ i) =>
    `Point ${i + 1} of ${points.length}, class ${CLASS_NAMES[point.label]}, at ${place(point)}`;

  /** @param {HTMLElement} at @param {{ x: number, y: number }} where */
  function put(at, { x, y }) {
    at.style.left = `${50 + (50 * x) / EXTENT}%`;
    at.style.top = `${50 - (50 * y) / EXTENT}%`;
  }

  /** Every point's button, made or put right. */
  function show() {
    while (dots.children.length > points.length) dots.lastElementChild.remove();
    while (dots.children.length < points.length) dots.append(dot());
    for (const [i, point] of points.entries()) {
      const button = /** @type {HTMLElement} */ (dots.children[i]);
      put(button, point);
      button.textContent = CLASS_NAMES[point.label];
      button.dataset.label = String(point.label);
      button.setAttribute("aria-label", `${nameOf(point, i)}. Arrows move, digits relabel, Delete removes.`);
    }
    put(cross, cursor);
  }

  /** @param {Point[]} edited @param {boolean} settled @param {string} [words] */
  function edit(edited, settled, words = "") {
    points = edited;
    show();
    listener.changed(points, settled);
    if (words) listener.say(words);
  }

  /** @param {number} i @param {Partial<Point>} change @param {boolean} settled @param {string} [words] */
  function change(i, change, settled, words) {
    edit(
      points.map((point, j) => (j === i ? { ...point, ...change } : point)),
      settled,
      words,
    );
  }

  /** @param {{ x: number, y: number }} where @param {number} label @param {boolean} settled */
  function add(where, label, settled) {
    if (points.length >= MOST_POINTS)
      return listener.say(`There is room for ${MOST_POINTS} points; remove one first.`);
    const point = { ...inside(where), label };
    edit([...points, point], settled, settled ? `Added class ${CLASS_NAMES[label]} at ${place(point)}.` : "");
  }

  /** @param {number} i */
  function remove(i) {
    if (points.length <= 1) return listener.say("One point must stay.");
    const gone = nameOf(points[i], i);
    edit(
      points.filter((_, j) => j !== i),
      true,
      `Removed ${gone}.`,
    );
    /** @type {HTMLElement} */ (dots.children[Math.min(i, points.length - 1)]).focus();
  }

  /** @param {{ x: number, y: number }} where */
  function inside({ x, y }) {
    return { x: within(x), y: within(y) };
  }

  /** @param {string} key the class that a digit names, or −1 */
  function labelOf(key) {
    const label = /^[1-4]$/.test(key) ? Number(key) - 1 : -1;
    return label < classes ? label : -1;
  }

  /** @param {MouseEvent} event */
  function underPointer(event) {
    const box = pad.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width - 0.5) * 2 * EXTENT,
      y: (0.5 - (event.clientY - box.top) / box.height) * 2 * EXTENT,
    };
  }

  function dot() {
    const button = make("button", { type: "button", class: "dot", ...KEYS_ARE_MINE });
    const index = () => [...dots.children].indexOf(button);
    let moved = false;
    let pressed = { x: 0, y: 0 }; // where the pointer came down, which is seldom the dot's centre
    let from = pressed; // where the point stood then
    button.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      moved = false;
      pressed = underPointer(event);
      from = points[index()];
      button.setPointerCapture(event.pointerId);
    });
    button.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      if (!button.hasPointerCapture(event.pointerId)) return;
      const { x, y } = underPointer(event);
      const [dx, dy] = [x - pressed.x, y - pressed.y];
      if (!moved && Math.hypot(dx, dy) < TREMBLE) return;
      moved = true;
      change(index(), inside({ x: from.x + dx, y: from.y + dy }), false);
    });
    const released = () => {
      if (moved) change(index(), {}, true, `Moved: ${nameOf(points[index()], index())}.`);
    };
    button.addEventListener("pointerup", released);
    button.addEventListener("pointercancel", released);
    // A tap or Enter goes on to the next class.
    button.addEventListener("click", () => {
      const i = index();
      if (!moved) relabel(i, (points[i].label + 1) % classes);
      moved = false;
    });
    button.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const i = index();
      const label = labelOf(event.key);
      if (ARROWS[event.key]) {
        const [dx, dy] = ARROWS[event.key].map((way) => way * (event.shiftKey ? 1 : STEP));
        const to = inside({ x: points[i].x + dx, y: points[i].y + dy });
        change(i, to, true, `Moved to ${place({ ...points[i], ...to })}.`);
      } else if (label >= 0) relabel(i, label);
      else if (event.key === "Delete" || event.key === "Backspace") remove(i);
      else if (event.key === "Escape") pad.focus();
      else return;
      event.preventDefault();
    });
    return button;
  }

  /** @param {number} i @param {number} label */
  function relabel(i, label) {
    change(i, { label }, true, `Point ${i + 1} is now of class ${CLASS_NAMES[label]}.`);
  }

  // A stroke of the mouse or a pen draws a row of points; a finger taps them, so that the page can still be scrolled.
  /** @type {{ x: number, y: number } | null} */
  let last = null;
  let touched = false; // the click that follows may not know: older Safaris call every click a mouse's
  pad.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    touched = event.pointerType === "touch";
    if (event.button !== 0 || touched) return;
    pad.setPointerCapture(event.pointerId);
    last = underPointer(event);
    add(last, chosen, true);
  });
  pad.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    const at = inside(underPointer(event));
    if (!last || Math.hypot(at.x - last.x, at.y - last.y) < APART) return;
    last = at;
    add(at, chosen, false);
  });
  const lifted = () => {
    if (last) edit(points, true);
    last = null;
  };
  pad.addEventListener("pointerup", lifted);
  pad.addEventListener("pointercancel", () => {
    lifted();
    touched = false;
  });
  pad.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (touched) add(underPointer(event), chosen, true);
    touched = false;
  });
  pad.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const label = labelOf(event.key);
    if (ARROWS[event.key]) {
      const [dx, dy] = ARROWS[event.key].map((way) => way * (event.shiftKey ? 1 : STEP));
      cursor.x = within(cursor.x + dx);
      cursor.y = within(cursor.y + dy);
      put(cross, cursor);
      listener.say(`Cursor at ${place({ ...cursor, label: 0 })}.`);
    } else if (event.key === "Enter" || event.key === " ") add(cursor, chosen, true);
    else if (label >= 0) add(cursor, label, true);
    else return;
    event.preventDefault();
  });

  return {
    element,
    canvas,
    /** A chosen class that is none of these any more gives way to the last of them.
     * @param {Point[]} given @param {number} among how many classes */
    show(given, among) {
      points = given;
      classes = among;
      chosen = Math.min(chosen, classes - 1);
      show();
    },
    /** @param {number} label */
    choose(label) {
      chosen = label;
    },
    chosen: () => chosen,
  };
}
