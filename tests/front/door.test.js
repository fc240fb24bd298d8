import assert from "node:assert/strict";
import { test } from "node:test";
import { LAST, stepAt } from "../../front/door/film.js";
import { next, runs, start, wishOf } from "../../front/door/state.js";

/** A state after events, each a record. */
const after = (state, ...events) => events.reduce(next, state);

test("it runs by itself only where motion is welcome, and only while it is seen", () => {
  assert.equal(runs(start(false)), false);
  assert.equal(runs(next(start(false), { kind: "seen", seen: true })), true);
  const calm = next(start(true), { kind: "seen", seen: true });
  assert.equal(runs(calm), false);
  assert.equal(wishOf(calm).step, 2000);
});

test("time does not pass out of sight, and a long pause is not made up for", () => {
  const seen = after(start(false), { kind: "seen", seen: true }, { kind: "passed", at: 1000 });
  const on = after(seen, { kind: "passed", at: 1090 });
  assert.equal(on.share, 0.01);
  const back = after(on, { kind: "seen", seen: false }, { kind: "passed", at: 5000 });
  assert.equal(back.share, 0.01);
  assert.equal(after(back, { kind: "seen", seen: true }, { kind: "passed", at: 9000 }).share, 0.01);
  assert.ok(after(on, { kind: "passed", at: 9000 }).share < 0.03);
});

test("at its end it stops, and Play begins anew", () => {
  const near = { ...start(false), seen: true, share: 0.9999, at: 0 };
  const ended = next(near, { kind: "passed", at: 90 });
  assert.deepEqual([ended.share, ended.wanted], [1, false]);
  const again = next(ended, { kind: "pressed" });
  assert.deepEqual([again.share, runs(again)], [0, true]);
  const paused = next({ ...near, share: 0.5 }, { kind: "pressed" });
  assert.deepEqual([paused.share, runs(paused)], [0.5, false]);
});

test("steps run on a logarithm from none to the last", () => {
  assert.deepEqual([stepAt(0), stepAt(1), stepAt(2)], [0, LAST, LAST]);
  const steps = Array.from({ length: 101 }, (_, i) => stepAt(i / 100));
  assert.ok(steps.every((step, i) => i === 0 || step >= steps[i - 1]));
  assert.ok(Math.abs(stepAt(0.5) - Math.sqrt(4 * LAST)) < 1);
});
