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

/** Lists of numbers as the modules take them. @param {any} value */
function read(value) {
  if (Array.isArray(value) && value.every((each) => typeof each === "number"))
    return Float64Array.from(value);
  return value;
}

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  /** What an explorer shows of a setting, or why it shows nothing. */
  cell({ experiment, setting }) {
    const { compute, describe } = EXPERIMENTS[experiment];
    const arrays = finish(compute(setting));
    return { arrays, sentence: describe(setting, arrays) };
  },
  experiments: () => Object.keys(EXPERIMENTS),
  /** Any function of any module, or of what it exports ("brier.value"); a computation runs to its end. */
  async call({ module, name, args }) {
    const exported = await import(`../../front/ntkbook/${module}.js`);
    const given = name.split(".").reduce((of, part) => of[part], exported)(...args.map(read));
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
