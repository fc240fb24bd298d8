// How far a sample is from a normal law.
import { erfOf } from "../../erf.js";

/** E f⁴/(E f²)² − 3 of a centred sample. @param {Float64Array} sample */
export function excessKurtosis(sample) {
  let [square, fourth] = [0, 0];
  for (const f of sample) {
    square += f * f;
    fourth += f ** 4;
  }
  return (fourth * sample.length) / square ** 2 - 3;
}

/** sup_s |F_S(s) − Φ(s)|. @param {Float64Array} ordered a sample, ascending */
export function kolmogorovDistance(ordered) {
  const S = ordered.length;
  const { values } = erfOf(ordered.map((s) => s / Math.SQRT2));
  return values.reduce((most, value, i) => {
    const share = (1 + value) / 2;
    return Math.max(most, (i + 1) / S - share, share - i / S);
  }, 0);
}

/** How many lie between neighbouring edges, the last edge included. @param {Float64Array} ordered a sample, ascending
 * @param {Float64Array} edges ascending */
export function histogram(ordered, edges) {
  const counts = new Float64Array(edges.length - 1);
  const last = edges[edges.length - 1];
  let bin = -1;
  for (const s of ordered) {
    while (bin + 1 < edges.length && edges[bin + 1] <= s) bin++;
    if (s === last) counts[bin - 1]++;
    else if (bin >= 0 && s < last) counts[bin]++;
  }
  return counts;
}
