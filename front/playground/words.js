// What the run does, in words.
import { heldBy, NOTHING_HOLDS, verdict } from "../ntkbook/laziness_words.js";
import { percent } from "../ntkbook/words.js";
import { showNumber } from "../shared/format.js";

/** @typedef {import("./training.js").Moment} Moment */
/** @typedef {{ steps: number, time: number, loss: number, linearLoss: number, gap: number, linearGap: number,
 *              lost: { network: number | null, linear: number | null }, excess: number, norm: number,
 *              guarantee: number, parameters: number, moments: Moment[] }} Summary what the worker tells; moments: the new ones */

/** What is trained, as far as words depend on it. rate: η. lam: λ. sharing: which classes share a place.
 * @typedef {{ rate: number, epsilon: number, lam: number, sharing: import("./points.js").Sharing }} Trained */

/** @param {Summary} run @param {Moment[]} moments all of the run @param {Trained} trained */
export function sentence(run, moments, trained) {
  const { rate } = trained;
  if (run.lost.network !== null || run.lost.linear !== null) return divergence(run, rate);
  if (run.steps === 0) return `At the start. ${caution(run, rate)}`.trim();
  const at = `Step ${run.steps.toLocaleString("en")}, t = ${showNumber(run.time, 3)}.`;
  return `${at} ${progress(run, moments, trained)} ${unrest(run, moments[0], rate)}`.trim();
}

/** What holds the logits, how far all has come, and what that amounts to. Where nothing is known to hold them, small
 * drift is not laziness; and that they grow is said only where the points are seen to be separated.
 * @param {Summary} run @param {Moment[]} moments @param {Trained} trained */
function progress({ gap, linearGap }, moments, { epsilon, lam, sharing }) {
  const drift = moments.map((moment) => moment.drift);
  const last = moments[moments.length - 1];
  const reached =
    `So far the NTK has moved by up to ${percent(Math.max(...drift))} and the parameters by ${showNumber(last.radius, 3)}; ` +
    `the least logit gap is ${showNumber(gap, 3)}, linearized ${showNumber(linearGap, 3)}`;
  const held = heldBy({ epsilon, lam, conflict: sharing === "every" });
  if (held) return `${held}. ${reached}: ${verdict(drift)}.`;
  if (gap > 0 && linearGap > 0) return `${NOTHING_HOLDS}. ${reached}, and both go on growing.`;
  const unfitted =
    sharing === "several"
      ? "Points of two classes share a place, so this gap cannot grow; other logits may."
      : "Not every point is separated from the other classes.";
  return `Neither smoothing nor a regularizer holds the logits. ${reached}. ${unfitted}`;
}

/** A network in a line: what holds its logits, how far it has come, and, where something does, what that amounts to.
 * @param {{ drift: number[], largest: number }} network its drift so far, and its largest logit
 * @param {{ epsilon: number, lam: number }} held */
export function line({ drift, largest }, { epsilon, lam }) {
  const held = heldBy({ epsilon, lam });
  const reached = `the NTK has moved by ${percent(Math.max(...drift))}, the largest logit is ${showNumber(largest, 2)}`;
  return held ? `${held}: ${reached}; ${verdict(drift)}.` : `${NOTHING_HOLDS}: ${reached}.`;
}

/** Which model has lost its way, and the remedy. @param {Summary} run @param {number} rate */
function divergence({ lost, guarantee }, rate) {
  const who = [
    ...(lost.network === null ? [] : [`the network diverged at step ${lost.network}`]),
    ...(lost.linear === null ? [] : [`the linearized model diverged at step ${lost.linear}`]),
  ].join(" and ");
  return (
    `${who[0].toUpperCase()}${who.slice(1)}: its logits are no longer numbers that mean anything. ` +
    `${beyond(rate, guarantee)}. Lower the learning rate.`
  );
}

/** Before the start. @param {Summary} run @param {number} rate */
function caution({ guarantee }, rate) {
  return rate <= guarantee
    ? "Press Play."
    : `${beyond(rate, guarantee)}, below which the linearized loss is sure to fall: it may fall all the same, oscillate or diverge. Press Play and see.`;
}

/** A loss above where it started: descent that does not descend.
 * @param {Summary} run @param {Moment} first @param {number} rate */
function unrest({ loss, linearLoss, guarantee }, first, rate) {
  if (!(Math.max(loss, linearLoss) > 1.5 * first.loss)) return "";
  return `The loss is above where it began. ${beyond(rate, guarantee)}. Lower the learning rate, or wait whether it comes down.`;
}

/** The step beside what is proven, which is a guarantee and no edge, and one of wide networks.
 * @param {number} rate @param {number} guarantee */
function beyond(rate, guarantee) {
  const proven = `the guarantee of ${showNumber(guarantee, 2)}`;
  return rate <= guarantee
    ? `η = ${showNumber(rate)} is within ${proven}, which is one for wide networks`
    : `η = ${showNumber(rate)} is beyond ${proven}`;
}

/** How much there is to compute, where that takes a while. @param {Summary} run @param {number} stepTime milliseconds */
export function effort({ parameters }, stepTime) {
  if (parameters < 1e5 && stepTime < 50) return "";
  const megabytes = Math.round((2 * 8 * parameters) / 1e6); // θ₀ and θ in double precision
  const size = `${showNumber(parameters / 1e6, 3)} million parameters, ${megabytes} MB`;
  return stepTime > 50 ? `${size}; a step takes about ${showNumber(stepTime / 1000, 2)} s` : size;
}
