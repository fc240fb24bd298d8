// Sets formulas at build time: a line of JSON in, a line of JSON out; ends when its input does.
import { createInterface } from "node:readline";
import katex from "katex";

// KaTeX puts the sign of application after a name that is an index, _{\min} say, as a child too many.
const SURPLUS =
  /<mo>\u2061<\/mo>(?=<\/m(?:sub|sup|subsup|under|over|underover)>)|(?<=<msubsup><m[ion][^>]*>[^<]*<\/m[ion]><mi>[^<]*<\/mi>)<mo>\u2061<\/mo>/g;

/** @param {{ latex: string, displayMode: boolean }} formula */
function set({ latex, displayMode }) {
  try {
    const html = katex.renderToString(latex, { displayMode, throwOnError: true });
    return { html: html.replace(SURPLUS, "") };
  } catch (error) {
    return { error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(set(JSON.parse(line)))}\n`);
}
