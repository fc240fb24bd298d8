// Fully connected networks in NTK parameterization, a^ℓ = (σ_w/√fan-in) W^ℓ h^{ℓ−1} + σ_b b^ℓ, drawn as neural-tangents
// draws them: one key a layer, activations included, and of a dense layer's one for W and one for b.
import { normal, split } from "./random.js";

/** @typedef {import("./random.js").Key} Key */
/** W: inputs × outputs, row by row. b: null without biases. @typedef {{ W: Float64Array, b: Float64Array | null }} Dense */

/** θ₀ of mlp(…) with these sizes, d, n, …, n, K. @param {Key} key @param {number[]} sizes
 * @param {boolean} [biases] @returns {Dense[]} */
export function initialize(key, sizes, biases = true) {
  return keysOfLayers(key, sizes.length - 1).map(({ W, b }, layer) => ({
    W: normal(W, sizes[layer] * sizes[layer + 1]),
    b: biases ? normal(b, sizes[layer + 1]) : null,
  }));
}

/** The keys that W and b of each dense layer are drawn from.
 * @param {Key} key @param {number} count @returns {{ W: Key, b: Key }[]} */
export function keysOfLayers(key, count) {
  let rest = key;
  return Array.from({ length: count }, () => {
    const [after, own] = split(rest);
    [rest] = split(after); // the activation's key stays unused
    const [W, b] = split(own);
    return { W, b };
  });
}
