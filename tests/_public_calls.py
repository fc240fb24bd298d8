"""One small call of every public function of arrays, whose numbers are exact in half precision."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

import ntkbook as nb
from ntkbook import bayes

KEY = jax.random.key(0)
THETA = jnp.asarray([[2.0, 1.0, 0.5], [1.0, 2.0, 1.0], [0.5, 1.0, 2.0]])
ONE_HOT = jnp.asarray([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
INTERIOR = jnp.asarray([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]])
F0 = jnp.asarray([[0.5, 0.0], [-1.0, 0.25], [0.0, 0.5]])
X = jnp.asarray([[1.0, 0.5], [-0.5, 2.0], [0.25, 1.0]])
W = jnp.asarray([[1.0, -0.5], [0.5, 2.0]])
TIMES = jnp.asarray([0.5, 1.0])


def linear(w, X):
    return X @ w


def two_layers(layers, X):
    return jnp.tanh(X @ layers[0]) @ layers[1]


PROBLEM = nb.Problem(linear, W, X, ONE_HOT, lam=0.5)
FIT = nb.kernel_logistic_regression(THETA, ONE_HOT, lam=0.5)


class Call(NamedTuple):
    """function(**arrays, **rest)."""

    function: Callable[..., Any]
    arrays: dict[str, jax.Array]
    rest: dict[str, Any]


def call(function: Callable[..., Any], *, rest: dict[str, Any] | None = None, **arrays: jax.Array) -> Call:
    return Call(function, arrays, rest or {})


KERNEL = {"Theta": THETA, "Y": ONE_HOT}
LOSS = {"loss": nb.cross_entropy}
PREDICTED = {"p": INTERIOR, "Y": ONE_HOT}
NETWORK = {"apply": linear, "params": W}
LAM = {"lam": 0.5}
CHAINS = bayes.Chains(number=2, draws=200, warmup=200)

CALLS = {
    one.function.__name__: one
    for one in [
        call(nb.total, z=F0, Y=INTERIOR, rest=LOSS),
        call(nb.weighted, weights=TIMES, rest={"loss": nb.squared_error}),
        call(nb.excess, z=F0, Y=INTERIOR, rest=LOSS),
        call(nb.pl_ratio, z=F0, Y=INTERIOR, rest=LOSS),
        call(nb.pl_bound, Y=INTERIOR, rest=LOSS | {"V0": 1.0}),
        call(nb.center, z=F0),
        call(nb.smooth_labels, labels=ONE_HOT, rest={"epsilon": 0.1}),
        call(nb.pl_constant, Y=INTERIOR, rest={"V0": 1.0}),
        call(nb.pl_constant_polynomial, Y=INTERIOR, rest={"V0": 1.0}),
        call(nb.relative_drift, Theta=2 * THETA, Theta0=THETA),
        call(nb.merge_duplicates, X=X, Y=ONE_HOT),
        call(nb.empirical_ntk, X1=X, rest=NETWORK),
        call(nb.empirical_ntk_by_class, X1=X, rest=NETWORK),
        call(nb.jacobian, X=X, rest=NETWORK),
        call(nb.layer_kernels, X=X, rest={"apply": two_layers, "params": [W, W]}),
        call(nb.ntk_product, X1=X, V=F0, rest=NETWORK),
        call(nb.kernel_logistic_regression, **KERNEL, f0=F0, rest=LAM),
        call(nb.kernel_ridge_regression, **KERNEL, f0=F0, rest=LAM),
        call(nb.log_target_regression, Theta=THETA, Y=INTERIOR, f0=F0),
        call(nb.regularization_path, **KERNEL, f0=F0, lams=TIMES),
        call(nb.sharded_logistic_regression, **KERNEL, f0=F0, rest=LAM),
        call(
            nb.nystrom_logistic_regression,
            X=X,
            Y=ONE_HOT,
            f0=F0,
            centres=X[:2],
            rest=LAM | {"kernel": lambda X1, X2=X: X1.astype(float) @ X2.astype(float).T},
        ),
        call(nb.solve_batch, Theta=THETA, Y=ONE_HOT[None], f0=F0, rest=LAM),
        call(nb.gradient_flow, times=TIMES, rest={"problem": PROBLEM}),
        call(nb.gradient_flows, times=TIMES, rest={"problems": [[PROBLEM]]}),
        call(
            nb.certificate, record_steps=jnp.asarray([0, 2]), rest={"problem": PROBLEM, "learning_rate": 0.5}
        ),
        call(nb.gradient_descent, record_steps=jnp.asarray([0, 2]), rest={"problem": PROBLEM}),
        call(nb.linearized_flow, Theta=THETA, f0=F0, Y=ONE_HOT, times=TIMES, rest=LAM),
        call(nb.linearization_gap, logits=F0[None], linear_logits=INTERIOR[None]),
        call(nb.logit_gap, logits=F0, labels=ONE_HOT),
        call(nb.logit_margin, logits=F0, labels=ONE_HOT),
        call(nb.recession, v=F0, Y=ONE_HOT),
        call(nb.max_margin, Theta=THETA, Y=ONE_HOT),
        call(nb.separability, Theta=THETA, Y=ONE_HOT, f0=F0),
        call(nb.generalization_bound, Theta=THETA, A=F0, logits=F0, labels=ONE_HOT),
        call(nb.rademacher_bound, Theta=THETA, rest={"B": 1.0, "points": 3, "classes": 2}),
        call(nb.rademacher_complexity, Theta=THETA, rest={"key": KEY, "B": 1.0, "points": 3, "classes": 2}),
        call(nb.ramp_loss, z=F0, labels=ONE_HOT, rest={"margin": 1.0}),
        call(nb.rkhs_norm, Theta=THETA, A=F0),
        call(nb.jacobian_bounds, X=X, rest={"classes": 2, "width": 64, "R": 1.0}),
        call(nb.kernel_in_tiles, X1=X, rest={"network": nb.mlp(2, 2, 8)}),
        call(nb.sharded_product, Theta=THETA),
        call(bayes.accuracy, **PREDICTED),
        call(bayes.brier_score, **PREDICTED),
        call(bayes.log_score, **PREDICTED),
        call(bayes.expected_calibration_error, **PREDICTED),
        call(bayes.reliability, **PREDICTED),
        call(bayes.bootstrap_interval, **PREDICTED, rest={"key": KEY, "score": bayes.accuracy}),
        call(bayes.paired_interval, **PREDICTED, q=INTERIOR, rest={"key": KEY, "score": bayes.accuracy}),
        call(bayes.kl_divergence, p=INTERIOR, q=INTERIOR[::-1]),
        call(bayes.total_variation, p=INTERIOR, q=INTERIOR[::-1]),
        call(bayes.loewner_gap, A=THETA, B=2 * THETA),
        call(bayes.laplace, **KERNEL),
        call(bayes.pac_bayes_bound, Theta=THETA, labels=ONE_HOT),
        call(bayes.first_order_law, **KERNEL, prior=THETA),
        call(bayes.trained_law, Theta=THETA, Y=INTERIOR, prior=THETA),
        call(bayes.ensemble, **KERNEL, prior=THETA, rest={"key": KEY, "members": 2, "lam": 0.5}),
        call(bayes.sample_functions, kernel=THETA, rest={"key": KEY, "members": 2, "classes": 2}),
        call(bayes.target_noise, logits=F0, rest={"key": KEY}),
        call(bayes.gp_posterior, **KERNEL, rest={"key": KEY, "chains": CHAINS, "progress": False}),
        call(bayes.entropy, probabilities=INTERIOR),
        call(bayes.mutual_information, logits=F0[None]),
        call(bayes.sample_probabilities, logits=F0[None]),
    ]
}
