// The chapter on generalization: what is proven of the error of kernel logistic regression, and the error.
import { NotInThePage } from "../errors.js";
import { generalizationBound, logitMargins, MARGINS } from "../generalization.js";
import { productSliced } from "../linear_algebra.js";
import { dampedNewton } from "../newton.js";
import { integers, key, split, uniform } from "../random.js";
import { drawnBy } from "../sliced.js";
import { fixed, plain } from "../words.js";
import { D, kernelInPieces, meanImage, onSphere } from "./_shared/images.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** All images' classes, and Θ between all of them. @typedef {{ sides: Float64Array, Theta: Float64Array }} Population */
/** @typedef {import("../generalization.js").Bound & { error: number }} Run */

const SIZES = Float64Array.of(200, 400, 800, 1600);
const K = 2;
const [TOLERANCE, MOST_STEPS] = [1e-10, 120];
const TOGETHER = 200; // rows between pauses
/** @type {Population | null} */
let population = null; // the same for every setting

/** ntkbook.chapters.generalization.measure.explorer.bound_over_points @type {Experiment} */
export const generalization = {
  *compute(setting, prepared) {
    const [points, noise, lam] = [Number(setting.points), Number(setting.noise), Number(setting.lam)];
    const shipped = prepared({ points: SIZES[0], noise: 0, lam: 1 });
    if (!shipped) throw new NotInThePage("the images have not come with the page");
    population ??= yield* populationOf(shipped);
    const here = yield* boundedError(population, points, noise, lam);
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
      norm: Float64Array.of(here.norm),
      here_error: Float64Array.of(here.error),
      pixels: shipped.pixels,
      sides: shipped.sides,
    });
    const built = prepared({ points: SIZES[0], noise, lam });
    return drawn(built ?? (yield* drawnBy(overSizes(population, noise, lam), drawn)));
  },

  describe({ points, noise, lam }, { here_total: [total], norm: [norm], here_error: [missed] }) {
    const means = total < 1 ? "says something" : "is above 1, so it says nothing";
    return (
      `From ${plain(Number(points))} points with ${fixed(100 * Number(noise), 0)} % random labels at ` +
      `λ = ${plain(Number(lam))}: B = ${fixed(norm, 1)}, the bound is ${fixed(total, 2)} and ${means}; ` +
      `the error is ${fixed(missed, 3)}.`
    );
  },
};

/** @param {import("../types.js").Arrays} shipped @returns {Generator<void, Population, void>} */
function* populationOf({ pixels, sides }) {
  const X = onSphere(pixels, meanImage);
  return { sides, Theta: yield* kernelInPieces({ d: D }, X, X) };
}

/** Bound, ramp loss and error at every size, with what there is so far at every pause.
 * @param {Population} all @param {number} noise @param {number} lam
 * @returns {Generator<import("../types.js").Arrays, import("../types.js").Arrays, void>} */
function* overSizes(all, noise, lam) {
  const gaps = () => SIZES.map(() => Number.NaN);
  const over = { total: gaps(), ramp: gaps(), error: gaps() };
  for (const [i, size] of SIZES.entries()) {
    const job = boundedError(all, size, noise, lam);
    let run = job.next();
    for (; !run.done; run = job.next()) yield over;
    over.total[i] = run.value.total;
    over.ramp[i] = run.value.empirical;
    over.error[i] = run.value.error;
  }
  return over;
}

/** Kernel logistic regression on a sample from the population: its bound, and its error.
 * @param {Population} all @param {number} points @param {number} noise @param {number} lam
 * @returns {Generator<void, Run, void>} */
function* boundedError({ sides, Theta }, points, noise, lam) {
  const M = sides.length;
  const { drawn, labels } = draw(sides, points, noise);
  const columns = new Float64Array(M * points);
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < points; j++) columns[i * points + j] = Theta[i * M + drawn[j]];
    if (i % TOGETHER === 0) yield;
  }
  const own = new Float64Array(points * points);
  for (let i = 0; i < points; i++)
    own.set(columns.subarray(drawn[i] * points, (drawn[i] + 1) * points), i * points);
  yield;
  const Y = Float64Array.from({ length: points * K }, (_, at) => Number(labels[at >> 1] === (at & 1)));
  const f0 = new Float64Array(Y.length);
  const system = { Theta: own, Y, f0, lam, K, shared: true }; // this kernel needs no check
  const { coefficients, logits } = yield* dampedNewton(system, f0, TOLERANCE, MOST_STEPS);
  const wrong = logitMargins(yield* productSliced(columns, coefficients, points, K), sides, K);
  const share = wrong.reduce((sum, margin) => sum + Number(margin <= 0), 0) / M;
  let largest = 0;
  for (let i = 0; i < M; i++) largest = Math.max(largest, Theta[i * M + i]);
  const bound = generalizationBound(own, coefficients, logits, labels, largest);
  return { ...bound, error: (1 - noise) * share + noise / 2 };
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
