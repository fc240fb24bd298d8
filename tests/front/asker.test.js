// What the grid lacks is asked of the kernel, one setting at a time, and its silence is told.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { kernelAsker } from "../../front/explorer/asker.js";

/** A model whose messages are written down, and who says what the test wants. */
function conversation() {
  const listeners = new Map();
  const sent = [];
  const told = [];
  const model = {
    send: (message) => sent.push(message),
    on: (event, callback) => listeners.set(event, callback),
    off: (event) => listeners.delete(event),
  };
  const note = (kind) => (setting, message) => told.push([kind, setting.n, ...(message ? [message] : [])]);
  const asker = kernelAsker(model, {
    started: note("started"),
    failed: note("failed"),
    silent: note("silent"),
    done: (setting, cell) => told.push(["done", setting.n, cell.sentence, [...cell.arrays.y]]),
  });
  const say = (message, buffers = []) => listeners.get("msg:custom")?.(message, buffers);
  const request = () => sent.at(-1).request;
  const answer = (sentence, buffers = [new DataView(Float32Array.of(1, 2).buffer)]) =>
    say({ type: "result", request: request(), sentence, names: ["y"] }, buffers);
  return { asker, sent, told, say, request, answer, listeners };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a setting is asked, and its answer told with numbers that lie anywhere in their buffer", () => {
  const { asker, sent, told, answer } = conversation();
  asker.ask({ n: 100 });
  assert.deepEqual(
    sent.map(({ type, setting }) => [type, setting]),
    [["compute", { n: 100 }]],
  );
  const wide = new Uint8Array(13);
  wide.set(new Uint8Array(Float32Array.of(3, 4).buffer), 5);
  answer("words", [new DataView(wide.buffer, 5, 8)]);
  assert.deepEqual(told, [
    ["started", 100],
    ["done", 100, "words", [3, 4]],
  ]);
});

test("while one is computed only the latest wish is kept", () => {
  const { asker, sent, told, answer } = conversation();
  for (const n of [100, 101, 102]) asker.ask({ n });
  assert.equal(sent.length, 1);
  answer("of 100");
  assert.deepEqual(
    sent.map(({ setting }) => setting.n),
    [100, 102],
  );
  answer("of 102");
  assert.deepEqual(told.at(-1), ["done", 102, "of 102", [1, 2]]);
  assert.ok(!told.some(([kind, n]) => kind === "done" && n === 100));
});

test("who goes back to the grid does not see a late answer", () => {
  const { asker, told, answer } = conversation();
  asker.ask({ n: 100 });
  asker.forget();
  answer("late");
  mock.timers.tick(1e6);
  assert.deepEqual(told, [["started", 100]]);
});

test("answers to another view are not heard", () => {
  const { asker, told, say, answer } = conversation();
  asker.ask({ n: 100 });
  say({ type: "result", request: "other.1", sentence: "theirs", names: [] });
  say({ type: "kernel" });
  assert.deepEqual(told, [["started", 100]]);
  answer("ours");
  assert.equal(told.length, 2);
});

test("an error is told in its words", () => {
  const { asker, told, say, request } = conversation();
  asker.ask({ n: 100 });
  say({ type: "error", request: request(), message: "no" });
  assert.deepEqual(told.at(-1), ["failed", 100, "no"]);
});

test("a kernel that does not begin is told after seconds, one that has begun after minutes", () => {
  const { asker, told, say, request } = conversation();
  asker.ask({ n: 100 });
  mock.timers.tick(3_999);
  assert.deepEqual(told, [["started", 100]]);
  say({ type: "started", request: request() });
  mock.timers.tick(119_999);
  assert.equal(told.at(-1)[0], "started");
  mock.timers.tick(1);
  assert.deepEqual(told.at(-1), ["silent", 100]);
});

test("after silence the next wish is sent at once", () => {
  const { asker, sent, told, answer } = conversation();
  asker.ask({ n: 100 });
  mock.timers.tick(4_000);
  assert.deepEqual(told.at(-1), ["silent", 100]);
  asker.ask({ n: 101 });
  assert.equal(sent.length, 2);
  answer("of 101");
  assert.deepEqual(told.at(-1), ["done", 101, "of 101", [1, 2]]);
});

test("when the connection changes, what is under way gets seconds, not minutes", () => {
  const { asker, told, say, request, listeners } = conversation();
  asker.ask({ n: 100 });
  say({ type: "started", request: request() });
  listeners.get("comm_live_update")();
  mock.timers.tick(4_000);
  assert.deepEqual(told.at(-1), ["silent", 100]);
});

test("a connection that throws is as silent as any other", () => {
  const { asker, told, sent } = conversation();
  sent.push = () => {
    throw new Error("closed");
  };
  const info = mock.method(console, "info", () => {});
  asker.ask({ n: 100 });
  mock.timers.tick(4_000);
  assert.deepEqual(told, [
    ["started", 100],
    ["silent", 100],
  ]);
  assert.equal(info.mock.callCount(), 1);
});

test("stopped, it neither hears nor waits", () => {
  const { asker, told, listeners } = conversation();
  asker.ask({ n: 100 });
  asker.stop();
  mock.timers.tick(1e6);
  assert.deepEqual([told.length, listeners.size], [1, 0]);
});
