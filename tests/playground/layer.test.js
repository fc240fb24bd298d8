// The fast layer against the plain one, on sizes that four divides and sizes that it does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { normal as drawn, key } from "../../front/ntkbook/random.js";
import { finish } from "../../front/ntkbook/sliced.js";
import { descend, forward, pullBack } from "../../front/playground/dense.js";
import { derivatives, layer, outputs } from "../../front/playground/layer.js";

const SIZES = [
  [1, 1, 1],
  [2, 3, 5],
  [4, 8, 12],
  [5, 4, 4],
  [3, 9, 4],
  [6, 2, 7],
  [7, 13, 11],
  [16, 31, 9],
];

let seed = 0;
/** @param {number} length */
function normal(length) {
  return drawn(key(seed++), length);
}

/** A layer that has been trained a little. @param {number} rows @param {number} columns @param {number} shift */
function random(rows, columns, shift) {
  const made = layer(rows, columns, 1.5, shift);
  for (const name of ["W", "b"]) {
    const start = made.start[name];
    start.set(normal(start.length));
    made.now[name].set(normal(start.length).map((x, i) => start[i] + 0.1 * x));
  }
  return made;
}

/** @param {Float64Array} rows @param {number} size */
const split = (rows, size) =>
  Array.from({ length: rows.length / size }, (_, m) => rows.subarray(m * size, (m + 1) * size));

/** @param {ArrayLike<number>} found @param {ArrayLike<number>} wanted @param {number} rounding */
function assertClose(found, wanted, rounding) {
  assert.equal(found.length, wanted.length);
  const scale = Math.max(1, ...Array.from(wanted, Math.abs));
  for (let i = 0; i < wanted.length; i++)
    assert.ok(Math.abs(found[i] - wanted[i]) <= rounding * scale, `${i}: ${found[i]} is not ${wanted[i]}`);
}

for (const [rows, columns, points] of SIZES) {
  const size = `${rows} × ${columns}, ${points} points`;
  const [h, g] = [normal(points * columns), normal(points * rows)];

  for (const where of ["start", "now"]) {
    test(`outputs at ${where}, ${size}`, () => {
      const made = random(rows, columns, 0.7);
      const a = new Float64Array(points * rows);
      finish(forward(made, made[where], h, points, a));
      assertClose(
        a,
        split(h, columns).flatMap((x) => outputs(made, made[where], x)),
        1e-14,
      );
    });

    test(`derivatives by the inputs at ${where}, ${size}`, () => {
      const made = random(rows, columns, 0.7);
      const pulled = new Float64Array(points * columns).fill(7); // what was there is overwritten
      finish(pullBack(made, made[where], g, points, pulled));
      const signals = split(g, rows);
      const wanted = split(h, columns).flatMap((x, m) => derivatives(made, made[where], x, signals[m]).h);
      assertClose(pulled, wanted, 1e-14);
    });
  }

  for (const descent of [
    { rate: 0.1, lam: 0, anchor: 1 },
    { rate: 0.1, lam: 0.5, anchor: 1 },
    { rate: 0.1, lam: 0.5, anchor: 0 },
  ])
    test(`a step, λ = ${descent.lam} towards ${descent.anchor ? "θ₀" : "0"}, ${size}`, () => {
      const { rate, lam, anchor } = descent;
      for (const shift of [0.7, 0]) {
        const made = random(rows, columns, shift);
        const { start, now } = made;
        const signals = split(g, rows);
        const by = split(h, columns).map((x, m) => derivatives(made, now, x, signals[m]));
        /** @param {"W" | "b"} name */
        const moved = (name) =>
          Float64Array.from(now[name], (value, i) => {
            const gradient = by.reduce((sum, each) => sum + each[name][i], 0);
            return value - rate * (gradient + lam * (value - anchor * start[name][i]));
          });
        const [W, b] = [moved("W"), shift > 0 ? moved("b") : Float64Array.from(now.b)];
        finish(descend(made, g, h, points, descent));
        assertClose(now.W, W, 1e-14);
        assertClose(now.b, b, 1e-14);
      }
    });
}

test("the plain derivatives are those of the plain outputs", () => {
  const made = random(5, 3, 0.7);
  const { W, b } = made.now;
  const [h, g] = [normal(3), normal(5)];
  const along = (theta, x) => outputs(made, theta, x).reduce((sum, a, j) => sum + g[j] * a, 0);
  const nudged = (array, i, by) => Float64Array.from(array, (x, j) => (i === j ? x + by : x));
  const slopes = (array, at) =>
    Array.from(array, (_, i) => (at(nudged(array, i, 1e-6)) - at(nudged(array, i, -1e-6))) / 2e-6);
  const found = derivatives(made, { W, b }, h, g);
  assertClose(
    found.h,
    slopes(h, (x) => along({ W, b }, x)),
    1e-8,
  );
  assertClose(
    found.W,
    slopes(W, (W) => along({ W, b }, h)),
    1e-8,
  );
  assertClose(
    found.b,
    slopes(b, (b) => along({ W, b }, h)),
    1e-8,
  );
});
