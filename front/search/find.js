// Finds places of the book by what a reader types, the likeliest first: what is called so, then what begins so, then
// what MiniSearch, which forgives misspellings, weighs most.
import MiniSearch from "minisearch";
import { hasGreek, plain, spelt, words } from "./words.js";

/** @import { Entry, Hit, Stored } from "./types.js" */

/** How much a kind of place counts among others that say the same. */
const WEIGHTS = /** @type {Record<string, number>} */ ({
  Chapter: 3,
  Theorem: 2.5,
  Definition: 2,
  Lemma: 2,
  Proposition: 2,
  Corollary: 2,
  Symbol: 2,
  Page: 1.5,
  Function: 1.3,
  Measurement: 0.7,
  Class: 1.2,
  Value: 1.2,
  Exception: 1,
  Equation: 1,
  Section: 1,
  Exercise: 0.8,
  Method: 0.7,
  Source: 0.7,
});
const OF_CODE = new Set(["Function", "Class", "Value", "Exception", "Measurement"]);
const FORGIVING = 5; // letters from which on a word may be misspelt

/** @param {Stored} stored @returns {Entry[]} */
export function unpack({ pages, entries }) {
  return entries.map(([page, anchor, kind, title, text, names], id) => {
    const [address, name, part] = pages[page];
    const where = anchor ? name : part;
    return { id, address: anchor ? `${address}#${anchor}` : address, kind, title, text, names, where };
  });
}

/** @param {Entry[]} entries @returns {Promise<(asked: string) => Hit[]>} */
export async function finder(entries) {
  const index = new MiniSearch({
    fields: ["title", "names", "text"],
    tokenize: words,
    processTerm: (word) => word,
    extractField: (entry, field) =>
      field === "names" ? [entry.kind, ...entry.names].join("\n") : entry[field],
    searchOptions: {
      boost: { title: 5, names: 4 },
      prefix: (word, place, all) => word.length > 2 || (word.length > 1 && place === all.length - 1),
      fuzzy: (word) => (word.length >= FORGIVING ? 0.2 : false),
      boostDocument: (id) => weight(entries[id]),
    },
  });
  await index.addAllAsync(entries, { chunkSize: 50 }); // a reader may type meanwhile
  const called = entries.map(({ title, kind, names }) =>
    [title, kind, ...names].map((raw) => ({ raw, spelt: spelt(raw), plain: plain(raw) })),
  );
  return (asked) => {
    const query = asInTheBook(asked.trim());
    if (!words(query).length) return [];
    const together = index.search(query, { combineWith: "AND" });
    const found = together.length ? together : index.search(query);
    const ranked = found.map(({ id, score, match }) => ({
      entry: entries[id],
      matched: new Set(Object.keys(match)),
      near: nearness(query, called[id]),
      score,
    }));
    return ranked.sort(compared).map(({ entry, matched, near }) => ({ entry, matched, named: near >= 1 }));
  };
}

/** A name as Python prints it, in a traceback with what it says behind it: `ntkbook.errors.InvalidInput: …` is
 * nb.InvalidInput. @param {string} query */
function asInTheBook(query) {
  return query
    .replace(/^ntkbook\.chapters\./, "")
    .replace(/^ntkbook\.(bayes\.)?(?:[a-z_]\w*\.)*(\w[\w.]*).*$/s, "nb.$1$2");
}

/** @param {Entry} entry */
const sort = (entry) => entry.kind.split(" ")[0];
/** @param {Entry} entry */
const weight = (entry) => WEIGHTS[sort(entry)] ?? 1;

/** @typedef {{ raw: string, spelt: string, plain: string }} Name */
/** @typedef {{ entry: Entry, near: number, score: number }} Ranked */
/** @param {Ranked} one @param {Ranked} other */
function compared(one, other) {
  if (one.near !== other.near) return other.near - one.near;
  // A name of the library that is typed to the letter means that name.
  const code = one.near >= EXACT ? codeFirst(other.entry) - codeFirst(one.entry) : 0;
  return code || other.score - one.score;
}

/** @param {Entry} entry */
const codeFirst = (entry) => Number(OF_CODE.has(sort(entry)));

const EXACT = 4;

/** How near a place's names come to what is asked: 4 to the letter, 3 in plain words, 2 as a beginning, 1 word by
 * word; a half more where capitals are as typed. A Greek letter means itself, and not its capital.
 * @param {string} query @param {Name[]} names */
function nearness(query, names) {
  const typed = spelt(query);
  const greek = hasGreek(query);
  const asked = greek ? typed : plain(query);
  const each = asked.split(" ");
  return Math.max(
    ...names.map((name) => {
      if (name.raw === query) return EXACT;
      const said = greek ? name.spelt : name.plain;
      const half = name.spelt.includes(typed) ? 0.5 : 0;
      if (said === asked) return 3 + half;
      if (`${said} `.startsWith(`${asked} `)) return 2 + half;
      const own = said.split(" ");
      return each.every((word) => own.some((begun) => begun.startsWith(word))) ? 1 + half : 0;
    }),
  );
}
