// An explorer at work: one state, which events change, and everything else follows.
import { button, copyText } from "../shared/buttons.js";
import { defaults } from "../shared/values.js";
import { kernelAsker } from "./asker.js";
import { placeOf } from "./places.js";
import { player } from "./play.js";
import { asPython } from "./python.js";
import { begin, next } from "./state.js";
import { explorerView } from "./view.js";

/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("./state.js").Happening} Happening */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Grid} Grid */
/** @typedef {import("./types.js").Model} Model */

/** @param {Model} model @param {Grid} grid */
export function liveExplorer(model, grid) {
  const spec = model.get("spec");
  const place = placeOf(model, spec, adopt);
  const found = place.read();
  let state = begin(spec.axes, grid, found.setting, found.complaints.join(" "), model.get("computes"));
  const asker = (model.get("asker") ?? kernelAsker)(model, reports(happen));
  const say = (/** @type {string} */ note) => happen({ kind: "said", note });
  /** @type {import("../shared/controls.js").Listener} */
  const listener = {
    moved(name, value) {
      happen({ kind: "moved", name, value });
      place.follow(state.setting);
    },
    settled: () => place.settle(state.setting),
    refused: say,
  };
  const { link } = place;
  const play = player(spec, {
    state: () => state,
    passed: (share) => happen({ kind: "played", share }),
    moved: listener,
  });
  const buttons = [
    ...play.buttons,
    button("Reset", () => adopt(defaults(spec.axes), [])),
    ...(link ? [button("Copy link", () => copyText(link(state.setting), "link", say))] : []),
    ...(spec.describe
      ? [button("Copy as Python", () => copyText(asPython(spec, state.setting), "program", say))]
      : []),
  ];
  const view = explorerView(spec, model.get("stills"), {
    id: `ntk-${Math.random().toString(36).slice(2)}`, // in a notebook each explorer is a module of its own, and counts alone
    listener,
    buttons: spec.axes.length ? buttons : [],
  });

  for (const input of ["pointerdown", "keydown", "input"])
    view.element.addEventListener(input, ({ target }) => {
      if (target !== play.buttons[0]) play.stop();
    });

  /** @param {Setting} setting @param {string[]} complaints */
  function adopt(setting, complaints) {
    happen({ kind: "set", setting, note: complaints.join(" ") });
    place.settle(state.setting);
  }

  /** @param {Happening} event */
  function happen(event) {
    const before = state;
    state = next(before, event);
    show(before);
  }

  /** @param {State} [before] */
  function show(before) {
    view.show(state, before);
    if (state.wish === before?.wish) return;
    if (state.wish) asker.ask(state.wish);
    else asker.forget();
  }

  return {
    element: view.element,
    happen,
    show: () => show(),
    draw: () => view.draw(state, false),
    fit: () => view.fit(state),
    stop() {
      play.stop();
      place.stop();
      asker.stop();
      view.clear(state);
    },
  };
}

/** What the asker has to tell, as events; it tells nothing of a setting that the reader has left.
 * @param {(event: Happening) => void} happen @returns {import("./types.js").Report} */
function reports(happen) {
  const answered = (/** @type {import("./state.js").Answer} */ answer) =>
    happen({ kind: "answered", answer });
  return {
    started: () => answered({ phase: "computing" }),
    part: (setting, arrays) =>
      happen({ kind: "computed", shown: { setting, cell: { arrays, sentence: "" }, part: true } }),
    done: (setting, cell) => happen({ kind: "computed", shown: { setting, cell } }),
    failed: (_, message) => answered({ phase: "failed", message }),
    refused: (_, message) => answered({ phase: "refused", message }),
    silent: () => answered({ phase: "silent" }),
  };
}
