// The trained predictor, explicitly: f(x) = f₀(x) + Θ(x, X)A with coefficients A found by solving, not by training.
// Θ is N × N and stands for Θ ⊗ I_K, or NK × NK, a finite network's. Each solver refuses what misses its tolerance.
import { nonNegative, positive, simplexTargets, trainKernel } from "./checks.js";
import { InvalidInput, NotConverged } from "./errors.js";
import { kernelProduct } from "./kernel_product.js";
import { largest, product, solvePositive } from "./linear_algebra.js";
import { center } from "./losses.js";
import { dampedNewton, ofClasses } from "./newton.js";
import { general, scientific } from "./words.js";
import { zeroSumBasis } from "./zero_sums.js";

/** coefficients: A, N × K. logits: f(X). residual: the largest violation of the optimality condition, in logits or
 * probabilities. shared: whether Θ stands for Θ ⊗ I_K. @typedef {{ coefficients: Float64Array, logits: Float64Array,
 * residual: number, iterations: number, shared: boolean }} Solution */

/** f(x) = f₀(x) + Θ(x, X)A, M × K. @param {Solution} solution @param {Float64Array} Theta_x @param {number} K
 * @param {Float64Array} [f0_x] */
export function predict({ coefficients, shared }, Theta_x, K, f0_x) {
  // eq-own-kernel, eq-log-targets, eq-representer: they differ in A
  const moved = kernelProduct(Theta_x, coefficients, K, shared);
  if (f0_x) for (let i = 0; i < moved.length; i++) moved[i] += f0_x[i];
  return moved;
}

/** Squared error: A = (Θ + λI)⁻¹(Y − f₀(X)). @param {Float64Array} Theta @param {Float64Array} Y @param {number} K
 * @param {{ f0?: Float64Array, lam?: number }} [options] @returns {Solution} */
export function kernelRidgeRegression(Theta, Y, K, { f0 = new Float64Array(Y.length), lam = 0 } = {}) {
  const rows = trainKernel(Theta, Y.length / K, K);
  nonNegative("lam", lam, "the regularization strength λ");
  const shared = rows === Y.length / K;
  const system = Float64Array.from(Theta);
  for (let i = 0; i < rows; i++) system[i * rows + i] += lam;
  const A = solveSpd(
    system,
    Y.map((y, i) => y - f0[i]),
    rows,
  );
  const logits = kernelProduct(Theta, A, K, shared).map((moved, i) => f0[i] + moved);
  const residual = largest(logits.map((z, i) => z + lam * A[i] - Y[i]));
  return { coefficients: A, logits, residual, iterations: 0, shared };
}

/** Cross-entropy, every y > 0, no regularizer: PΘP A = P(log Y − f₀(X)), A of zero class sum (Theorem D).
 * @param {Float64Array} Theta @param {Float64Array} Y @param {number} K @param {{ f0?: Float64Array }} [options]
 * @returns {Solution} */
export function logTargetRegression(Theta, Y, K, { f0 = new Float64Array(Y.length) } = {}) {
  simplexTargets(Y, K);
  const shared = trainKernel(Theta, Y.length / K, K) === Y.length / K;
  const least = Y.reduce((a, b) => Math.min(a, b), Infinity);
  if (least <= 0)
    throw new InvalidInput(
      `the least target probability is ${general(least, 3)}; expected all above 0, since with a zero the logits ` +
        "have no finite limit. Smooth the targets or set λ > 0.",
    );
  const target = center(
    Y.map((y, i) => Math.log(y) - f0[i]),
    K,
  );
  // eq-log-targets: Θ⁻¹(ζ − P f₀(X)); eq-own-kernel: PΘ₀P α = P(log Y − f₀(X))
  const A = shared ? solveSpd(Theta, target, Y.length / K) : solvedOnZeroSums(Theta, target, K);
  const logits = kernelProduct(Theta, A, K, shared).map((moved, i) => f0[i] + moved);
  const missed = center(
    logits.map((z, i) => z - Math.log(Y[i])),
    K,
  );
  return { coefficients: A, logits, residual: largest(missed), iterations: 0, shared };
}

/** Cross-entropy with a regularizer anchored at θ₀: g(A) = softmax(f₀(X) + ΘA) − Y + λA = 0 (Theorem D), by damped
 * Newton steps. Pauses on the way. @param {Float64Array} Theta @param {Float64Array} Y @param {number} K
 * @param {{ lam: number, f0?: Float64Array, start?: Float64Array, tolerance?: number, maxNewton?: number }} options
 * @returns {Generator<void, Solution, void>} */
export function* kernelLogisticRegression(Theta, Y, K, options) {
  const { lam, f0 = new Float64Array(Y.length), start = new Float64Array(Y.length) } = options;
  const { tolerance = 1e-10 } = options;
  // a first step may go as far as 1/λ, and later ones then halve A: 1.44 steps an e-fold
  const { maxNewton = 100 + Math.ceil(2 * Math.max(0, -Math.log(lam))) } = options;
  simplexTargets(Y, K);
  const shared = trainKernel(Theta, Y.length / K, K) === Y.length / K;
  positive("lam", lam, "the regularization strength λ");
  const found = yield* dampedNewton(ofClasses({ Theta, Y, f0, lam, K, shared }), start, tolerance, maxNewton);
  return { ...found, shared };
}

/** matrix⁻¹ right; refuses what rounding has ruined. @param {Float64Array} matrix @param {Float64Array} right
 * @param {number} size */
export function solveSpd(matrix, right, size) {
  const x = solvePositive(matrix, right, size);
  const image = x && product(matrix, x, size, right.length / size);
  const error = image
    ? norm(image.map((value, i) => value - right[i])) / Math.max(norm(right), 1e-300)
    : Number.NaN;
  if (!x || !(error <= 1e-8))
    throw new NotConverged(
      `the kernel system was solved only to relative residual ${scientific(error, 2)}: it is singular or too ` +
        "ill-conditioned for double precision. Remove duplicate or nearly duplicate inputs, or regularize with λ > 0.",
    );
  return x;
}

/** PΘP A = target for A and target of zero class sum, in coordinates of an orthonormal basis of 1^⊥.
 * @param {Float64Array} Theta NK × NK @param {Float64Array} target @param {number} K */
function solvedOnZeroSums(Theta, target, K) {
  const [size, N, few] = [target.length, target.length / K, K - 1];
  const basis = zeroSumBasis(K);
  const half = product(Theta, repeated(basis, N, K), size, N * few); // Θ(I ⊗ U)
  const across = repeated(basis, N, K);
  const transposed = new Float64Array(across.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < N * few; j++) transposed[j * size + i] = across[i * N * few + j];
  }
  const right = product(transposed, target, size, 1);
  return product(across, solveSpd(product(transposed, half, size, N * few), right, N * few), N * few, 1);
}

/** I_N ⊗ U. @param {Float64Array} U K × (K − 1) @param {number} N @param {number} K */
function repeated(U, N, K) {
  const columns = N * (K - 1);
  const out = new Float64Array(N * K * columns);
  for (let i = 0; i < N; i++) {
    for (let k = 0; k < K; k++)
      out.set(U.subarray(k * (K - 1), (k + 1) * (K - 1)), (i * K + k) * columns + i * (K - 1));
  }
  return out;
}

/** @param {Float64Array} x */
function norm(x) {
  return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
}
