// Values of axes, as texts and as positions of sliders, and numbers as they are written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { add, move, pointName, relabel, remove } from "../../front/explorer/edits.js";
import { legal } from "../../front/explorer/places.js";
import { plainText, showNumber } from "../../front/shared/format.js";
import { pointsOf, writePoints } from "../../front/shared/points.js";
import { defaults, positionOf, readValue, showSetting, valueAt } from "../../front/shared/values.js";
import { AXES, POINTS, START } from "./_wave.js";

const [WIDTH, ANCHOR] = AXES;
const RATE = {
  ...WIDTH,
  name: "rate",
  label: "rate",
  values: [0, 0.1, 0.5],
  default: 0.1,
  integer: false,
  scale: "linear",
  unit: "%",
};

test("numbers keep four digits, and become powers of ten at both ends", () => {
  const shown = [0, 1, -1, 0.1234567, 123456, 1e6, 1e-3, 1e-4, -2.5e-7, 1.2e21, Number.NaN, Infinity];
  assert.deepEqual(
    shown.map((value) => showNumber(value)),
    ["0", "1", "−1", "0.1235", "123500", "10⁶", "0.001", "10⁻⁴", "−2.5·10⁻⁷", "1.2·10²¹", "–", "–"],
  );
  assert.equal(showNumber(0.1234567, 2), "0.12");
  assert.equal(plainText("‖Θ<sub>t</sub>‖<sup>2</sup> <b>"), "‖Θt‖2 <b>");
});

test("a slider's positions are the grid's values, and between them follow the scale", () => {
  for (const [index, value] of WIDTH.values.entries()) {
    assert.equal(valueAt(WIDTH, index, 1), value);
    assert.equal(positionOf(WIDTH, value, 10), 10 * index);
  }
  assert.equal(valueAt(WIDTH, 5, 10), 128); // half the way by ratio
  assert.equal(valueAt(RATE, 15, 10), 0.3); // half the way by difference
});

test("a position is found again from its value", () => {
  for (const axis of [WIDTH, RATE])
    for (let position = 0; position <= 20; position++)
      assert.equal(positionOf(axis, valueAt(axis, position, 10), 10), position);
});

test("a text means a value, or is refused in words", () => {
  const refused = (axis, text, hasKernel) => readValue(axis, text, hasKernel).complaint;
  assert.deepEqual(readValue(WIDTH, "256", false), { value: 256 });
  assert.deepEqual(readValue(WIDTH, "300", true), { value: 300 });
  assert.match(refused(WIDTH, "300", false), /holds width n at 64, 256, 1024; 300 needs a running notebook/);
  assert.match(refused(WIDTH, "300.5", true), /whole numbers/);
  assert.match(refused(WIDTH, "2000", true), /goes from 64 to 1024; 2000 lies outside/);
  assert.match(refused(WIDTH, " ", true), /not a number/);
  assert.match(refused(WIDTH, "9".repeat(400), true), /^“9{24}…” is not a number/);
  assert.match(refused(ANCHOR, "one", true), /not one of the choices for anchor/);
  assert.equal(
    showSetting([WIDTH, ANCHOR, RATE], { ...START, rate: 0.1 }),
    "width n = 256, anchor = θ₀, rate = 0.1 %",
  );
});

test("a setting from outside becomes one that a reader could have set", () => {
  assert.deepEqual(legal(AXES, {}), { setting: defaults(AXES), complaints: [] });
  assert.deepEqual(legal(AXES, { n: 100, anchor: "zero", other: 1 }).setting, { n: 100, anchor: "zero" });
  const { setting, complaints } = legal(AXES, { n: -1, anchor: null });
  assert.deepEqual([setting, complaints.length], [START, 2]);
});

test("a text of points is read as it would be written, or refused in words", () => {
  const read = (text, free = true) => readValue(POINTS, text, free);
  assert.deepEqual(read("0.50,-0,1"), { value: "0.5,0,1" });
  assert.deepEqual(read(POINTS.default, false), { value: POINTS.default });
  assert.match(
    read("0,0,1", false).complaint,
    /holds the given points alone; others need a running notebook/,
  );
  for (const [text, why] of [
    ["", /“” is not a point; points were left as given/],
    ["1,2", /is not a point/],
    ["1,2,2", /is not a point/],
    ["1e1,0,0", /is not a point/],
    ["NaN,0,0", /is not a point/],
    ["1,0,0,0", /is not a point/],
    ["1,0,0;", /“” is not a point/],
    ["2.01,0,0", /2.01,0,0 lies outside of the picture/],
    ["0,0,0;0,0,0;0,0,0;0,0,0", /room for 3 points/],
    ["9".repeat(1_000_000), /room for 3 points/],
    [`${"x".repeat(60)}`, /“x{24}…” is not a point/],
  ])
    assert.match(read(text).complaint, why, text.slice(0, 40));
});

test("points are moved within the box, relabelled, added and removed, in words", () => {
  const given = pointsOf(POINTS, POINTS.default);
  assert.equal(writePoints(POINTS, given), POINTS.default);
  assert.equal(pointName(POINTS, given, 0), "Point 1 of 2, class 1, at (0.5, −0.3)");
  const after = ({ points }) => writePoints(POINTS, points);
  assert.equal(after(move(POINTS, given, 1, [7, 0.12345])), "0.5,-0.3,1;2,0.12,0");
  assert.equal(after(relabel(POINTS, given, 0, 2)), "0.5,-0.3,0;-1,1,0");
  const added = add(POINTS, given, 1);
  assert.equal(added.points.length, 3);
  assert.match(added.words, /^Added Point 3 of 3, class 1, at/);
  assert.equal(add(POINTS, added.points, 0).words, "There is room for 3 points; remove one first.");
  const left = remove(POINTS, given, 0);
  assert.equal(after(left), "-1,1,0");
  assert.deepEqual(remove(POINTS, left.points, 0), { words: "One point must stay." });
});

test("an angle has one coordinate, and no class where there are none", () => {
  const angles = { ...POINTS, classes: 0, box: [[-180, 180]], default: "-60;120" };
  const given = pointsOf(angles, angles.default);
  assert.equal(pointName(angles, given, 0), "Point 1 of 2, at −60");
  assert.equal(writePoints(angles, move(angles, given, 0, [33.333]).points), "33.3;120");
  assert.equal(relabel(angles, given, 0, 1).points, undefined);
});
