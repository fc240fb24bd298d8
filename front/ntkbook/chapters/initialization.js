// The chapter on wide networks at initialization: the law of a random network's output beside its Gaussian limit.
import { kernels } from "../kernels.js";
import { drawnBy } from "../sliced.js";
import { fixed } from "../words.js";
import { layeredOutputs } from "./_shared/layer_by_layer.js";
import { linspace } from "./_shared/linspace.js";
import { excessKurtosis, histogram, kolmogorovDistance } from "./_shared/normality.js";

/** @typedef {import("../types.js").Experiment} Experiment */

const [SIGMA_W, SIGMA_B] = [1.5, 0.1];
const INPUTS = Float64Array.of(Math.SQRT2, 0, 0, Math.SQRT2); // orthogonal, ‖x‖² = d = 2
const [DRAWS, SHOWN] = [10_000, 250];
const EDGES = linspace(-5, 5, 42);
const MIDDLES = EDGES.subarray(1).map((edge, i) => (edge + EDGES[i]) / 2);
const ANGLES = linspace(0, 2 * Math.PI, 61);
const RADIUS = Math.sqrt(-2 * Math.log(1 - 0.9)); // the ellipse that holds 90 %

/** ntkbook.chapters.initialization.measure.layer_by_layer.output_law @type {Experiment} */
export const outputLaw = {
  *compute({ n, hidden_layers, activation }) {
    const sizes = { n: Number(n), hiddenLayers: Number(hidden_layers) };
    const phi = activation === "erf" ? "erf" : "relu";
    const limit = kernels({ d: 2, hiddenLayers: sizes.hiddenLayers, activation: phi }, INPUTS).nngp;
    const architecture = { ...sizes, activation: phi, sigmaW: SIGMA_W, sigmaB: SIGMA_B };
    /** @type {[number, number, number]} */
    const first = [SIGMA_W ** 2 + SIGMA_B ** 2, SIGMA_B ** 2, SIGMA_W ** 2 + SIGMA_B ** 2];
    const outputs = layeredOutputs(architecture, first, 17 * sizes.n + sizes.hiddenLayers, DRAWS);
    const drawn = (/** @type {Float64Array} */ some) => lawOf(some, limit);
    return drawn(yield* drawnBy(outputs, drawn));
  },

  describe(
    { n, hidden_layers },
    { kurtosis: [kurtosis], distance: [distance], floor: [floor], outside: [outside] },
  ) {
    const layers = hidden_layers === 1 ? "its hidden layer" : `each of ${hidden_layers} hidden layers`;
    const size = `${n} ${n === 1 ? "unit" : "units"} in ${layers}`;
    const verdict = distance < floor ? "by this distance not to be told from normal" : "not normal";
    return (
      `With ${size}: excess kurtosis ${fixed(kurtosis, 2)} (normal: 0), Kolmogorov distance ${fixed(distance, 4)}, ` +
      `of which sampling alone makes up to ${fixed(floor, 4)}, so ${verdict}; ${fixed(100 * outside, 1)} % of the ` +
      "networks lie outside the ellipse (normal: 10 %)."
    );
  },
};

/** Outputs of S networks beside N(0, 𝒦), in units of √𝒦(x, x) and √𝒦(x′, x′).
 * @param {Float64Array} outputs S × 2 @param {Float64Array} limit 𝒦 */
function lawOf(outputs, limit) {
  const S = outputs.length / 2;
  const deviations = [Math.sqrt(limit[0]), Math.sqrt(limit[3])];
  const at = (/** @type {number} */ input) =>
    Float64Array.from({ length: S }, (_, i) => outputs[2 * i + input] / deviations[input]);
  const [first, second] = [at(0), at(1)];
  const correlation = limit[1] / (deviations[0] * deviations[1]);
  const across = Math.sqrt(1 - correlation ** 2);
  const ordered = first.slice().sort();
  const size = EDGES[1] - EDGES[0];
  let [square, outside] = [0, 0];
  for (let i = 0; i < S; i++) {
    square += first[i] ** 2;
    if (Math.hypot(first[i], (second[i] - correlation * first[i]) / across) > RADIUS) outside++;
  }
  return {
    s: MIDDLES,
    density: histogram(ordered, EDGES).map((count) => (count > 0 ? count / (S * size) : Number.NaN)),
    normal: MIDDLES.map((s) => Math.exp(-(s ** 2) / 2) / Math.sqrt(2 * Math.PI)),
    first: first.slice(0, SHOWN),
    second: second.slice(0, SHOWN),
    ellipse_1: ANGLES.map((angle) => RADIUS * Math.cos(angle)),
    ellipse_2: ANGLES.map((angle) => RADIUS * (correlation * Math.cos(angle) + across * Math.sin(angle))),
    kurtosis: Float64Array.of(excessKurtosis(first)),
    distance: Float64Array.of(kolmogorovDistance(ordered)),
    floor: Float64Array.of(1.36 / Math.sqrt(S)),
    variance_ratio: Float64Array.of(square / S),
    outside: Float64Array.of(outside / S),
  };
}
