// Keys and draws of jax.random, bit for bit: threefry2x32 with jax_threefry_partitionable, 64-bit words. So the network
// of a seed is the same in the page as in Python. Word i of a key is threefry(key, (0, i)), whoever asks for it.

/** @typedef {readonly [number, number]} Key */

const BLOCK = new Uint32Array(2); // what `threefry` returns
const [TWO_32, TWO_52] = [2 ** -32, 2 ** -52];
const LOWEST = -(1 - 2 ** -53); // the number after −1

/** jax.random.key(seed). @param {number} seed below 2³² @returns {Key} */
export function key(seed) {
  return [0, seed >>> 0];
}

/** jax.random.split(key, count). @param {Key} of @param {number} [count] @returns {Key[]} */
export function split([first, second], count = 2) {
  return Array.from({ length: count }, (_, i) => {
    threefry(first, second, 0, i);
    return /** @type {Key} */ ([BLOCK[0], BLOCK[1]]);
  });
}

/** jax.random.fold_in(key, data). @param {Key} of @param {number} data below 2³² @returns {Key} */
export function foldIn([first, second], data) {
  threefry(first, second, 0, data >>> 0);
  return [BLOCK[0], BLOCK[1]];
}

/** jax.random.normal(key, (count,)): standard normal numbers, by the inverse of erf.
 * @param {Key} of @param {number} count */
export function normal(of, count) {
  const drawn = new Float64Array(count);
  for (let i = 0; i < count; i++) drawn[i] = normalAt(of, i);
  return drawn;
}

/** Number i of that draw, whichever are asked for, in whatever order.
 * @param {Key} of @param {number} i */
export function normalAt([first, second], i) {
  threefry(first, second, 0, i);
  const share = BLOCK[0] * TWO_32 + (BLOCK[1] >>> 12) * TWO_52; // 52 bits of the word, in [0, 1)
  return Math.SQRT2 * erfInverse(Math.max(LOWEST, share * (1 - LOWEST) + LOWEST));
}

/** jax.random.uniform(key, (count,), minval=low, maxval=high).
 * @param {Key} of @param {number} count @param {number} [low] @param {number} [high] */
export function uniform([first, second], count, low = 0, high = 1) {
  return Float64Array.from({ length: count }, (_, i) => {
    threefry(first, second, 0, i);
    const share = BLOCK[0] * TWO_32 + (BLOCK[1] >>> 12) * TWO_52;
    return Math.max(low, share * (high - low) + low);
  });
}

/** jax.random.randint(key, (count,), 0, span): of two words a number, H·2⁶⁴ + L modulo the span.
 * @param {Key} of @param {number} count @param {number} span below 2²⁰ */
export function integers(of, count, span) {
  const [[high, highToo], [low, lowToo]] = split(of);
  const half = 2 ** 32 % span;
  const rest = () => ((BLOCK[0] % span) * half + (BLOCK[1] % span)) % span; // of the word that threefry has left
  return Float64Array.from({ length: count }, (_, i) => {
    threefry(high, highToo, 0, i);
    const H = rest();
    threefry(low, lowToo, 0, i);
    return (H * ((half * half) % span) + rest()) % span;
  });
}

/** BLOCK ← threefry2x32 of the words (x, y): five times four rounds of additions and rotations, a key after each four.
 * @param {number} first @param {number} second @param {number} x @param {number} y */
function threefry(first, second, x, y) {
  let now = first | 0;
  let next = second | 0;
  let last = now ^ next ^ 0x1bd11bda;
  let a = (x + now) | 0;
  let b = (y + next) | 0;
  for (let four = 1; four <= 5; four++) {
    if (four % 2 === 1) {
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      a = (a + b) | 0;
      b = ((b << 15) | (b >>> 17)) ^ a;
      a = (a + b) | 0;
      b = ((b << 26) | (b >>> 6)) ^ a;
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
    } else {
      a = (a + b) | 0;
      b = ((b << 17) | (b >>> 15)) ^ a;
      a = (a + b) | 0;
      b = ((b << 29) | (b >>> 3)) ^ a;
      a = (a + b) | 0;
      b = ((b << 16) | (b >>> 16)) ^ a;
      a = (a + b) | 0;
      b = ((b << 24) | (b >>> 8)) ^ a;
    }
    a = (a + next) | 0;
    b = (b + last + four) | 0;
    const used = now; // swapped by hand: patterns are slow here
    now = next;
    next = last;
    last = used;
  }
  BLOCK[0] = a;
  BLOCK[1] = b;
}

