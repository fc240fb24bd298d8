// The explorer's record, event by event, and what it says of itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, next, shown } from "../../front/explorer/state.js";
import { behind, seenBehind, words } from "../../front/explorer/words.js";
import { AXES, BETWEEN, cellOf, POINTS, START } from "./_wave.js";

const PLOTLY = { kind: "plotly", plotly: {} };
const at = (setting = START, note = "") => next(begin(AXES, cellOf, setting, note), PLOTLY);
const after = (state, ...events) => events.reduce(next, state);
const moved = (n) => ({ kind: "moved", name: "n", value: n });
const answered = (phase, message) => ({ kind: "answered", answer: { phase, message } });
const sentence = (state) => shown(state).cell.sentence;
/** What a notebook's own explorer brings: the default setting alone. */
const alone = (cell) => (cell === 2 ? cellOf(2) : null);

test("it begins with the grid's cell and what there is to say", () => {
  const state = at(START, "a complaint");
  assert.equal(sentence(state), "cell 2");
  assert.equal(words(state), "a complaint");
  assert.equal(state.wish, null);
});

test("it may begin where the grid has nothing, and shows the default until then", () => {
  const state = at(BETWEEN, "a complaint");
  assert.equal(sentence(state), "cell 2");
  assert.deepEqual(state.wish, BETWEEN);
  assert.equal(words(state), "a complaint Computing width n = 100 …; the picture still shows width n = 256.");
});

test("a moved slider brings its cell, and takes old words away", () => {
  const state = next(at(START, "a complaint"), moved(64));
  assert.deepEqual(state.setting, { ...START, n: 64 });
  assert.equal(sentence(state), "cell 0");
  assert.equal(words(state), "");
  assert.equal(state.afresh, false);
});

test("off the grid the last cell stays, and is named, until the answer comes", () => {
  const before = at();
  const asking = next(before, moved(100));
  assert.equal(shown(asking).cell, shown(before).cell);
  assert.deepEqual(asking.wish, BETWEEN);
  assert.equal(words(asking), "Computing width n = 100 …; the picture still shows width n = 256.");
  assert.equal(behind(asking), "width n = 256");
  const cell = { arrays: {}, sentence: "computed" };
  const told = next(asking, { kind: "computed", shown: { setting: BETWEEN, cell } });
  assert.equal(sentence(told), "computed");
  assert.deepEqual([words(told), behind(told)], ["", ""]);
  assert.equal(told.wish, asking.wish, "the same wish is not asked twice");
});

test("what becomes of a wish is told, with what the picture still shows", () => {
  const asking = next(at(), moved(100));
  assert.equal(
    words(next(asking, answered("failed", "no flow"))),
    "width n = 100 could not be computed: no flow. The picture still shows width n = 256.",
  );
  const silent = next(asking, answered("silent"));
  assert.match(words(silent), /^No answer for width n = 100: .* The picture still shows width n = 256\.$/);
  assert.match(words(next(silent, answered("computing"))), /^Computing width n = 100 …/);
  assert.match(words(after(silent, moved(101))), /^Computing width n = 101 …/);
  assert.equal(words(after(silent, moved(64))), "");
});

test("a picture that is not finished says so, and has no sentence yet", () => {
  const asking = next(at(), moved(100));
  const part = { setting: BETWEEN, cell: { arrays: {}, sentence: "" }, part: true };
  const growing = next(asking, { kind: "computed", shown: part });
  assert.equal(sentence(growing), "");
  assert.match(words(growing), /^Computing …; the picture grows/);
  const cell = { arrays: {}, sentence: "computed" };
  const finished = next(growing, { kind: "computed", shown: { setting: BETWEEN, cell } });
  assert.deepEqual([sentence(finished), words(finished)], ["computed", ""]);
});

test("where a page cannot compute, the nearest cell takes the place of the wish, and is said to", () => {
  for (const [n, near, cell] of [
    [100, 64, "cell 0"],
    [150, 256, "cell 2"],
  ]) {
    const refused = next(
      next(at(), moved(n)),
      answered("refused", n === 100 ? "too many steps" : "too many steps."),
    );
    assert.equal(sentence(refused), cell);
    assert.equal(refused.setting.n, n, "what the reader has set stays");
    assert.equal(
      words(refused),
      `width n = ${n} was not computed here: too many steps. ` +
        `The picture shows the nearest that was prepared, width n = ${near}.`,
    );
  }
  const lonely = next(next(begin(AXES, alone, START, ""), PLOTLY), moved(100));
  assert.equal(sentence(next(lonely, answered("refused", "no"))), "cell 2", "there is no nearer one");
});

