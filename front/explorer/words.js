// What is said below the picture: how far it is behind the setting, and why.
import { showSetting } from "../shared/values.js";
import { shown } from "./state.js";

/** @typedef {import("./state.js").State} State */

/** @param {State} state */
export function words(state) {
  const lost = state.trouble && `The live picture could not be loaded (${state.trouble}).`;
  return [state.note, lost, lag(state)].filter(Boolean).join(" ");
}

/** What the picture still shows, in the axes where the setting is ahead of it; empty where it is not.
 * @param {State} state */
export function behind(state) {
  return showSetting(apart(state), shown(state).setting);
}

/** The same as the picture says it: not of points that are under the reader's hand, which everybody sees.
 * @param {State} state */
export function seenBehind(state) {
  const { setting } = shown(state);
  const seen = apart(state).filter(
    ({ kind, name, default: given }) =>
      kind !== "points" || setting[name] === given || state.setting[name] === given,
  );
  return state.answer.phase === "computing" ? showSetting(seen, setting) : behind(state);
}

/** @param {State} state */
function lag(state) {
  if (shown(state).part) return "Computing …; the picture grows as the numbers come.";
  const still = behind(state);
  if (!still) return "";
  const picture = `the picture still shows ${still}`;
  const wished = showSetting(apart(state), state.setting);
  if (state.wish && state.answer.phase === "computing") return `Computing ${wished} …; ${picture}.`;
  const then = sentence(picture);
  if (state.wish && state.answer.phase === "failed")
    return `${wished} could not be computed: ${clause(state.answer.message)}. ${then}.`;
  if (state.wish && state.answer.phase === "refused")
    return `${wished} was not computed here: ${clause(state.answer.message)}. The picture shows the nearest that was prepared, ${still}.`;
  if (state.wish && state.answer.phase === "silent")
    return `No answer for ${wished}: the kernel is busy or has stopped (then run the cell again). ${then}.`;
  return state.trouble ? `${then}.` : `${then}, and follows as soon as its drawing library is loaded.`;
}

/** @param {State} state */
function apart(state) {
  const drawn = shown(state).setting;
  return state.axes.filter(({ name }) => state.setting[name] !== drawn[name]);
}

/** Without the full stop that it may end with. @param {string} message */
function clause(message) {
  return message.replace(/\.$/, "");
}

/** @param {string} words */
function sentence(words) {
  return words[0].toUpperCase() + words.slice(1);
}
