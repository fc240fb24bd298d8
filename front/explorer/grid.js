// The packed grid that grid.py writes: every setting's arrays and sentence.

/** @typedef {{ arrays: Record<string, Float32Array>, sentence: string }} Cell */

/** @param {DataView | Uint8Array<ArrayBuffer>} packed @returns {Promise<(index: number) => Cell>} */
export async function unpack(packed) {
  const bytes = new Blob([/** @type {BlobPart} */ (packed)]);
  const inflated = bytes.stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(inflated).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
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
