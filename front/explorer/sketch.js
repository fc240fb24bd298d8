// A picture at once: while a slider moves, lines and markers that Plotly has drawn are moved where they stand, and a field
// is painted on a canvas below them, which takes a millisecond where Plotly takes tens. Plotly draws all of it anew when
// the hand rests, so that what is pointed at and printed is its own.
import { dress, make } from "../shared/format.js";
import { fieldRows, isField } from "./fields.js";

/** @typedef {import("./types.js").Arrays} Arrays */
/** @typedef {import("./types.js").FieldTrace} FieldTrace */
/** @typedef {import("./types.js").LineTrace} LineTrace */
/** @typedef {import("./types.js").Plot} Plot */
/** @typedef {import("./types.js").Trace} Trace */
/** Of Plotly's axis: numbers to pixels and back, and where on the plot it lies.
 * @typedef {{ d2p: (value: number) => number, p2d: (pixel: number) => number, autorange?: boolean | string, _offset: number, _length: number }} Scale */

/** @param {Plot} plot as Plotly has drawn it @param {Trace[]} traces @param {Arrays} arrays
 * @param {"light" | "dark"} shade @returns {boolean} false where only Plotly can draw it */
export function sketch(plot, traces, arrays, shade) {
  const layout = plot._fullLayout;
  if (!layout || layout.xaxis.autorange || layout.yaxis.autorange) return false; // the axes must move, too
  const groups = [...plot.querySelectorAll(".scatterlayer .trace")];
  const lines = traces.filter((trace) => !isField(trace));
  if (groups.length !== lines.length) return false;
  const moves = lines.map((line, index) => moved(groups[index], line, arrays, layout.xaxis, layout.yaxis));
  if (moves.some((move) => !move)) return false;
  for (const move of moves) move?.();
  for (const field of traces.filter(isField)) paint(plot, field, arrays, shade, layout);
  for (const [index, trace] of traces.entries())
    Object.assign(plot.data?.[index] ?? {}, numbersOf(trace, arrays)); // what Plotly says that it shows
  return true;
}

/** @param {Trace} trace @param {Arrays} arrays */
function numbersOf(trace, arrays) {
  const { x, y } = trace;
  return { x: arrays[x], y: arrays[y], ...(isField(trace) ? { z: fieldRows(trace, arrays) } : {}) };
}

const AWAY = "translate(-99999,0)";

/** What takes a trace to its new place; null where nothing of it has been drawn yet.
 * @param {Element} group @param {LineTrace} trace @param {Arrays} arrays @param {Scale} across @param {Scale} up */
function moved(group, { mode, x, y }, arrays, across, up) {
  const xs = Array.from(arrays[x], across.d2p);
  const ys = Array.from(arrays[y], up.d2p);
  const there = xs.map((_, i) => Number.isFinite(xs[i]) && Number.isFinite(ys[i]));
  const strokes = [...group.querySelectorAll(".js-line")];
  const points = [...group.querySelectorAll(".points > .point")];
  const shown = there.filter(Boolean).length;
  if (mode.includes("lines") && strokes.length === 0 && shown > 1) return null;
  if (mode.includes("markers") && points.length === 0 && shown > 0) return null;
  return () => {
    for (const [index, stroke] of strokes.entries())
      stroke.setAttribute("d", index === 0 ? path(xs, ys, there) : "M0,0");
    const indices = there.flatMap((drawn, i) => (drawn ? [i] : []));
    for (const [place, point] of points.entries()) {
      const i = indices[place];
      // Of another number of points, some leave the picture, or come when Plotly draws.
      point.setAttribute("transform", place < shown ? `translate(${xs[i]},${ys[i]})` : AWAY);
    }
  };
}

/** @param {number[]} xs @param {number[]} ys @param {boolean[]} there gaps are not drawn */
function path(xs, ys, there) {
  let text = "";
  for (let i = 0; i < xs.length; i++)
    if (there[i]) text += `${there[i - 1] ? "L" : "M"}${xs[i].toFixed(2)},${ys[i].toFixed(2)}`;
  return text || "M0,0";
}

/** One pixel a point of the field, which the page enlarges: it lies in the processor's memory, where a surface that is
 * drawn on has to come back from the graphics card's.
 * @param {Plot} plot @param {FieldTrace} field @param {Arrays} arrays @param {"light" | "dark"} shade
 * @param {{ xaxis: Scale, yaxis: Scale }} layout */
function paint(plot, { type, x, y, z, zmin, zmax, meta }, arrays, shade, { xaxis, yaxis }) {
  const [columns, rows] = [arrays[x].length, arrays[y].length];
  const canvas = canvasOf(plot);
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (!brush) return;
  const image = brush.createImageData(columns, rows);
  const palette = colours(meta[shade]);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = arrays[z][row * columns + column];
      const share = Math.min(Math.max((value - zmin) / (zmax - zmin), 0), 1);
      const at = 4 * ((rows - 1 - row) * columns + column); // the first row is the lowest
      if (Number.isFinite(value)) image.data.set(palette[Math.round(share * (SHADES - 1))], at);
    }
  }
  brush.putImageData(image, 0, 0);
  // The middle of a pixel is a point of the field; what lies beyond the axes is cut off.
  const [left, right] = [xaxis.d2p(arrays[x][0]), xaxis.d2p(arrays[x][columns - 1])];
  const [low, high] = [yaxis.d2p(arrays[y][0]), yaxis.d2p(arrays[y][rows - 1])];
  const [wide, tall] = [(right - left) / (columns - 1), (low - high) / (rows - 1)];
  const beyond = [
    tall / 2 - high,
    right + wide / 2 - xaxis._length,
    low + tall / 2 - yaxis._length,
    wide / 2 - left,
  ];
  const [x0, y0] = [xaxis._offset + left - wide / 2, yaxis._offset + high - tall / 2];
  const cut = beyond.map((pixels) => `${Math.max(pixels, 0)}px`).join(" ");
  dress(
    canvas,
    `left: ${x0}px; top: ${y0}px; width: ${wide * columns}px; height: ${tall * rows}px; ` +
      `clip-path: inset(${cut}); image-rendering: ${type === "contour" ? "auto" : "pixelated"}`,
  );
  plot.parentElement?.classList.add("sketched");
}

const SHADES = 256;

/** From the least to the greatest. @param {string[]} stops #rrggbb @returns {number[][]} */
function colours(stops) {
  const parts = stops.map((stop) => [1, 3, 5].map((at) => Number.parseInt(stop.slice(at, at + 2), 16)));
  return Array.from({ length: SHADES }, (_, index) => {
    const place = (index / (SHADES - 1)) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const mix = parts[below].map((low, i) => low + (parts[below + 1][i] - low) * (place - below));
    return [...mix.map(Math.round), 255];
  });
}

/** The canvas below a plot, which is seen while the plot is sketched. @param {Plot} plot */
function canvasOf(plot) {
  const before = plot.previousElementSibling;
  if (before instanceof HTMLCanvasElement) return before;
  const canvas = make("canvas", { class: "field", "aria-hidden": "true" });
  plot.before(canvas);
  return canvas;
}

/** Plotly has drawn: its own field is seen again. @param {Plot} plot */
export function sketchDone(plot) {
  plot.parentElement?.classList.remove("sketched");
}
