// Hosts explorers on a page without a kernel: each is fetched and drawn when the reader comes near it.

const NEAR = "600px";
const file = (/** @type {string} */ name) => new URL(name, import.meta.url).href;
const page = { plotly: async () => (await import(file("../plotly/plotly.js"))).default };

/** @param {string} name */
async function bytes(name) {
  const reply = await fetch(file(name));
  if (!reply.ok) throw new Error(`${name}: ${reply.status} ${reply.statusText}`);
  return new Uint8Array(await reply.arrayBuffer());
}

/** What the widget sees of its Python side: the state, and nobody who answers.
 * @param {Record<string, unknown>} state */
function modelOf(state) {
  return {
    get: (/** @type {string} */ key) => state[key],
    set: (/** @type {string} */ key, /** @type {unknown} */ value) => {
      state[key] = value;
    },
    save_changes() {},
    send() {},
    on() {},
    off() {},
  };
}

/** @param {Element} element */
async function host(element) {
  const { esm, grid, stills, spec } = JSON.parse(element.querySelector("script")?.textContent ?? "{}");
  const [module, packed] = await Promise.all([import(file(esm)), bytes(grid)]);
  const model = modelOf({ spec, grid: packed, stills: stills.map(file), setting: {} });
  await module.default.render({ model, el: element, page });
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
