// Images as the build ships them: four pixels to a number, in base 17.
import { kernels } from "../../kernels.js";

export const D = 64; // pixels of an image

/** The ink of each pixel, from 0 to 16. @param {Float64Array} packed */
export function inkOf(packed) {
  const pixels = new Float64Array(4 * packed.length);
  for (let at = 0; at < pixels.length; at++) pixels[at] = Math.floor(packed[at >> 2] / 17 ** (at & 3)) % 17;
  return pixels;
}

/** x = √d (u − m)/‖u − m‖ of the pixels u and their mean m. @param {Float64Array} packed
 * @param {(pixels: Float64Array) => Float64Array} meanOf m, perhaps from the pixels */
export function onSphere(packed, meanOf) {
  const pixels = inkOf(packed);
  const mean = meanOf(pixels);
  for (let start = 0; start < pixels.length; start += D) {
    for (let i = 0; i < D; i++) pixels[start + i] -= mean[i];
    const scale = Math.sqrt(D) / Math.hypot(...pixels.subarray(start, start + D));
    for (let i = start; i < start + D; i++) pixels[i] *= scale;
  }
  return pixels;
}

/** @param {Float64Array} pixels */
export function meanImage(pixels) {
  const mean = new Float64Array(D);
  for (let at = 0; at < pixels.length; at++) mean[at % D] += pixels[at];
  return mean.map((sum) => (sum * D) / pixels.length);
}

const TOGETHER = 8; // rows between pauses

/** Θ(X₁, X₂), with pauses. @param {import("../../kernels.js").Architecture} architecture @param {Float64Array} X1
 * @param {Float64Array} X2 @returns {Generator<void, Float64Array, void>} */
export function* kernelInPieces(architecture, X1, X2) {
  const columns = X2.length / D;
  const Theta = new Float64Array((X1.length / D) * columns);
  for (let row = 0; row * D < X1.length; row += TOGETHER) {
    Theta.set(kernels(architecture, X1.subarray(row * D, (row + TOGETHER) * D), X2).ntk, row * columns);
    yield;
  }
  return Theta;
}
