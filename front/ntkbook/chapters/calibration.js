// The chapter on calibration: how far four predictors of digits can be trusted, at any temperature.
import { accuracy, expectedCalibrationError, logScore, reliability } from "../bayes/calibration.js";
import { entropy } from "../bayes/predictive.js";
import { NotInThePage } from "../errors.js";
import { softmax } from "../losses.js";
import { fixed, plain } from "../words.js";
import { linspace } from "./_shared/linspace.js";

/** @typedef {import("../types.js").Experiment} Experiment */

const K = 8; // digits 0 to 7 are learnt
const SHARES = linspace(0, 1, 41);
const PERFECT = Float64Array.of(0, 1);
/** @type {Record<string, string>} */
const METHODS = { map: "MAP", ensemble: "ensemble", noisy: "noisy targets", laplace: "Laplace" };

/** ntkbook.chapters.calibration.measure.digit_doubt.explore_doubt @type {Experiment} */
export const calibration = {
  *compute({ method, variance, T }, prepared) {
    const said = prepared({ method, variance, T: 1 });
    if (!said)
      throw new NotInThePage(
        `the predictors are fitted for some variances only; s² = ${plain(Number(variance))} takes minutes of sampling`,
      );
    const { p, p_foreign, digits } = said;
    const [known, unknown] = [tempered(p, Number(T)), tempered(p_foreign, Number(T))];
    yield;
    const [doubt, foreign] = [entropy(known, K), entropy(unknown, K)];
    const diagram = reliability(known, digits, K);
    yield;
    return {
      confidence: diagram.confidence,
      accuracy: diagram.accuracy,
      low: diagram.low,
      high: diagram.high,
      perfect: PERFECT,
      share: SHARES,
      entropy: quantiles(doubt, SHARES),
      foreign: quantiles(foreign, SHARES),
      scores: Float64Array.of(
        accuracy(known, digits, K),
        logScore(known, digits, K),
        expectedCalibrationError(diagram),
        auroc(doubt, foreign),
      ),
      p,
      p_foreign,
      digits,
    };
  },

  describe({ method, variance, T }, { scores: [right, score, error, area] }) {
    return (
      `${METHODS[method]}, s² = ${plain(Number(variance))}, T = ${plain(Number(T))}: ${fixed(100 * right, 1)} % of ` +
      `300 new digits are read right, log score ${fixed(score, 3)}, calibration error ${fixed(error, 3)}; ` +
      `entropy ranks an 8 or 9 above a digit that it knows with probability ${fixed(area, 3)}.`
    );
  },
};

/** softmax(log p / T): the same ranking of the classes, bolder for T < 1. @param {Float64Array} p @param {number} T */
export function tempered(p, T) {
  return softmax(
    p.map((value) => Math.log(Math.max(value, 1e-300)) / T),
    K,
  );
}

/** The share of pairs in which the foreign point has the larger value, a tie counting half.
 * @param {Float64Array} familiar @param {Float64Array} foreign */
export function auroc(familiar, foreign) {
  let won = 0;
  for (const own of familiar) for (const other of foreign) won += other > own ? 1 : other === own ? 0.5 : 0;
  return won / (familiar.length * foreign.length);
}

/** numpy.quantile: linear between order statistics. @param {Float64Array} values @param {Float64Array} shares */
export function quantiles(values, shares) {
  const sorted = values.toSorted();
  return shares.map((share) => {
    const at = share * (sorted.length - 1);
    const below = Math.floor(at);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  });
}
