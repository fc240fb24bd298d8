// The explorers that a page computes, by the names of their computations in Python.
import { bayesMaps } from "./chapters/bayes.js";
import { calibration } from "./chapters/calibration.js";
import { digits } from "./chapters/digits.js";
import { generalization } from "./chapters/generalization.js";
import { lazySwitch } from "./chapters/index.js";
import { outputLaw } from "./chapters/initialization.js";
import { lawCircle } from "./chapters/law.js";
import { gapOverTime } from "./chapters/linear_training.js";
import { simplex } from "./chapters/loss.js";
import { nonDegenerate } from "./chapters/non_degenerate.js";
import { orderOfLimits } from "./chapters/one_hot.js";
import { threePredictors } from "./chapters/regression.js";
import { regularizer } from "./chapters/regularizer.js";
import { conflicts, movedPoint } from "./chapters/sharp_conditions.js";
import { kernelCircle } from "./chapters/tangent_kernel.js";
import { predictor } from "./chapters/trained_predictor.js";

/** @type {Record<string, import("./types.js").Experiment>} */
export const EXPERIMENTS = {
  "ntkbook.chapters.bayes.measure.maps:bayes_maps": bayesMaps,
  "ntkbook.chapters.calibration.measure.digit_doubt:explore_doubt": calibration,
  "ntkbook.chapters.digits.measure.explorer:explore_digits": digits,
  "ntkbook.chapters.generalization.measure.explorer:bound_over_points": generalization,
  "ntkbook.chapters.index.measure:lazy_switch": lazySwitch,
  "ntkbook.chapters.initialization.measure.layer_by_layer:output_law": outputLaw,
  "ntkbook.chapters.law.measure.law_circle:law_circle": lawCircle,
  "ntkbook.chapters.linear_training.measure:gap_over_time": gapOverTime,
  "ntkbook.chapters.loss.measure.simplex:simplex": simplex,
  "ntkbook.chapters.non_degenerate.measure:non_degenerate": nonDegenerate,
  "ntkbook.chapters.one_hot.measure:order_of_limits": orderOfLimits,
  "ntkbook.chapters.regression.measure:three_predictors": threePredictors,
  "ntkbook.chapters.regularizer.measure.explorer:regularizer": regularizer,
  "ntkbook.chapters.sharp_conditions.measure.copies:conflicts": conflicts,
  "ntkbook.chapters.sharp_conditions.measure.separation:moved_point": movedPoint,
  "ntkbook.chapters.tangent_kernel.measure.kernel_circle:kernel_circle": kernelCircle,
  "ntkbook.chapters.trained_predictor.measure.predictor:predictor": predictor,
};
