// The page's part of ntkbook in Node: reads jobs as JSON, one a line, and answers each with a line of JSON.
import { createInterface } from "node:readline";
import { EXPERIMENTS } from "../../front/ntkbook/experiments.js";
import { finish } from "../../front/ntkbook/sliced.js";

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
  cell({ experiment, setting, prepared }) {
    const { compute, describe } = EXPERIMENTS[experiment];
    const arrays = finish(compute(setting, preparedBy(read(prepared))));
    return { arrays, sentence: describe(setting, arrays) };
  },
  experiments: () => Object.keys(EXPERIMENTS),
  /** Any function of any module; a computation runs to its end. */
  async call({ module, name, args }) {
    const given = (await import(`../../front/ntkbook/${module}.js`))[name](...args.map(read));
    return typeof given?.next === "function" ? finish(given) : given;
  },
};

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
