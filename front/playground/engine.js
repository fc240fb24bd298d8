// What the worker knows, and how a message changes it: next(state, message, at) → state. Messages come from the page,
// and from the worker's own jobs (jobs.js) as they get on.

/** @typedef {import("./training.js").Run} Run */
/** @typedef {import("./map.js").Grid} Grid */
/** @typedef {{ shape: import("./network.js").Shape, seed: number, problem: import("./training.js").Problem }} Order */
/** @typedef {{ shape: import("./network.js").Shape, seed: number, net: import("./network.js").Network }} Made */
/** linear: null while its part of the grid is not computed yet.
 * @typedef {{ side: number, step: number, network: Float32Array, linear: Float32Array | null }} Picture */
/** Work that pauses now and then: with news, in the middle of a "slice" of a map, or at any other place. Its last word
 * is news, too.
 * @typedef {Generator<News | "slice" | "block" | void, News, void>} Job */
/** @typedef {"training" | "drawing"} Account */
/** @typedef {"weights" | "kernel" | "grid" | "maps" | "nothing"} Activity */

/** version: of the order. order: what is not begun yet. playing, single, asked: whether to go on, to take one step, to
 * send a frame.
 * made, run, grid: the engine's records. Training writes into their arrays in place, since a copy of millions of
 * weights would take longer than the step itself; the state says which records they are, not what is in them.
 * training, drawing: what is under way. began: when the training job did. fixed: whether θ must not change now.
 * picture: the latest, until it is sent. drawnAt: its step. sent: moments that the page has. stale: whether there is
 * news for it. doing: in words, since when, and how many seconds of it the page knows of. stepTime: milliseconds,
 * lately. spent: milliseconds, lately, on both kinds of work.
 * @typedef {Readonly<{ version: number, order: Order | null, playing: boolean, single: boolean, asked: boolean,
 *   made: Made | null, run: Run | null, grid: Grid | null,
 *   training: Job | null, drawing: Job | null, began: number, fixed: boolean,
 *   picture: Picture | null, drawnAt: number, sent: number, stale: boolean,
 *   doing: Readonly<{ words: string, since: number, told: number }>, stepTime: number,
 *   spent: Readonly<Record<Account, number>> }>} State */

/** What a page may ask. @typedef {{ configure: { version: number, order: Order }, play: {}, pause: {}, step: {},
 *   frame: {} }} Requests */
/** What each kind of message says.
 * @typedef {Requests & { began: { account: Account, job: Job }, paused: { fixed: boolean },
 *   doing: { what: Activity }, made: { made: Made }, prepared: { run: Run }, stepped: {},
 *   sketched: { picture: Picture }, gridded: { grid: Grid }, drawn: { picture: Picture },
 *   spent: { account: Account, time: number }, sliced: {}, told: {} }} Contents */
/** @template {keyof Contents} [K=keyof Contents] @typedef {{ [P in K]: { kind: P } & Contents[P] }[K]} News */
/** @typedef {News<keyof Requests>} Request */

const DRAWING = 0.25; // the most of the time that goes into pictures while training
const PREPARING = 0.5; // the same until there is a first one of both models
const MEMORY = 0.98; // of the two accounts, a slice

/** @type {State} */
export const START = {
  version: 0,
  order: null,
  playing: false,
  single: false,
  asked: false,
  made: null,
  run: null,
  grid: null,
  training: null,
  drawing: null,
  began: 0,
  fixed: false,
  picture: null,
  drawnAt: -1,
  sent: 0,
  stale: true,
  doing: { words: "", since: 0, told: 0 },
  stepTime: 0,
  spent: { training: 0, drawing: 0 },
};

