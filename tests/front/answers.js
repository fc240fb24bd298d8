// How the page reads and judges an answer, in Node: a job a line, an answer a line, both JSON.
import { createInterface } from "node:readline";
import { numberFrom, Unread } from "../../front/reader/expression.js";
import { verdict } from "../../front/reader/verdict.js";

/** @type {Record<string, (job: any) => unknown>} */
const ANSWERS = {
  read: ({ texts }) =>
    texts.map((text) => {
      try {
        return { number: String(numberFrom(text)) };
      } catch (error) {
        if (error instanceof Unread) return { unread: error.message };
        throw error;
      }
    }),
  judge: ({ accepted, texts }) => texts.map((text) => verdict(accepted, text)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, ...job } = JSON.parse(line);
  console.log(JSON.stringify(ANSWERS[kind](job)));
}
