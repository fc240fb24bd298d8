// Where a card stands: in the window, and never over what it explains.
import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../../front/pages/cards/place.js";

const PHONE = { width: 390, height: 800, top: 50 };

test("below what it explains, from its left end on", () => {
  const stands = place({ left: 20, top: 100, bottom: 120 }, { width: 300, height: 200 }, PHONE);
  assert.deepEqual(stands, { left: 20, top: 126, height: 200 });
});

test("above, where it would not fit below", () => {
  const stands = place({ left: 20, top: 700, bottom: 720 }, { width: 300, height: 200 }, PHONE);
  assert.deepEqual(stands, { left: 20, top: 494, height: 200 });
});

test("moved in from the right edge", () => {
  assert.equal(place({ left: 300, top: 100, bottom: 120 }, { width: 300, height: 200 }, PHONE).left, 82);
});

test("cut where it fits on neither side, clear of the bar and of what it explains", () => {
  const low = place({ left: 0, top: 500, bottom: 520 }, { width: 300, height: 900 }, PHONE);
  assert.deepEqual(low, { left: 8, top: 58, height: 436 });
  const high = place({ left: 0, top: 300, bottom: 320 }, { width: 300, height: 900 }, PHONE);
  assert.deepEqual(high, { left: 8, top: 326, height: 466 });
});
