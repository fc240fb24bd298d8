// Logits on a grid as colour: the class that leads, the paler the less sure.

/** @typedef {[number, number, number]} Colour */

const FAINT = 0.12; // of the class's colour where all are equally likely
const FULL = 0.62; // and where one is certain: points must stand out

/** "#0067a6", "rgb(0 103 166)" and the like. @param {string} text @returns {Colour} */
export function readColour(text) {
  const short = /^#([0-9a-f]{6})$/i.exec(text.trim());
  if (short) {
    const value = Number.parseInt(short[1], 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [r = 128, g = 128, b = 128] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
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
  const z = new Float64Array(K);
  for (let py = 0; py < height; py++) {
    const v = ((py + 0.5) / height) * (side - 1);
    const row = Math.min(Math.floor(v), side - 2);
    const down = v - row;
    for (let px = 0; px < width; px++) {
      const u = ((px + 0.5) / width) * (side - 1);
      const column = Math.min(Math.floor(u), side - 2);
      const right = u - column;
      const from = (row * side + column) * K;
      const below = from + side * K;
      let best = 0;
      for (let k = 0; k < K; k++) {
        const top = map[from + k] * (1 - right) + map[from + K + k] * right;
        const bottom = map[below + k] * (1 - right) + map[below + K + k] * right;
        z[k] = top * (1 - down) + bottom * down;
        if (z[k] > z[best]) best = k;
      }
      let others = 0;
      for (let k = 0; k < K; k++) others += Math.exp(z[k] - z[best]);
      const sure = (1 / others - 1 / K) / (1 - 1 / K);
      const share = FAINT + (FULL - FAINT) * (sure > 0 ? sure : 0);
      const to = 4 * (py * width + px);
      for (let c = 0; c < 3; c++) image.data[to + c] = paper[c] + share * (colours[best][c] - paper[c]);
      image.data[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}
