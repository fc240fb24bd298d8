import assert from "node:assert/strict";
import { test } from "node:test";
import { reach } from "../../front/playground/curves.js";

test("an axis leaves a margin around its values, but does not go below 0 where none of them does", () => {
  assert.deepEqual(reach([0, 50, 100], Number.NaN), [0, 106]);
  assert.deepEqual(reach([0], Number.NaN), [0, 0.1]);
  assert.deepEqual(reach([100, 200], Number.NaN), [94, 206]);
  assert.deepEqual(reach([-1, 1], Number.NaN), [-1.12, 1.12]);
});

test("a level that is near belongs to the axis, one far away does not", () => {
  assert.deepEqual(reach([0, 1], 2), [0, 2.12]);
  assert.deepEqual(reach([0, 1], 50), [0, 1.06]);
});
