// The front door's still pictures, made when the book is built: what the page shows without JavaScript, on paper, and
// until it moves. Writes one JSON text: the points, and of each network its words and its map in both themes, as PNG.
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { begun, CELLS, CLASSES, LAST, POINTS, sideOf, trained } from "./door/film.js";
import { HELD } from "./door/state.js";
import { finish } from "./ntkbook/sliced.js";
import { channels } from "./playground/look.js";
import { paintMap } from "./playground/paint.js";
import { line } from "./playground/words.js";

const PIXELS = 96; // along an edge; the browser smooths the rest
const STYLE = readFileSync(new URL("./playground/playground.css", import.meta.url), "utf8");

/** The light theme's, then the dark one's. @param {string} name */
function shades(name) {
  return [...STYLE.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6});`, "g"))].map(([, colour]) =>
    channels(colour),
  );
}

/** @param {string} kind @param {Uint8Array} data */
function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A square picture, 8 bits of red, green and blue a pixel. @param {Uint8ClampedArray} rgba */
function png(rgba) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(PIXELS, 0);
  head.writeUInt32BE(PIXELS, 4);
  head.set([8, 2], 8);
  const rows = Buffer.alloc(PIXELS * (1 + 3 * PIXELS)); // each begins with the number of its filter, 0
  for (let i = 0; i < PIXELS * PIXELS; i++)
    rows.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i + 1 + Math.floor(i / PIXELS));
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** @param {Float32Array} map @param {number} theme */
function picture(map, theme) {
  let pixels = new Uint8ClampedArray();
  const canvas = {
    ...{ width: PIXELS, height: PIXELS },
    getContext: () => ({
      createImageData: () => ({ data: new Uint8ClampedArray(4 * PIXELS * PIXELS) }),
      putImageData(image) {
        pixels = image.data;
      },
    }),
  };
  const colours = Array.from({ length: CLASSES }, (_, k) => shades(`class-${k}`)[theme]);
  paintMap(canvas, map, CELLS, colours, shades("paper")[theme]);
  return png(pixels).toString("base64");
}

/** @param {number} lam */
function still(lam) {
  const run = finish(begun(lam));
  finish(trained(run, LAST));
  const side = sideOf(run);
  const [light, dark] = [0, 1].map((theme) => picture(side.map, theme));
  return { words: line(side, { epsilon: 0, lam }), light, dark };
}

process.stdout.write(JSON.stringify({ points: POINTS, free: still(0), held: still(HELD) }));
