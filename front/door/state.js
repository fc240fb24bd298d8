// What the front door knows, and how an event changes it: next(state, event) → state.
import { stepAt } from "./film.js";

/** lam: λ of the right network. share: of the film that has passed. wanted: whether it is to go on. seen: whether the
 * reader can see it. at: when it was last looked at, while it runs.
 * @typedef {Readonly<{ lam: number, share: number, wanted: boolean, seen: boolean, at: number | null }>} State */
/** @typedef {{ kind: "held", lam: number } | { kind: "pressed" } | { kind: "seen", seen: boolean }
 *   | { kind: "passed", at: number }} Event */

export const STRENGTHS = [0, 0.01, 0.03, 0.1, 0.3, 1, 3];
export const HELD = 0.3;
const LASTS = 9000; // milliseconds
const LONGEST = 100; // that may pass at once, on a page that was busy

/** The end at once, for readers who prefer less motion. @param {boolean} calm @returns {State} */
export function start(calm) {
  return { lam: HELD, share: calm ? 1 : 0, wanted: !calm, seen: false, at: null };
}

/** @param {State} state */
export function runs({ wanted, seen }) {
  return wanted && seen;
}

/** What the worker is asked for. @param {State} state */
export function wishOf({ share, lam }) {
  return { step: stepAt(share), lam };
}

/** @param {State} state @param {Event} event @returns {State} */
export function next(state, event) {
  switch (event.kind) {
    case "held":
      return { ...state, lam: event.lam };
    case "pressed": {
      const again = !state.wanted && state.share >= 1;
      return { ...state, wanted: !state.wanted, share: again ? 0 : state.share, at: null };
    }
    case "seen":
      return { ...state, seen: event.seen, at: null };
    case "passed": {
      if (!runs(state)) return state;
      const share = state.share + Math.min(event.at - (state.at ?? event.at), LONGEST) / LASTS;
      return share < 1 ? { ...state, share, at: event.at } : { ...state, share: 1, wanted: false, at: null };
    }
  }
}
