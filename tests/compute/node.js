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

/** Lists of numbers as the modules take them. @param {any} value */
function read(value) {
  if (Array.isArray(value) && value.every((each) => typeof each === "number"))
    return Float64Array.from(value);
  return value;
}

/** @type {Map<string, Promise<(setting: any) => any>>} */
const grids = new Map();

/** What the build has computed of each setting. @param {{ file: string, axes: any[] }} built */
async function preparedBy({ file, axes }) {
  const cells = await unpack(new Uint8Array(readFileSync(file)));
  return (/** @type {any} */ setting) => {
    const arrays = cells(cellIndex(axes, setting))?.arrays ?? null;
    return (
      arrays &&
      Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, Float64Array.from(array)]))
    );
  };
}

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  /** What an explorer shows of a setting, or why it shows nothing. */
  async cell({ experiment, setting, built }) {
    const { compute, describe } = EXPERIMENTS[experiment];
    if (built && !grids.has(built.file)) grids.set(built.file, preparedBy(built));
    const prepared = built ? await grids.get(built.file) : () => null;
    const arrays = finish(compute(setting, prepared));
    return { arrays, sentence: describe(setting, arrays) };
  },
  experiments: () => Object.keys(EXPERIMENTS),
  /** Any function of any module; a computation runs to its end. */
  async call({ module, name, args }) {
    const given = (await import(`../../front/ntkbook/${module}.js`))[name](...args.map(read));
    return typeof given?.next === "function" ? finish(given) : given;
  },
};

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
