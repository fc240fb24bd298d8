// What the page knows, and how an event changes it: next(state, event) → state. Views (board.js, maps.js, curves.js,
// status.js, controls.js) show the state; what the worker is told of it is in wishes.js.
import { levelsOf } from "./levels.js";
import { add, inside, move, placeName, pointName, relabel, remove, sharingOf } from "./points.js";
import { addressed, orderOf, PLACES, readState, usualState } from "./settings.js";
import { sentence } from "./words.js";

/** @typedef {import("./settings.js").Point} Point */
/** @typedef {import("./points.js").Place} Place */
/** @typedef {import("./training.js").Moment} Moment */
/** @typedef {import("./report.js").Frame} Frame */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("../shared/values.js").Value} Value */

/** setting, points: what is trained, on what; both are in the address. hand: whether the reader's is still "on" what it
 * changes, "off" it, or has gone "back" in the browser's history. brush: the class that new points get. cursor: of the
 * keyboard.
 * version: of what the worker is to train, from the start. wanted: whether it is to go on. hidden: whether the page is.
 * steps: how many it is to make one by one.
 * frame: the worker's latest. moments: of this run. picture: the latest of both models.
 * words: on the run, and moments, what the table has, both as of spokenAt. drawn: what the curves show, as of drawnAt.
 * note: on what the reader did, an object of its own each time, since the same words may have to be said again.
 * look: the page's colours, once they are known.
 * @typedef {Readonly<{ setting: Setting, points: Point[], hand: "on" | "off" | "back", brush: number, cursor: Place,
 *   version: number, wanted: boolean, hidden: boolean, steps: number,
 *   frame: Frame | null, moments: Moment[], picture: Frame["picture"],
 *   words: string, table: Told, spokenAt: number, drawn: Told & { levels: number[] }, drawnAt: number,
 *   note: { words: string }, look: Look | null }>} State */
/** rate: η, for the time of a step. @typedef {{ moments: Moment[], rate: number }} Told */

/** What each kind of event says.
 * @typedef {{ set: { name: string, value: Value }, settled: {}, restored: {}, returned: { search: string },
 *   brush: { label: number }, cursor: Place, added: { place: Place, label: number, done: boolean },
 *   placed: { i: number, place: Place, done: boolean }, dropped: { i: number }, relabelled: { i: number, label: number },
 *   removed: { i: number }, run: { on: boolean }, step: {}, reset: {}, hidden: { hidden: boolean },
 *   frame: { frame: Frame, at: number }, said: { words: string }, look: { look: Look } }} Contents */
/** @template {keyof Contents} [K=keyof Contents] @typedef {{ [P in K]: { kind: P } & Contents[P] }[K]} Event */

const SPOKEN = 5000; // milliseconds between two sentences while training goes on
const CURVES_EVERY = 100; // milliseconds between two drawings of the curves, which change slowly
const NEVER = Number.NEGATIVE_INFINITY;

/** @param {string} search of the address @param {boolean} hidden @returns {State} */
export function start(search, hidden) {
  const { setting, points, complaints } = readState(search);
  return {
    ...{ setting, points, hand: "off", brush: 0, cursor: { x: 0, y: 0 } },
    ...{ version: 1, wanted: false, hidden, steps: 0, frame: null, moments: [], picture: null },
    ...{ words: "", table: { moments: [], rate: 0 }, spokenAt: NEVER },
    ...{ drawn: { moments: [], rate: 0, levels: [] }, drawnAt: NEVER },
    ...{ note: { words: complaints.join(" ") }, look: null },
  };
}

