// What the worker tells the page of its state.
import { logitGap } from "../ntkbook/losses.js";
import { waited } from "./engine.js";
import { parameterCount } from "./network.js";
import { guaranteedStep } from "./training.js";

/** @typedef {{ version: number, playing: boolean, busy: string, stepTime: number,
 *              run: import("./words.js").Summary | null, picture: import("./engine.js").Picture | null }} Frame */

/** @param {import("./engine.js").State} state @param {number} at @returns {Frame} */
export function frameOf(state, at) {
  const { version, playing, stepTime, run, sent, picture } = state;
  const seconds = waited(state, at);
  return {
    version,
    playing,
    busy: seconds > 0 ? `${state.doing.words} (${seconds} s)` : "",
    stepTime,
    run: run && summary(run, sent),
    picture,
  };
}

/** @param {import("./training.js").Run} run @param {number} sent moments that the page has */
function summary(run, sent) {
  const { net, problem, steps, lost, loss, linearLoss, excess, norm } = run;
  const K = net.shape.classes;
  return {
    steps,
    time: steps * problem.rate,
    loss,
    linearLoss,
    gap: logitGap(run.logits, problem.labels, K),
    linearGap: logitGap(run.linearLogits, problem.labels, K),
    lost: { ...lost },
    excess,
    norm,
    guarantee: guaranteedStep(run),
    parameters: parameterCount(net.shape),
    moments: run.moments.slice(sent),
  };
}

/** What of a frame is handed over, not copied. @param {Frame} frame */
export function transferOf({ picture }) {
  return [picture?.network, picture?.linear].flatMap((map) => (map ? [map.buffer] : []));
}
