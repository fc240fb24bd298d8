// What the worker is told when the page's state changes.
import { orderOf } from "./settings.js";

/** @typedef {import("./state.js").State} State */

/** @param {State} before @param {State} after @returns {import("./engine.js").Request[]} */
export function wishes(before, after) {
  const { version, setting, points } = after;
  const anew = version !== before.version;
  const [was, is] = [plays(before), plays(after)];
  return [
    ...(anew ? [/** @type {const} */ ({ kind: "configure", version, order: orderOf(setting, points) })] : []),
    // A worker whose network has diverged has stopped by itself; something new is to be gone on with.
    ...(is !== was || (is && anew)
      ? [{ kind: is ? /** @type {const} */ ("play") : /** @type {const} */ ("pause") }]
      : []),
    ...(after.steps !== before.steps ? [{ kind: /** @type {const} */ ("step") }] : []),
  ];
}

/** @param {State} state */
function plays({ wanted, hidden }) {
  return wanted && !hidden;
}
