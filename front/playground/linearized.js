// The linearized model f_lin(x; θ) = f₀(x) + J₀(x)(θ − θ₀), trained by the same descent. Its parameters never leave
// θ − θ₀ = J₀ᵀA + cθ₀, so only A (a number for each logit of each point) and c are kept.

/** Theta: Θ₀ on the points, f0: f₀(X), u: J₀(X)θ₀, size: ‖θ₀‖². A, c: where training is.
 * @typedef {{ Theta: Float64Array, f0: Float64Array, u: Float64Array, size: number, A: Float64Array, c: number }} Linearized */

/** @param {Float64Array} Theta @param {Float64Array} f0 @param {Float64Array} u @param {number} size @returns {Linearized} */
export function linearized(Theta, f0, u, size) {
  return { Theta, f0, u, size, A: new Float64Array(f0.length), c: 0 };
}

/** f₀ + ΘA + cu, for the points themselves or any others. @param {Float64Array} Theta rows × A.length
 * @param {Float64Array} f0 @param {Float64Array} u @param {{ A: Float64Array, c: number }} coefficients */
export function linearLogits(Theta, f0, u, { A, c }) {
  const columns = A.length;
  return f0.map((start, row) => {
    let sum = start + c * u[row];
    for (let j = 0; j < columns; j++) sum += Theta[row * columns + j] * A[j];
    return sum;
  });
}

/** A ← (1 − ηλ)A − η∇C, c ← (1 − ηλ)c − ηλ(1 − anchor).
 * @param {Linearized} model @param {Float64Array} residual ∇C at its logits
 * @param {{ rate: number, lam: number, anchor: number }} descent */
export function linearStep(model, residual, { rate, lam, anchor }) {
  const keep = 1 - rate * lam;
  for (let i = 0; i < residual.length; i++) model.A[i] = keep * model.A[i] - rate * residual[i];
  model.c = keep * model.c - rate * lam * (1 - anchor);
}

/** ‖θ − θ₀‖ from ‖J₀ᵀA + cθ₀‖² = ⟨A, ΘA + 2cu⟩ + c²‖θ₀‖². @param {Linearized} model */
export function linearRadius({ Theta, u, size, A, c }) {
  let sum = c * c * size;
  for (let i = 0; i < A.length; i++) {
    let row = 2 * c * u[i];
    for (let j = 0; j < A.length; j++) row += Theta[i * A.length + j] * A[j];
    sum += A[i] * row;
  }
  return Math.sqrt(Math.max(sum, 0)); // rounding may leave a tiny negative number
}
