// The explorer's record, event by event.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, next } from "../../front/explorer/state.js";
import { AXES, BETWEEN, cellOf, START } from "./_wave.js";

const at = (setting = START, note = "") => begin(AXES, cellOf, setting, note);

test("it begins with the grid's cell and what there is to say", () => {
  const state = at(START, "a complaint");
  assert.equal(state.cell.sentence, "cell 2");
  assert.equal(state.note, "a complaint");
  assert.equal(state.wish, null);
});

test("it may begin where the grid has nothing", () => {
  const state = at(BETWEEN);
  assert.equal(state.cell, null);
  assert.deepEqual(state.wish, BETWEEN);
});

test("a moved slider brings its cell, and takes old words away", () => {
  const state = next(at(START, "a complaint"), { kind: "moved", name: "n", value: 64 });
  assert.deepEqual(state.setting, { ...START, n: 64 });
  assert.equal(state.cell.sentence, "cell 0");
  assert.equal(state.note, "");
  assert.equal(state.afresh, false);
});

test("off the grid the last cell stays until the answer comes", () => {
  const before = at();
  const asking = next(before, { kind: "moved", name: "n", value: 100 });
  assert.equal(asking.cell, before.cell);
  assert.deepEqual(asking.wish, BETWEEN);
  const computed = { arrays: {}, sentence: "computed" };
  const told = next(next(asking, { kind: "said", note: "Computing …" }), {
    kind: "computed",
    cell: computed,
  });
  assert.equal(told.cell, computed);
  assert.equal(told.note, "");
  assert.equal(told.wish, asking.wish, "the same wish is not asked twice");
});

test("each move off the grid is a wish of its own, and one back to it is none", () => {
  const one = next(at(), { kind: "moved", name: "n", value: 100 });
  const two = next(one, { kind: "moved", name: "n", value: 100 });
  assert.notEqual(one.wish, two.wish);
  assert.equal(next(two, { kind: "moved", name: "n", value: 256 }).wish, null);
});

test("what is set from outside, and a kernel, rewrite what the reader has typed; nothing else does", () => {
  const set = next(at(), { kind: "set", setting: { ...START, n: 64 }, note: "so it is" });
  assert.equal(set.cell.sentence, "cell 0");
  assert.equal(set.note, "so it is");
  assert.equal(set.afresh, true);
  assert.equal(next(set, { kind: "said", note: "" }).afresh, false);
  const greeted = next(at(BETWEEN), { kind: "kernel" });
  assert.deepEqual([greeted.kernel, greeted.afresh], [true, true]);
});

test("another grid is read at the same setting", () => {
  const grid = (index) => ({ arrays: {}, sentence: `new ${index}` });
  assert.equal(next(at(), { kind: "grid", grid }).cell.sentence, "new 2");
});

test("no event changes the state before it", () => {
  const before = Object.freeze(at());
  for (const event of [
    { kind: "moved", name: "n", value: 64 },
    { kind: "set", setting: BETWEEN, note: "" },
    { kind: "kernel" },
    { kind: "plotly", plotly: {} },
    { kind: "said", note: "words" },
  ])
    assert.notEqual(next(before, event), before);
  assert.deepEqual(before.setting, START);
});
