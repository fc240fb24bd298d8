// A slider's every step by key leads on, between whole numbers, too.
import assert from "node:assert/strict";
import { test } from "node:test";

/** As much of an element as a slider needs. */
class Element extends EventTarget {
  style = { setProperty() {} };
  value = "";
  childNodes = [];
  setAttribute(name, value) {
    this[name] = value;
  }
  append() {}
  replaceWith() {}
}
globalThis.DocumentFragment = Element;
globalThis.document = { createElement: () => new Element() };
const { controlFor } = await import("../../front/shared/controls.js");

function pressed(values, steps) {
  const axis = { kind: "axis", name: "n", label: "n", values, default: values[0], integer: true, unit: "" };
  axis.scale = values[0] > 0 ? "log" : "linear";
  const made = [];
  globalThis.document.createElement = (tag) => {
    const element = new Element();
    if (tag === "input") made.push(element);
    return element;
  };
  const seen = [];
  const control = controlFor(axis, "id", {
    moved(_, value) {
      seen.push(value);
      control.show(value);
    },
    settled() {},
    refused() {},
  });
  control.allowAnyValue();
  control.show(values[0]);
  const [range] = made;
  for (let step = 0; step < Math.abs(steps); step++) {
    range.value = String(Number(range.value) + Math.sign(steps));
    range.dispatchEvent(new Event("input"));
  }
  return seen;
}

test("between whole numbers that are few, a key leads to the next", () => {
  assert.deepEqual(pressed([0, 1, 2, 4], 4), [1, 2, 3, 4]);
  assert.deepEqual(pressed([1, 4, 16], 3), [2, 3, 4]);
});

test("where they are many, ten steps lead from one value of the grid to the next", () => {
  const seen = pressed([64, 256, 1024], 10);
  assert.equal(seen.length, 10);
  assert.equal(seen.at(-1), 256);
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});
