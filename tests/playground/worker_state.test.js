// What the worker knows, message by message, without a worker: time is a number here.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawingsTurn,
  isDue,
  mayDraw,
  mayStep,
  mayTrain,
  next,
  START,
  turnOf,
} from "../../front/playground/engine.js";
import { draw, oneStep, setUp } from "../../front/playground/jobs.js";
import { frameOf, transferOf } from "../../front/playground/report.js";
import { orderOf, usualState } from "../../front/playground/settings.js";

/** @param {Record<string, string | number>} change */
function order(change = {}) {
  const { setting, points } = usualState();
  return orderOf({ ...setting, width: 8, ...change }, points);
}

/** A state and its messages; every state is frozen, so that whoever writes into it is found out. */
function engine() {
  let state = Object.freeze(START);
  let at = 0;
  const send = (message, later = 1) => {
    at += later;
    state = Object.freeze(next(state, message, at));
    return state;
  };
  /** Takes a job to its end, or only to its first pause. */
  const finish = (account, job, pauses = Infinity) => {
    send({ kind: "began", account, job });
    for (let found = job.next(); ; found = job.next()) {
      if (typeof found.value === "object") send(found.value);
      else if (pauses-- <= 0) return send({ kind: "paused", fixed: found.value === "slice" });
      if (found.done) return state;
    }
  };
  const prepare = (change) => {
    send({ kind: "configure", version: state.version + 1, order: order(change) });
    return finish("training", setUp(state.order, state.made));
  };
  return { send, finish, prepare, state: () => state, now: () => at };
}

test("at first there is nothing to do", () => {
  assert.equal(mayTrain(START) || mayDraw(START) || mayStep(START), false);
  assert.equal(isDue(START, 0), false);
  assert.equal(isDue(next(START, { kind: "frame" }, 0), 0), true);
});

test("an order is prepared, played, paused and stepped", () => {
  const { send, finish, prepare, state } = engine();
  send({ kind: "configure", version: 1, order: order() });
  assert.equal(mayTrain(state()), true);
  assert.equal(turnOf(state()), "training");
  prepare();
  assert.deepEqual([state().order, state().training, state().run.steps], [null, null, 0]);
  assert.equal(mayTrain(state()), false);
  send({ kind: "play" });
  for (let i = 0; i < 3; i++) finish("training", oneStep(state().run));
  assert.equal(state().run.steps, 3);
  assert.equal(mayStep(state()), true);
  send({ kind: "pause" });
  assert.equal(mayStep(state()), false);
  send({ kind: "step" });
  assert.equal(mayStep(state()), true);
  finish("training", oneStep(state().run));
  assert.deepEqual([state().run.steps, mayStep(state())], [4, false]);
});

test("a step asked for before the run is prepared waits for it, and preparing is not a step", () => {
  const { send, prepare, state } = engine();
  send({ kind: "configure", version: 1, order: order() });
  send({ kind: "step" });
  const job = setUp(state().order, null);
  send({ kind: "began", account: "training", job });
  while (state().training) {
    const { value } = job.next();
    if (typeof value === "object") send(value, 100);
  }
  assert.equal(mayStep(state()), true);
  assert.equal(state().stepTime, 0);
  // Something else is begun anew; the step was meant for what was there before.
  prepare();
  assert.equal(mayStep(state()), false);
});

test("weights are kept where they fit and let go at once where they do not", () => {
  const { send, finish, prepare, state } = engine();
  prepare();
  send({ kind: "frame" });
  finish("drawing", draw(state().run, null));
  const { made, grid } = state();
  assert.ok(made && grid);
  prepare({ rate: 0.1 });
  assert.ok(state().made === made && state().grid === grid);
  for (const change of [{ seed: 1 }, { width: 16 }, { depth: 2 }, { classes: 2 }, { activation: "relu" }]) {
    const { made: kept, grid: map } = next(
      state(),
      { kind: "configure", version: 9, order: order(change) },
      0,
    );
    assert.deepEqual([kept, map], [null, null]);
  }
});

test("something else gives up what is under way", () => {
  const { send, finish, prepare, state } = engine();
  prepare({ width: 2048 });
  send({ kind: "frame" });
  finish("drawing", draw(state().run, null), 0);
  assert.deepEqual([state().drawing !== null, state().fixed], [true, true]);
  send({ kind: "play" });
  send({ kind: "configure", version: 2, order: order({ seed: 3 }) });
  const { run, training, drawing, fixed, picture, playing } = state();
  assert.deepEqual([run, training, drawing, fixed, picture], [null, null, null, false, null]);
  assert.equal(playing, true);
});