/** @type {{ [K in keyof Contents]: (state: State, event: Contents[K]) => Partial<State> }} */
const CHANGES = {
  set(state, { name, value }) {
    const setting = { ...state.setting, [name]: value };
    const points = state.points.map((point) => ({ ...point, label: among(setting, point.label) }));
    return { ...trained(state, { setting, points }), hand: "on", ...say("") };
  },
  settled: () => ({ hand: "off" }),
  restored: (state) => ({ ...trained(state, usualState()), ...ran(false), hand: "off" }),
  returned(state, { search }) {
    const { complaints, ...found } = readState(search);
    const [then, now] = [addressed(found), addressed(state)];
    // A link within the page comes by here too, and changes nothing.
    if (PLACES.every(({ name }) => then[name] === now[name])) return {};
    return { ...trained(state, found), hand: "back", ...say(complaints.join(" ")) };
  },

  brush: (_, { label }) => ({ brush: label }),
  cursor: (_, place) => ({ cursor: inside(place), ...say(`Cursor at ${placeName(inside(place))}.`) }),
  added: (state, { place, label, done }) => edited(state, add(state.points, place, label), done),
  placed: (state, { i, place, done }) => edited(state, move(state.points, i, place), done),
  dropped: ({ points }, { i }) => ({ hand: "off", ...say(`Moved: ${pointName(points, i)}.`) }),
  relabelled: (state, { i, label }) => edited(state, relabel(state.points, i, label), true),
  removed: (state, { i }) => edited(state, remove(state.points, i), true),

  run: (_, { on }) => ran(on),
  step: (state) => ({ ...ran(false), steps: state.steps + 1 }),
  reset: (state) => ({ ...trained(state, state), ...ran(false) }),
  hidden: (_, { hidden }) => ({ hidden }),
  frame: (state, { frame, at }) => (frame.version === state.version ? arrived(state, frame, at) : {}),

  said: (_, { words }) => say(words),
  look: (_, { look }) => ({ look }),
};

/** Whether a view has to show any of these anew. @param {State} state @param {State | null} before @param {...keyof State} names */
export function changed(state, before, ...names) {
  return names.some((name) => state[name] !== before?.[name]);
}

/** Steps that the run on the screen has made. @param {State} state */
export function stepsOf({ frame, version }) {
  return frame?.version === version ? (frame.run?.steps ?? 0) : 0;
}

/** @template {keyof Contents} K @param {State} state @param {Event<K>} event @returns {State} */
export function next(state, event) {
  return { ...state, ...CHANGES[event.kind](state, event) };
}

/** Training anew, with the same weights. @param {State} state @param {{ setting: Setting, points: Point[] }} chosen */
function trained({ version, brush }, { setting, points }) {
  return {
    ...{ setting, points, brush: among(setting, brush) },
    ...{ version: version + 1, moments: [], spokenAt: NEVER },
  };
}

/** A class that is none of these gives way to the last of them. @param {Setting} setting @param {number} label */
function among(setting, label) {
  return Math.min(label, Number(setting.classes) - 1);
}

/** done: and the hand is off. @param {State} state @param {import("./points.js").Edit} edit @param {boolean} done
 * @returns {Partial<State>} */
function edited(state, { points, words }, done) {
  if (!points) return say(words);
  const afresh = trained(state, { setting: state.setting, points });
  return done ? { ...afresh, hand: "off", ...say(words) } : { ...afresh, hand: "on" };
}

/** @param {boolean} on */
function ran(on) {
  return { wanted: on, spokenAt: NEVER, ...say("") };
}

/** @param {string} words */
function say(words) {
  return { note: { words } };
}

/** @param {State} state @param {Frame} frame @param {number} at @returns {Partial<State>} */
function arrived(state, frame, at) {
  const { run, playing } = frame;
  if (!run) return { frame };
  const moments = state.moments.concat(run.moments);
  const told = { moments, rate: Number(state.setting.rate) };
  const lost = run.lost.network !== null;
  const drawing = !playing || at - state.drawnAt > CURVES_EVERY;
  // A sentence a frame would drown a screen reader.
  const speaking = !playing || at - state.spokenAt > SPOKEN || lost;
  return {
    ...{ frame, moments, picture: frame.picture ?? state.picture },
    ...(lost && state.wanted ? ran(false) : {}), // there is nothing left to train
    ...(drawing ? { drawn: { ...told, levels: levels(state, moments[0], run.excess) }, drawnAt: at } : {}),
    ...(speaking ? { table: told, words: said(state, run, moments), spokenAt: at } : {}),
  };
}

/** @param {State} state @param {Moment} first @param {number} excess */
function levels({ setting, points }, { loss }, excess) {
  const { shape, problem } = orderOf(setting, points);
  return levelsOf(problem, shape.classes, { loss, excess });
}

/** @param {State} state @param {import("./words.js").Summary} run @param {Moment[]} moments */
function said({ setting, points }, run, moments) {
  const { shape, problem } = orderOf(setting, points);
  return sentence(run, moments, { ...problem, sharing: sharingOf(points, shape.classes) });
}
