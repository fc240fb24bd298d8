// Products with kernels that may stand for Θ ⊗ I_K.
import { product, productSliced } from "./linear_algebra.js";

/** ΘA, M × K. @param {Float64Array} Theta M × N if shared (for Θ ⊗ I_K), else MK × NK @param {Float64Array} A N × K
 * @param {number} K @param {boolean} shared */
export function kernelProduct(Theta, A, K, shared) {
  return shared ? product(Theta, A, A.length / K, K) : product(Theta, A, A.length, 1);
}

/** The same, with pauses. @param {Float64Array} Theta @param {Float64Array} A @param {number} K @param {boolean} shared */
export function* kernelProductSliced(Theta, A, K, shared) {
  return yield* shared ? productSliced(Theta, A, A.length / K, K) : productSliced(Theta, A, A.length, 1);
}
