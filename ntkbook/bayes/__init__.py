"""Uncertainty: the law of trained predictors over random initializations, beside Bayesian posteriors.

Kernels here are (P, P) matrices on P = N + M points, the training points first, and stand for Θ ⊗ I_K;
results come back on the same P points. Get one by `network.kernel(jnp.concatenate([X, X_new])).ntk`.
"""

from ntkbook.bayes.bootstrap import Interval, bootstrap_interval, paired_interval
from ntkbook.bayes.calibration import (
    Reliability,
    accuracy,
    brier_score,
    expected_calibration_error,
    log_score,
    reliability,
)
from ntkbook.bayes.distances import kl_divergence, loewner_gap, total_variation
from ntkbook.bayes.ensembles import Ensemble, ensemble, sample_functions
from ntkbook.bayes.gaussian import GaussianLogits
from ntkbook.bayes.laplace import first_order_law, laplace
from ntkbook.bayes.law import trained_law
from ntkbook.bayes.mcmc import Chains, PosteriorSamples, gp_posterior
from ntkbook.bayes.noise import target_noise
from ntkbook.bayes.pac_bayes import PacBayesBound, pac_bayes_bound
from ntkbook.bayes.predictive import entropy, gaussian_probabilities, mutual_information, sample_probabilities

__all__ = [
    "Chains",
    "Ensemble",
    "GaussianLogits",
    "Interval",
    "PacBayesBound",
    "PosteriorSamples",
    "Reliability",
    "accuracy",
    "bootstrap_interval",
    "brier_score",
    "ensemble",
    "entropy",
    "expected_calibration_error",
    "first_order_law",
    "gaussian_probabilities",
    "gp_posterior",
    "kl_divergence",
    "laplace",
    "loewner_gap",
    "log_score",
    "mutual_information",
    "pac_bayes_bound",
    "paired_interval",
    "reliability",
    "sample_functions",
    "sample_probabilities",
    "target_noise",
    "total_variation",
    "trained_law",
]
