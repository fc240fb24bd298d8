"""scikit-learn's shape: the predictors of infinite width as estimators, for pipelines, searches and comparisons.

All mathematics is the library's own. Importing this module imports scikit-learn, so `ntkbook` does it on demand.
"""

import functools
from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ntkbook import _checks
from ntkbook._kernel_product import Kernel, kernel_between
from ntkbook.bayes import GaussianLogits, laplace
from ntkbook.errors import InvalidInput
from ntkbook.explicit import Solution, kernel_logistic_regression, kernel_ridge_regression
from ntkbook.kernels import kernel_in_tiles
from ntkbook.networks import mlp


def _mlp_ntk(X1: Any, X2: Any, **architecture: Any) -> Any:
    """Θ of infinite width, for which the numbers of units and of outputs have no say."""
    network = mlp(X1.shape[1], 1, 1, **architecture)
    return kernel_in_tiles(network, X1, None if X2 is X1 else X2).ntk


class _OfKernel(BaseEstimator):
    """What both estimators share: hyperparameters, Θ between inputs, and the trained f(x) = Θ(x, X)A."""

    def __init__(
        self,
        lam: float = 1.0,
        *,
        kernel: Kernel | None = None,
        hidden_layers: int = 1,
        activation: str = "erf",
        sigma_w: float = 1.5,
        sigma_b: float = 0.1,
    ) -> None:
        self.lam = lam
        self.kernel = kernel
        self.hidden_layers = hidden_layers
        self.activation = activation
        self.sigma_w = sigma_w
        self.sigma_b = sigma_b

    def _train(self, solve: Callable[..., Solution], X: Any, Y: Any, sample_weight: Any) -> None:
        """Solve on X, and keep what predictions need: later changes of parameters, or of X, wait for the next fit."""
        of_mlp = functools.partial(
            _mlp_ntk,
            hidden_layers=self.hidden_layers,
            activation=self.activation,
            sigma_w=self.sigma_w,
            sigma_b=self.sigma_b,
        )
        self.kernel_, self.lam_ = of_mlp if self.kernel is None else self.kernel, self.lam
        self.X_, self.Y_ = np.array(X), Y
        self.weights_: Any = None if sample_weight is None else np.array(sample_weight, float)
        Theta = self._ntk(self.X_, self.X_)
        self.solution_ = solve(Theta, jnp.asarray(Y), lam=self.lam_, weights=self.weights_)

    def _ntk(self, X1: Float[np.ndarray, "N1 d"], X2: Float[np.ndarray, "N2 d"]) -> Float[Array, "N1 N2"]:
        return kernel_between(self.kernel_, X1, X2)

    def _inputs(self, X: Any) -> Any:
        """X as an array of floats, (M, d)."""
        check_is_fitted(self)
        return validate_data(self, X, dtype=float, reset=False)

    def _trained(self, X: Any) -> Float[np.ndarray, "M K"]:
        """f(x) = Θ(x, X)A; in NumPy, which compiles nothing for another number of inputs."""
        return np.asarray(self._ntk(self._inputs(X), self.X_)) @ np.asarray(self.solution_.coefficients)


