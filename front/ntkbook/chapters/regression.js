// The chapter on regression: a network on a circle of inputs, its linearization and the GP posterior.
import { kernelRidgeRegression, predict, solveSpd } from "../explicit.js";
import { kernelDiagonals, kernels } from "../kernels.js";
import { eigh, identity, product } from "../linear_algebra.js";
import { squaredError } from "../losses.js";
import { linearLogitsAt, logitsAt } from "../many_points.js";
import { network, pullBack } from "../one_hidden_layer.js";
import { problemOf } from "../problem.js";
import { key } from "../random.js";
import { atOnce, drawnBy } from "../sliced.js";
import { gradientFlow } from "../training.js";
import { general, plain } from "../words.js";
import { circle, radians } from "./_shared/circle.js";
import { linspace } from "./_shared/linspace.js";
import { movablePoints, padded } from "./_shared/movable_points.js";

/** @typedef {import("../types.js").Arrays} Arrays */
/** @typedef {import("../types.js").Experiment} Experiment */

const LAM = 0.1;
const ANGLES = linspace(-180, 180, 61);
const ALONG = circle(radians(ANGLES));
const GIVEN = movablePoints(Float64Array.of(-150, -1, -90, 1, -50, 0.5, 20, -1, 80, 1, 130, 0), 2); // angle, target
const SEED = 2;

/** ntkbook.chapters.regression.measure.three_predictors @type {Experiment} */
export const threePredictors = {
  *compute({ n, t, points = GIVEN.text }) {
    const given = GIVEN.read(points).X;
    const [angles, targets] = [0, 1].map((part) => given.filter((_, i) => i % 2 === part));
    const X = circle(radians(angles));
    const [width, time] = [Number(n), Number(t)];
    const net = network(key(1000 * SEED + width), { d: 2, K: 1, n: width });
    const problem = problemOf(net, X, targets, { loss: squaredError, lam: LAM });
    const A = coefficientsAt(
      problem.Theta0,
      targets.map((y, i) => y - problem.z0[i]),
      time,
      LAM,
    );
    const J0A = pullBack(net, problem.pass, net.theta0, A, new Float64Array(net.size));
    const linear = yield* linearLogitsAt(net, J0A, ALONG);
    const { mean, deviation } = posterior(X, targets, problem.z0, yield* logitsAt(net, net.theta0, ALONG));
    const drawn = (/** @type {Float64Array} */ trained) => ({
      ...picture(trained, linear, mean, deviation),
      data_angle: padded(angles),
      data: padded(targets),
      gap: Float64Array.of(farthest(trained, linear)),
      distance: Float64Array.of(farthest(trained, mean)),
    });

    const options = { recordNtk: false, integration: { steady: 1e-4 } };
    const untrained = ANGLES.map(() => Number.NaN);
    yield atOnce(() => drawn(untrained));
    const { theta } = yield* drawnBy(gradientFlow(problem, [time], options), () => drawn(untrained));
    return drawn(yield* logitsAt(net, theta, ALONG));
  },

  describe({ n, t }, { gap, distance }) {
    return (
      `At width ${n} and time ${plain(Number(t))} the network is at most ${general(gap[0], 2)} away from its ` +
      `linearization, and ${general(distance[0], 2)} from the mean of the GP posterior.`
    );
  },
};

/** A_t = (Θ + λI)⁻¹(I − e^{−t(Θ + λI)})(Y − f₀(X)), with f_lin,t(x) = f₀(x) + Θ(x, X)A_t.
 * @param {Float64Array} Theta @param {Float64Array} residual Y − f₀(X) @param {number} t @param {number} lam */
export function coefficientsAt(Theta, residual, t, lam) {
  const size = residual.length;
  const { values, vectors } = eigh(Theta, size);
  const A = new Float64Array(size);
  for (let m = 0; m < size; m++) {
    const s = Math.max(values[m], 0) + lam;
    let along = 0;
    for (let i = 0; i < size; i++) along += vectors[i * size + m] * residual[i];
    along *= s > 0 ? -Math.expm1(-t * s) / s : t;
    for (let i = 0; i < size; i++) A[i] += vectors[i * size + m] * along;
  }
  return A;
}

/** The GP with prior mean f₀, kernel Θ of infinite width and noise variance λ, along the circle.
 * @param {Float64Array} X @param {Float64Array} targets @param {Float64Array} f0 @param {Float64Array} f0Along */
function posterior(X, targets, f0, f0Along) {
  const size = X.length / 2;
  const onTrain = kernels({ d: 2 }, X).ntk;
  const across = kernels({ d: 2 }, ALONG, X).ntk;
  const variance = kernelDiagonals({ d: 2 }, ALONG).ntk;
  const mean = predict(kernelRidgeRegression(onTrain, targets, 1, { f0, lam: LAM }), across, 1, f0Along);
  const system = onTrain.map((value, at) => value + (at % (size + 1) === 0 ? LAM : 0));
  const inverse = solveSpd(system, identity(size), size);
  const explaining = product(across, inverse, size, size);
  const deviation = variance.map((own, x) => {
    let explained = 0;
    for (let i = 0; i < size; i++) explained += explaining[x * size + i] * across[x * size + i];
    return Math.sqrt(own - explained);
  });
  return { mean, deviation };
}

/** @param {Float64Array} trained @param {Float64Array} linear @param {Float64Array} mean
 * @param {Float64Array} deviation @returns {Arrays} */
function picture(trained, linear, mean, deviation) {
  return {
    angle: ANGLES,
    network: trained,
    linear,
    posterior: mean,
    lower: mean.map((m, i) => m - 2 * deviation[i]),
    upper: mean.map((m, i) => m + 2 * deviation[i]),
  };
}

/** @param {Float64Array} f @param {Float64Array} g */
function farthest(f, g) {
  return Math.max(...f.map((value, i) => Math.abs(value - g[i])));
}
