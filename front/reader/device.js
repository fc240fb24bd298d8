// The book on the reader's device, if asked for: its files in the browser's cache, and a worker (front/pages/kept.js)
// that takes them from there when the network does not answer. The list of files is made with the book (offline.py).

import { make } from "../shared/format.js";

const CACHE = "ntkbook"; // as in kept.js
const AT_ONCE = 6;
const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
const address = (/** @type {string} */ path) => new URL(path, root).href;

/** @typedef {{ edition: string, files: [path: string, bytes: number, hash: string][] }} Edition */

/** A file's name in the cache, which tells its content too. @param {string} path @param {string} hash */
const entry = (path, hash) => `${address(path)}?kept=${hash}`;
const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** The book as its host has it now. @returns {Promise<Edition>} */
async function current() {
  const reply = await fetch(address("offline.json"), { cache: "no-store" });
  if (!reply.ok) throw new Error(`${reply.status} ${reply.statusText}`);
  return reply.json();
}

/** What of an edition is not kept yet. @param {Edition} edition */
async function missing({ files }) {
  if (!(await caches.has(CACHE))) return [...files]; // to open it would make it
  const cache = await caches.open(CACHE);
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  return files.filter(([path, , hash]) => !kept.has(entry(path, hash)));
}

const weight = (/** @type {Edition["files"]} */ files) => files.reduce((sum, [, bytes]) => sum + bytes, 0);

/** Fetches what is missing; what has come stays if the rest does not. Then the edition before it goes.
 * @param {Edition} edition @param {(share: number) => void} progress */
async function keep(edition, progress) {
  const cache = await caches.open(CACHE);
  const waiting = await missing(edition);
  const whole = weight(waiting) || 1;
  let come = 0;
  const some = async () => {
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      const [path, bytes, hash] = file;
      const reply = await fetch(address(path), { cache: "no-cache" });
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${reply.statusText}`);
      await cache.put(entry(path, hash), reply);
      come += bytes;
      progress(come / whole);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, some));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  const wanted = new Set(edition.files.map(([path, , hash]) => entry(path, hash)));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  await navigator.serviceWorker.register(address("kept.js"));
  await navigator.serviceWorker.ready;
}

async function remove() {
  const worker = await navigator.serviceWorker.getRegistration(root.href);
  await worker?.unregister();
  await caches.delete(CACHE);
}

const UNABLE =
  "This browser keeps no pages of this site: in a private window, in a frame, or at an address without https.";

/** @returns {Promise<{ words: string, does?: [label: string, edition: Edition], kept: boolean }>} */
async function offer() {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return { words: UNABLE, kept: false };
  const begun = await caches.has(CACHE);
  const worker = await navigator.serviceWorker.getRegistration(root.href);
  const kept = begun && worker !== undefined;
  let edition;
  try {
    edition = await current();
  } catch {
    return kept
      ? {
          words: "The book is on this device. Its host does not answer now, so nothing newer is known.",
          kept,
        }
      : { words: "The book's host does not say how large the book is, so it cannot be kept now.", kept };
  }
  const bytes = weight(await missing(edition));
  const size = megabytes(bytes);
  if (kept && bytes === 0)
    return { words: "The book is on this device, as new as it is here, and opens without a network.", kept };
  if (kept)
    return {
      words: `The book is on this device. There is a newer edition; ${size} of it are new.`,
      does: [`Take the newer edition (${size})`, edition],
      kept,
    };
  const part = begun && bytes < weight(edition.files) ? " A part of it is here already." : "";
  return {
    words: `All pages, explorers and the search then open at this address without a network.${part}`,
    does: [`Keep this book on my device (${size})`, edition],
    kept: begun,
  };
}

/** @param {string} label @param {() => void} pressed */
function button(label, pressed) {
  const element = make("button", { type: "button" }, label);
  element.addEventListener("click", pressed);
  return element;
}

/** A section that offers it. @param {Element} before what it follows */
export function offerTheDevice(before) {
  const [words, buttons, said] = [make("p"), make("p"), make("p", { role: "status" })];
  const heading = make("h2", {}, "On this device");
  const section = make("section", { class: "my-device" }, heading, words, buttons, said);
  before.after(section);

  /** @param {string} [result] of what was just done */
  async function show(result = "") {
    const offered = await offer().catch(() => ({ words: UNABLE, kept: false, does: undefined }));
    words.textContent = offered.words;
    buttons.replaceChildren();
    if (offered.does) {
      const [label, edition] = offered.does;
      buttons.append(button(label, () => take(edition)));
    }
    if (offered.kept)
      buttons.append(button("Remove it from my device", () => remove().then(() => show("It is removed."))));
    said.textContent = result;
  }

  /** @param {Edition} edition */
  async function take(edition) {
    buttons.replaceChildren();
    try {
      await keep(edition, (share) => {
        said.textContent = `Fetched: ${Math.floor(10 * share) * 10} %`;
      });
      await show("Done.");
    } catch (error) {
      const full = /** @type {Error} */ (error).name === "QuotaExceededError";
      const why = full ? "the browser has no more room for it" : /** @type {Error} */ (error).message;
      await show(`Not all of it has come (${why}). What has come is kept; press again to go on.`);
    }
  }

  show();
}
