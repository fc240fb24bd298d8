// Play: time passes in the picture. Where time runs along an axis of a panel, the curves draw themselves; where it is
// one of the reader's axes, its slider moves. Any input stops it, and readers who prefer less motion have none.
import { button } from "../shared/buttons.js";
import { positionOf, valueAt } from "../shared/values.js";
import { isField } from "./fields.js";

/** @typedef {import("../shared/values.js").Axis} Axis */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").Spec} Spec */

const LASTS = 6_000; // ms from the first moment to the last
const STEPS = 48; // that a slider takes in the time
const CLOCKS = ["t", "log_horizon"]; // axes of the reader's
const TIMES = ["log_t"]; // arrays that lines are drawn against

/** Which axis of the reader's, or which array, is the time, if any.
 * @param {Spec} spec @returns {{ axis: Axis } | { array: string } | null} */
export function clockOf({ axes, panels }) {
  const axis = axes.find(({ name }) => CLOCKS.includes(name));
  if (axis?.kind === "axis") return { axis };
  const against = panels.flatMap(({ figure }) => figure.data.map(({ x }) => x));
  const array = TIMES.find((name) => against.includes(name));
  return axes.length && array ? { array } : null;
}

/** The arrays as they are at a share of the time: what is drawn against it is cut off there. What does not change in
 * time, such as a bound, is there from the beginning.
 * @param {Spec} spec @param {Arrays} arrays @param {number} share from 0 to 1 @returns {Arrays} */
export function until(spec, arrays, share) {
  const clock = clockOf(spec);
  if (!clock || !("array" in clock)) return arrays;
  const last = Math.round(share * (arrays[clock.array].length - 1));
  const lines = spec.panels.flatMap(({ figure }) => figure.data.filter((trace) => !isField(trace)));
  const drawn = new Set(lines.filter(({ x }) => x === clock.array).map(({ y }) => y));
  const cut = (/** @type {Float32Array} */ array) =>
    array.every((value) => value === array[0])
      ? array
      : array.map((value, index) => (index <= last ? value : Number.NaN));
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, drawn.has(name) ? cut(array) : array]),
  );
}

/** The button, if there is anything to play; `stop` ends it.
 * @param {Spec} spec
 * @param {{ state: () => State, passed: (share: number | null) => void,
 *           moved: import("../shared/controls.js").Listener }} explorer passed: the share of the time that is shown */
export function player(spec, { state, passed, moved }) {
  const clock = clockOf(spec);
  if (!clock || matchMedia("(prefers-reduced-motion: reduce)").matches) return { buttons: [], stop() {} };
  const control = button("Play", () => (running ? stop() : start()));
  let running = false;
  let began = 0;
  let frame = 0;

  function start() {
    running = true;
    control.textContent = "Stop";
    began = performance.now();
    if (clock && "axis" in clock) moved.moved(clock.axis.name, clock.axis.values[0]);
    frame = requestAnimationFrame(go);
  }

  function go() {
    if (!running || !clock) return;
    const share = (performance.now() - began) / LASTS;
    if (share >= 1) return stop();
    if ("array" in clock) passed(share);
    else if (!state().wish || state().latest.setting === state().wish) slide(clock.axis, share);
    frame = requestAnimationFrame(go);
  }

  /** @param {Axis} axis @param {number} share */
  function slide(axis, share) {
    const free = state().free.includes(axis.name);
    const fine = free ? STEPS : 1; // between two values of the grid; alone these where no others can be had
    const whole = (axis.values.length - 1) * fine;
    const value = valueAt(axis, Math.round((Math.floor(share * STEPS) / STEPS) * whole), fine);
    if (positionOf(axis, Number(state().setting[axis.name]), fine) !== positionOf(axis, value, fine))
      moved.moved(axis.name, value);
  }

  function stop() {
    if (!running) return;
    running = false;
    cancelAnimationFrame(frame);
    control.textContent = "Play";
    if (clock && "axis" in clock) moved.settled();
    else passed(null);
  }

  return { buttons: [control], stop };
}
