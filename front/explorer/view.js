// An explorer's section on the page, and how it shows a state.
import { controlFor, radioControl } from "../shared/controls.js";
import { make, plainText, reword, richText } from "../shared/format.js";
import { handlesOf } from "./handles.js";
import { panelsView } from "./panels.js";
import { shown } from "./state.js";
import { dataTables } from "./table.js";
import { words } from "./words.js";

/** @typedef {import("../shared/controls.js").Listener} Listener */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Spec} Spec */

/** @param {Spec} spec @param {string[]} stills
 * @param {{ id: string, listener: Listener, buttons: HTMLElement[] }} parts */
export function explorerView(spec, stills, { id, listener, buttons }) {
  const points = spec.axes.find((axis) => axis.kind === "points");
  const handles = points ? handlesOf(points, spec.roles, listener) : null;
  const controls = controlsView(spec, id, listener, handles);
  const panels = panelsView(spec, stills, handles);
  const status = statusView();
  const tables = dataTables(spec.panels);
  const chooser = switchOf(spec, id, panels.choose);
  const scene = make("div", { class: "scene" }, ...chooser, panels.element, status.element);
  keepClear(controls.element, scene);
  const element = make(
    "section",
    { class: "ntk-live", "aria-labelledby": id },
    make("p", { class: "title", id }, richText(spec.title)),
    make("p", { class: "look-for" }, richText(spec.look_for)),
    // On a narrow screen the scene stays in view while a slider above it moves.
    make("div", { class: "bench" }, controls.element, scene),
    make("div", { class: "foot" }, tables.element, make("div", { class: "buttons" }, ...buttons)),
  );
  return {
    ...panels,
    element,
    /** @param {State} state @param {State} [before] */
    show(state, before) {
      const { cell } = shown(state);
      const changed = cell !== (before && shown(before).cell);
      controls.show(state, before);
      handles?.show(state);
      status.show(state, changed);
      panels.mark(state);
      if (changed) tables.show(cell.arrays);
      const played = state.played !== (before?.played ?? null);
      if (changed || played || state.plotly !== before?.plotly) panels.draw(state, true);
    },
  };
}

/** @param {Spec} spec @param {string} id @param {Listener} listener
 * @param {import("./handles.js").Handles | null} handles */
function controlsView({ axes }, id, listener, handles) {
  const sliders = axes.filter((axis) => axis.kind !== "points");
  const controls = sliders.map((axis) => controlFor(axis, `${id}-${axis.name}`, listener));
  return {
    element: make(
      "div",
      { class: "controls" },
      ...controls.map(({ element }) => element),
      ...(handles ? [handles.element] : []),
    ),
    /** @param {State} state @param {State} [before] */
    show({ setting, afresh, free }, before) {
      if (setting === before?.setting && !afresh) return;
      for (const [index, control] of controls.entries()) {
        if (free.includes(sliders[index].name)) control.allowAnyValue();
        control.show(setting[sliders[index].name], afresh);
      }
    },
  };
}

/** What has the focus does not stay below the scene. @param {HTMLElement} controls @param {HTMLElement} scene */
function keepClear(controls, scene) {
  controls.addEventListener("focusin", ({ target: one }) =>
    requestAnimationFrame(() => {
      if (!(one instanceof HTMLElement) || !one.matches(":focus-visible")) return;
      if (one.getBoundingClientRect().bottom <= scene.getBoundingClientRect().top) return;
      one.style.scrollMarginBottom = `${scene.offsetHeight + 8}px`;
      one.scrollIntoView({ block: "nearest", behavior: "instant" });
    }),
  );
}

/** Where panels do not fit side by side, one is shown, and this says which.
 * @param {Spec} spec @param {string} id @param {(index: number) => void} choose */
function switchOf({ panels }, id, choose) {
  if (panels.length < 2) return [];
  const titles = panels.map(({ title }) => plainText(title));
  /** @type {import("../shared/values.js").Choice} */
  const axis = {
    ...{ kind: "choice", name: "panel", label: "The panel that is shown", default: "0" },
    values: titles.map((_, index) => String(index)),
    labels: titles.map((_, index) => String(index + 1)), // for many titles there is no room
  };
  const control = radioControl(axis, `${id}-panel`, {
    moved: (_, index) => choose(Number(index)),
    settled() {},
    refused() {},
  });
  for (const [index, radio] of control.element.querySelectorAll("input").entries())
    radio.setAttribute("aria-label", `${index + 1}: ${titles[index]}`);
  control.element.classList.add("switch");
  control.show("0");
  choose(0);
  return [control.element];
}

/** Its words change as sliders move, and what stands below must not jump: it stays as high as it has been at its width.
 * @param {HTMLElement} element */
function keepHeight(element) {
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    element.style.minHeight = contentRect.width === width ? `${contentRect.height}px` : "";
    width = contentRect.width;
  }).observe(element);
}

const PATIENCE = 200; // ms without a word of what is computed: most is there by then

function statusView() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let [said, noted] = ["", ""];
  const sentence = make("span", { class: "sentence" });
  const note = make("span", { class: "note" });
  const say = () => {
    clearTimeout(waiting);
    waiting = undefined;
    reword(note, said);
  };
  const element = make("output", { class: "status", "aria-live": "polite" }, sentence, note);
  keepHeight(element);
  return {
    element,
    /** @param {State} state @param {boolean} changed whether another cell is shown */
    show(state, changed) {
      if (changed) reword(sentence, richText(shown(state).cell.sentence));
      said = words(state);
      if (!said || !state.wish || state.answer.phase !== "computing") say();
      else waiting ??= setTimeout(say, PATIENCE);
      if (waiting && state.note !== noted) reword(note, state.note);
      noted = state.note;
    },
  };
}
