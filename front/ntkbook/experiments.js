// The explorers that a page computes, by the names of their computations in Python.
import { bayesMaps } from "./chapters/bayes.js";
import { lazySwitch } from "./chapters/index.js";
import { lawCircle } from "./chapters/law.js";
import { threePredictors } from "./chapters/regression.js";
import { regularizer } from "./chapters/regularizer.js";
import { predictor } from "./chapters/trained_predictor.js";

/** @type {Record<string, import("./types.js").Experiment>} */
export const EXPERIMENTS = {
  "ntkbook.chapters.bayes.measure.maps:bayes_maps": bayesMaps,
  "ntkbook.chapters.index.measure:lazy_switch": lazySwitch,
  "ntkbook.chapters.law.measure.law_circle:law_circle": lawCircle,
  "ntkbook.chapters.regression.measure:three_predictors": threePredictors,
  "ntkbook.chapters.regularizer.measure.explorer:regularizer": regularizer,
  "ntkbook.chapters.trained_predictor.measure.predictor:predictor": predictor,
};
