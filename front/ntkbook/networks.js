// Fully connected networks in NTK parameterization, a^ℓ = (σ_w/√fan-in) W^ℓ h^{ℓ−1} + σ_b b^ℓ, drawn as neural-tangents
// draws them: one key a layer, activations included, and of a dense layer's one for W and one for b.
import { normal, split } from "./random.js";

/** W: inputs × outputs, row by row. b: null without biases. @typedef {{ W: Float64Array, b: Float64Array | null }} Dense */

/** θ₀ of mlp(…) with these sizes, d, n, …, n, K. @param {import("./random.js").Key} key @param {number[]} sizes
 * @param {boolean} [biases] @returns {Dense[]} */
export function initialize(key, sizes, biases = true) {
  /** @type {Dense[]} */
  const layers = [];
  let rest = key;
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [after, own] = split(rest);
    const [forW, forB] = split(own);
    const [inputs, outputs] = [sizes[layer], sizes[layer + 1]];
    layers.push({ W: normal(forW, inputs * outputs), b: biases ? normal(forB, outputs) : null });
    [rest] = split(after); // the activation's key stays unused
  }
  return layers;
}
