// The activations of ntkbook's networks with their slopes, on whole arrays.
import { erf } from "../ntkbook/erf.js";

/** @typedef {(a: Float64Array, count: number, values: Float64Array, slopes: Float64Array) => void} Activation */

/** Name → φ and φ′ at once. @type {Record<string, Activation>} */
export const ACTIVATIONS = {
  erf,
  relu(a, count, values, slopes) {
    for (let i = 0; i < count; i++) {
      values[i] = a[i] <= 0 ? 0 : a[i]; // NaN stays NaN
      slopes[i] = a[i] > 0 ? 1 : 0;
    }
  },
  /** x·P(normal ≤ x). */
  gelu(a, count, values, slopes) {
    for (let i = 0; i < count; i++) values[i] = Math.SQRT1_2 * a[i];
    erf(values, count, values, slopes);
    for (let i = 0; i < count; i++) {
      const below = (1 + values[i]) / 2;
      slopes[i] = below + a[i] * slopes[i] * (Math.SQRT1_2 / 2);
      values[i] = a[i] * below;
    }
  },
};
