// Hosts explorers on a page without a kernel: each is fetched and drawn when the reader comes near it.
import { offerToEmbed } from "./embed_button.js";
import { LocalModel } from "./model.js";
import { pageAsker } from "./page_asker.js";
import { gone, UPDATED } from "./updated.js";

// What an explorer needs of the browser beside modules, and old ones lack.
const NEEDED = ["DecompressionStream", "IntersectionObserver", "ResizeObserver"];
const NEAR = "600px";
const file = (/** @type {string} */ name) => new URL(name, import.meta.url).href;

/** @param {string} name */
async function bytes(name) {
  const reply = await fetch(file(name));
  if (!reply.ok) throw new Error(`${name}: ${reply.status} ${reply.statusText}`);
  return new Uint8Array(await reply.arrayBuffer());
}

/** What a page holds of an explorer, with names of files in place of what is heavy.
 * @typedef {{ esm: string, grid: string, stills: string[], worker: string, computes: string[], spec: import("../explorer/types.js").Spec }} Description */

/** @param {Element} element @returns {Description} */
const described = (element) => JSON.parse(element.querySelector("script")?.textContent ?? "{}");

/** @param {Element} element @param {Description} description */
async function host(element, { esm, grid, stills, worker, computes, spec }) {
  /** @type {import("../explorer/types.js").Shared["asker"]} */
  const asker = (model, report) => pageAsker(model, file(worker), report);
  const [module, packed] = await Promise.all([import(file(esm)), bytes(grid)]);
  const model = new LocalModel({
    spec,
    grid: packed,
    stills: stills.map(file),
    setting: {},
    plotly_url: file("../plotly/plotly.js"),
    in_page: true,
    ...(computes.length ? { asker, computes } : {}),
  });
  await module.default.render({ model, el: element });
  const live = element.querySelector(".ntk-live");
  const { name, title, axes } = spec;
  if (live && axes.length) offerToEmbed(live, { page: name, name, title: title.replace(/<\/?su[bp]>/g, "") });
}

/** The still picture stays, and start.js says why. @param {Element} element @param {string} why */
const leave = (element, why) =>
  element.dispatchEvent(new CustomEvent("ntk-still", { detail: why, bubbles: true }));

/** @param {HTMLElement} element */
async function tryTo(element) {
  const description = described(element);
  try {
    await host(element, description);
    element.dataset.state = "live";
  } catch (error) {
    const old = await gone([description.esm, description.grid].map(file));
    const why = old ? UPDATED : `it could not be started (${error})`;
    leave(element, `${why}. Reload the page to try again`);
  }
}

function observe() {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        tryTo(/** @type {HTMLElement} */ (target));
      }
    },
    { rootMargin: NEAR },
  );
  return observer;
}

const lacking = NEEDED.filter((name) => !(name in globalThis));
const observer = lacking.length ? null : observe();
for (const element of document.querySelectorAll(".ntk-explorer")) {
  element.setAttribute("data-state", "waiting");
  if (observer) observer.observe(element);
  else leave(element, `this browser lacks ${lacking.join(", ")}`);
}
