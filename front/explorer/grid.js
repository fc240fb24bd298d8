// The packed grid that ntkbook/explorer/grid.py writes: the arrays and the sentence of every setting, or of some.
import { cellIndex, defaults } from "../shared/values.js";

/** @typedef {import("./types.js").Grid} Grid */
/** What stands before the numbers.
 * @typedef {{ sentences: string[], arrays: { name: string, size: number, constant: boolean }[],
 *             cells?: number[] }} Header */

const MOST = 2 ** 26; // bytes that are unpacked: fifty times the largest grid of the book; grid.py holds to it, too

/** What came is no grid, or not the whole of one. */
export class DamagedGrid extends Error {
  /** @param {string} what */
  constructor(what) {
    super(`it came damaged or cut short: ${what}`);
  }

  name = "";
}

/** @param {DataView | Uint8Array<ArrayBuffer>} packed @returns {Promise<ArrayBuffer>} */
export async function inflated(packed) {
  const bytes = new Blob([/** @type {BlobPart} */ (packed)]);
  const reader = bytes.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  /** @type {BlobPart[]} */
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new DamagedGrid("it cannot be unpacked");
    });
    if (done) return new Blob(parts).arrayBuffer();
    size += value.byteLength;
    if (size > MOST) {
      reader.cancel();
      throw new DamagedGrid(`it has more than ${MOST} bytes`);
    }
    parts.push(/** @type {BlobPart} */ (value));
  }
}

/** @param {import("./types.js").Shared["grid"]} packed @returns {Promise<Grid>} */
export async function unpack(packed) {
  return gridOf(await inflated(packed));
}

/** Of unpacked bytes. Once it is there, every cell of it can be read. @param {ArrayBuffer} buffer @returns {Grid} */
export function gridOf(buffer) {
  const { header, first } = headerOf(buffer);
  const rows = header.sentences.length;
  let start = first;
  /** @type {[string, (row: number) => Float32Array][]} */
  const readers = [];
  for (const { name, size, constant } of header.arrays) {
    const own = start;
    readers.push([name, (row) => new Float32Array(buffer, own + (constant ? 0 : 4 * size * row), size)]);
    start += 4 * size * (constant ? 1 : rows);
  }
  if (start !== buffer.byteLength) throw new DamagedGrid(`${buffer.byteLength} bytes are there, of ${start}`);
  const cellOf = (/** @type {number} */ cell) => {
    const row = header.cells ? header.cells.indexOf(cell) : cell;
    if (!Object.hasOwn(header.sentences, row)) return null;
    const arrays = Object.fromEntries(readers.map(([name, read]) => [name, read(row)]));
    return { arrays, sentence: header.sentences[row] };
  };
  return Object.assign(cellOf, header.cells ? {} : { all: rows });
}

/** The same grid, if it is of this explorer: it has its settings, the default among them, and all that is drawn.
 * @param {Grid} grid @param {Pick<import("./types.js").Spec, "axes" | "panels">} spec @returns {Grid} */
export function fitting(grid, { axes, panels }) {
  const cell = grid(cellIndex(axes, defaults(axes)));
  const drawn = panels
    .flatMap(({ figure }) => figure.data)
    .flatMap((trace) => [trace.x, trace.y, ...("z" in trace ? [trace.z] : [])]);
  const all = axes.reduce((count, { values }) => count * values.length, 1);
  if (!cell || (grid.all ?? all) !== all || !drawn.every((name) => Object.hasOwn(cell.arrays, name)))
    throw new DamagedGrid("it is of another edition of the book");
  return grid;
}

/** What it says of itself, and where its numbers begin. @param {ArrayBuffer} buffer
 * @returns {{ header: Header, first: number }} */
function headerOf(buffer) {
  const length = buffer.byteLength < 4 ? Number.POSITIVE_INFINITY : new DataView(buffer).getUint32(0, true);
  if (length % 4 || 4 + length > buffer.byteLength) throw new DamagedGrid("it does not say what it is");
  let header;
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  } catch {
    header = null;
  }
  if (!isHeader(header)) throw new DamagedGrid("what it says of itself cannot be read");
  return { header, first: 4 + length };
}

/** @param {{ sentences?: unknown, arrays?: unknown, cells?: unknown } | null} given @returns {given is Header} */
function isHeader(given) {
  const whole = (/** @type {unknown} */ one) => Number.isSafeInteger(one) && Number(one) >= 0;
  return (
    Array.isArray(given?.sentences) &&
    given.sentences.every((/** @type {unknown} */ one) => typeof one === "string") &&
    Array.isArray(given.arrays) &&
    given.arrays.every(
      (/** @type {{ name?: unknown, size?: unknown, constant?: unknown } | null} */ one) =>
        typeof one?.name === "string" && whole(one.size) && typeof one.constant === "boolean",
    ) &&
    (given.cells === undefined ||
      (Array.isArray(given.cells) &&
        given.cells.length === given.sentences.length &&
        given.cells.every(whole)))
  );
}
