// The explorer: controls, panels, words, numbers, and the address, kept in step by one setting.
import { addressBar, readAddress, withSetting } from "../shared/address.js";
import { button, copyLink } from "../shared/buttons.js";
import { radioControl, sliderControl } from "../shared/controls.js";
import { make, richText } from "../shared/format.js";
import { watchTheme } from "../shared/theme.js";
import { cellIndex, defaults, showSetting } from "../shared/values.js";
import { unpack } from "./grid.js";
import { greetKernel, kernelAsker, plotlyFromKernel } from "./kernel.js";
import { panelPlot } from "./plots.js";
import { dataTables } from "./table.js";

/** @typedef {import("../shared/values.js").Setting} Setting */
/** @typedef {import("./grid.js").Cell} Cell */
/** @typedef {import("./kernel.js").Model} Model */
/** What a static page offers in place of a notebook. @typedef {{ plotly: () => Promise<any> }} Page */

let explorers = 0;

/** @param {{ model: Model, el: HTMLElement, page?: Page }} context @returns {Promise<() => void>} */
async function render({ model, el, page }) {
  const { name, title, look_for, axes, panels, roles } = model.get("spec");
  const id = `ntk-${++explorers}`;
  const plots = panels.map((/** @type {any} */ panel, /** @type {number} */ i) =>
    panelPlot(panel, roles, model.get("stills")[i]),
  );
  const tables = dataTables(panels);
  const sentence = make("span", { class: "sentence" });
  const note = make("span", { class: "note" });
  const controls = axes.map((/** @type {any} */ axis) =>
    (axis.kind === "choice" ? radioControl : sliderControl)(axis, `${id}-${axis.name}`, {
      moved,
      settled,
      refused: say,
    }),
  );
  const reset = button("Reset", () => adopt(defaults(axes)));
  const link = button("Copy link", () => copyLink(withSetting(location.href, name, axes, setting), say));
  const buttons = [reset, ...(page ? [link] : [])];
  const live = make(
    "section",
    { class: "ntk-live", "aria-labelledby": id },
    make("p", { class: "title", id }, richText(title)),
    make("p", { class: "look-for" }, richText(look_for)),
    make("div", { class: "controls" }, ...controls.map((/** @type {any} */ control) => control.element)),
    make("div", { class: "panels" }, ...plots.map((/** @type {any} */ plot) => plot.element)),
    make("output", { class: "status", "aria-live": "polite" }, sentence, note),
    make(
      "div",
      { class: "foot" },
      tables.element,
      make("div", { class: "buttons" }, ...(axes.length ? buttons : [])),
    ),
  );

  const initial = page
    ? readAddress(location.search, name, axes)
    : { setting: remembered(model, axes), complaints: [] };
  /** @type {Setting} */
  let setting = initial.setting;
  const address = page && axes.length ? addressBar(name, axes, setting) : null;
  const cellAt = await unpack(model.get("grid"));
  el.append(live);

  /** @type {Cell | null} */
  let drawn = null;
  /** @type {any} */
  let Plotly = null;
  const asker = kernelAsker(model, {
    started: (asked) => say(`Computing ${showSetting(axes, asked)} …`),
    done: (_, cell) => present(cell),
    failed: (asked, message) => say(`${showSetting(axes, asked)} could not be computed: ${message}. ${KEPT}`),
    silent: (asked) =>
      say(
        `No answer for ${showSetting(axes, asked)}: the kernel is busy or has stopped (then run the cell again). ${KEPT}`,
      ),
  });

  /** @param {string} axis @param {import("../shared/values.js").Value} value */
  function moved(axis, value) {
    setting = { ...setting, [axis]: value };
    address?.follow(setting);
    show();
  }

  function settled() {
    address?.settle(setting);
    model.set("setting", setting);
    model.save_changes();
  }

  /** @param {Setting} chosen */
  function adopt(chosen) {
    setting = chosen;
    for (const [index, control] of controls.entries()) control.show(setting[axes[index].name], true);
    show();
    settled();
  }

  function show(complaint = "") {
    for (const [index, control] of controls.entries()) control.show(setting[axes[index].name]);
    const cell = cellIndex(axes, setting);
    if (cell < 0) return asker.ask(setting);
    asker.forget();
    present(cellAt(cell), complaint);
  }

  /** @param {Cell} cell */
  function present(cell, complaint = "") {
    drawn = cell;
    sentence.replaceChildren(richText(cell.sentence));
    say(complaint);
    tables.show(cell.arrays);
    draw();
  }

  /** @param {string} words */
  function say(words) {
    note.textContent = words;
  }

  function draw() {
    if (!Plotly || !drawn) return;
    for (const plot of plots) plot.draw(Plotly, drawn.arrays);
  }

  function goneBack() {
    const found = readAddress(location.search, name, axes);
    setting = found.setting;
    address?.arrived(setting);
    show(found.complaints.join(" "));
  }

  const stopTheme = watchTheme(draw);
  const stopGreeting = greetKernel(model, () => {
    for (const [index, control] of controls.entries()) {
      control.allowAnyValue();
      control.show(setting[axes[index].name], true);
    }
    show();
  });
  const resized = new ResizeObserver(() => {
    if (Plotly) for (const plot of plots) plot.fit(Plotly);
  });
  if (address) addEventListener("popstate", goneBack);
  show(initial.complaints.join(" "));
  (page ? page.plotly() : plotlyFromKernel(model)).then(
    (library) => {
      Plotly = library;
      draw();
      resized.observe(live);
    },
    (error) =>
      say(
        `The live picture could not be loaded (${error.message}); the still one shows the default setting.`,
      ),
  );

  return () => {
    removeEventListener("popstate", goneBack);
    stopTheme();
    stopGreeting();
    asker.stop();
    resized.disconnect();
    for (const plot of plots) plot.clear(Plotly);
  };
}

const KEPT = "The picture still shows the last setting; those on the grid keep working.";

/** What this view's reader had set before a notebook drew it again.
 * @param {Model} model @param {any[]} axes @returns {Setting} */
function remembered(model, axes) {
  return { ...defaults(axes), ...model.get("setting") };
}

export default { render };
