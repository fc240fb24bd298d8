// What the page knows, event by event, without a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AXES, addressed, NAME, readState } from "../../front/playground/settings.js";
import { changed, next, start } from "../../front/playground/state.js";
import { wishes } from "../../front/playground/wishes.js";

/** The state after some events; every state is frozen, so that whoever writes into it is found out. */
function after(...events) {
  return events.reduce((state, event) => freeze(next(state, event)), freeze(start("", false)));
}

function freeze(state) {
  for (const value of [state, state.setting, state.points, ...state.points, state.moments, state.note])
    Object.freeze(value);
  return state;
}

const MOMENT = {
  ...{ step: 0, loss: 13, linearLoss: 13, radius: 0, linearRadius: 0, gap: 0, linearGap: 0, drift: 0 },
};

/** What the worker sends of a run. */
function frame(change = {}, run = {}) {
  return {
    ...{ version: 1, playing: true, busy: "", stepTime: 0, picture: null },
    run: {
      ...{ steps: 3, time: 0.06, loss: 12, linearLoss: 12, gap: 0, linearGap: 0, excess: 9, norm: 40 },
      ...{ lost: { network: null, linear: null }, guarantee: 0.05, parameters: 1000, moments: [MOMENT] },
      ...run,
    },
    ...change,
  };
}
const arrives = (at, change, run) => ({ kind: "frame", frame: frame(change, run), at });
const kinds = (before, state) => wishes(before, state).map(({ kind }) => kind);

test("a setting begins the training anew, with the hand still on it", () => {
  const state = after(arrives(0), { kind: "set", name: "width", value: 64 });
  assert.deepEqual([state.setting.width, state.version, state.moments, state.hand], [64, 2, [], "on"]);
  assert.equal(next(state, { kind: "settled" }).hand, "off");
});

test("a class that there is no more gives way to the last one, among the points and for new ones", () => {
  const state = after({ kind: "brush", label: 2 }, { kind: "set", name: "classes", value: "2" });
  assert.equal(state.brush, 1);
  assert.ok(state.points.every(({ label }) => label < 2));
  assert.equal(next(state, { kind: "set", name: "classes", value: "4" }).brush, 1);
});

test("points are added, moved, relabelled and removed, and it is said", () => {
  const { points } = start("", false);
  const place = { x: 300.2, y: -50.4 };
  const added = after({ kind: "added", place, label: 1, done: true });
  assert.deepEqual(added.points, [...points, { x: 200, y: -50, label: 1 }]);
  assert.deepEqual([added.note.words, added.hand], ["Added class B at (2, −0.5).", "off"]);
  const moved = after({ kind: "placed", i: 0, place: { x: 1.4, y: 2 }, done: false });
  assert.deepEqual(moved.points, [{ ...points[0], x: 1, y: 2 }, ...points.slice(1)]);
  assert.deepEqual([moved.note.words, moved.hand], ["", "on"]);
  const dropped = next(moved, { kind: "dropped", i: 0 });
  assert.equal(dropped.note.words, "Moved: Point 1 of 12, class A, at (0.01, 0.02).");
  assert.deepEqual([dropped.hand, dropped.version], ["off", moved.version]);
  const relabelled = after({ kind: "relabelled", i: 3, label: 2 });
  assert.deepEqual([relabelled.points[3].label, relabelled.version], [2, 2]);
  const removed = after({ kind: "removed", i: 0 });
  assert.deepEqual(removed.points, points.slice(1));
  assert.match(removed.note.words, /^Removed Point 1 of 12, class A, at/);
});

test("what cannot be done is said, each time, and nothing begins anew", () => {
  const add = { kind: "added", place: { x: 0, y: 0 }, label: 0, done: false };
  const full = after(...Array(40).fill(add));
  assert.equal(full.points.length, 40);
  const again = next(full, add);
  assert.equal(again.version, full.version);
  assert.match(again.note.words, /^There is room for 40 points/);
  assert.ok(changed(next(again, add), again, "note"));
  const one = after(...Array(20).fill({ kind: "removed", i: 0 }));
  assert.deepEqual([one.points.length, one.note.words], [1, "One point must stay."]);
});

test("a frame of what is trained no more changes nothing", () => {
  const state = after({ kind: "reset" });
  assert.deepEqual(next(state, arrives(0)), state);
});

test("curves are drawn ten times a second, sentences said every five, both at once when training rests", () => {
  const first = after({ kind: "run", on: true }, arrives(1000));
  assert.deepEqual([first.drawnAt, first.spokenAt, first.moments.length], [1000, 1000, 1]);
  assert.match(first.words, /^Step 3, t = 0.06\. /);
  const soon = next(first, arrives(1050));
  assert.deepEqual([soon.drawnAt, soon.spokenAt, soon.moments.length], [1000, 1000, 2]);
  assert.equal(changed(soon, first, "words", "table", "drawn"), false);
  const later = next(soon, arrives(1101));
  assert.deepEqual([later.drawnAt, later.spokenAt, later.drawn.moments.length], [1101, 1000, 3]);
  assert.equal(next(later, arrives(6001)).spokenAt, 6001);
  const resting = next(later, arrives(1102, { playing: false }));
  assert.deepEqual([resting.drawnAt, resting.spokenAt, resting.table.moments.length], [1102, 1102, 4]);
  // Whatever the reader starts is told of at once.
  assert.equal(next(next(later, { kind: "run", on: true }), arrives(1103)).spokenAt, 1103);
});

