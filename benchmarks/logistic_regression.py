"""Kernel logistic regression on the digits against neural-tangents' flow,
scikit-learn's classifier, and one Cholesky.

python -m benchmarks.logistic_regression [--points 1797] [--residual 1e-6] [--repeats 3] [--limit 100]
"""

import argparse
import functools
import warnings
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import scipy.linalg
from jaxtyping import Array, Float
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import Kernel

from benchmarks.digits_kernel import augmented_digits, relu_ntk
from benchmarks.report import Table, interleaved, machine, save, seconds
from ntkbook._neural_tangents import nt
from ntkbook.bayes import accuracy, log_score
from ntkbook.explicit import Newton, kernel_logistic_regression, log_target_regression
from ntkbook.losses import cross_entropy, smooth_labels

LAM, EPSILON = 1.0, 0.1


class Precomputed(Kernel):
    """A fixed kernel for scikit-learn: inputs are row numbers into the matrix Θ."""

    def __init__(self, Theta: Float[np.ndarray, "N N"]) -> None:
        self.Theta = Theta

    def __call__(self, X: Any, Y: Any = None, eval_gradient: bool = False) -> Any:  # noqa: ARG002
        rows = np.asarray(X, dtype=int)[:, 0]
        return self.Theta[np.ix_(rows, rows if Y is None else np.asarray(Y, dtype=int)[:, 0])]

    def diag(self, X: Any) -> Any:
        return np.diag(self.Theta)[np.asarray(X, dtype=int)[:, 0]]

    def is_stationary(self) -> Any:
        return False


def one_vs_rest(Theta: Float[np.ndarray, "P P"], Y: Float[Array, "N K"]) -> GaussianProcessClassifier:
    """scikit-learn's Laplace approximation of K binary problems on the first N rows, hyperparameters fixed."""
    rows = np.arange(len(Y))[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fixed: Any = None  # scikit-learn takes None here, its types only a name
        model = GaussianProcessClassifier(Precomputed(Theta), optimizer=fixed, copy_X_train=False)
        return model.fit(rows, np.asarray(Y).argmax(axis=1))


def tangents_flow(
    Theta: Float[Array, "N N"], Y: Float[Array, "N K"], lam: float
) -> Callable[[float], Float[Array, "N K"]]:
    """t ↦ f_t(X) by neural_tangents.predict.gradient_descent, the ridge (λ/2)⟨z, Θ⁻¹z⟩ written into its loss."""
    factor = jax.scipy.linalg.cho_factor(Theta) if lam else None

    def loss(z: Float[Array, "N K"], y: Float[Array, "N K"]) -> Float[Array, ""]:
        ridge = 0.5 * lam * jnp.sum(z * jax.scipy.linalg.cho_solve(factor, z)) if factor else 0.0
        return cross_entropy.value(z, y).sum() + ridge

    predict = nt.predict.gradient_descent(loss, Theta, Y, learning_rate=1.0)
    return lambda t: predict(t, jnp.zeros_like(Y))


def flow_to(
    residual: float,
    flow: Callable[[float], Array],
    error: Callable[[Array], float],
    horizon: float,
    limit: float,
) -> tuple[float, float, float]:
    """(seconds, t, residual) of the first run of the flow, t doubled from `horizon` on, that meets `residual`.

    Only that last run is timed: whoever uses the flow must choose t, and here is told the right one. Once a run
    has taken `limit` seconds no longer one is tried: its time then is a lower bound on what the flow needs.
    """
    t = horizon
    while True:
        kept: list[Array] = []
        took = seconds(lambda t=t, kept=kept: kept.append(flow(t)) or kept)
        reached = error(kept[-1])
        print(f"  neural-tangents, t = {t:g}: residual {reached:.1e} in {took:.1f} s", flush=True)
        if reached <= residual or took > limit:
            return took, t, reached
        t *= 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1797)
    parser.add_argument("--residual", type=float, default=1e-6, help="that the flow is integrated to")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--limit", type=float, default=100.0, help="seconds after which a flow is not prolonged"
    )
    parser.add_argument("--peers", nargs="*", default=["flow", "smoothed", "sklearn"])
    options = parser.parse_args()
    X, labels = augmented_digits(2 * options.points)
    save(measure(relu_ntk(X), labels, options), "logistic_regression")


def judged(p: Float[Array, "N K"], Y: Float[Array, "N K"]) -> str:
    return f"{100 * accuracy(p, Y):.2f} %, {log_score(p, Y):.3f}"


