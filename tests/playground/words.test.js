// What the playground says of a run, case by case.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sharingOf } from "../../front/playground/points.js";
import { effort, sentence } from "../../front/playground/words.js";

const START = { step: 0, loss: 13, drift: 0, radius: 0 };
const RUN = {
  ...{ steps: 1000, time: 20, loss: 4, linearLoss: 4, gap: 3.3, linearGap: 3.25, guarantee: 0.15 },
  ...{ lost: { network: null, linear: null }, parameters: 1539 },
};
const TRAINED = { rate: 0.02, epsilon: 0, lam: 0, sharing: "none" };

function said({ drift = 0.01, run = {}, trained = {}, before = [] } = {}) {
  const last = { step: 1000, loss: 4, drift, radius: 5.125 };
  return sentence({ ...RUN, ...run }, [START, ...before, last], { ...TRAINED, ...trained });
}

const REACHED =
  "So far the NTK has moved by up to 1 % and the parameters by 5.13; the least logit gap is 3.3, linearized 3.25";

test("nothing holds the logits of hard labels without a regularizer, however little the kernel has moved", () => {
  assert.equal(said(), `Step 1,000, t = 20. Nothing holds the logits. ${REACHED}, and both go on growing.`);
});

test("what holds them is named, and then there is a verdict", () => {
  for (const [trained, held] of [
    [{ epsilon: 0.1 }, "Held by smoothing."],
    [{ lam: 0.1 }, "Held by the regularizer."],
    [{ epsilon: 0.1, lam: 0.1, sharing: "every" }, "Held by smoothing and the regularizer."],
    [{ sharing: "every" }, "Held by conflicting labels."],
  ])
    assert.equal(said({ trained }), `Step 1,000, t = 20. ${held} ${REACHED}: lazy.`);
});

test("the verdict is on the largest drift, not on the latest", () => {
  const trained = { epsilon: 0.1 };
  assert.match(said({ trained, drift: 0.2 }), /up to 20 %.*: nearly lazy; try a wider network\.$/);
  assert.match(said({ trained, before: [{ ...START, drift: 0.4 }] }), /up to 40 %.*: not lazy\.$/);
});

test("growth is claimed only of points that are separated", () => {
  const open = /^Step 1,000, t = 20\. Neither smoothing nor a regularizer holds the logits\./;
  for (const run of [{ gap: -0.5 }, { linearGap: 0 }]) {
    assert.match(said({ run }), open);
    assert.match(said({ run }), /\. Not every point is separated from the other classes\.$/);
  }
  const conflict = said({ run: { gap: 0, linearGap: -0.1 }, trained: { sharing: "several" } });
  assert.match(conflict, open);
  assert.match(conflict, /Points of two classes share a place, so this gap cannot grow; other logits may\.$/);
  assert.doesNotMatch(conflict, /go on growing/);
});

test("at the start, and where steps do harm, it says what to do, and calls the guarantee one", () => {
  assert.equal(said({ run: { steps: 0 } }), "At the start. Press Play.");
  const large = said({ run: { steps: 0 }, trained: { rate: 1 } });
  assert.match(large, /^At the start\. η = 1 is beyond the guarantee of 0\.15, .* may fall all the same/);
  const rises = { loss: 20 };
  const risen =
    /The loss is above where it began\. η = 1 is beyond the guarantee of 0\.15\. Lower the learning rate/;
  assert.match(said({ run: rises, trained: { rate: 1 } }), risen);
  assert.match(
    said({ run: rises }),
    /η = 0\.02 is within the guarantee of 0\.15, which is one for wide networks\./,
  );
  const lost = { network: 7, linear: null };
  assert.match(said({ run: { lost } }), /^The network diverged at step 7: .* Lower the learning rate\.$/);
  for (const words of [large, said({ run: { ...rises, lost }, trained: { rate: 1 } })])
    assert.doesNotMatch(words, /too (large|fast)|stable/);
});

test("which classes share a place", () => {
  const at = (x, label) => ({ x, y: 0, label });
  assert.equal(sharingOf([at(0, 0), at(1, 1), at(1, 1)], 2), "none");
  assert.equal(sharingOf([at(0, 0), at(0, 1), at(1, 1)], 2), "several");
  assert.equal(sharingOf([at(0, 0), at(0, 1), at(1, 1), at(1, 0)], 2), "every");
  assert.equal(sharingOf([at(0, 0), at(0, 1), at(1, 1), at(1, 0)], 3), "several");
});

test("how much there is to compute, where it takes a while", () => {
  assert.equal(effort({ parameters: 1539 }, 2), "");
  assert.equal(effort({ parameters: 16_805_891 }, 2), "16.8 million parameters, 269 MB");
  assert.match(effort({ parameters: 16_805_891 }, 2345), /; a step takes about 2\.3 s$/);
});
