// What time is in an explorer, and what is drawn before it has passed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf, player, until } from "../../front/explorer/play.js";
import { AXES } from "./_wave.js";

const line = (x, y) => ({ type: "scatter", x, y });
const panel = (...data) => ({ figure: { data } });
const TIME = { ...AXES[0], name: "t" };
const CURVES = {
  axes: AXES,
  panels: [panel(line("log_t", "drift"), line("log_t", "bound"), line("n", "slope"))],
};

test("time is the reader's axis where there is one, else what curves are drawn against, else nothing", () => {
  assert.deepEqual(clockOf({ ...CURVES, axes: [...AXES, TIME] }), { axis: TIME });
  assert.deepEqual(clockOf(CURVES), { array: "log_t" });
  assert.equal(clockOf({ axes: AXES, panels: [panel(line("n", "slope"))] }), null);
  assert.equal(clockOf({ ...CURVES, axes: [] }), null, "a figure does not play");
});

test("curves in time end at the moment; what is constant, and what is drawn against something else, is whole", () => {
  const arrays = {
    log_t: Float32Array.of(0, 1, 2, 3),
    drift: Float32Array.of(1, 2, 3, 4),
    bound: Float32Array.of(9, 9, 9, 9),
    n: Float32Array.of(1, 2),
    slope: Float32Array.of(5, 6),
  };
  const half = until(CURVES, arrays, 0.5);
  assert.deepEqual([...half.drift], [1, 2, 3, NaN]);
  assert.deepEqual([half.bound, half.slope, half.log_t], [arrays.bound, arrays.slope, arrays.log_t]);
  assert.deepEqual(until(CURVES, arrays, 1), arrays);
  assert.deepEqual([...until(CURVES, arrays, 0).drift], [1, NaN, NaN, NaN]);
  assert.deepEqual([...arrays.drift], [1, 2, 3, 4], "the arrays themselves stay");
});

test("readers who prefer less motion, and explorers without time, have no button", () => {
  globalThis.matchMedia = () => ({ matches: true });
  assert.deepEqual(player(CURVES, {}).buttons, []);
  globalThis.matchMedia = () => ({ matches: false });
  assert.deepEqual(player({ axes: AXES, panels: [] }, {}).buttons, []);
});
