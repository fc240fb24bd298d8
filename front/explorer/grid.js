// The packed grid that ntkbook/explorer/grid.py writes: the arrays and the sentence of every setting, or of some.

/** @typedef {import("./types.js").Grid} Grid */
/** What stands before the numbers.
 * @typedef {{ sentences: string[], arrays: { name: string, size: number, constant: boolean }[],
 *             cells?: number[] }} Header */

/** @param {DataView | Uint8Array<ArrayBuffer>} packed */
export async function inflated(packed) {
  const bytes = new Blob([/** @type {BlobPart} */ (packed)]);
  const stream = bytes.stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** @param {import("./types.js").Shared["grid"]} packed @returns {Promise<Grid>} */
export async function unpack(packed) {
  const buffer = await inflated(packed);
  const length = new DataView(buffer).getUint32(0, true);
  /** @type {Header} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const rows = header.sentences.length;
  let start = 4 + length;
  /** @type {[string, (row: number) => Float32Array][]} */
  const readers = [];
  for (const { name, size, constant } of header.arrays) {
    const first = start;
    readers.push([name, (row) => new Float32Array(buffer, first + (constant ? 0 : 4 * size * row), size)]);
    start += 4 * size * (constant ? 1 : rows);
  }
  return (cell) => {
    const row = header.cells ? header.cells.indexOf(cell) : cell;
    if (row < 0) return null;
    const arrays = Object.fromEntries(readers.map(([name, read]) => [name, read(row)]));
    return { arrays, sentence: header.sentences[row] };
  };
}
