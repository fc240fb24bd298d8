// The chapter on handwritten digits: what an explicit predictor says of 500 new images, for any N and λ.
import { NotInThePage } from "../errors.js";
import { product } from "../linear_algebra.js";
import { softmax } from "../losses.js";
import { dampedNewton, ofClasses } from "../newton.js";
import { fixed, plain } from "../words.js";
import { D, inkOf, kernelInPieces, onSphere } from "./_shared/images.js";

/** @typedef {import("../types.js").Experiment} Experiment */
/** X: of the first images, to learn from; X_test: of the last, as they are drawn ink. Both with their classes.
 * @typedef {{ X: Float64Array, classes: Float64Array, X_test: Float64Array, testClasses: Float64Array,
 *   ink: Float64Array }} Images */
/** Θ between the first N images, and between the new images and those.
 * @typedef {{ N: number, Theta: Float64Array, Theta_x: Float64Array }} Kernel */

const LAMS = Float64Array.of(1e-3, 1e-2, 0.1, 1, 10);
const [ALL, TEST, SIDE, K] = [1797, 500, 8, 10];
const MLP = { d: D, hiddenLayers: 2, activation: /** @type {const} */ ("relu") };
const [TOLERANCE, MOST_STEPS] = [1e-6, 120];
/** @type {Kernel | null} */
let latest = null; // λ changes more often than N

/** ntkbook.chapters.digits.measure.explorer.explore_digits @type {Experiment} */
export const digits = {
  *compute(setting, prepared) {
    const { kernel, N, lam } = setting;
    const shipped = prepared({ kernel: "MLP", N: 50, lam: LAMS[0] });
    const built = prepared(setting);
    if (kernel !== "MLP" || !shipped) {
      if (built) return built;
      throw new NotInThePage(
        `the ${kernel} kernel between images takes minutes, and the page has it for some N and λ only`,
      );
    }
    const images = imagesOf(shipped);
    const own = yield* kernelOf(images, Number(N));
    const here = yield* readBy(own, images, Number(lam), null);
    const path = prepared({ kernel, N, lam: LAMS[0] }) ?? (yield* alongPath(own, images));
    return { ...shown(here.p, Number(lam), path, images), ...dataOf(shipped) };
  },

  describe({ kernel, N, lam }, { confusions, verdict: [right, read, sure], error_here, score_here }) {
    const most = Math.max(...confusions);
    const at = confusions.indexOf(most);
    const worst =
      read === right
        ? `The worst surprise is a ${right} that was given no more than ${fixed(sure, 2)}.`
        : `The worst surprise is a ${right} read as a ${read} with probability ${fixed(sure, 2)}.`;
    return (
      `${kernel} kernel, ${N} training images, λ = ${plain(Number(lam))}: ${fixed(error_here[0], 1)} % of ${TEST} ` +
      `new images are misread, log score ${fixed(score_here[0], 3)}; most often a ${Math.floor(at / K)} is read as ` +
      `a ${at % K} (${most} times). ${worst}`
    );
  },
};

/** What pages are given of the data, and give back. @param {import("../types.js").Arrays} shipped */
function dataOf({ pixels, pixel_sums, classes }) {
  return { pixels, pixel_sums, classes };
}

/** @param {import("../types.js").Arrays} shipped @returns {Images} */
function imagesOf({ pixels, pixel_sums, classes }) {
  const X = onSphere(pixels, () => pixel_sums.map((sum) => sum / ALL));
  const train = classes.length - TEST;
  return {
    X: X.subarray(0, train * D),
    classes: classes.subarray(0, train),
    X_test: X.subarray(train * D),
    testClasses: classes.subarray(train),
    ink: inkOf(pixels).subarray(train * D),
  };
}

/** @param {Images} images @param {number} N @returns {Generator<void, Kernel, void>} */
function* kernelOf(images, N) {
  if (latest?.N === N) return latest;
  const X = images.X.subarray(0, N * D);
  latest = {
    N,
    Theta: yield* kernelInPieces(MLP, X, X),
    Theta_x: yield* kernelInPieces(MLP, images.X_test, X),
  };
  return latest;
}

/** The probabilities that f_λ gives the new images, and its coefficients.
 * @param {Kernel} kernel @param {Images} images @param {number} lam @param {Float64Array | null} start
 * @returns {Generator<void, { p: Float64Array, coefficients: Float64Array }, void>} */
function* readBy({ N, Theta, Theta_x }, images, lam, start) {
  const f0 = new Float64Array(N * K);
  const Y = f0.map((_, at) => Number(images.classes[Math.floor(at / K)] === at % K));
  const system = { Theta, Y, f0, lam, K, shared: true }; // this kernel needs no check
  const { coefficients } = yield* dampedNewton(ofClasses(system), start ?? f0, TOLERANCE, MOST_STEPS);
  return { p: softmax(product(Theta_x, coefficients, N, K), K), coefficients };
}

/** Error and log score along λ, from the largest down, each solution the start of the next.
 * @param {Kernel} kernel @param {Images} images
 * @returns {Generator<void, { error: Float64Array, score: Float64Array }, void>} */
function* alongPath(kernel, images) {
  const [error, score] = [new Float64Array(LAMS.length), new Float64Array(LAMS.length)];
  /** @type {Float64Array | null} */
  let start = null;
  for (let i = LAMS.length - 1; i >= 0; i--) {
    /** @type {{ p: Float64Array, coefficients: Float64Array }} */
    const found = yield* readBy(kernel, images, LAMS[i], start);
    start = found.coefficients;
    error[i] = misread(found.p, images.testClasses);
    score[i] = average(surprise(found.p, images.testClasses));
  }
  return { error, score };
}

/** @param {Float64Array} p @param {number} lam @param {Record<string, Float64Array>} path @param {Images} images */
function shown(p, lam, { error, score }, { ink, testClasses }) {
  const counts = new Float64Array(K * K);
  for (const [i, right] of testClasses.entries())
    if (said(p, i) !== right) counts[right * K + said(p, i)] += 1;
  const surprises = surprise(p, testClasses);
  const worst = surprises.indexOf(Math.max(...surprises));
  const read = said(p, worst);
  return {
    lam: LAMS,
    error,
    score,
    here: Float64Array.of(lam),
    error_here: Float64Array.of(misread(p, testClasses)),
    score_here: Float64Array.of(average(surprises)),
    digit: places(K),
    confusions: counts,
    pixel: places(SIDE),
    row: places(SIDE).toReversed(),
    worst: ink.slice(worst * D, (worst + 1) * D),
    verdict: Float64Array.of(testClasses[worst], read, p[worst * K + read]),
  };
}

/** The most probable class. @param {Float64Array} p @param {number} i */
function said(p, i) {
  let best = 0;
  for (let k = 1; k < K; k++) if (p[i * K + k] > p[i * K + best]) best = k;
  return best;
}

/** Per cent. @param {Float64Array} p @param {Float64Array} classes */
function misread(p, classes) {
  return 100 * average(classes.map((right, i) => Number(said(p, i) !== right)));
}

/** −log p of what is true. @param {Float64Array} p @param {Float64Array} classes */
function surprise(p, classes) {
  return classes.map((right, i) => -Math.log(p[i * K + right]));
}

/** @param {Float64Array} values */
function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {number} cells */
function places(cells) {
  return Float64Array.from({ length: cells }, (_, i) => i);
}
