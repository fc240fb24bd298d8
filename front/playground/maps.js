// Both models' maps side by side: the network's, with the board on it, and the linearized one's, with copies of the points.
import { make } from "../shared/format.js";
import { board, put } from "./board.js";
import { mapCanvas, paintMap } from "./paint.js";
import { CLASS_NAMES } from "./settings.js";
import { changed } from "./state.js";

/** @typedef {import("./state.js").State} State */

/** @param {import("./board.js").App} app */
export function maps(app) {
  const plane = board(app);
  const mirror = mapCanvas({ role: "img", "aria-label": "Classes of the linearized model on the plane" });
  const marks = make("div", { class: "dots", "aria-hidden": "true" });
  return {
    element: make(
      "div",
      { class: "maps" },
      panel("Network", plane.element),
      panel("Linearized", make("div", { class: "board still" }, mirror, marks)),
    ),
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      plane.show(state, before);
      if (changed(state, before, "points")) marks.replaceChildren(...state.points.map(mark));
      if (changed(state, before, "picture", "look")) paint(plane.canvas, mirror, state);
    },
  };
}

/** @param {string} title @param {HTMLElement} content */
function panel(title, content) {
  const heading = make("p", { class: `panel-title ${title.toLowerCase()}` }, title);
  return make("div", { class: "panel" }, heading, content);
}

/** @param {import("./settings.js").Point} point */
function mark(point) {
  const element = make("span", { class: "dot", "data-label": String(point.label) }, CLASS_NAMES[point.label]);
  put(element, point);
  return element;
}

/** @param {HTMLCanvasElement} plane @param {HTMLCanvasElement} mirror @param {State} state */
function paint(plane, mirror, { picture, look, setting }) {
  if (!picture || !look) return;
  const colours = look.classes.slice(0, Number(setting.classes));
  // A picture with other classes is about to be replaced.
  if (picture.network.length !== picture.side ** 2 * colours.length) return;
  paintMap(plane, picture.network, picture.side, colours, look.paper);
  if (picture.linear) paintMap(mirror, picture.linear, picture.side, colours, look.paper);
}
