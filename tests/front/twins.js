// What Python has a twin of, in Node: reads jobs as JSON, one a line, and answers each with a line of JSON.
import { createInterface } from "node:readline";
import { unpack } from "../../front/explorer/grid.js";
import { asPython } from "../../front/explorer/python.js";
import { showNumber } from "../../front/shared/format.js";
import { cellIndex } from "../../front/shared/values.js";

/** Numbers that JSON cannot hold, as Python reads them. @param {Float32Array} array */
const texts = (array) => [...array].map(String);

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  /** Every cell of a packed grid. */
  async cells({ packed, count }) {
    const grid = await unpack(new DataView(Uint8Array.from(Buffer.from(packed, "base64")).buffer));
    return Array.from({ length: count }, (_, index) => {
      const cell = grid(index);
      return (
        cell && {
          sentence: cell.sentence,
          arrays: Object.fromEntries(
            Object.entries(cell.arrays).map(([name, array]) => [name, texts(array)]),
          ),
        }
      );
    });
  },
  indices: ({ axes, settings }) => settings.map((setting) => cellIndex(axes, setting)),
  python: ({ spec, setting }) => asPython(spec, setting),
  numbers: ({ values, digits }) => values.map((value) => showNumber(value, digits)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, ...job } = JSON.parse(line);
  console.log(JSON.stringify(await ANSWERS[kind](job)));
}
