"""Uncertainty: the law of trained predictors over random initializations, beside Bayesian posteriors.

Kernels here are (P, P) matrices on P = N + M points, the training points first, and stand for Θ ⊗ I_K;
results come back on the same P points. Get one by `network.kernel(jnp.concatenate([X, X_new])).ntk`.
"""

from ntkbook.bayes.bootstrap import Interval as Interval
from ntkbook.bayes.bootstrap import bootstrap_interval as bootstrap_interval
from ntkbook.bayes.bootstrap import paired_interval as paired_interval
from ntkbook.bayes.calibration import Reliability as Reliability
from ntkbook.bayes.calibration import accuracy as accuracy
from ntkbook.bayes.calibration import brier_score as brier_score
from ntkbook.bayes.calibration import expected_calibration_error as expected_calibration_error
from ntkbook.bayes.calibration import log_score as log_score
from ntkbook.bayes.calibration import reliability as reliability
from ntkbook.bayes.distances import kl_divergence as kl_divergence
from ntkbook.bayes.distances import loewner_gap as loewner_gap
from ntkbook.bayes.distances import total_variation as total_variation
from ntkbook.bayes.ensembles import Ensemble as Ensemble
from ntkbook.bayes.ensembles import ensemble as ensemble
from ntkbook.bayes.ensembles import sample_functions as sample_functions
from ntkbook.bayes.gaussian import GaussianLogits as GaussianLogits
from ntkbook.bayes.laplace import first_order_law as first_order_law
from ntkbook.bayes.laplace import laplace as laplace
from ntkbook.bayes.law import trained_law as trained_law
from ntkbook.bayes.mcmc import PosteriorSamples as PosteriorSamples
from ntkbook.bayes.mcmc import gp_posterior as gp_posterior
from ntkbook.bayes.predictive import entropy as entropy
from ntkbook.bayes.predictive import gaussian_probabilities as gaussian_probabilities
from ntkbook.bayes.predictive import mutual_information as mutual_information
from ntkbook.bayes.predictive import sample_probabilities as sample_probabilities
