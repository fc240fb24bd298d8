// How the run gets on, in a line of numbers and in sentences.
import { make, showNumber } from "../shared/format.js";
import { rewrite } from "./look.js";
import { changed } from "./state.js";
import { effort } from "./words.js";

/** @typedef {import("./state.js").State} State */

/** The step and its time, and how much there is to compute. */
export function counter() {
  const count = make("span", { class: "count" }, "Step 0");
  const toil = make("span", { class: "toil" });
  return {
    elements: [count, toil],
    /** @param {State} state @param {State | null} before */
    show({ frame }, before) {
      if (!frame?.run || frame === before?.frame) return;
      const { steps, time } = frame.run;
      rewrite(count, `Step ${steps.toLocaleString("en")}, t = ${showNumber(time, 3)}`);
      rewrite(toil, effort(frame.run, frame.stepTime));
    },
  };
}

/** On the run; on what the reader did, or wants to be told; on what is being done, which must not take its place. */
export function speech() {
  const sentence = make("span", { class: "sentence" });
  const note = make("span", { class: "note" });
  const doing = make("span", { class: "doing" });
  return {
    element: make("output", { class: "status", "aria-live": "polite" }, sentence, note, doing),
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      if (changed(state, before, "words")) sentence.textContent = state.words;
      if (changed(state, before, "note")) note.textContent = state.note.words;
      if (state.frame) rewrite(doing, state.frame.busy && `${state.frame.busy} …`);
    },
  };
}
