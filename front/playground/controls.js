// What a reader sets and presses, beside the points.
import { withSetting } from "../shared/address.js";
import { button, copyText } from "../shared/buttons.js";
import { controlFor, radioControl } from "../shared/controls.js";
import { make } from "../shared/format.js";
import { asPython } from "./python.js";
import { AXES, addressed, CLASS_NAMES, choice, NAME, PLACES } from "./settings.js";
import { changed, stepsOf } from "./state.js";

/** @typedef {import("./board.js").App} App */
/** @typedef {import("./state.js").State} State */

/** A control for each setting. @param {App} app */
export function settingControls({ send }) {
  /** @type {import("../shared/controls.js").Listener} */
  const listener = {
    moved: (name, value) => send({ kind: "set", name, value }),
    settled: () => send({ kind: "settled" }),
    refused: (words) => send({ kind: "said", words }),
  };
  const controls = AXES.map((axis) => controlFor(axis, `${NAME}-${axis.name}`, listener));
  return {
    element: make("div", { class: "controls" }, ...controls.map(({ element }) => element)),
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      if (!changed(state, before, "setting")) return;
      for (const [i, control] of controls.entries()) control.show(state.setting[AXES[i].name]);
    },
  };
}

/** The class that new points get. @param {App} app */
export function brushControl({ send }) {
  const axis = choice("brush", "New points are of class", Object.fromEntries(CLASS_NAMES.entries()), "0");
  const control = radioControl(axis, `${NAME}-brush`, {
    moved: (_, value) => send({ kind: "brush", label: Number(value) }),
    settled() {},
    refused() {},
  });
  return {
    element: control.element,
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      if (!changed(state, before, "brush", "setting")) return;
      control.show(String(state.brush));
      for (const [k, radio] of control.element.querySelectorAll("input").entries())
        radio.disabled = k >= Number(state.setting.classes);
    },
  };
}

/** @param {App} app */
export function runButtons({ state, send }) {
  const play = button("Play", () => send({ kind: "run", on: !state().wanted }));
  play.classList.add("play");
  const step = button("Step", () => send({ kind: "step" }));
  const reset = button("Reset", () => send({ kind: "reset" }));
  return {
    element: make("div", { class: "buttons" }, play, step, reset),
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      if (changed(state, before, "wanted")) play.textContent = state.wanted ? "Pause" : "Play";
    },
  };
}

/** @param {App} app */
export function linkButtons({ state, send }) {
  const say = (/** @type {string} */ words) => send({ kind: "said", words });
  const address = () => withSetting(location.href, NAME, PLACES, addressed(state()));
  return make(
    "div",
    { class: "buttons" },
    button("Usual points and settings", () => send({ kind: "restored" })),
    button("Copy link", () => copyText(address(), "link", say)),
    button("Copy as Python", () => copyText(asPython(state(), stepsOf(state())), "program", say)),
  );
}
