// The page's part of ntkbook in Node: reads jobs as JSON, one a line, and answers each with a line of JSON.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { unpack } from "../../front/explorer/grid.js";
import { EXPERIMENTS } from "../../front/ntkbook/experiments.js";
import { finish } from "../../front/ntkbook/sliced.js";
import { cellIndex } from "../../front/shared/values.js";

/** As JSON holds it: numbers that it cannot hold are texts that Python's float reads. @param {any} value */
function written(value) {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (ArrayBuffer.isView(value)) return Array.from(/** @type {any} */ (value), written);
  if (Array.isArray(value)) return value.map(written);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, written(each)]));
  return value;
}

/** Lists of numbers as the modules take them. @param {any} value @returns {any} */
function read(value) {
  if (Array.isArray(value)) {
    const list = value.map(read);
    return list.every((each) => typeof each === "number") ? Float64Array.from(list) : list;
  }
  if (value === null || typeof value !== "object") return value;
  if (typeof value.number === "string") return Number(value.number);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, read(each)]));
}

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  /** What an explorer shows of a setting, or why it shows nothing. */
  async cell({ experiment, setting, prepared, built }) {
    const { compute, describe } = EXPERIMENTS[experiment];
    const known = built ? await gridOf(built) : preparedBy(read(prepared));
    const arrays = finish(compute(setting, known));
    return { arrays, sentence: describe(setting, arrays) };
  },
  experiments: () => Object.keys(EXPERIMENTS),
  /** The longest time between two pauses within the first 600 ms: each pause's shorter of two runs, by
   * the thread's own clock, which stands still while other programs run. */
  async longest({ experiment, setting, built }) {
    const known = await gridOf(built);
    /** @type {number[]} */
    let least = [];
    for (let run = 0; run < 2; run++) {
      const taken = pauses(EXPERIMENTS[experiment].compute(setting, known));
      least = taken.map((ms, i) => Math.min(ms, least[i] ?? ms));
    }
    return Math.max(...least);
  },
  /** Any function of any module, or of what it exports ("brier.value"); a computation runs to its end. */
  async call({ module, name, args }) {
    const exported = await import(`../../front/ntkbook/${module}.js`);
    const given = name.split(".").reduce((of, /** @type {string} */ part) => of[part], exported)(
      ...args.map(read),
    );
    return typeof given?.next === "function" ? finish(given) : given;
  },
};

/** How long the thread worked up to each pause. @param {Iterator<unknown>} job */
function pauses(job) {
  const now = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const taken = [];
  const begin = now();
  for (let before = begin, done = false; !done && before < begin + 600; ) {
    done = job.next().done === true;
    const after = now();
    taken.push(after - before);
    before = after;
  }
  return taken;
}

/** @type {Map<string, Promise<import("../../front/explorer/types.js").Grid>>} */
const grids = new Map();

/** What the build has computed of each setting. @param {{ file: string, axes: any[] }} built
 * @returns {Promise<import("../../front/ntkbook/types.js").Prepared>} */
async function gridOf({ file, axes }) {
  if (!grids.has(file)) grids.set(file, unpack(new Uint8Array(readFileSync(file))));
  const cells = await grids.get(file);
  return (setting) => {
    const arrays = cells?.(cellIndex(axes, setting))?.arrays;
    if (!arrays) return null;
    return Object.fromEntries(
      Object.entries(arrays).map(([name, array]) => [name, Float64Array.from(array)]),
    );
  };
}

/** @param {[any, any][]} grid settings and their arrays @returns {import("../../front/ntkbook/types.js").Prepared} */
function preparedBy(grid) {
  return (setting) => {
    const names = Object.keys(setting);
    const cell = grid.find(([of]) => names.every((name) => of[name] === setting[name]));
    return cell ? cell[1] : null;
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, ...job } = JSON.parse(line);
  let answer;
  try {
    answer = { value: written(await ANSWERS[kind](job)) };
  } catch (error) {
    answer = { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  console.log(JSON.stringify(answer));
}
