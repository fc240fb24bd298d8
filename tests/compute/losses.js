// What tests ask of losses.
import { crossEntropy, squaredError } from "../../front/ntkbook/losses.js";

const LOSSES = { "cross-entropy": crossEntropy, "squared error": squaredError };

/** @param {keyof typeof LOSSES} name @param {Float64Array} z @param {Float64Array} Y @param {number} K */
export function ofLoss(name, z, Y, K) {
  const loss = LOSSES[name];
  const residual = loss.residual(z, Y, K, new Float64Array(z.length));
  return { value: loss.value(z, Y, K), residual, infimum: loss.infimum(Y) };
}
