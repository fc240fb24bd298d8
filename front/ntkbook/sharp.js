// Sharp conditions for bounded training: is there a direction along which the loss falls for ever?
import { kernelProduct } from "./kernel_product.js";
import { eigh, product } from "./linear_algebra.js";
import { minimizer } from "./minimum.js";
import { countStrict, separating } from "./separation.js";
import { zeroSumBasis } from "./zero_sums.js";

/** A direction along which C falls without end: v = PΘA, its largest gap 1, and the number of pairs with a gap above 0.
 * @typedef {{ separable: true, direction: Float64Array, coefficients: Float64Array, strict: number }} Separating */
/** The minimizer z = z₀ + ΘA of C on z₀ + range(Θ₀) nearest to z₀, where the linearized flow ends, ‖θ − θ₀‖ there, and
 * the slope of C that is left. @typedef {{ separable: false, logits: Float64Array, coefficients: Float64Array,
 * radius: number, residual: number }} Bounded */

const RANK_TOLERANCE = 1e-10; // eigenvalues of Θ below this share of the largest count as 0
const MAX_NEWTON = 200;

/** Whether the linearized flow of cross-entropy diverges, with the proof: a direction, or the limit. It stays bounded if
 * and only if no v in range(Θ₀), other than a shift of each point's logits, has v_ik ≥ v_ij for every supported class k
 * and every j (Theorem E).
 * @param {Float64Array} Theta N × N, standing for Θ ⊗ I_K, or NK × NK @param {Float64Array} Y @param {number} K
 * @param {Float64Array} [f0] z₀ @returns {Separating | Bounded} */
export function separability(Theta, Y, K, f0 = new Float64Array(Y.length)) {
  const { values, basis, rank } = centredRange(Theta, Y.length, K);
  const span = (/** @type {Float64Array} */ e) => product(basis, e, rank, 1);
  const weighted = (/** @type {Float64Array} */ e) => span(e.map((value, j) => value / values[j]));
  const along = separating(basis, rank, Y, K);
  if (along) {
    const direction = span(along);
    const strict = countStrict(direction, Y, K);
    return { separable: true, direction, coefficients: weighted(along), strict };
  }
  const { e, residual } = minimizer(basis, rank, f0, Y, K, MAX_NEWTON);
  const coefficients = weighted(e);
  const moved = times(Theta, coefficients, K);
  return {
    separable: false,
    logits: f0.map((value, i) => value + moved[i]),
    coefficients,
    radius: Math.sqrt(e.reduce((sum, value, j) => sum + value ** 2 / values[j], 0)),
    residual,
  };
}

/** ΘA. @param {Float64Array} Theta N × N or NK × NK @param {Float64Array} A N × K @param {number} K */
function times(Theta, A, K) {
  return kernelProduct(Theta, A, K, Theta.length < A.length ** 2);
}

/** (λ, U) of PΘP = U diag(λ) Uᵀ, λ > 0: up to shifts, training reaches z₀ + Ue for any e, with A = U(e/λ). The flow only
 * ever moves by ΘA with A of zero class sum, since ∇C has none; so PΘP is all that matters.
 * @param {Float64Array} Theta @param {number} size NK @param {number} K */
function centredRange(Theta, size, K) {
  const shared = Theta.length < size ** 2;
  const { values, vectors } = shared ? eigh(Theta, size / K) : eigh(centred(Theta, size, K), size);
  const least = RANK_TOLERANCE * values[values.length - 1];
  const kept = [...values.keys()].filter((j) => values[j] > least);
  // For Θ ⊗ I_K, each eigenvector with each zero sum of classes.
  const [copies, within] = shared ? [K - 1, zeroSumBasis(K)] : [1, Float64Array.of(1)];
  const each = within.length / copies; // rows of U that an entry of an eigenvector makes
  const rank = kept.length * copies;
  const basis = new Float64Array(size * rank);
  for (let at = 0; at < basis.length; at++) {
    const [row, column] = [Math.floor(at / rank), at % rank];
    const vector = vectors[Math.floor(row / each) * values.length + kept[Math.floor(column / copies)]];
    basis[at] = vector * within[(row % each) * copies + (column % copies)];
  }
  return {
    values: Float64Array.from({ length: rank }, (_, j) => values[kept[Math.floor(j / copies)]]),
    basis,
    rank,
  };
}

/** PΘP: every block of K × K less the means of its rows and columns.
 * @param {Float64Array} Theta @param {number} size @param {number} K */
function centred(Theta, size, K) {
  const mean = (/** @type {number} */ i, /** @type {number} */ j) => {
    let sum = 0; // over the class of column j
    for (let l = j - (j % K), end = l + K; l < end; l++) sum += Theta[i * size + l];
    return sum / K;
  };
  const once = Theta.map((value, at) => value - mean(Math.floor(at / size), at % size));
  return once.map((value, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let k = i - (i % K), end = k + K; k < end; k++) sum += once[k * size + j];
    return value - sum / K;
  });
}
