// The playground on its page: controls, the two maps, the curves, words and numbers, kept in step with a worker.
import { addressBar, withSetting } from "../shared/address.js";
import { button, copyLink } from "../shared/buttons.js";
import { radioControl, sliderControl } from "../shared/controls.js";
import { make, showNumber } from "../shared/format.js";
import { watchTheme } from "../shared/theme.js";
import { board } from "./board.js";
import { CURVES, curvePlot } from "./curves.js";
import { levelsOf } from "./levels.js";
import { lookOf, rewrite } from "./look.js";
import { momentTable } from "./numbers.js";
import { mapCanvas, paintMap } from "./paint.js";
import { AXES, CLASS_NAMES, NAME, orderOf, POINTS, readState, usualState, writePoints } from "./settings.js";
import { effort, sentence } from "./words.js";

/** @typedef {import("./settings.js").Point} Point */
/** @typedef {import("../shared/values.js").Value} Value */
/** @typedef {{ version: number, playing: boolean, busy: string, stepTime: number,
 *              run: import("./words.js").Summary | null, picture: import("./worker.js").Picture | null }} Frame */

const SPOKEN = 5000; // milliseconds between two sentences while training goes on
const CURVES_EVERY = 100; // milliseconds between two drawings of the curves, which change slowly
const CALM = 1000; // between two frames for readers who prefer less motion

