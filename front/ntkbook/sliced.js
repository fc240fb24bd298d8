// Long computations are generators that pause every few milliseconds, so that whoever runs them can stop or go on.

/** What a computation yields: nothing, or how what it has so far would be drawn.
 * @typedef {void | (() => import("./types.js").Arrays)} Pause */
/** @template T @typedef {Generator<Pause, T, void>} Sliced */

/** To the end at once. @template T @param {Sliced<T> | Generator<unknown, T, void>} job @returns {T} */
export function finish(job) {
  let found = job.next();
  while (!found.done) found = job.next();
  return found.value;
}

/** The job, whose unfinished results are drawn by `draw` at every pause.
 * @template P, T @param {Generator<P, T, void>} job @param {(part: P) => import("./types.js").Arrays} draw
 * @returns {Sliced<T>} */
export function* drawnBy(job, draw) {
  for (;;) {
    const { done, value } = job.next();
    if (done) return value;
    yield () => draw(value);
  }
}

/** The job, whose pauses draw nothing. @template T @param {Generator<unknown, T, void>} job @returns {Sliced<T>} */
export function* unseen(job) {
  for (;;) {
    const { done, value } = job.next();
    if (done) return /** @type {T} */ (value);
    yield;
  }
}