test("a map stays until there is another", () => {
  const picture = { side: 2, step: 0, network: new Float32Array(12), linear: null };
  const state = after(arrives(0, { picture }), arrives(1));
  assert.equal(state.picture, picture);
  assert.equal(next(state, { kind: "reset" }).picture, picture);
});

test("a network that has diverged ends the run, which can begin anew", () => {
  const lost = { lost: { network: 4, linear: null } };
  const state = after({ kind: "run", on: true }, arrives(0), arrives(1, { playing: false }, lost));
  assert.equal(state.wanted, false);
  assert.match(state.words, /^The network diverged at step 4/);
  assert.equal(next(state, { kind: "run", on: true }).wanted, true);
});

test("history gives back what was there; a link within the page does not", () => {
  const state = after({ kind: "set", name: "width", value: 64 }, { kind: "settled" });
  const search = `?${NAME}.width=64`;
  assert.deepEqual(next(state, { kind: "returned", search }), state);
  const back = next(state, { kind: "returned", search: "?play.rate=hot" });
  assert.deepEqual([back.setting.width, back.hand, back.version], [256, "back", state.version + 1]);
  assert.match(back.note.words, /Learning rate/);
});

test("the usual state is restored at rest", () => {
  const state = after(
    { kind: "run", on: true },
    { kind: "set", name: "seed", value: 3 },
    { kind: "restored" },
  );
  assert.deepEqual(addressed(state), addressed(start("", false)));
  assert.deepEqual([state.wanted, state.hand, state.version], [false, "off", 3]);
});

test("the worker hears what has changed, once", () => {
  const state = after();
  const running = next(state, { kind: "run", on: true });
  assert.deepEqual(wishes(state, running), [{ kind: "play" }]);
  assert.deepEqual(wishes(running, next(running, { kind: "run", on: true })), []);
  assert.deepEqual(wishes(running, next(running, arrives(0))), []);
  assert.deepEqual(kinds(running, next(running, { kind: "set", name: "seed", value: 1 })), [
    "configure",
    "play",
  ]);
  assert.deepEqual(kinds(running, next(running, { kind: "reset" })), ["configure", "pause"]);
  assert.deepEqual(kinds(running, next(running, { kind: "step" })), ["pause", "step"]);
  assert.deepEqual(kinds(state, next(state, { kind: "step" })), ["step"]);
  const [configure] = wishes({ ...state, version: 0 }, state);
  assert.deepEqual([configure.version, configure.order.shape.width, configure.order.seed], [1, 256, 0]);
});

test("a page that is hidden pauses, and goes on when it is seen again", () => {
  const running = after({ kind: "run", on: true });
  const hidden = next(running, { kind: "hidden", hidden: true });
  assert.deepEqual(kinds(running, hidden), ["pause"]);
  assert.deepEqual(kinds(hidden, next(hidden, { kind: "reset" })), ["configure"]);
  assert.deepEqual(kinds(hidden, next(hidden, { kind: "set", name: "seed", value: 1 })), ["configure"]);
  assert.deepEqual(kinds(hidden, next(hidden, { kind: "hidden", hidden: false })), ["play"]);
});

test("whatever a reader does, the state is legal and its address means it", () => {
  let word = 1;
  const random = (limit) => {
    word = (Math.imul(word, 1664525) + 1013904223) >>> 0;
    return Math.floor((word / 2 ** 32) * limit);
  };
  const place = () => ({ x: random(600) - 300, y: random(600) - 300 });
  let state = after();
  const DEEDS = [
    () => ({ kind: "added", place: place(), label: random(Number(state.setting.classes)), done: true }),
    () => ({ kind: "added", place: place(), label: state.brush, done: false }),
    () => ({ kind: "placed", i: random(state.points.length), place: place(), done: false }),
    () => ({ kind: "removed", i: random(state.points.length) }),
    () => ({ kind: "brush", label: random(Number(state.setting.classes)) }),
    () => ({ kind: "cursor", ...place() }),
    () => {
      const axis = AXES[random(AXES.length)];
      return { kind: "set", name: axis.name, value: axis.values[random(axis.values.length)] };
    },
  ];
  for (let i = 0; i < 2000; i++) {
    state = freeze(next(state, DEEDS[random(DEEDS.length)]()));
    const classes = Number(state.setting.classes);
    assert.ok(state.points.length >= 1 && state.points.length <= 40);
    for (const { x, y, label } of [...state.points, { ...state.cursor, label: state.brush }])
      assert.ok(Math.abs(x) <= 200 && Math.abs(y) <= 200 && label >= 0 && label < classes);
    const search = new URLSearchParams(
      Object.entries(addressed(state)).map(([name, value]) => [`${NAME}.${name}`, String(value)]),
    );
    const { setting, points, complaints } = readState(String(search));
    assert.deepEqual([setting, points, complaints], [state.setting, state.points, []]);
  }
});
