// What the reader has done, and clocks that were wrong while it was kept.
import assert from "node:assert/strict";
import { test } from "node:test";
import { everything, exported, imported, keep, recall } from "../../front/reader/memory.js";
import { due, streak } from "../../front/reader/review.js";

const DAY = 24 * 60 * 60 * 1000;
const shifted = (/** @type {number} */ days) => new Date(Date.now() + days * DAY).toISOString();

test("what a wrong clock has dated in the future is asked again today, and is no later than any other", () => {
  keep("prediction/future", { at: shifted(20_000), status: "right", streak: 3 });
  keep("visit/today", {});
  const [future, today] = [recall("prediction/future"), recall("visit/today")];
  assert.equal(future.status, "right");
  assert.ok(due(future) <= new Date());
  assert.ok(future.at < today.at);
  assert.equal(streak(future, true), 4);
  assert.deepEqual([...everything().keys()], ["prediction/future", "visit/today"]);
});

test("a clock that went back loses nothing, and what is answered after it is kept", () => {
  keep("answer/one", { text: "1" });
  keep("answer/one", { at: shifted(-9000), text: "2" });
  assert.equal(recall("answer/one").text, "2");
});

test("a minute's difference between two devices is none", () => {
  const at = shifted(1 / 1440);
  keep("visit/soon", { at });
  assert.equal(recall("visit/soon").at, at);
});

test("a file from a device with a wrong clock does not win over what is here, and fills what is not", () => {
  const items = {
    "answer/one": { at: shifted(400), text: "theirs" },
    "answer/two": { at: shifted(400), text: "theirs" },
  };
  assert.deepEqual(imported(JSON.stringify({ ntkbook: 1, items })), { taken: 1, left: 1 });
  assert.deepEqual([recall("answer/one").text, recall("answer/two").text], ["2", "theirs"]);
  assert.equal(JSON.parse(exported()).items["answer/two"].text, "theirs");
});