def measure(
    kernel: Float[np.ndarray, "P P"], labels: Float[Array, "P K"], options: argparse.Namespace
) -> Table:
    """Every time of one run, and its ratio to ours; training on the first half of the rows, judged on the second."""
    N = options.points
    matrix, Y, Y_new = np.ascontiguousarray(kernel[:N, :N]), labels[:N], labels[N:]
    Theta, Ys = jnp.asarray(matrix), smooth_labels(Y, EPSILON)
    ridge = functools.partial(kernel_logistic_regression, Theta, Y, lam=LAM)
    solution, exact = ridge(), log_target_regression(Theta, Ys)
    rough = Newton(tolerance=options.residual)
    ours = {
        "kernel_logistic_regression, residual ≤ 1e-10": lambda: ridge().coefficients,
        f"the same, residual ≤ {options.residual:g}": lambda: ridge(newton=rough).coefficients,
        "log_target_regression (ε = 0.1, λ = 0)": lambda: log_target_regression(Theta, Ys).coefficients,
        "one Cholesky factorization (LAPACK)": lambda: scipy.linalg.cholesky(
            matrix + LAM * np.eye(len(matrix)), lower=True, check_finite=False
        ),
    }
    least = interleaved(ours, options.repeats)
    full, loose, closed, cholesky = least.values()
    p_new = jax.nn.softmax(solution.predict(jnp.asarray(kernel[N:, :N])), axis=-1)
    read, right = judged(p_new, Y_new), float(accuracy(p_new, Y_new))
    standard_error = (right * (1 - right) / len(Y_new)) ** 0.5
    judgements = [read, read, "", ""]  # of the same solution, but for rounding
    rows = [
        (name, f"{took:.3f} s", "", f"{took / cholesky:.2f}", judgement)
        for (name, took), judgement in zip(least.items(), judgements, strict=True)
    ]

    def peer(name: str, took: float, ours: float, more: str = "", judgement: str = "") -> None:
        ratios = f"{more}{took / ours:.0f} ×", f"{more}{took / cholesky:.0f}"
        rows.append((name, f"{more}{took:.2f} s", *ratios, judgement))

    def flow_peer(name: str, end: tuple[float, float, float], ours: float) -> None:
        took, t, reached = end
        short = reached > options.residual
        at = f"t = {t:g}, residual {'still ' if short else ''}{reached:.1e}"
        peer(f"neural-tangents, {name}, {at}", took, ours, "more than " if short else "")

    if "flow" in options.peers:
        inverse = jax.scipy.linalg.cho_factor(Theta)

        def violation(z: Float[Array, "N K"]) -> float:
            gradient = cross_entropy.residual(z, Y) + LAM * jax.scipy.linalg.cho_solve(inverse, z)
            return float(jnp.max(jnp.abs(gradient)))

        flow = tangents_flow(Theta, Y, LAM)
        flow_peer("ridge in its loss", flow_to(options.residual, flow, violation, 1.0, options.limit), loose)
    if "smoothed" in options.peers:
        flow = tangents_flow(Theta, Ys, 0.0)

        def slope(z: Float[Array, "N K"]) -> float:
            return float(jnp.max(jnp.abs(cross_entropy.residual(z, Ys))))

        flow_peer("smoothed targets", flow_to(options.residual, flow, slope, 1.0, options.limit), closed)
    if "sklearn" in options.peers:
        kept: list[GaussianProcessClassifier] = []
        took = seconds(lambda: kept.append(one_vs_rest(kernel, Y)) or ())
        p = jnp.asarray(kept[0].predict_proba(np.arange(N, len(kernel))[:, None]))
        peer("scikit-learn GaussianProcessClassifier (one-vs-rest)", took, full, judgement=judged(p, Y_new))
    return Table(
        title=f"Kernel logistic regression, N = {len(matrix)} digits, K = 10",
        setting=f"NTK of a ReLU network, λ = {LAM:g}, float64; {machine()}.",
        columns=("what", "least time", "of ours", "in Cholesky factorizations", "new: accuracy, log score"),
        rows=tuple(rows),
        notes=(
            f"Ours: {solution.iterations} Newton steps, {solution.products} products with Θ.",
            f"Residuals: ours {solution.residual:.1e}, closed form {exact.residual:.1e} (in the logits).",
            "Ours and Cholesky: the least of interleaved repetitions; each peer once, in the same run.",
            (
                "New images are those that were learnt, turned by 8 degrees; the log score is the mean −log p(true). "
                f"An accuracy has a standard error of {100 * standard_error:.1f} %."
            ),
            "The flows are compared with ours at the residual they were integrated to.",
            "Their t is doubled until they get there, so that a flow may have run up to twice as long as it must.",
            f"A flow that took longer than {options.limit:g} s and did not get there gives a lower bound.",
        ),
    )


if __name__ == "__main__":
    main()
