// The square with its points: drawn on, dragged, relabelled and removed, by mouse, touch or keyboard.
import { draggable } from "../shared/dragging.js";
import { make } from "../shared/format.js";
import { drawable, under } from "./gestures.js";
import { mapCanvas } from "./paint.js";
import { pointName } from "./points.js";
import { CLASS_NAMES, EXTENT } from "./settings.js";
import { changed } from "./state.js";

/** @typedef {import("./settings.js").Point} Point */
/** @typedef {import("./points.js").Place} Place */
/** @typedef {import("./state.js").State} State */
/** The state, and how to tell of an event. @typedef {{ state: () => State, send: (event: import("./state.js").Event) => void }} App */

const TREMBLE = 8; // of a hand that only taps
const STEP = 10; // hundredths of a unit that an arrow key moves; with Shift one
const KEYS_ARE_MINE = { "data-lm-suppress-shortcuts": "true" };
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {App} app */
export function board(app) {
  const canvas = mapCanvas({ role: "img", "aria-label": "Classes of the network on the plane" });
  const cross = make("span", { class: "cross", "aria-hidden": "true" });
  const pad = padOf(app);
  const dots = make("div", { class: "dots" });
  return {
    element: make("div", { class: "board" }, canvas, cross, pad, dots),
    canvas,
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      put(cross, state.cursor);
      if (!changed(state, before, "points")) return;
      while (dots.children.length > state.points.length) dots.lastElementChild?.remove();
      while (dots.children.length < state.points.length) dots.append(dotOf(app, dots, pad));
      for (const [i, dot] of [...dots.children].entries())
        showPoint(/** @type {HTMLElement} */ (dot), state.points, i);
    },
  };
}

/** @param {HTMLElement} element @param {Place} place */
export function put(element, { x, y }) {
  element.style.left = `${50 + (50 * x) / EXTENT}%`;
  element.style.top = `${50 - (50 * y) / EXTENT}%`;
}

/** @param {HTMLElement} dot @param {Point[]} points @param {number} i */
function showPoint(dot, points, i) {
  put(dot, points[i]);
  dot.textContent = CLASS_NAMES[points[i].label];
  dot.dataset.label = String(points[i].label);
  dot.setAttribute("aria-label", `${pointName(points, i)}. Arrows move, digits relabel, Delete removes.`);
}

/** The plane under the points. @param {App} app */
function padOf({ state, send }) {
  const pad = make("div", {
    class: "pad",
    tabindex: "0",
    role: "application",
    "aria-label": "The plane. Arrow keys move the cursor, Enter adds a point, digits add one of that class.",
    ...KEYS_ARE_MINE,
  });
  drawable(pad, {
    drawn: (place, done) => send({ kind: "added", place, label: state().brush, done }),
    lifted: () => send({ kind: "settled" }),
  });
  pad.addEventListener("keydown", (event) => {
    const { cursor, brush } = state();
    const label = labelOf(event.key, state());
    const to = shifted(cursor, event);
    if (to) send({ kind: "cursor", ...to });
    else if (event.key === "Enter" || event.key === " ")
      send({ kind: "added", place: cursor, label: brush, done: true });
    else if (label >= 0) send({ kind: "added", place: cursor, label, done: true });
    else return;
    event.preventDefault();
  });
  return pad;
}

/** One point's button; which one it is, its place among the others says.
 * @param {App} app @param {HTMLElement} dots @param {HTMLElement} pad */
function dotOf(app, dots, pad) {
  const { state, send } = app;
  const dot = make("button", { type: "button", class: "dot", ...KEYS_ARE_MINE });
  const index = () => [...dots.children].indexOf(dot);
  draggable(dot, (event) => under(pad, event), TREMBLE, {
    from: () => state().points[index()],
    moved: (place) => send({ kind: "placed", i: index(), place, done: false }),
    dropped: () => send({ kind: "dropped", i: index() }),
    tapped() {
      const { points, setting } = state();
      send({ kind: "relabelled", i: index(), label: (points[index()].label + 1) % Number(setting.classes) });
    },
  });
  dot.addEventListener("keydown", (event) => {
    const i = index();
    const label = labelOf(event.key, state());
    const place = shifted(state().points[i], event);
    if (place) send({ kind: "placed", i, place, done: true });
    else if (label >= 0) send({ kind: "relabelled", i, label });
    else if (event.key === "Delete" || event.key === "Backspace") remove(app, dots, i);
    else if (event.key === "Escape") pad.focus();
    else return;
    event.preventDefault();
  });
  return dot;
}

/** The next point has the focus then. @param {App} app @param {HTMLElement} dots @param {number} i */
function remove({ state, send }, dots, i) {
  const before = state().points.length;
  send({ kind: "removed", i });
  const { length } = state().points;
  if (length < before) /** @type {HTMLElement} */ (dots.children[Math.min(i, length - 1)]).focus();
}

/** The class that a digit names, or −1. @param {string} key @param {State} state */
function labelOf(key, { setting }) {
  const label = /^[1-4]$/.test(key) ? Number(key) - 1 : -1;
  return label < Number(setting.classes) ? label : -1;
}

/** Where an arrow key leads, or nothing. @param {Place} place @param {KeyboardEvent} event @returns {Place | null} */
function shifted({ x, y }, { key, shiftKey }) {
  const way = ARROWS[key];
  const step = shiftKey ? 1 : STEP;
  return way ? { x: x + step * way[0], y: y + step * way[1] } : null;
}
