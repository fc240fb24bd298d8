"""Predictors that compete: explicit predictors of infinite width, and what people would use instead.

Each takes a setting to tune, the rows to fit and the rows to predict, and returns probabilities.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from sklearn.calibration import CalibratedClassifierCV
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from ntkbook.bayes import log_score
from ntkbook.chapters.digits.measure import small_cnn
from ntkbook.explicit import Newton, kernel_logistic_regression

RATES = (3e-3, 1e-2)
FEW = 200  # points for the Gaussian process: its price is cubic, once for every class
SAME_POINTS = f"CNN kernel, {FEW} points"
LEAST = 1e-9  # probabilities of 0, which a log score forbids, become this
HELD = 0.3  # the share of the training points on which settings are chosen
Rows = Int[np.ndarray, "..."]  # as many as one likes


@dataclass(frozen=True)
class Candidate:
    """A predictor that competes.

    Args:
        fit: (setting, fitted rows, new rows) -> probabilities at the new rows.
        settings: to choose from.
    """

    fit: Callable[[Any, Rows, Rows], Float[Array, "M K"]]
    settings: tuple[Any, ...]


def tuned(candidate: Candidate, Y: Float[Array, "P K"], train: Rows, test: Rows) -> Float[Array, "M K"]:
    """Probabilities at the test rows, with the setting of the best log score on held-out training rows.

    Args:
        candidate: which predictor.
        Y: (P, K) labels of all points.
        train: rows to tune and to fit on.
        test: rows to predict.
    """
    if len(candidate.settings) == 1:
        return candidate.fit(candidate.settings[0], train, test)
    kept = int(HELD * len(train))
    held, fitted = train[:kept], train[kept:]
    scores = [float(log_score(candidate.fit(one, fitted, held), Y[held])) for one in candidate.settings]
    return candidate.fit(candidate.settings[int(np.argmin(scores))], train, test)


def candidates(
    X: Float[Array, "P d"],
    Y: Float[Array, "P K"],
    kernels: Mapping[str, Float[Array, "P P"]],
    *,
    images: bool,
) -> dict[str, Candidate]:
    """All competitors on one data set, by name.

    Args:
        X: (P, d) inputs.
        Y: (P, K) labels.
        kernels: (P, P) Θ on all P points, by architecture.
        images: whether it is the digits, with a trained CNN, and the CNN's kernel once more, with as few points as the
            Gaussian process has.
    """
    table, classes, d = np.asarray(X), np.asarray(Y.argmax(axis=1)), X.shape[1]

    def of_kernel(Theta: Float[Array, "P P"], most: int | None = None) -> Candidate:
        kernel, labels = np.asarray(Theta), np.asarray(Y)  # whose rows NumPy picks without compiling

        def fit(lam: float, fitted: Rows, new: Rows) -> Float[Array, "M K"]:
            rows = fitted[:most]
            chosen, targets, among = jax.device_put(
                (kernel[np.ix_(rows, rows)], labels[rows], kernel[np.ix_(new, rows)])
            )
            solution = kernel_logistic_regression(chosen, targets, lam=lam, newton=Newton(1e-6))
            return jax.nn.softmax(solution.predict(among), axis=1)

        return Candidate(fit, (1e-4, 1e-3, 1e-2) if images else (1e-2, 1e-1, 1.0))

    def of_sklearn(
        make: Callable[[Any], Any], settings: tuple[Any, ...], most: int | None = None
    ) -> Candidate:
        def fit(setting: Any, fitted: Rows, new: Rows) -> Float[Array, "M K"]:
            rows = fitted[:most]
            with threadpool_limits(1, "blas"):  # many small products: threads would wait for each other
                return proper(make(setting).fit(table[rows], classes[rows]).predict_proba(table[new]))

        return Candidate(fit, settings)

    def fit_cnn(rate: float, fitted: Rows, new: Rows) -> Float[Array, "M K"]:
        params = small_cnn.small_cnn(X, Y, fitted, rate)
        return proper(jax.nn.softmax(small_cnn.logits(params, X[new].astype(jnp.float32)), axis=1))

    further = {}
    if images:
        further = {SAME_POINTS: of_kernel(kernels["CNN"], FEW), "trained CNN": Candidate(fit_cnn, RATES)}
    return {
        **{f"{name} kernel": of_kernel(Theta) for name, Theta in kernels.items()},
        "logistic regression": of_sklearn(lambda C: LogisticRegression(C=C, max_iter=2000), (0.01, 0.1, 1.0)),
        # Casts: scikit-learn documents ensemble=False and optimizer=None, its types know the defaults only.
        "SVM, calibrated": of_sklearn(
            lambda width: CalibratedClassifierCV(
                SVC(C=10.0, gamma=width / d), method="temperature", ensemble=cast("Any", False), cv=3
            ),
            (0.5, 1.0, 2.0) if images else (0.05, 0.2),
        ),
        "GP classifier": of_sklearn(
            lambda length: GaussianProcessClassifier(
                ConstantKernel(30.0) * RBF(length * d**0.5), optimizer=cast("Any", None)
            ),
            (1.0, 2.0),
            FEW,
        ),
        **further,
    }


def proper(p: Float[np.ndarray, "M K"] | Float[Array, "M K"]) -> Float[Array, "M K"]:
    """Double precision, rows that sum to 1, no zeros."""
    p = jnp.maximum(jnp.asarray(p, dtype=float), LEAST)
    return p / p.sum(axis=1, keepdims=True)