class NTKClassifier(ClassifierMixin, _OfKernel):
    r"""The trained classifier of infinite width: kernel logistic regression on the NTK, as scikit-learn has it.

    .. math:: f(x) = \Theta(x, X)A, \qquad \lambda A = Y - \mathrm{softmax}(\Theta A), \qquad
              p(x) = \mathrm{softmax} f(x)

    This is where training on cross-entropy with (λ/2)‖θ − θ₀‖² ends as the width grows, from an initial function that
    is subtracted, f₀ = 0. λ means what it does in the book: the loss is a sum over points, and `sample_weight` says how
    often each counts. Inputs are used as they come: standardize them, in a pipeline say.

    Args:
        lam: λ > 0.
        kernel: a function of two arrays of inputs, (N₁, d) and (N₂, d), that gives Θ between them, (N₁, N₂); None for
            that of `nb.mlp` with what follows. A kernel that is known already can be looked up, with its indices as
            inputs.
        hidden_layers: L.
        activation: φ, as in `nb.mlp`.
        sigma_w: σ_w, as in `nb.mlp`.
        sigma_b: σ_b, as in `nb.mlp`.

    Raises:
        InvalidInput: when fitting, for parameters that `nb.mlp` or `nb.kernel_logistic_regression` refuse, labels of
            one class only, and a kernel of another shape.
        NotConverged: when fitting, if the solver's tolerance is missed.

    Source:
        The book's Theorem D.

    Example:
        >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"]
        >>> model = nb.NTKClassifier(lam=0.1).fit(X, y)
        >>> model.predict([[0.4], [2.6]]).tolist()
        ['low', 'high']
        >>> dual = (model.Y_ - model.predict_proba(X)) / model.lam
        >>> bool(jnp.allclose(model.solution_.coefficients, dual))
        True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NTKClassifier":
        """Solve on the inputs X, (N, d), and their labels y, (N,): numbers or strings, of two classes or more."""
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InvalidInput(
                f"y has one class, {self.classes_[0]!r}; expected two or more. Give points of another class, too."
            )
        self._train(kernel_logistic_regression, X, np.eye(len(self.classes_))[codes], sample_weight)
        return self

    def decision_function(self, X: Any) -> Float[np.ndarray, "M *K"]:
        """The logits f(x), (M, K), in the order of `classes_`; of two classes their difference f₂ − f₁, (M,)."""
        logits = self._trained(X)
        return logits[:, 1] - logits[:, 0] if logits.shape[1] == 2 else logits

    def predict_proba(self, X: Any) -> Float[np.ndarray, "M K"]:
        """softmax f(x), in the order of `classes_`."""
        return softmax(self._trained(X), axis=1)

    def predict(self, X: Any) -> Any:
        """The likeliest class of each input."""
        logits = self._trained(X)  # which first asks whether there was a fit
        return self.classes_[logits.argmax(axis=1)]

    def predict_law(self, X: Any) -> GaussianLogits:
        """Laplace's approximation of the posterior of the logits at X, as `nb.bayes.laplace` has it.

        The posterior is that under f ~ GP(0, Θ/λ). To first order it is also the law of an ensemble, trained on noisy
        targets from initial functions of that covariance: the book's Theorem H. Its mean is the logits of
        `predict_proba`; `nb.bayes.gaussian_probabilities` averages their softmax.
        """
        X = self._inputs(X)
        together = np.concatenate([self.X_, X])
        Theta = self._ntk(together, together)
        return laplace(Theta, jnp.asarray(self.Y_), lam=self.lam_, weights=self.weights_).at(
            slice(len(self.X_), None)
        )


class NTKRegressor(RegressorMixin, _OfKernel):
    r"""The trained regressor of infinite width: kernel ridge regression on the NTK, as scikit-learn has it.

    .. math:: f(x) = \Theta(x, X)(\Theta + \lambda I)^{-1}Y

    This is where training on ½‖f(X) − Y‖² with (λ/2)‖θ − θ₀‖² ends as the width grows, from an initial function that
    is subtracted, f₀ = 0. Inputs and targets are used as they come: standardize them, in a pipeline say.

    Args:
        lam: λ ≥ 0.
        kernel: as in `nb.NTKClassifier`.
        hidden_layers: L.
        activation: φ, as in `nb.mlp`.
        sigma_w: σ_w, as in `nb.mlp`.
        sigma_b: σ_b, as in `nb.mlp`.

    Raises:
        InvalidInput: when fitting, for parameters that `nb.mlp` or `nb.kernel_ridge_regression` refuse, and a kernel
            of another shape.
        NotConverged: when fitting, if Θ + λI is singular, as with duplicate inputs and λ = 0.

    Source:
        The book's chapter on regression.

    Example:
        A kernel of one's own, Θ(x, x') = xx', and λ = 1: data at 1 leave half of the variance at 2, which was 4:

        >>> linear = lambda X1, X2: X1 @ X2.T
        >>> model = nb.NTKRegressor(kernel=linear).fit([[0.0], [1.0]], [0, 2])
        >>> model.predict([[2.0]]).round(6).tolist()
        [2.0]
        >>> model.predict_law([[2.0]]).covariance().round(6).tolist()
        [[2.0]]
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NTKRegressor":
        """Solve on the inputs X, (N, d), and their targets y, (N,) or (N, K)."""
        X, y = validate_data(self, X, y, dtype=float, multi_output=True, y_numeric=True)
        self._train(_ridge, X, y.astype(float), sample_weight)
        return self

    def predict(self, X: Any) -> Float[np.ndarray, "M *K"]:
        """f(x), of the shape of the targets."""
        f = self._trained(X)
        return f.reshape(len(f), *self.Y_.shape[1:])

    def predict_law(self, X: Any) -> GaussianLogits:
        r"""The posterior of f at X under f ~ GP(0, Θ/λ), for targets with noise of variance 1.

        .. math:: \text{covariance } q(x, x') - q(x, X)\,(I + q)^{-1} q(X, x'), \qquad q = \Theta/\lambda

        It is exact, and also the law of an ensemble, trained on targets with such noise from initial functions of
        covariance q: the book's Theorem H, part 5. For noise of variance s² multiply the covariance by s².
        """
        X = self._inputs(X)
        _checks.positive("lam", self.lam_, "the regularization strength λ of a posterior")
        across, on_train = self._ntk(X, self.X_), self._ntk(self.X_, self.X_)
        response = _ridge(on_train, across.T, lam=self.lam_, weights=self.weights_).coefficients
        covariance = (self._ntk(X, X) - across @ response) / self.lam_
        mean = across @ self.solution_.coefficients
        empty = jnp.zeros((*mean.shape, 0))
        return GaussianLogits(mean, covariance, jnp.eye(mean.shape[1]), empty, empty)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _ridge(Theta: Float[Array, "N N"], Y: Any, **options: Any) -> Solution:
    return kernel_ridge_regression(Theta, Y.reshape(len(Y), -1), **options)
