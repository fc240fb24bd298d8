// Native, labelled inputs: a slider for each axis, radio buttons for each choice.
import { make, reword } from "./format.js";
import { positionOf, readValue, showValue, valueAt } from "./values.js";

/** @typedef {import("./values.js").Axis} Axis */
/** @typedef {import("./values.js").Choice} Choice */
/** @typedef {import("./values.js").Value} Value */
/** @typedef {{ element: HTMLElement, show: (value: Value, afresh?: boolean) => void, allowAnyValue: () => void }} Control */
/** @typedef {{ moved: (name: string, value: Value) => void, settled: () => void,
 *              refused: (complaint: string) => void }} Listener */

const FINE = 10; // slider steps between neighbours of the grid, where a kernel computes
// JupyterLab's command mode would otherwise take the arrow keys.
const KEYS_ARE_MINE = { "data-lm-suppress-shortcuts": "true" };

/** @param {Axis | Choice} axis @param {string} id @param {Listener} listener @returns {Control} */
export function controlFor(axis, id, listener) {
  return axis.kind === "choice" ? radioControl(axis, id, listener) : sliderControl(axis, id, listener);
}

/** @param {Axis} axis @param {string} id @param {Listener} listener @returns {Control} */
function sliderControl(axis, id, listener) {
  const steps = axis.values.length - 1;
  let fine = 1;
  const range = make("input", { type: "range", id, min: "0", max: `${steps}`, step: "1", ...KEYS_ARE_MINE });
  const shown = make("span", { class: "value", "aria-hidden": "true" });
  const [least, greatest] = [showValue(axis, axis.values[0]), showValue(axis, axis.values[steps])];
  const head = make("div", { class: "head" }, make("label", { for: id }, axis.label), shown);
  const ends = make(
    "div",
    { class: "ends", "aria-hidden": "true" },
    make("span", {}, least),
    make("span", {}, greatest),
  );
  /** @type {HTMLInputElement | undefined} */
  let typed;
  /** @type {Value | undefined} */
  let current;
  let applied = "";

  /** A text that means this value stays as the reader wrote it.
   * @param {HTMLInputElement} field @param {Value} value */
  function writeDown(field, value) {
    if (field.value === "" || Number(field.value) !== value) field.value = String(value);
    field.setAttribute("aria-invalid", "false");
    applied = field.value;
  }

  /** @param {Value} value @param {boolean} [afresh] whatever the reader has typed */
  function show(value, afresh = false) {
    range.value = String(positionOf(axis, Number(value), fine));
    range.setAttribute("aria-valuetext", `${axis.label} = ${showValue(axis, value)}`);
    range.style.setProperty("--filled", String(Number(range.value) / Number(range.max)));
    reword(shown, showValue(axis, value));
    if (typed && (afresh || value !== current)) writeDown(typed, value);
    current = value;
  }

  range.addEventListener("input", () => {
    const at = Number(range.value);
    const from = Number(current);
    const value = valueAt(axis, at, fine);
    // Between whole numbers that are few a step of the slider rounds to where it was: it leads to the next one.
    const stuck = axis.integer && value === from;
    listener.moved(axis.name, stuck ? from + Math.sign(at - positionOf(axis, from, fine)) : value);
  });
  range.addEventListener("change", listener.settled);

  function allowAnyValue() {
    if (typed) return;
    fine = FINE;
    range.max = String(steps * fine);
    const name = `${axis.label}, any value from ${least} to ${greatest}`;
    typed = make("input", { type: "number", step: "any", "aria-label": name, ...KEYS_ARE_MINE });
    const apply = () => {
      applied = typed?.value ?? "";
      const read = readValue(axis, applied, true);
      typed?.setAttribute("aria-invalid", String("complaint" in read));
      if ("complaint" in read) return listener.refused(read.complaint);
      listener.moved(axis.name, read.value);
      listener.settled();
    };
    // JupyterLab swallows the change that Enter makes; it comes on leaving the field, when it may be old news.
    typed?.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter") apply();
    });
    typed?.addEventListener("change", () => {
      if (typed?.value !== applied) apply();
    });
    shown.replaceWith(
      make("span", { class: "value" }, /** @type {Node} */ (typed), axis.unit ? ` ${axis.unit}` : ""),
    );
  }

  return { element: make("div", { class: "control" }, head, range, ends), show, allowAnyValue };
}

/** @param {Choice} choice @param {string} id @param {Listener} listener @returns {Control} */
export function radioControl(choice, id, listener) {
  const buttons = choice.values.map((value) =>
    make("input", { type: "radio", name: id, value, ...KEYS_ARE_MINE }),
  );
  for (const button of buttons) {
    button.addEventListener("change", () => {
      listener.moved(choice.name, button.value);
      listener.settled();
    });
  }
  const labels = buttons.map((button, index) =>
    make("label", {}, button, make("span", {}, choice.labels[index])),
  );
  return {
    element: make(
      "fieldset",
      { class: "control" },
      make("legend", {}, choice.label),
      make("div", { class: "options" }, ...labels),
    ),
    show(value) {
      for (const button of buttons) button.checked = button.value === value;
    },
    allowAnyValue() {},
  };
}
