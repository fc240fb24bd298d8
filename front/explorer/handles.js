// Points that the reader moves: a handle on each of them, over every panel that shows them, and a control with what a
// pointer alone cannot do. In the first panel handles are buttons; in the others they are for the pointer only.
import { button } from "../shared/buttons.js";
import { draggable } from "../shared/dragging.js";
import { dress, make, reword } from "../shared/format.js";
import { pointsOf, writePoints } from "../shared/points.js";
import { add, fineness, move, pointName, relabel, remove } from "./edits.js";
import { shown } from "./state.js";

/** @typedef {import("../shared/points.js").Point} Point */
/** @typedef {import("../shared/points.js").Points} Points */
/** @typedef {import("./edits.js").Edit} Edit */
/** @typedef {import("./types.js").Plot} Plot */
/** @typedef {ReturnType<typeof handlesOf>} Handles */

const TREMBLE = 4; // pixels of a hand that only taps
const COARSE = 10; // finest steps that an arrow key moves; with Shift one
// JupyterLab's command mode would otherwise take the keys.
const KEYS_ARE_MINE = { "data-lm-suppress-shortcuts": "true" };
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {Points} axis @param {Record<string, import("./types.js").Role>} roles
 * @param {import("../shared/controls.js").Listener} listener */
export function handlesOf(axis, roles, listener) {
  let points = pointsOf(axis, axis.default);
  /** @type {Float32Array | undefined} */
  let heights;
  let movable = false;
  let chosen = 0; // which point the buttons mean
  /** @type {{ show: () => void, focus: (i: number) => void }[]} */
  const boards = [];
  const control = controlOf(axis, {
    added: () => edit(add(axis, points, points[chosen].label), true),
    removed: () => edit(remove(axis, points, chosen), true),
  });

  /** @param {Edit} edit @param {boolean} done whether it stays at that */
  function edit({ points: edited, words }, done) {
    if (edited) listener.moved(axis.name, writePoints(axis, edited));
    if (done) {
      if (edited) listener.settled();
      listener.refused(words);
    }
  }

  /** What may be done with the handle of a point. @param {Board} board */
  const hand = (board) => ({
    /** @param {number} i */
    chosen(i) {
      chosen = i;
      for (const each of boards) each.show();
      control.show(points, chosen);
    },
    /** @param {number} i @param {number[]} to @param {boolean} done */
    moved: (i, to, done) => edit(move(axis, points, i, to), done),
    settled: () => listener.settled(),
    /** @param {number} i @param {number} label */
    relabelled: (i, label) => edit(relabel(axis, points, i, label), true),
    /** @param {number} i */
    removed(i) {
      edit(remove(axis, points, i), true);
      board.focus(Math.min(i, points.length - 1));
    },
  });

  return {
    element: control.element,
    /** What lies over a panel, if it shows the points. @param {import("./types.js").Panel} panel @param {Plot} plot */
    over(panel, plot) {
      if (!panel.figure.data.some(({ x }) => axis.drawn.includes(x))) return null;
      const board = boardOf(axis, roles, plot, boards.length === 0, hand);
      const show = () => board.show(movable ? points : [], heights, chosen);
      boards.push({ show, focus: board.focus });
      return { element: board.element, place: show };
    },
    /** @param {import("./state.js").State} state */
    show(state) {
      movable = state.free.includes(axis.name);
      points = pointsOf(axis, String(state.setting[axis.name]));
      heights = shown(state).cell.arrays[axis.height];
      chosen = Math.min(chosen, points.length - 1);
      control.element.hidden = !movable;
      control.show(points, chosen);
      for (const board of boards) board.show();
    },
  };
}

/** @param {Points} axis @param {{ added: () => void, removed: () => void }} told */
function controlOf({ label, most, classes }, { added, removed }) {
  const count = make("span", { class: "value" });
  const taking = button("Remove", removed);
  const tap = classes ? "; a tap changes the class" : "";
  return {
    element: make(
      "fieldset",
      { class: "control points" },
      make("legend", {}, label),
      make("p", { class: "hint" }, `Drag them in the picture${tap}. `, count),
      make("div", { class: "buttons" }, button("Add a point", added), taking),
    ),
    /** @param {Point[]} points @param {number} chosen */
    show(points, chosen) {
      reword(count, `${points.length} of at most ${most}`);
      reword(taking, `Remove point ${chosen + 1}`);
    },
  };
}

/** @typedef {{ element: HTMLElement, focus: (i: number) => void,
 *              show: (points: Point[], heights: Float32Array | undefined, chosen: number) => void }} Board */