/** @param {HTMLElement} host */
function playground(host) {
  const initial = readState(location.search);
  let { setting, points } = initial;
  let version = 0;
  let wanted = false; // whether the reader wants it to run
  /** @type {import("./training.js").Moment[]} */
  let moments = [];
  /** @type {Frame | null} */
  let shown = null;
  /** @type {import("./worker.js").Picture | null} */
  let picture = null;
  let spokenAt = 0;
  let curvesAt = 0;

  const words = make("span", { class: "sentence" });
  const note = make("span", { class: "note" });
  const doing = make("span", { class: "doing" }); // beside the note, which may be a complaint to be read
  const say = (/** @type {string} */ text) => {
    note.textContent = text;
  };
  const plane = board({ changed, say });
  const mirror = mapCanvas({
    role: "img",
    "aria-label": "Classes of the linearized model on the plane",
  });
  const marks = make("div", { class: "dots", "aria-hidden": "true" });
  const curves = CURVES.map(curvePlot);
  const table = momentTable();
  const count = make("span", { class: "count" }, "Step 0");
  const toil = make("span", { class: "toil" });
  const controls = AXES.map((axis) =>
    (axis.kind === "choice" ? radioControl : /** @type {any} */ (sliderControl))(
      axis,
      `${NAME}-${axis.name}`,
      {
        moved,
        settled,
        refused: say,
      },
    ),
  );
  const brush = radioControl(
    {
      kind: "choice",
      name: "brush",
      label: "New points are of class",
      values: ["0", "1", "2", "3"],
      labels: CLASS_NAMES,
      default: "0",
    },
    `${NAME}-brush`,
    {
      moved: (_, value) => plane.choose(Number(value)),
      settled() {},
      refused: say,
    },
  );
  const play = button("Play", () => run(!wanted));
  play.classList.add("play");
  const step = button("Step", () => {
    run(false);
    worker.postMessage({ kind: "step" });
  });
  const reset = button("Reset", () => {
    run(false);
    configure();
  });
  const restore = button("Usual points and settings", () => {
    run(false);
    adopt(usualState());
    settled();
  });
  const link = button("Copy link", () => copyLink(withSetting(location.href, NAME, places, state()), say));

  const section = make(
    "section",
    { class: "ntk-live ntk-play", "aria-label": "Playground" },
    make("div", { class: "bar" }, make("div", { class: "buttons" }, play, step, reset), count, toil),
    make(
      "div",
      { class: "maps" },
      make("div", { class: "panel" }, make("p", { class: "panel-title network" }, "Network"), plane.element),
      make(
        "div",
        { class: "panel" },
        make("p", { class: "panel-title linearized" }, "Linearized"),
        make("div", { class: "board still" }, mirror, marks),
      ),
    ),
    brush.element,
    make("output", { class: "status", "aria-live": "polite" }, words, note, doing),
    make("div", { class: "curves" }, ...curves.map(({ element }) => element)),
    make(
      "p",
      { class: "key" },
      key("network", "network"),
      key("linearized", "linearized"),
      key("bound", "level to compare with"),
    ),
    make("div", { class: "controls" }, ...controls.map(({ element }) => element)),
    make("div", { class: "foot" }, table.element, make("div", { class: "buttons" }, restore, link)),
  );
  host.append(section);
  let look = lookOf(section);

  const places = [...AXES, POINTS];
  const state = () => addressed({ setting, points });
  const address = addressBar(NAME, places, state());
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => arrived(data);
  worker.onerror = (event) =>
    say(`The engine stopped (${event.message}). Reload the page to start it again.`);

  function showControls() {
    for (const [i, control] of controls.entries()) control.show(setting[AXES[i].name]);
    const classes = Number(setting.classes);
    plane.show(points, classes);
    brush.show(String(plane.chosen()));
    for (const [k, radio] of brush.element.querySelectorAll("input").entries()) radio.disabled = k >= classes;
    const copies = points.map(({ label }, i) => {
      const copy = make("span", { class: "dot", "data-label": String(label) }, CLASS_NAMES[label]);
      copy.style.cssText = /** @type {HTMLElement} */ (
        plane.element.querySelectorAll(".dot")[i]
      ).style.cssText;
      return copy;
    });
    marks.replaceChildren(...copies);
  }

  /** The same weights, from the start. */
  function configure() {
    version++;
    moments = [];
    worker.postMessage({ kind: "configure", version, order: orderOf(setting, points) });
    if (wanted) worker.postMessage({ kind: "play" });
    spokenAt = 0;
  }

  /** @param {{ setting: typeof setting, points: Point[] }} chosen */
  function adopt(chosen) {
    ({ setting, points } = chosen);
    showControls();
    configure();
  }

  /** @param {string} name @param {Value} value */
  function moved(name, value) {
    setting = { ...setting, [name]: value };
    const last = Number(setting.classes) - 1;
    points = points.map((point) => ({ ...point, label: Math.min(point.label, last) }));
    address.follow(state());
    showControls();
    configure();
    say("");
  }

  function settled() {
    address.settle(state());
  }

  /** @param {Point[]} edited @param {boolean} done */
  function changed(edited, done) {
    points = edited;
    showControls();
    configure();
    if (done) settled();
    else address.follow(state());
  }

  /** @param {boolean} on */
  function run(on) {
    wanted = on;
    play.textContent = on ? "Pause" : "Play";
    worker.postMessage({ kind: on && !document.hidden ? "play" : "pause" });
    say("");
    spokenAt = 0;
  }

  const ask = () => worker.postMessage({ kind: "frame" });
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {Frame} frame */
  function arrived(frame) {
    if (frame.version === version) present(frame);
    if (calm.matches && frame.playing) setTimeout(() => requestAnimationFrame(ask), CALM);
    else requestAnimationFrame(ask);
  }

  /** @param {Frame} frame */
  function present(frame) {
    shown = frame;
    const found = frame.run;
    rewrite(doing, frame.busy && `${frame.busy} …`);
    if (!found) return;
    moments = moments.concat(found.moments);
    if (frame.picture) {
      picture = frame.picture;
      paint();
    }
    rewrite(count, `Step ${found.steps.toLocaleString("en")}, t = ${showNumber(found.time, 3)}`);
    rewrite(toil, effort(found, frame.stepTime));
    if (wanted && found.lost.network !== null) run(false); // there is nothing left to train
    if (!frame.playing || performance.now() - curvesAt > CURVES_EVERY) drawCurves();
    // A sentence a frame would drown a screen reader.
    if (!frame.playing || performance.now() - spokenAt > SPOKEN || found.lost.network !== null) speak();
  }

  function speak() {
    const last = moments[moments.length - 1];
    if (!shown?.run || !last) return;
    const said = sentence(shown.run, moments[0], last, Number(setting.rate));
    if (words.textContent !== said) words.textContent = said;
    spokenAt = performance.now();
    table.show(moments, Number(setting.rate));
  }

  function paint() {
    if (!picture) return;
    const colours = look.classes.slice(0, Number(setting.classes));
    if (picture.network.length !== picture.side ** 2 * colours.length) return;
    paintMap(plane.canvas, picture.network, picture.side, colours, look.paper);
    if (picture.linear) paintMap(mirror, picture.linear, picture.side, colours, look.paper);
  }

  function drawCurves() {
    const found = shown?.run;
    if (!found || moments.length === 0) return;
    const { shape, problem } = orderOf(setting, points);
    const levels = levelsOf(problem, shape.classes, { loss: moments[0].loss, excess: found.excess });
    for (const [i, curve] of curves.entries()) curve.draw(moments, levels[i], Number(setting.rate), look);
    curvesAt = performance.now();
  }

  addEventListener("popstate", () => {
    const found = readState(location.search);
    const [then, now] = [addressed(found), state()];
    // A link within the page comes by here too, and changes nothing.
    if (places.every(({ name }) => then[name] === now[name])) return;
    adopt(found);
    address.arrived(state());
    say(found.complaints.join(" "));
  });
  document.addEventListener("visibilitychange", () => {
    if (wanted) worker.postMessage({ kind: document.hidden ? "pause" : "play" });
  });
  watchTheme(() => {
    look = lookOf(section);
    paint();
    drawCurves();
  });
  new ResizeObserver(() => {
    for (const curve of curves) curve.fit();
    drawCurves();
  }).observe(host);

  showControls();
  configure();
  say(initial.complaints.join(" "));
  ask();
}

/** A state as the address has it. @param {{ setting: import("./settings.js").Setting, points: Point[] }} state
 * @returns {import("../shared/values.js").Setting} */
function addressed({ setting, points }) {
  return { ...setting, points: writePoints(points) };
}

/** A line's sample with its name. @param {string} role @param {string} name */
function key(role, name) {
  return make("span", {}, make("span", { class: `sample ${role}`, "aria-hidden": "true" }), name);
}

for (const host of document.querySelectorAll(".ntk-playground"))
  playground(/** @type {HTMLElement} */ (host));
