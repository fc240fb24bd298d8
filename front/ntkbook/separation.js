// A direction that separates, by a linear program: along it no supported class is ever overtaken.
import { NotConverged } from "./errors.js";
import { product } from "./linear_algebra.js";
import { largestSum } from "./linear_program.js";
import { general } from "./words.js";

const GAP_TOLERANCE = 1e-7; // on the inequalities of a direction whose largest gap is 1

/** e such that v = Ue separates, with largest gap 1; null if there is none. The program maximizes Σ gaps over e and the
 * gaps m_ij = v_ik − v_ij to each point's likeliest class k, where 0 ≤ m ≤ 1, and m = 0 for the other supported classes.
 * The optimum is 0, or at least 1: a direction can be stretched.
 * @param {Float64Array} basis U, NK × rank @param {number} rank @param {Float64Array} Y @param {number} K */
export function separating(basis, rank, Y, K) {
  const supported = Y.map((y) => (y > 0 ? 1 : 0));
  const { pairs, upper } = pairsOf(Y, K);
  if (upper.every((bound) => bound === 0)) return null;
  // Every v can be reached: supported classes up, the others down.
  if (rank === (Y.length / K) * (K - 1)) return product(supported, basis, Y.length, rank);
  const gaps = Float64Array.from({ length: pairs.length * rank }, (_, at) => {
    const [top, other] = pairs[Math.floor(at / rank)];
    return basis[top * rank + (at % rank)] - basis[other * rank + (at % rank)];
  });
  const e = largestSum(gaps, rank, upper);
  if (!e)
    throw new NotConverged(
      `the linear program with ${pairs.length} gaps and ${rank} unknowns was not solved. Raise \`rank_tolerance\`, ` +
        "so that nearly dependent logits count as dependent.",
    );
  const found = product(gaps, e, rank, 1);
  if (found.reduce((sum, gap) => sum + gap, 0) < 0.5) return null;
  const largest = Math.max(...found);
  return e.map((value) => value / largest);
}

/** Each point's likeliest class with each other one, as places in Y; how large their gap may be.
 * @param {Float64Array} Y @param {number} K */
function pairsOf(Y, K) {
  /** @type {[number, number][]} */
  const pairs = [];
  for (let start = 0; start < Y.length; start += K) {
    const row = Y.subarray(start, start + K);
    const top = row.indexOf(Math.max(...row));
    for (let k = 0; k < K; k++) if (k !== top) pairs.push([start + top, start + k]);
  }
  return { pairs, upper: Float64Array.from(pairs, ([, other]) => (Y[other] > 0 ? 0 : 1)) };
}

/** The pairs (i, j) with a gap above 0, after checking that no gap is below. @param {Float64Array} v N × K
 * @param {Float64Array} Y @param {number} K */
export function countStrict(v, Y, K) {
  let [strict, violation] = [0, 0];
  for (let start = 0; start < v.length; start += K) {
    const highest = Math.max(...v.subarray(start, start + K));
    for (let at = start; at < start + K; at++) {
      if (Y[at] > 0) violation = Math.max(violation, highest - v[at]);
      if (highest - v[at] > 10 * GAP_TOLERANCE) strict++;
    }
  }
  if (violation <= GAP_TOLERANCE) return strict;
  throw new NotConverged(
    `the separating direction violates its inequalities by ${general(violation, 3)}; the tolerance is ` +
      `${general(GAP_TOLERANCE, 1)} for a largest gap of 1. Raise \`rank_tolerance\`.`,
  );
}
