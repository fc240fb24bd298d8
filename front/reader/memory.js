// What the reader has done, kept in this browser and sent nowhere: one entry an item, so that two tabs do not
// overwrite each other. Where storage is blocked or full, it lasts as long as the page.
const PREFIX = "ntkbook/";
const VERSION = 1;
/** @type {Map<string, string>} */
const untilThePageCloses = new Map();

/** What is kept. at: when, as an ISO date. streak: how often in a row it was right, at different times.
 * @typedef {{ at: string, text?: string, status?: string, choice?: number, streak?: number, heading?: string,
 *   title?: string, search?: string }} Item */

/** The browser's storage, whose very mention may throw; not what start.js puts in its place.
 * @returns {Storage | undefined} */
function storage() {
  try {
    return window.localStorage instanceof Storage ? window.localStorage : undefined;
  } catch {
    return undefined;
  }
}

/** Whether what is kept outlives the page. */
export function lasts() {
  try {
    const place = storage();
    place?.setItem(`${PREFIX}?`, "");
    const kept = place?.getItem(`${PREFIX}?`) === "";
    place?.removeItem(`${PREFIX}?`);
    return kept;
  } catch {
    return false;
  }
}

/** @param {string} key @param {Omit<Item, "at"> & { at?: string }} item */
export function keep(key, item) {
  const text = JSON.stringify({ ...item, at: item.at ?? new Date().toISOString() });
  untilThePageCloses.set(key, text);
  try {
    const place = storage();
    place?.setItem(PREFIX + key, text);
    if (place?.getItem(PREFIX + key) === text) untilThePageCloses.delete(key);
  } catch {
    // blocked or full
  }
}

/** @param {string} key @returns {Item | undefined} */
export function recall(key) {
  let text = untilThePageCloses.get(key);
  try {
    text ??= storage()?.getItem(PREFIX + key) ?? undefined;
  } catch {
    // blocked
  }
  return text === undefined ? undefined : read(text);
}

/** @param {string} key */
export function drop(key) {
  untilThePageCloses.delete(key);
  try {
    storage()?.removeItem(PREFIX + key);
  } catch {
    // blocked, so nothing is there
  }
}

/** @returns {Map<string, Item>} */
export function everything() {
  const keys = new Set(untilThePageCloses.keys());
  try {
    for (const key of Object.keys(storage() ?? {}))
      if (key.startsWith(PREFIX)) keys.add(key.slice(PREFIX.length));
  } catch {
    // blocked
  }
  const items = [...keys].sort().map((key) => /** @type {const} */ ([key, recall(key)]));
  return new Map(/** @type {[string, Item][]} */ (items.filter(([, item]) => item)));
}

export function forgetEverything() {
  for (const key of everything().keys()) drop(key);
}

/** All of it, as a file. */
export function exported() {
  return `${JSON.stringify({ ntkbook: VERSION, items: Object.fromEntries(everything()) }, null, 1)}\n`;
}

/** Takes over what a file holds and is newer than what is here. Throws an Error, in words, for any other file.
 * @param {string} text @returns {{ taken: number, left: number }} */
export function imported(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("This file is not JSON. Choose the one that “Save as a file” wrote.");
  }
  if (file?.ntkbook !== VERSION || typeof file.items !== "object" || file.items === null)
    throw new Error("This file holds no answers of this book. Choose the one that “Save as a file” wrote.");
  let taken = 0;
  let left = 0;
  for (const [key, value] of Object.entries(file.items)) {
    const item = checked(value);
    if (
      item &&
      /^(answer|prediction|visit|setting)\/[\w/.-]{1,100}$/.test(key) &&
      item.at > (recall(key)?.at ?? "")
    ) {
      keep(key, item);
      taken += 1;
    } else left += 1;
  }
  return { taken, left };
}

/** @param {string} text */
function read(text) {
  try {
    return checked(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const KINDS = {
  at: "string",
  text: "string",
  status: "string",
  choice: "number",
  streak: "number",
  heading: "string",
  title: "string",
  search: "string",
};

const DAY = 24 * 60 * 60 * 1000; // that clocks of two devices may be apart
const LONG_AGO = new Date(0).toISOString();

/** The item that a value is, with nothing else in it. What a wrong clock has dated in the future is from long ago: it
 * is asked again today, and gives way to whatever has a date. @param {unknown} value @returns {Item | undefined} */
function checked(value) {
  const given = /** @type {Record<string, unknown>} */ (typeof value === "object" && value ? value : {});
  const kept = Object.entries(KINDS).filter(
    ([name, kind]) => typeof given[name] === kind && String(given[name]).length <= 2000,
  );
  const item = Object.fromEntries(kept.map(([name]) => [name, given[name]]));
  const at = Date.parse(String(item.at));
  if (at > Date.now() + DAY) item.at = LONG_AGO;
  return Number.isNaN(at) ? undefined : /** @type {Item} */ (item);
}
