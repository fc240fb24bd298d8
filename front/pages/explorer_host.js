// Hosts explorers on a page without a kernel: each is fetched and drawn when the reader comes near it.
import { LocalModel } from "./model.js";

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

/** @param {Element} element */
async function host(element) {
  /** @type {Description} */
  const { esm, grid, stills, worker, computes, spec } = JSON.parse(
    element.querySelector("script")?.textContent ?? "{}",
  );
  const [module, packed] = await Promise.all([import(file(esm)), bytes(grid)]);
  const model = new LocalModel({
    spec,
    grid: packed,
    stills: stills.map(file),
    setting: {},
    plotly_url: file("../plotly/plotly.js"),
    in_page: true,
    ...(computes.length ? { worker_url: file(worker), computes } : {}),
  });
  await module.default.render({ model, el: element });
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      // The still picture stays where the live one cannot be fetched.
      host(target).catch((error) => console.error("An explorer could not be shown.", error));
    }
  },
  { rootMargin: NEAR },
);

for (const element of document.querySelectorAll(".ntk-explorer")) observer.observe(element);
