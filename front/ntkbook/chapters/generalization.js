// The chapter on generalization: what is proven of the error of kernel logistic regression, and the error.
import { NotInThePage } from "../errors.js";
import { generalizationBound, logitMargins, MARGINS } from "../generalization.js";
import { productSliced } from "../linear_algebra.js";
import { integers, key, split, uniform } from "../random.js";
import { drawnBy } from "../sliced.js";
import { twoClasses } from "../two_classes.js";
import { fixed, plain } from "../words.js";
import { D, kernelInPieces, meanImage, onSphere } from "./_shared/images.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** @typedef {{ points: number, noise: number, lam: number, margin: number }} Sampled */
/** All images' classes, and Θ between all of them. @typedef {{ sides: Float64Array, Theta: Float64Array }} Population */
/** alone: the bound where only one margin was demanded, fixed beforehand.
 * @typedef {import("../generalization.js").Bound & { alone: number, error: number }} Run */

const SIZES = Float64Array.of(200, 400, 800, 1600);
const K = 2;
const [TOLERANCE, MOST_STEPS] = [1e-10, 120];
const TOGETHER = 200; // rows between pauses
/** @type {Population | null} */
let population = null; // the same for every setting

/** ntkbook.chapters.generalization.measure.explorer.bound_over_points @type {Experiment} */
export const generalization = {
  *compute(setting, prepared) {
    const [points, noise, lam, margin] = ["points", "noise", "lam", "margin"].map((name) =>
      Number(setting[name]),
    );
    const shipped = prepared({ points: SIZES[0], noise: 0, lam: 1, margin: 1 });
    if (!shipped) throw new NotInThePage("the images have not come with the page");
    population ??= yield* populationOf(shipped);
    const here = yield* boundedError(population, { points, noise, lam, margin });
    const drawn = (/** @type {import("../types.js").Arrays} */ over) => ({
      sizes: SIZES,
      total: over.total,
      ramp: over.ramp,
      error: over.error,
      here: Float64Array.of(points),
      here_total: Float64Array.of(here.total),
      margins: MARGINS,
      margin_ramp: here.ramp,
      margin_complexity: here.complexity,
      margin_total: here.ramp.map((ramp, h) => ramp + here.complexity[h] + here.confidence),
      best: Float64Array.of(here.margin),
      margin: Float64Array.of(margin),
      alone: Float64Array.of(here.alone),
      norm: Float64Array.of(here.norm),
      here_error: Float64Array.of(here.error),
      pixels: shipped.pixels,
      sides: shipped.sides,
    });
    const built = prepared({ points: SIZES[0], noise, lam, margin: 1 });
    return drawn(
      built ?? (yield* drawnBy(overSizes(population, { points, noise, lam, margin }, here), drawn)),
    );
  },

  describe(
    { points, noise, lam, margin },
    { here_total: [total], norm: [norm], here_error: [missed], alone: [alone] },
  ) {
    const means = total < 1 ? "says something" : "is above 1, so it says nothing";
    return (
      `From ${plain(Number(points))} points with ${fixed(100 * Number(noise), 0)} % random labels at ` +
      `λ = ${plain(Number(lam))}: B = ${fixed(norm, 1)}, the bound is ${fixed(total, 2)} and ${means}; ` +
      `the error is ${fixed(missed, 3)}. For h = ${plain(Number(margin))}, had it been fixed beforehand, the bound is ` +
      `${fixed(alone, 2)}.`
    );
  },
};

/** @param {import("../types.js").Arrays} shipped @returns {Generator<void, Population, void>} */
function* populationOf({ pixels, sides }) {
  const X = onSphere(pixels, meanImage);
  return { sides, Theta: yield* kernelInPieces({ d: D }, X, X) };
}

/** Bound, ramp loss and error at every size, with what there is so far at every pause.
 * @param {Population} all @param {Sampled} setting @param {Run} here at it
 * @returns {Generator<import("../types.js").Arrays, import("../types.js").Arrays, void>} */
function* overSizes(all, setting, here) {
  const gaps = () => SIZES.map(() => Number.NaN);
  const over = { total: gaps(), ramp: gaps(), error: gaps() };
  for (const [i, size] of SIZES.entries()) {
    const job = boundedError(all, { ...setting, points: size });
    let run = size === setting.points ? { done: true, value: here } : job.next();
    for (; !run.done; run = job.next()) yield over;
    const { total, empirical, error } = /** @type {Run} */ (run.value);
    over.total[i] = total;
    over.ramp[i] = empirical;
    over.error[i] = error;
  }
  return over;
}

/** Kernel logistic regression on a sample from the population: its bound, and its error.
 * @param {Population} all @param {Sampled} setting @returns {Generator<void, Run, void>} */
function* boundedError({ sides, Theta }, { points, noise, lam, margin }) {
  const M = sides.length;
  const { drawn, labels } = draw(sides, points, noise);
  const { images, copies, firsts } = merged(drawn, labels);
  const N = images.length;
  const columns = new Float64Array(M * N);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) columns[i * N + j] = Theta[i * M + images[j]];
    if (i % TOGETHER === 0) yield;
  }
  const own = new Float64Array(N * N);
  for (let i = 0; i < N; i++) own.set(columns.subarray(images[i] * N, (images[i] + 1) * N), i * N);
  yield;
  const { a } = yield* twoClasses({ Theta: own, copies, firsts, lam }, TOLERANCE, MOST_STEPS);
  const h = yield* productSliced(columns, a, N, 1); // of every image
  const wrong = logitMargins(bothOf(h), sides, K);
  const share = wrong.reduce((sum, margin) => sum + Number(margin <= 0), 0) / M;
  let largest = 0;
  for (let i = 0; i < M; i++) largest = Math.max(largest, Theta[i * M + i]);
  const logits = bothOf(Float64Array.from(drawn, (image) => h[image]));
  const promised = (/** @type {Float64Array} */ margins) =>
    generalizationBound(own, bothOf(a), logits, labels, largest, margins);
  const { total: alone } = promised(Float64Array.of(margin));
  return { ...promised(MARGINS), alone, error: (1 - noise) * share + noise / 2 };
}

/** What two classes have where they sum to zero. @param {Float64Array} h */
function bothOf(h) {
  return Float64Array.from({ length: K * h.length }, (_, at) => (at % K ? -h[at >> 1] : h[at >> 1]));
}

/** The images that were drawn, how often each, and how often as one of the first class.
 * @param {ArrayLike<number>} drawn @param {ArrayLike<number>} labels */
function merged(drawn, labels) {
  const images = [...new Set(Array.from(drawn))];
  const places = new Map(images.map((image, place) => [image, place]));
  const [copies, firsts] = [new Float64Array(images.length), new Float64Array(images.length)];
  for (let i = 0; i < drawn.length; i++) {
    const place = places.get(drawn[i]) ?? 0;
    copies[place]++;
    firsts[place] += Number(labels[i] === 0);
  }
  return { images, copies, firsts };
}

/** Images drawn with replacement, and their classes, some replaced by fair coins.
 * @param {Float64Array} sides @param {number} points @param {number} noise */
function draw(sides, points, noise) {
  const [which, coin, side] = split(key(0), 3);
  const drawn = integers(which, points, sides.length);
  const replaced = uniform(coin, points);
  const coins = integers(side, points, 2);
  return { drawn, labels: drawn.map((image, i) => (replaced[i] < noise ? coins[i] : sides[image])) };
}
