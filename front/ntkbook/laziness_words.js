// How lazy a training is, in the words of the landing page, the explorers and the playground.

/** What the largest drift amounts to. @param {Iterable<number>} drift ‖Θ_t − Θ₀‖/‖Θ₀‖ at some times */
export function verdict(drift) {
  const largest = Math.max(...drift);
  if (largest < 0.05) return "lazy";
  return largest < 0.3 ? "nearly lazy; try a wider network" : "not lazy";
}

/** What holds the logits, as the beginning of a sentence; "" where nothing is known to. conflict: whether every input
 * carries every class, so that hard labels have a finite minimum, too (Theorem E).
 * @param {{ epsilon: number, lam: number, conflict?: boolean }} setting */
export function heldBy({ epsilon, lam, conflict = false }) {
  const holders = [...(epsilon > 0 ? ["smoothing"] : []), ...(lam > 0 ? ["the regularizer"] : [])];
  if (!holders.length && conflict) holders.push("conflicting labels");
  return holders.length ? `Held by ${holders.join(" and ")}` : "";
}

/** The same where nothing does, and every point can be separated from the other classes. */
export const NOTHING_HOLDS = "Nothing holds the logits";