test("without Plotly picture, sentence and numbers stay at the default, whatever is set, and say so", () => {
  const early = begin(AXES, cellOf, START, "");
  assert.equal(words(early), "");
  const ahead = after(early, moved(64), { kind: "moved", name: "anchor", value: "zero" });
  assert.equal(sentence(ahead), "cell 2");
  assert.equal(behind(ahead), "width n = 256, anchor = θ₀");
  assert.match(words(ahead), /^The picture still shows width n = 256, anchor = θ₀, and follows as soon as/);
  const drawn = next(ahead, PLOTLY);
  assert.deepEqual([sentence(drawn), words(drawn), behind(drawn)], ["cell 1", "", ""]);
  assert.equal(words(after(ahead, moved(256), { kind: "moved", name: "anchor", value: "init" })), "");
});

test("why Plotly cannot be had is said for as long as that is so", () => {
  const without = next(begin(AXES, cellOf, START, ""), { kind: "undrawable", trouble: "no network" });
  assert.equal(words(without), "The live picture could not be loaded (no network).");
  assert.equal(
    words(next(without, moved(64))),
    "The live picture could not be loaded (no network). The picture still shows width n = 256.",
  );
  assert.equal(words(after(without, moved(64), PLOTLY)), "");
});

test("a setting that a grid of some cells lacks is wished for, like one between", () => {
  const state = next(begin(AXES, alone, START, ""), PLOTLY);
  const asking = next(state, moved(64));
  assert.deepEqual(asking.wish, { ...START, n: 64 });
  assert.equal(sentence(asking), "cell 2");
  assert.equal(next(asking, moved(256)).wish, null);
});

test("moved points are a wish, in few words, and the nearest that was prepared are the given ones", () => {
  const start = { ...START, points: POINTS.default };
  const before = next(begin([...AXES, POINTS], cellOf, start, ""), PLOTLY);
  assert.equal(before.wish, null);
  const move = (points) => ({ kind: "moved", name: "points", value: points });
  const asking = next(before, move("0.6,-0.3,1"));
  assert.deepEqual(asking.wish, { ...start, points: "0.6,-0.3,1" });
  assert.equal(words(asking), "Computing points = moved …; the picture still shows points = given.");
  assert.equal(seenBehind(asking), "points = given");
  const cell = { arrays: {}, sentence: "computed" };
  const drawn = next(asking, { kind: "computed", shown: { setting: asking.setting, cell } });
  const further = next(drawn, move("0.7,-0.3,1"));
  assert.equal(seenBehind(further), "", "the hand is seen to be ahead");
  assert.notEqual(behind(further), "");
  const refused = next(further, answered("refused", "it takes draws"));
  assert.equal(sentence(refused), "cell 2");
  assert.match(
    words(refused),
    /^points = moved was not computed here: .*nearest that was prepared, points = given\.$/,
  );
  assert.equal(next(further, move(POINTS.default)).wish, null);
});

test("each move off the grid is a wish of its own, and one back to it is none", () => {
  const one = next(at(), moved(100));
  const two = next(one, moved(100));
  assert.notEqual(one.wish, two.wish);
  assert.equal(next(two, moved(256)).wish, null);
});

test("what is set from outside, and a kernel, rewrite what the reader has typed; nothing else does", () => {
  const set = next(at(), { kind: "set", setting: { ...START, n: 64 }, note: "so it is" });
  assert.equal(sentence(set), "cell 0");
  assert.equal(words(set), "so it is");
  assert.equal(set.afresh, true);
  assert.equal(next(set, { kind: "said", note: "" }).afresh, false);
  const greeted = next(at(BETWEEN), { kind: "kernel" });
  assert.deepEqual([greeted.free, greeted.afresh], [["n", "anchor"], true]);
});

test("another grid is read at the same setting", () => {
  const grid = (index) => ({ arrays: {}, sentence: `new ${index}` });
  assert.equal(sentence(next(at(), { kind: "grid", grid })), "new 2");
});

test("no event changes the state before it", () => {
  const before = Object.freeze(at());
  for (const event of [
    moved(64),
    { kind: "set", setting: BETWEEN, note: "" },
    { kind: "kernel" },
    PLOTLY,
    answered("silent"),
    { kind: "undrawable", trouble: "words" },
    { kind: "said", note: "words" },
  ])
    assert.notEqual(next(before, event), before);
  assert.deepEqual(before.setting, START);
});
