// Toy data, the same as in Python.
import { normal } from "./random.js";

/** X: inputs, row by row; labels: classes. @typedef {{ X: Float64Array, labels: Uint8Array }} Points */

/** Points uniform on the sphere of radius √d, labelled cyclically. @param {import("./random.js").Key} key
 * @param {{ points?: number, inputs?: number, classes?: number, testPoints?: number }} [sizes]
 * @returns {{ train: Points, test: Points }} */
export function sphere(key, { points = 8, inputs = 6, classes = 3, testPoints = 8 } = {}) {
  const X = toSphere(normal(key, (points + testPoints) * inputs), inputs);
  const labels = Uint8Array.from({ length: points + testPoints }, (_, i) => i % classes);
  return {
    train: { X: X.slice(0, points * inputs), labels: labels.slice(0, points) },
    test: { X: X.slice(points * inputs), labels: labels.slice(points) },
  };
}

/** √d x/‖x‖, row by row. @param {Float64Array} X @param {number} inputs */
function toSphere(X, inputs) {
  for (let start = 0; start < X.length; start += inputs) {
    const length = Math.hypot(...X.subarray(start, start + inputs));
    for (let i = 0; i < inputs; i++) X[start + i] = (X[start + i] / length) * Math.sqrt(inputs);
  }
  return X;
}