test("θ is left alone in the middle of a part of the map, and only there", () => {
  const { send, prepare, state } = engine();
  prepare();
  send({ kind: "play" });
  send({ kind: "began", account: "drawing", job: draw(state().run, null) });
  for (let i = 0; i < 50; i++) send({ kind: "spent", account: "drawing", time: 8 });
  assert.equal(turnOf(state()), "training");
  send({ kind: "paused", fixed: true });
  assert.equal(turnOf(state()), "drawing");
  send({ kind: "paused", fixed: false });
  assert.equal(turnOf(state()), "training");
});

test("maps take their share of the time while training goes on, and all of it while it does not", () => {
  for (const [gridded, share] of [
    [false, 0.5],
    [true, 0.25],
  ]) {
    const { send, finish, prepare, state } = engine();
    prepare();
    send({ kind: "frame" });
    if (gridded) {
      finish("drawing", draw(state().run, null));
      send({ kind: "step" });
      finish("training", oneStep(state().run));
    }
    send({ kind: "play" });
    let drawn = 0;
    for (let i = 0; i < 2000; i++) {
      const account = drawingsTurn(state()) ? "drawing" : "training";
      send({ kind: "spent", account, time: 8 });
      send({ kind: "sliced" });
      if (i >= 1000 && account === "drawing") drawn++;
    }
    assert.ok(Math.abs(drawn / 1000 - share) < 0.02, `${drawn} of 1000`);
    send({ kind: "pause" });
    assert.equal(drawingsTurn(state()), true);
  }
});

test("a step that has been drawn is not drawn again", () => {
  const { send, finish, prepare, state } = engine();
  prepare();
  send({ kind: "frame" });
  assert.equal(mayDraw(state()), true);
  finish("drawing", draw(state().run, null));
  assert.equal(mayDraw(state()), false);
  send({ kind: "step" });
  finish("training", oneStep(state().run));
  assert.equal(mayDraw(state()), true);
});

test("a network that has diverged stops by itself", () => {
  const { send, finish, prepare, state } = engine();
  prepare({ rate: 10, lam: 10, activation: "relu" });
  send({ kind: "play" });
  for (let i = 0; i < 100 && state().playing; i++) finish("training", oneStep(state().run));
  assert.deepEqual([state().playing, mayTrain(state())], [false, false]);
  send({ kind: "play" });
  assert.equal(mayStep(state()), false);
  assert.equal(frameOf(state(), 0).run.lost.network, state().run.steps);
});

test("what takes long is told in words, second by second, and each moment once", () => {
  const { send, finish, prepare, state, now } = engine();
  prepare();
  send({ kind: "frame" });
  const first = frameOf(state(), now());
  assert.deepEqual([first.run.moments.length, first.busy, first.version], [1, "", 1]);
  send({ kind: "told" });
  assert.equal(frameOf(state(), now()).run.moments.length, 0);
  send({ kind: "doing", what: "grid" });
  send({ kind: "frame" });
  assert.equal(isDue(state(), now()), true);
  send({ kind: "told" });
  send({ kind: "frame" }, 900);
  assert.equal(isDue(state(), now()), false);
  assert.equal(isDue(state(), now() + 100), true);
  assert.equal(frameOf(state(), now() + 2100).busy, "Preparing the maps (3 s)");
  send({ kind: "doing", what: "maps" });
  assert.equal(state().doing.words, "Preparing the maps"); // not in place of what takes longer
  send({ kind: "play" });
  finish("training", oneStep(state().run));
  assert.deepEqual(
    frameOf(state(), now()).run.moments.map(({ step }) => step),
    [1],
  );
});

test("a picture is handed over once", () => {
  const { send, finish, prepare, state } = engine();
  prepare();
  send({ kind: "frame" });
  finish("drawing", draw(state().run, null));
  const frame = frameOf(state(), 0);
  assert.deepEqual(transferOf(frame), [frame.picture.network.buffer, frame.picture.linear.buffer]);
  send({ kind: "told" });
  assert.deepEqual(transferOf(frameOf(state(), 0)), []);
});