/** @type {{ [K in keyof Contents]: (state: State, message: Contents[K], at: number) => State }} */
const CHANGES = {
  configure(state, { version, order }, at) {
    const anew = { version, order, run: null, picture: null, training: null, drawing: null, fixed: false };
    const counts = { single: false, drawnAt: -1, sent: 0, stepTime: 0, stale: true };
    // What does not fit is let go before there is anything new: two networks may be too many for the memory.
    const kept = fits(state.made, order) ? {} : { made: null, grid: null };
    return does({ ...state, ...anew, ...counts, ...kept }, "nothing", at);
  },
  play: (state) => ({ ...state, playing: true, stale: true }),
  pause: (state) => ({ ...state, playing: false, stale: true }),
  step: (state) => ({ ...state, playing: false, single: true }),
  frame: (state) => ({ ...state, asked: true }),

  began: (state, { account, job }, at) =>
    account === "training" ? { ...state, training: job, began: at, order: null } : { ...state, drawing: job },
  paused: (state, { fixed }) => ({ ...state, fixed }),
  doing: (state, { what }, at) => does(state, what, at),
  made: (state, { made }) => ({ ...state, made }),
  prepared: (state, { run }, at) => does({ ...state, training: null, run, stale: true }, "nothing", at),
  stepped: (state, _, at) => ({
    ...state,
    training: null,
    single: false,
    stale: true,
    stepTime: lately(state.stepTime, at - state.began),
    playing: state.playing && !isOver(state.run),
  }),
  sketched: (state, { picture }) => ({ ...state, picture, stale: true }),
  gridded: (state, { grid }) => ({ ...state, grid }),
  drawn(state, { picture }, at) {
    const { step: drawnAt } = picture;
    return does({ ...state, drawing: null, fixed: false, picture, drawnAt, stale: true }, "nothing", at);
  },

  spent: (state, { account, time }) => ({
    ...state,
    spent: { ...state.spent, [account]: state.spent[account] + time },
  }),
  sliced: (state) => ({
    ...state,
    spent: { training: MEMORY * state.spent.training, drawing: MEMORY * state.spent.drawing },
  }),
  told(state, _, at) {
    const sent = state.run?.moments.length ?? 0;
    const doing = { ...state.doing, told: waited(state, at) };
    return { ...state, asked: false, stale: false, picture: null, sent, doing };
  },
};

/** at: when, in milliseconds.
 * @template {keyof Contents} K @param {State} state @param {News<K>} message @param {number} at @returns {State} */
export function next(state, message, at) {
  return CHANGES[message.kind](state, message, at);
}

/** @param {number} before 0 where there is nothing before @param {number} now */
function lately(before, now) {
  return before === 0 ? now : 0.9 * before + 0.1 * now;
}

/** @type {Record<Activity, (state: State) => string>} */
const WORDS = {
  weights: () => "Drawing the initial weights",
  kernel: () => "Computing the kernel of the points",
  grid: ({ playing }) => (playing ? "Preparing the maps, while training goes on" : "Preparing the maps"),
  // Not a word of the many pictures of a training, nor in place of what takes longer.
  maps: ({ playing, doing }) => (playing || doing.words ? doing.words : "Drawing the maps"),
  nothing: () => "",
};

/** @param {State} state @param {Activity} what @param {number} at @returns {State} */
function does(state, what, at) {
  const words = WORDS[what](state);
  if (words === state.doing.words) return state;
  return { ...state, doing: { words, since: at, told: 0 }, stale: true };
}

/** Whole seconds that it has been doing this. @param {State} state @param {number} at */
export function waited({ doing }, at) {
  return doing.words === "" ? 0 : Math.floor((at - doing.since) / 1000);
}

/** @param {Made | null} made @param {Order} order */
function fits(made, { shape, seed }) {
  return made?.seed === seed && JSON.stringify(made.shape) === JSON.stringify(shape);
}

/** @param {Run | null} run */
function isOver(run) {
  return run !== null && run.lost.network !== null;
}

/** @param {State} state */
export function mayStep({ run, playing, single }) {
  return run !== null && (playing || single) && !isOver(run);
}

/** @param {State} state */
export function mayTrain(state) {
  return state.order !== null || state.training !== null || mayStep(state);
}

/** A picture that was begun is finished, whether or not the page has asked again. @param {State} state */
export function mayDraw({ run, order, drawing, asked, drawnAt }) {
  return run !== null && order === null && (drawing !== null || (asked && drawnAt !== run.steps));
}

/** Whether a picture's turn has come, between two steps. @param {State} state */
export function drawingsTurn(state) {
  const { training, drawing } = state.spent;
  const share = state.grid ? DRAWING : PREPARING;
  return mayDraw(state) && (!mayTrain(state) || drawing < share * (training + drawing));
}

/** What to do now. @param {State} state @returns {Account} */
export function turnOf(state) {
  return !state.fixed && (state.training || !drawingsTurn(state)) ? "training" : "drawing";
}

/** Whether the page has asked for a frame and there is anything new in it. @param {State} state @param {number} at */
export function isDue(state, at) {
  return state.asked && (state.stale || waited(state, at) > state.doing.told);
}
