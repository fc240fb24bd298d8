// The front door: the still pictures come to life. One state (state.js), which changes only in `send`; the worker is
// asked for what it says, a picture at a time, and the pictures are painted as they come.

import { lookOf, rewrite } from "../playground/look.js";
import { mapCanvas, paintMap } from "../playground/paint.js";
import { line } from "../playground/words.js";
import { button } from "../shared/buttons.js";
import { controlFor } from "../shared/controls.js";
import { make, showNumber } from "../shared/format.js";
import { watchTheme } from "../shared/theme.js";
import { CELLS, CLASSES } from "./film.js";
import { HELD, next, runs, STRENGTHS, start, wishOf } from "./state.js";

/** @typedef {import("./state.js").Event} Event */
/** @typedef {import("./worker.js").Answer} Answer */
/** @typedef {"free" | "held"} Name */

const APART = 33; // milliseconds from one picture to the next

/** @param {HTMLElement} host */
function door(host) {
  let state = start(matchMedia("(prefers-reduced-motion: reduce)").matches);
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const sides = /** @type {Name[]} */ (["free", "held"]).map((name) => sideView(host, name));
  const controls = controlsView(send);
  let look = lookOf(host);
  let asked = { step: -1, lam: -1 };
  let waiting = false;
  let told = 0;
  /** @type {Answer | null} */
  let latest = null;

  /** @param {Event} event */
  function send(event) {
    state = next(state, event);
    controls.show(state);
    ask(event.kind === "held");
  }

  /** @param {boolean} [atOnce] in place of what is under way */
  function ask(atOnce = false) {
    const wish = wishOf(state);
    if ((waiting && !atOnce) || (wish.step === asked.step && wish.lam === asked.lam)) return;
    asked = wish;
    waiting = true;
    worker.postMessage(wish);
  }

  function paint() {
    if (!latest) return;
    sides[0].paint(latest.free, look);
    sides[1].paint(latest.held, look);
    controls.tell(latest.held.time);
  }

  /** @param {number} at */
  function frame(at) {
    if (runs(state)) requestAnimationFrame(frame);
    if (at - told < APART) return;
    told = at;
    send({ kind: "passed", at });
  }

  worker.onmessage = (/** @type {MessageEvent<Answer>} */ { data }) => {
    if (!latest) controls.enter(host);
    host.classList.add("live");
    latest = data;
    waiting = !data.there;
    paint();
    ask();
  };
  worker.onerror = () => {
    // The still pictures stand in for it.
    host.classList.remove("live");
    controls.leave();
  };
  controls.onpress(() => {
    send({ kind: "pressed" });
    requestAnimationFrame(frame);
  });
  watchTheme(() => {
    look = lookOf(host);
    paint();
  });
  const see = () => {
    const seen = near && !document.hidden;
    if (seen === state.seen) return;
    send({ kind: "seen", seen });
    if (seen) requestAnimationFrame(frame);
  };
  let near = false;
  new IntersectionObserver((entries) => {
    near = entries[entries.length - 1].isIntersecting;
    see();
  }).observe(host);
  document.addEventListener("visibilitychange", see);
  controls.show(state);
}

/** One of the two maps. @param {HTMLElement} host @param {Name} name */
function sideView(host, name) {
  const panel = host.querySelector(`[data-side=${name}]`);
  const title = panel?.querySelector(".panel-title")?.textContent ?? "";
  const canvas = mapCanvas({
    role: "img",
    "aria-label": `The plane, coloured by the network's class: ${title}`,
  });
  panel?.querySelector(".board")?.prepend(canvas);
  const words = make("p", { class: "words now" });
  panel?.append(words);
  return {
    /** @param {import("./film.js").Side} side @param {import("../playground/look.js").Look} look */
    paint(side, { classes, paper }) {
      paintMap(canvas, side.map, CELLS, classes.slice(0, CLASSES), paper);
      rewrite(words, line(side, { epsilon: 0, lam: side.lam }));
    },
  };
}

/** @param {(event: Event) => void} send */
function controlsView(send) {
  /** @type {import("../shared/values.js").Axis} */
  const axis = {
    ...{ kind: "axis", name: "lam", label: "How strongly the right one is held, λ", values: STRENGTHS },
    ...{ default: HELD, integer: false, unit: "", scale: "linear" },
  };
  const slider = controlFor(axis, "door-lam", {
    moved: (_, lam) => send({ kind: "held", lam: Number(lam) }),
    settled() {},
    refused() {},
  });
  const play = button("Play", () => pressed());
  const time = make("span", { class: "count" });
  let pressed = () => {};
  return {
    /** The slider below the maps, the button beside the way on. @param {HTMLElement} host */
    enter(host) {
      host.querySelector(".door-maps")?.after(slider.element);
      host.querySelector(".door-way")?.append(play, time);
    },
    leave() {
      for (const each of [slider.element, play, time]) each.remove();
    },
    /** @param {() => void} press */
    onpress(press) {
      pressed = press;
    },
    /** @param {import("./state.js").State} state */
    show({ lam, wanted }) {
      slider.show(lam);
      rewrite(play, wanted ? "Pause" : "Play");
    },
    /** @param {number} t */
    tell: (t) => rewrite(time, `t = ${showNumber(t, 3)}`),
  };
}

for (const host of document.querySelectorAll(".ntk-door")) door(/** @type {HTMLElement} */ (host));
