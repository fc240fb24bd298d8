// Logits on a grid as colour: the class that leads, the paler the less sure.
import { make } from "../shared/format.js";

/** @typedef {import("./look.js").Colour} Colour */

const PIXELS = 160; // along an edge; the browser smooths the rest
const FAINT = 0.12; // of the class's colour where all are equally likely
const FULL = 0.62; // and where one is certain: points must stand out

/** @param {Record<string, string>} attributes @returns {HTMLCanvasElement} */
export function mapCanvas(attributes) {
  return make("canvas", { width: String(PIXELS), height: String(PIXELS), ...attributes });
}

/** Paints rows from the top, logits interpolated between the grid's nodes.
 * @param {HTMLCanvasElement} canvas @param {Float32Array} map side × side × K @param {number} side
 * @param {Colour[]} colours of the classes, as many as K @param {Colour} paper */
export function paintMap(canvas, map, side, colours, paper) {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width, height } = canvas;
  const K = colours.length;
  const image = context.createImageData(width, height);
  const line = new Float64Array(side * K);
  for (let y = 0; y < height; y++) {
    const v = ((y + 0.5) / height) * (side - 1);
    const row = Math.min(Math.floor(v), side - 2);
    const from = row * side * K;
    for (let i = 0; i < line.length; i++) {
      line[i] = map[from + i] + (v - row) * (map[from + side * K + i] - map[from + i]);
    }
    paintLine(image.data, 4 * y * width, width, line, side, colours, paper);
  }
  context.putImageData(image, 0, 0);
}

/** @param {Uint8ClampedArray} pixels @param {number} start @param {number} width @param {Float64Array} line side × K
 * @param {number} side @param {Colour[]} colours @param {Colour} paper */
function paintLine(pixels, start, width, line, side, colours, paper) {
  const K = colours.length;
  const z = new Float64Array(K);
  for (let x = 0; x < width; x++) {
    const u = ((x + 0.5) / width) * (side - 1);
    const column = Math.min(Math.floor(u), side - 2);
    const from = column * K;
    let best = 0;
    for (let k = 0; k < K; k++) {
      z[k] = line[from + k] + (u - column) * (line[from + K + k] - line[from + k]);
      if (z[k] > z[best]) best = k;
    }
    let others = 0;
    for (let k = 0; k < K; k++) others += Math.exp(z[k] - z[best]);
    const sure = (1 / others - 1 / K) / (1 - 1 / K);
    const share = FAINT + (FULL - FAINT) * (sure > 0 ? sure : 0);
    const colour = colours[best];
    const to = start + 4 * x;
    pixels[to] = paper[0] + share * (colour[0] - paper[0]);
    pixels[to + 1] = paper[1] + share * (colour[1] - paper[1]);
    pixels[to + 2] = paper[2] + share * (colour[2] - paper[2]);
    pixels[to + 3] = 255;
  }
}
