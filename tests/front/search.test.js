// What the search makes of words, and which part of a text it shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { excerpt, marked } from "../../front/search/excerpt.js";
import { finder, unpack } from "../../front/search/find.js";
import { told } from "../../front/search/typing.js";
import { plain, spelt } from "../../front/search/words.js";

test("a letter is the same however it is typed", () => {
  for (const typed of ["θ₀", "theta_0", "\\theta_0", "theta0"]) assert.equal(plain(typed), "theta0");
  for (const typed of ["K₁", "K_1", "k1"]) assert.equal(plain(typed), "k1");
  assert.equal(plain("\\varepsilon"), plain("ε"));
  assert.equal(plain("‖Θₜ − Θ₀‖ ≤ 2K₁R/√n"), "theta t theta0 2k1r sqrt n");
  assert.equal(spelt("Θ"), "Theta");
});

test("accents fall, abbreviations are spelt out, names come apart", () => {
  assert.equal(plain("Polyak–Łojasiewicz"), "polyak lojasiewicz");
  assert.equal(plain("Thm. B"), "theorem b");
  assert.equal(plain("nb.max_margin"), "nb max margin");
  assert.equal(plain("?!"), "");
});

test("what was found is marked, whole words at a time", () => {
  const pieces = marked("The kernel, kernels of θ₀.", new Set(["kernel", "theta0"]));
  assert.deepEqual(
    pieces.filter((piece) => piece.marked).map((piece) => piece.text),
    ["kernel", "θ₀"],
  );
  assert.equal(pieces.map((piece) => piece.text).join(""), "The kernel, kernels of θ₀.");
});

test("an excerpt begins where it must, and ends with a word", () => {
  const text = `${"word ".repeat(100)}needle ${"more ".repeat(100)}`.trim();
  const shown = excerpt(text, new Set(["needle"]));
  assert.match(shown, /^… (word )+needle (more )+…$/);
  assert.ok(shown.length < 180);
  assert.match(excerpt(text, new Set()), /^(word )+…$/);
  assert.equal(excerpt("Short.", new Set(["none"])), "Short.");
});

const PAGES = [
  ["a.html", "Chapter 1. Loss", "Part I"],
  ["reference.html", "Reference", "Back"],
];
const ENTRIES = [
  [0, "", "Chapter 1", "Loss", "About the kernel.", ["loss"]],
  [0, "theorem-b", "Theorem 1.2", "Theorem B: a bound", "Let the kernel be bounded.", ["Theorem B"]],
  [1, "nb.Loss", "Class", "nb.Loss", "A loss.", ["Loss"]],
  [1, "nb.bound", "Function", "nb.bound", "A bound, see Theorem B.", ["bound"]],
];

test("names come before words, code to the letter before all, and misspellings are forgiven", async () => {
  const find = await finder(unpack({ pages: PAGES, entries: ENTRIES }));
  const first = (asked) => find(asked)[0]?.entry.address;
  assert.equal(first("theorem b"), "a.html#theorem-b");
  assert.equal(first("Loss"), "reference.html#nb.Loss");
  assert.equal(first("loss"), "a.html");
  assert.equal(first("bound"), "reference.html#nb.bound");
  assert.equal(first("theorm"), "a.html#theorem-b");
  assert.equal(first("kernal"), "a.html");
  assert.equal(first("nowhere"), undefined);
  assert.deepEqual(
    find("theorem b").map(({ entry }) => entry.where),
    ["Chapter 1. Loss", "Reference"],
  );
});

test("how many there are is told in words", () => {
  const hits = [{}, {}, {}];
  assert.match(told("", [], 8), /A theorem, a symbol/);
  assert.match(told("xyzzy", [], 8), /Nothing is found for “xyzzy”. Try/);
  assert.equal(told("x", hits.slice(0, 1), 8), "One place.");
  assert.equal(told("x", hits, 8), "3 places.");
  assert.equal(told("x", hits, 2), "3 places, the first 2 here.");
});
