// Standard normal numbers by counter: number i of a seed is the same whenever, and in whatever order, it is asked for.

const TWO_PI = 2 * Math.PI;
const STRIDE = 0x9e3779b9; // 2³² over the golden ratio: an odd step that visits every 32-bit word once

/** A word whose every bit depends on every bit of x (the finalizer of MurmurHash3).
 * @param {number} x */
function mixed(x) {
  let word = x | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** Fills `out` from `begin` to `end` with numbers of stream `stream` of `seed`, in pairs by Box and Muller.
 * @param {Float32Array} out @param {number} begin even @param {number} end @param {number} seed @param {number} stream */
export function fillNormal(out, begin, end, seed, stream) {
  const key = mixed(mixed(seed + 1) + Math.imul(stream + 1, STRIDE));
  for (let i = begin; i < end; i += 2) {
    // Two rounds a word: with one, the words of neighbouring keys would be the same in another order.
    const first = mixed(mixed(Math.imul(i, STRIDE) + key) ^ key);
    const second = mixed(mixed(Math.imul(i + 1, STRIDE) + key) ^ key);
    const radius = Math.sqrt(-2 * Math.log((first + 0.5) / 2 ** 32));
    const angle = (TWO_PI * second) / 2 ** 32;
    out[i] = radius * Math.cos(angle);
    if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
  }
}
