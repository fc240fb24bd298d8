// What the grid lacks is asked of the page's worker: the latest wish alone counts, and every end is told.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { pageAsker } from "../../front/pages/page_asker.js";

const made = [];
/** A worker whose messages are written down, and who says what the test wants. */
class Worker extends EventTarget {
  sent = [];
  constructor(url, options) {
    super();
    Object.assign(this, { url, options });
    made.push(this);
  }
  postMessage(message) {
    this.sent.push(message);
  }
  terminate() {
    this.ended = true;
  }
  say(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

let pages = 0;
function conversation() {
  const told = [];
  const spec = { axes: ["an axis"], compute: "chapter:experiment" };
  const model = { get: (key) => (key === "spec" ? spec : "the grid") };
  const note =
    (kind) =>
    (setting, ...more) =>
      told.push([kind, setting.n, ...more]);
  const kinds = ["started", "part", "done", "failed", "refused", "silent"];
  const report = Object.fromEntries(kinds.map((kind) => [kind, note(kind)]));
  const url = `worker-${++pages}.js`;
  return { told, url, asker: pageAsker(model, url, report), other: () => pageAsker(model, url, report) };
}

const fetched = globalThis.fetch;
beforeEach(() => {
  made.length = 0;
  globalThis.fetch = fetched;
  globalThis.Worker = Worker;
});

test("the worker is made when it is needed, once a page, and hears of the explorer first", () => {
  const { asker, other, url } = conversation();
  assert.equal(made.length, 0);
  asker.ask({ n: 1 });
  other().ask({ n: 2 });
  assert.equal(made.length, 1);
  assert.deepEqual([made[0].url, made[0].options], [url, { type: "module" }]);
  const [open, wish] = made[0].sent;
  assert.deepEqual(
    [open.kind, open.experiment, open.axes, open.grid],
    ["open", "chapter:experiment", ["an axis"], "the grid"],
  );
  assert.deepEqual([wish.kind, wish.explorer, wish.setting], ["compute", open.explorer, { n: 1 }]);
});

test("parts and the whole are told of a wish under way, and then the latest of those that wait is asked", () => {
  const { asker, told } = conversation();
  for (const n of [1, 2, 3]) asker.ask({ n });
  assert.equal(made[0].sent.length, 2, "the first opens, and is asked");
  const first = made[0].sent.at(-1);
  made[0].say({ ...first, explorer: "another", kind: "cell", arrays: {}, sentence: "another's" });
  made[0].say({ ...first, kind: "part", arrays: { y: 1 } });
  const { explorer, request, setting } = made[0].sent.at(-1);
  assert.deepEqual([made[0].sent.length, setting], [3, { n: 3 }]);
  made[0].say({ ...first, kind: "cell", arrays: {}, sentence: "old" });
  made[0].say({ explorer, request, kind: "cell", arrays: { y: 2 }, sentence: "words" });
  made[0].say({ explorer, request, kind: "cell", arrays: { y: 3 }, sentence: "twice" });
  assert.deepEqual(told, [
    ["started", 1],
    ["started", 2],
    ["started", 3],
    ["part", 1, { y: 1 }],
    ["done", 3, { arrays: { y: 2 }, sentence: "words" }],
  ]);
});

test("a wish that takes long gives way to the next one all the same", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { asker, told } = conversation();
  asker.ask({ n: 1 });
  t.mock.timers.tick(60);
  asker.ask({ n: 2 });
  assert.equal(made[0].sent.length, 2);
  t.mock.timers.tick(60);
  assert.deepEqual(made[0].sent.at(-1).setting, { n: 2 });
  t.mock.timers.tick(150);
  asker.ask({ n: 3 });
  assert.deepEqual(made[0].sent.at(-1).setting, { n: 3 }, "at once: the one before has had its turn");
  asker.ask({ n: 4 });
  made[0].say({ ...made[0].sent.at(-1), kind: "refused", message: "of no interest any more" });
  assert.deepEqual(made[0].sent.at(-1).setting, { n: 4 });
  asker.forget();
  t.mock.timers.tick(500);
  assert.equal(made[0].sent.at(-1).kind, "forget");
  assert.ok(told.every(([kind]) => kind === "started"));
});

test("what is forgotten is not told, and the worker stops at it", () => {
  const { asker, told } = conversation();
  asker.ask({ n: 1 });
  const { explorer, request } = made[0].sent.at(-1);
  asker.forget();
  assert.deepEqual(made[0].sent.at(-1), { kind: "forget", explorer });
  made[0].say({ explorer, request, kind: "cell", arrays: {}, sentence: "late" });
  assert.deepEqual(told, [["started", 1]]);
});

test("a refusal is told in the worker's words, and a worker that cannot run in ours", () => {
  const { asker, told } = conversation();
  asker.ask({ n: 1 });
  const { explorer, request } = made[0].sent.at(-1);
  made[0].say({ explorer, request, kind: "refused", message: "too many steps" });
  asker.ask({ n: 2 });
  made[0].dispatchEvent(new Event("error"));
  asker.ask({ n: 3 });
  assert.equal(made.length, 2, "another try makes another worker");
  assert.ok(made[0].ended, "and nothing is left of the first");
  globalThis.Worker = undefined;
  made[1].dispatchEvent(new Event("error"));
  asker.ask({ n: 4 });
  const refused = told.filter(([kind]) => kind === "refused").map(([, n, message]) => [n, message]);
  const words = "this browser does not let the page compute";
  assert.deepEqual(refused, [
    [1, "too many steps"],
    [2, words],
    [3, words],
    [4, words],
  ]);
});

test("an explorer that is taken away is closed, and hears no more", () => {
  const { asker, told } = conversation();
  asker.ask({ n: 1 });
  const { explorer, request } = made[0].sent.at(-1);
  asker.stop();
  assert.deepEqual(made[0].sent.at(-1), { kind: "close", explorer });
  made[0].say({ explorer, request, kind: "cell", arrays: {}, sentence: "late" });
  assert.deepEqual(told, [["started", 1]]);
});

test("where one worker serves two explorers, its end is told to both, and one new worker serves both", () => {
  const { asker, told, other } = conversation();
  const second = other();
  asker.ask({ n: 1 });
  second.ask({ n: 2 });
  made[0].dispatchEvent(new Event("error"));
  assert.deepEqual(
    told.filter(([kind]) => kind === "refused").map(([, n]) => n),
    [1, 2],
  );
  second.ask({ n: 3 });
  asker.ask({ n: 4 });
  assert.equal(made.length, 2);
  const kinds = made[1].sent.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["open", "compute", "open", "compute"]);
});

test("where the worker is gone since the book was updated, that is the reason, unless something else is asked", async () => {
  const old = "the book has been updated since this page was opened; reload it";
  const unable = "this browser does not let the page compute";
  const heard = async (status, meanwhile = () => {}) => {
    const { asker, told, url } = conversation();
    globalThis.fetch = async (address, { method }) => {
      assert.deepEqual([address, method], [url, "HEAD"]);
      if (!status) throw new TypeError("no network");
      return { status };
    };
    asker.ask({ n: 1 });
    made.at(-1).dispatchEvent(new Event("error"));
    meanwhile(asker);
    await new Promise(setImmediate);
    return told.filter(([kind]) => kind === "refused").map(([, , message]) => message);
  };
  assert.deepEqual(await heard(404), [unable, old]);
  for (const status of [0, 200, 503]) assert.deepEqual(await heard(status), [unable]);
  assert.deepEqual(await heard(404, (asker) => asker.ask({ n: 2 })), [unable]);
  assert.deepEqual(await heard(404, (asker) => asker.forget()), [unable]);
});