// Giles' polynomials for the inverse of erf (2010), highest power first, on w = −log(1 − x²) below 6.25, below 16, above.
const NEAR = [
  -3.64441206401782e-21, -1.6850591381820166e-19, 1.28584807152564e-18, 1.1157877678025181e-17,
  -1.333171662854621e-16, 2.0972767875968562e-17, 6.637638134358324e-15, -4.054566272975207e-14,
  -8.151934197605472e-14, 2.6335093153082323e-12, -1.2975133253453532e-11, -5.415412054294628e-11,
  1.0512122733215323e-9, -4.112633980346984e-9, -2.9070369957882005e-8, 4.2347877827932404e-7,
  -1.3654692000834679e-6, -1.3882523362786469e-5, 0.00018673420803405714, -0.000740702534166267,
  -0.006033670871430149, 0.24015818242558962, 1.6536545626831027,
];
const FAR = [
  2.2137376921775787e-9, 9.075656193888539e-8, -2.7517406297064545e-7, 1.8239629214389228e-8,
  1.5027403968909828e-6, -4.013867526981546e-6, 2.9234449089955446e-6, 1.2475304481671779e-5,
  -4.7318229009055734e-5, 6.828485145957318e-5, 2.4031110387097894e-5, -0.0003550375203628475,
  0.0009532893797373805, -0.0016882755560235047, 0.002491442096107851, -0.003751208507569241,
  0.005370914553590064, 1.0052589676941592, 3.0838856104922208,
];
const FARTHEST = [
  -2.7109920616438573e-11, -2.555641816996525e-10, 1.5076572693500548e-9, -3.789465440126737e-9,
  7.61570120807834e-9, -1.496002662714924e-8, 2.914795345090108e-8, -6.771199775845234e-8,
  2.2900482228026655e-7, -9.9298272942317e-7, 4.526062597223154e-6, -1.968177810553167e-5,
  7.599527703001776e-5, -0.00021503011930044477, -0.00013871931833623122, 1.0103004648645344,
  4.849906401408584,
];

/** erf⁻¹ as XLA has it. @param {number} x between −1 and 1 */
function erfInverse(x) {
  const w = -Math.log1p(-x * x);
  if (w < 6.25) return x * polynomial(NEAR, w - 3.125);
  return x * (w < 16 ? polynomial(FAR, Math.sqrt(w) - 3.25) : polynomial(FARTHEST, Math.sqrt(w) - 5));
}

/** @param {number[]} coefficients highest power first @param {number} x */
function polynomial(coefficients, x) {
  let value = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) value = value * x + coefficients[i];
  return value;
}

/** jax.random.normal(key, (count,), float32), to about seven digits: of half of the bits, and with half of the work.
 * @param {Key} of @param {number} count @param {Float64Array} [out] */
export function normalSingle([first, second], count, out = new Float64Array(count)) {
  for (let i = 0; i < count; i++) {
    threefry(first, second, 0, i);
    out[i] = Math.SQRT2 * erfInverseSingle(((BLOCK[0] ^ BLOCK[1]) >>> 9) * TWO_22 + LOWEST_SINGLE);
  }
  return out;
}

const TWO_22 = 2 ** -22;
const LOWEST_SINGLE = -(1 - 2 ** -24); // the float32 after −1

// Giles' polynomials for single precision, on w below 5, above.
const [C0, C1, C2, C3, C4, C5, C6, C7, C8] = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const FAR_SINGLE = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** erf⁻¹ as XLA has it in single precision, which rounds x² and so moves the tails. @param {number} x in (−1, 1) */
function erfInverseSingle(x) {
  const w = -Math.log(1 - Math.fround(x * x));
  if (w >= 5) return x * polynomial(FAR_SINGLE, Math.sqrt(w) - 3);
  const v = w - 2.5;
  let value = C0;
  value = value * v + C1;
  value = value * v + C2;
  value = value * v + C3;
  value = value * v + C4;
  value = value * v + C5;
  value = value * v + C6;
  value = value * v + C7;
  return x * (value * v + C8);
}
