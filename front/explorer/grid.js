// The packed grid that ntkbook/explorer/grid.py writes: every setting's arrays and sentence.

/** @typedef {import("./types.js").Grid} Grid */
/** What stands before the numbers.
 * @typedef {{ sentences: string[], arrays: { name: string, size: number, constant: boolean }[] }} Header */

/** @param {import("./types.js").Shared["grid"]} packed @returns {Promise<Grid>} */
export async function unpack(packed) {
  const bytes = new Blob([/** @type {BlobPart} */ (packed)]);
  const inflated = bytes.stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(inflated).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  /** @type {Header} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const cells = header.sentences.length;
  let start = 4 + length;
  /** @type {[string, (index: number) => Float32Array][]} */
  const readers = [];
  for (const { name, size, constant } of header.arrays) {
    const first = start;
    readers.push([
      name,
      (index) => new Float32Array(buffer, first + (constant ? 0 : 4 * size * index), size),
    ]);
    start += 4 * size * (constant ? 1 : cells);
  }
  return (index) => ({
    arrays: Object.fromEntries(readers.map(([name, read]) => [name, read(index)])),
    sentence: header.sentences[index],
  });
}
