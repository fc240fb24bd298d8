// Sets formulas at build time: a line of JSON in, a line of JSON out; ends when its input does.
import { createInterface } from "node:readline";
import katex from "katex";

/** @param {{ latex: string, displayMode: boolean }} formula */
function set({ latex, displayMode }) {
  try {
    return { html: katex.renderToString(latex, { displayMode, throwOnError: true }) };
  } catch (error) {
    return { error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(set(JSON.parse(line)))}\n`);
}
