// The model of a page without a kernel keeps anywidget's contract.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalModel } from "../../front/pages/model.js";

test("a change is heard, once, by those who listen to its key", () => {
  const model = new LocalModel({ setting: {}, grid: 1 });
  const heard = [];
  const callback = () => heard.push(model.get("setting").n);
  model.on("change:setting", callback);
  model.on("change:setting", callback);
  model.on("change:grid", () => heard.push("grid"));
  const setting = { n: 1 };
  model.set("setting", setting);
  model.set("setting", setting); // no change
  assert.deepEqual(heard, [1]);
  model.off("change:setting", callback);
  model.set("setting", { n: 2 });
  assert.deepEqual([heard, model.get("setting")], [[1], { n: 2 }]);
});

test("who stops listening while a change is told disturbs nobody else", () => {
  const model = new LocalModel({ setting: 0 });
  const heard = [];
  const first = () => {
    heard.push("first");
    model.off("change:setting", first);
  };
  model.on("change:setting", first);
  model.on("change:setting", () => heard.push("second"));
  model.set("setting", 1);
  assert.deepEqual(heard, ["first", "second"]);
});

test("nobody answers, and nothing fails for it; the state given is left as it was", () => {
  const given = { setting: 0 };
  const model = new LocalModel(given);
  model.on("msg:custom", () => assert.fail("somebody spoke"));
  model.set("setting", 1);
  model.save_changes();
  model.send({ type: "hello" });
  model.off("never", () => {});
  assert.deepEqual([given.setting, model.get("setting")], [0, 1]);
});
