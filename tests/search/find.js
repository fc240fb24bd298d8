// Given the built list of places and questions, the address of the first hits of each, as JSON.
import { readFileSync } from "node:fs";
import { finder, unpack } from "../../front/search/find.js";

const [places, questions] = [process.argv[2], JSON.parse(readFileSync(0, "utf8"))];
const [, stored] = readFileSync(places, "utf8").match(/^globalThis\.bookPlaces=(.*);$/m);
const find = await finder(unpack(JSON.parse(stored)));
const first = (asked) =>
  find(asked)
    .slice(0, 3)
    .map(({ entry }) => entry.address);
console.log(JSON.stringify(questions.map(first)));
