// What the run does, in words.
import { showNumber } from "../shared/format.js";

/** @typedef {import("./training.js").Moment} Moment */
/** @typedef {{ steps: number, time: number, loss: number, linearLoss: number, gap: number, linearGap: number,
 *              lost: { network: number | null, linear: number | null }, excess: number, norm: number,
 *              stable: number, parameters: number, moments: Moment[] }} Summary what the worker tells; moments: the new ones */

/** As on the landing page. @type {[number, string][]} */
const VERDICTS = [
  [0.05, "lazy"],
  [0.3, "nearly lazy; try a wider network"],
  [Infinity, "not lazy"],
];

/** first, last: the run's first and latest moment.
 * @param {Summary} run @param {Moment} first @param {Moment} last @param {number} rate */
export function sentence(run, first, last, rate) {
  if (run.lost.network !== null || run.lost.linear !== null) return divergence(run, rate);
  const at = `Step ${run.steps.toLocaleString("en")}, t = ${showNumber(run.time, 3)}: `;
  if (run.steps === 0) return `At the start. ${caution(run, rate)}`.trim();
  const moved = `the NTK has moved by ${percent(last.drift)}, the parameters by ${showNumber(last.radius, 3)}`;
  const gap = `least logit gap ${showNumber(run.gap, 3)}, linearized ${showNumber(run.linearGap, 3)}`;
  const verdict = VERDICTS.find(([limit]) => last.drift < limit)?.[1] ?? "not lazy";
  return `${at}${moved}; ${gap}: ${verdict}. ${unrest(run, first, rate)}`.trim();
}

/** Which model has lost its way, and the remedy. @param {Summary} run @param {number} rate */
function divergence({ lost, stable }, rate) {
  const who = [
    ...(lost.network === null ? [] : [`the network diverged at step ${lost.network}`]),
    ...(lost.linear === null ? [] : [`the linearized model diverged at step ${lost.linear}`]),
  ].join(" and ");
  return (
    `${who[0].toUpperCase()}${who.slice(1)}: its logits are no longer numbers that mean anything. ` +
    `Steps of η = ${showNumber(rate)} are too large; the linearized model is stable below ${showNumber(stable, 2)}. Lower the learning rate.`
  );
}

/** Before the start. @param {Summary} run @param {number} rate */
function caution({ stable }, rate) {
  return rate <= stable
    ? "Press Play."
    : `η = ${showNumber(rate)} is above ${showNumber(stable, 2)}, where the linearized model stops being stable: expect oscillation or divergence, or lower the learning rate.`;
}

/** A loss above where it started: descent that does not descend.
 * @param {Summary} run @param {Moment} first @param {number} rate */
function unrest({ loss, linearLoss, stable }, first, rate) {
  if (!(Math.max(loss, linearLoss) > 1.5 * first.loss)) return "";
  return `The loss is above where it began: steps of η = ${showNumber(rate)} are too large (stable below ${showNumber(stable, 2)}). Lower the learning rate.`;
}

/** @param {number} share */
function percent(share) {
  return `${showNumber(100 * share, 2)} %`;
}

/** How much there is to compute, where that takes a while. @param {Summary} run @param {number} stepTime milliseconds */
export function effort({ parameters }, stepTime) {
  if (parameters < 1e5 && stepTime < 50) return "";
  const megabytes = Math.round((2 * 8 * parameters) / 1e6); // θ₀ and θ in double precision
  const size = `${showNumber(parameters / 1e6, 3)} million parameters, ${megabytes} MB`;
  return stepTime > 50 ? `${size}; a step takes about ${showNumber(stepTime / 1000, 2)} s` : size;
}
