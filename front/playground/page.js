// The playground on its page. What the page knows is one state (state.js), which changes only in `send`; after every
// event the views show it, the address follows it, and the worker hears of it.
import { offerToEmbed } from "../pages/embed_button.js";
import { addressBar } from "../shared/address.js";
import { make } from "../shared/format.js";
import { watchTheme } from "../shared/theme.js";
import { brushControl, linkButtons, runButtons, settingControls } from "./controls.js";
import { curves } from "./curves.js";
import { lookOf } from "./look.js";
import { maps } from "./maps.js";
import { momentTable } from "./numbers.js";
import { addressed, NAME, PLACES } from "./settings.js";
import { changed, next, start } from "./state.js";
import { counter, speech } from "./status.js";
import { wishes } from "./wishes.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Event} Event */

const UNABLE = "The engine could not be started, so nothing trains";
const CALM = 1000; // between two frames for readers who prefer less motion

/** @param {HTMLElement} host */
function playground(host) {
  let state = start(location.search, document.hidden);
  const view = viewOf({ state: () => state, send });
  host.append(view.element);
  host.dataset.state = "live";
  offerToEmbed(view.element, { page: "playground", name: NAME, title: "Playground" });
  const follow = addressOf(state);
  const worker = workerOf(send);

  /** @param {Event} event */
  function send(event) {
    const before = state;
    state = next(before, event);
    view.show(state, before);
    follow(state, before);
    for (const wish of wishes(before, state)) worker.postMessage(wish);
  }

  view.show(state, null);
  for (const wish of wishes({ ...state, version: 0 }, state)) worker.postMessage(wish);
  worker.postMessage({ kind: "frame" });
  const look = () => send({ kind: "look", look: lookOf(view.element) });
  look();
  watchTheme(look);
  new ResizeObserver(() => view.fit(state)).observe(host);
  addEventListener("popstate", () => send({ kind: "returned", search: location.search }));
  document.addEventListener("visibilitychange", () => send({ kind: "hidden", hidden: document.hidden }));
}

/** Everything that is seen. @param {import("./board.js").App} app */
function viewOf(app) {
  const [count, words, table, plots] = [counter(), speech(), momentTable(), curves()];
  const [pair, brush, buttons, controls] = [
    maps(app),
    brushControl(app),
    runButtons(app),
    settingControls(app),
  ];
  const views = [count, words, table, plots, pair, brush, buttons, controls];
  const element = make(
    "section",
    { class: "ntk-live ntk-play", "aria-label": "Playground" },
    make("div", { class: "bar" }, buttons.element, ...count.elements),
    pair.element,
    brush.element,
    words.element,
    ...plots.elements,
    controls.element,
    make("div", { class: "foot" }, table.element, linkButtons(app)),
  );
  return {
    element,
    /** @param {State} state @param {State | null} before */
    show(state, before) {
      for (const each of views) each.show(state, before);
    },
    fit: plots.fit,
  };
}

/** Keeps the page's address in step. @param {State} initial */
function addressOf(initial) {
  const bar = addressBar(NAME, PLACES, addressed(initial));
  const follow = { on: bar.follow, off: bar.settle, back: bar.arrived };
  return (/** @type {State} */ state, /** @type {State} */ before) => {
    if (changed(state, before, "setting", "points", "hand")) follow[state.hand](addressed(state));
  };
}

/** The worker; once asked for a frame, it is asked for the next whenever the screen is ready for one. @param {(event: Event) => void} send */
function workerOf(send) {
  const stopped = (/** @type {string} */ words) => send({ kind: "said", words });
  let begun = false;
  const worker = started();
  if (!worker) {
    stopped(`${UNABLE}: this browser lets the page start no worker here.`);
    return { postMessage() {} };
  }
  const ask = () => worker.postMessage({ kind: "frame" });
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  worker.onmessage = (/** @type {MessageEvent<import("./report.js").Frame>} */ { data: frame }) => {
    begun = true;
    send({ kind: "frame", frame, at: performance.now() });
    if (calm.matches && frame.playing) setTimeout(() => requestAnimationFrame(ask), CALM);
    else requestAnimationFrame(ask);
  };
  worker.onerror = ({ message }) =>
    stopped(
      begun
        ? `The engine stopped (${message}). Reload the page to start it again.`
        : `${UNABLE}: its worker is made of modules, which browsers run since Chrome 80, Firefox 114 and Safari 15.`,
    );
  return worker;
}

/** A frame that is sandboxed has no worker. */
function started() {
  try {
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch {
    return null;
  }
}

for (const host of document.querySelectorAll(".ntk-playground"))
  playground(/** @type {HTMLElement} */ (host));