/** @typedef {{ chosen: (i: number) => void, moved: (i: number, to: number[], done: boolean) => void,
 *              settled: () => void, relabelled: (i: number, label: number) => void,
 *              removed: (i: number) => void }} Hand */

/** The handles over one panel.
 * @param {Points} axis @param {Record<string, import("./types.js").Role>} roles @param {Plot} plot
 * @param {boolean} first @param {(board: Board) => Hand} handOn @returns {Board} */
function boardOf(axis, roles, plot, first, handOn) {
  /** @type {Point[]} */
  let points = [];
  /** @type {Record<string, string>} */
  const naming = first ? { role: "group", "aria-label": axis.label } : { "aria-hidden": "true" };
  const element = make("div", { class: "handles", ...naming });
  const handles = () => /** @type {HTMLElement[]} */ ([...element.children]);
  /** @type {Board} */
  const board = {
    element,
    focus: (i) => handles()[i]?.focus(),
    show(given, heights, chosen) {
      points = plot._fullLayout ? given : [];
      while (element.children.length > points.length) element.lastElementChild?.remove();
      while (element.children.length < points.length) element.append(handle());
      for (const [i, each] of handles().entries()) {
        const { x, y } = place(points[i], heights?.[i]);
        const role = roles[axis.classes ? `class_${points[i].label}` : "data"];
        dress(each, `left: ${x}px; top: ${y}px; --light: ${role.light}; --dark: ${role.dark}`);
        each.toggleAttribute("data-chosen", i === chosen);
        if (first) each.setAttribute("aria-label", `${pointName(axis, points, i)}. ${keysOf(axis)}`);
      }
    },
  };
  const hand = handOn(board);

  /** In pixels of the plot. @param {Point} point @param {number} [height] */
  function place({ at }, height = Number.NaN) {
    const { xaxis, yaxis } = /** @type {Required<Plot>} */ (plot)._fullLayout;
    const up = yaxis.d2p(at[1] ?? height);
    const within = Number.isFinite(up) ? Math.min(Math.max(up, 0), yaxis._length) : yaxis._length / 2;
    return { x: xaxis._offset + xaxis.d2p(at[0]), y: yaxis._offset + within };
  }

  function handle() {
    const each = first
      ? make("button", { type: "button", class: "handle", ...KEYS_ARE_MINE })
      : make("span", { class: "handle" });
    const index = () => handles().indexOf(each);
    /** @type {{ x: number, y: number } | null} */
    let aim = null;
    let frame = 0;
    const follow = () => {
      frame = 0;
      if (!aim || !plot._fullLayout) return;
      const { xaxis, yaxis } = plot._fullLayout;
      const to = [xaxis.p2d(aim.x - xaxis._offset), yaxis.p2d(aim.y - yaxis._offset)];
      aim = null;
      hand.moved(index(), to.slice(0, axis.box.length), false);
    };
    draggable(each, ({ clientX, clientY }) => ({ x: clientX, y: clientY }), TREMBLE, {
      from: () => ({ x: Number.parseFloat(each.style.left), y: Number.parseFloat(each.style.top) }),
      moved(to) {
        aim = to;
        frame ||= requestAnimationFrame(follow); // one wish a picture of the screen
      },
      dropped() {
        cancelAnimationFrame(frame);
        follow();
        hand.settled();
      },
      tapped: () => hand.relabelled(index(), points[index()].label + 1),
    });
    for (const event of ["pointerdown", "focus"]) each.addEventListener(event, () => hand.chosen(index()));
    each.addEventListener("keydown", (event) => {
      const i = index();
      const to = shifted(axis, points[i], event);
      if (to) hand.moved(i, to, true);
      else if (/^[0-9]$/.test(event.key) && Number(event.key) < axis.classes)
        hand.relabelled(i, Number(event.key));
      else if (event.key === "Delete" || event.key === "Backspace") hand.removed(i);
      else return;
      event.preventDefault();
    });
    return each;
  }

  return board;
}

/** @param {Points} axis */
function keysOf({ classes }) {
  return `Arrows move, ${classes ? "digits and Enter relabel, " : ""}Delete removes.`;
}

/** Where an arrow key leads, or nothing. @param {Points} axis @param {Point} point @param {KeyboardEvent} event */
function shifted({ box }, { at }, { key, shiftKey }) {
  const way = ARROWS[key];
  if (!way || (at.length === 1 && way[0] === 0)) return null;
  return at.map((x, i) => x + way[i] * fineness(box[i]) * (shiftKey ? 1 : COARSE));
}
