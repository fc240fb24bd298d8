"""Kernel logistic regression on centres up to N = 50,000: its error over their number, time and memory over N, and
scikit-learn's Nystroem with LogisticRegression on the same images in the same run.

python -m benchmarks.nystrom [--points 10000 25000 50000] [--centres 250 500 1000 2000 4000]
"""

import argparse
import functools
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

import ntkbook as nb
from benchmarks.digits_kernel import drawn_digits, relu_ntk
from benchmarks.logistic_growth import peak_bytes
from benchmarks.report import Table, machine, save, seconds
from ntkbook.bayes import accuracy, log_score, total_variation

LEARNT, CHOSEN, JUDGED = (
    slice(0, 1200),
    slice(1200, 1500),
    slice(1500, 1797),
)  # originals: none is in two of them
NEW, GROWING = 5000, 1000  # images to judge on; centres while N grows
LAMS, GAMMAS, STRENGTHS = (0.001, 0.01, 0.1), (1.0, 2.0, 4.0), (10.0, 100.0)  # gammas in 1/64
NEWTON = nb.Newton(tolerance=1e-6)
Predicted = Float[Array, "N K"]

Kernel = Callable[[Any, Any], Any]


def rbf(gamma: float) -> Kernel:
    """exp(−γ‖x − x'‖²/64), as scikit-learn has it; all ‖x‖² = 64."""
    return jax.jit(lambda X1, X2: jnp.exp(gamma / 64 * (2 * X1 @ X2.T - 128)))


ntk: Kernel = jax.jit(lambda X1, X2: nb.mlp(64, 10, 1024, activation="relu").kernel(X1, X2).ntk)


def ours(X: Any, Y: Any, M: int, lam: float, kernel: Kernel = ntk, **rest: Any) -> nb.NystromSolution:
    """Trained on all of X, on M of its points as centres."""
    drawn = jax.random.choice(jax.random.key(M), len(X), (M,), replace=False)
    return nb.nystrom_logistic_regression(kernel, X, Y, centres=X[drawn], lam=lam, newton=NEWTON, **rest)


def theirs(X: Any, Y: Any, M: int, gamma: float, strength: float) -> Pipeline:
    """scikit-learn's, as it comes but for up to 2,000 iterations."""
    model = make_pipeline(
        Nystroem(gamma=gamma / 64, n_components=M, random_state=0),
        LogisticRegression(C=strength, max_iter=2000),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(np.asarray(X), np.asarray(Y).argmax(axis=1))


def probabilities(solution: Any, X: Any) -> Predicted:
    return jax.nn.softmax(solution.predict(X), axis=1)


def guessed(model: Pipeline, X: Any) -> Predicted:
    return jnp.asarray(model.predict_proba(np.asarray(X)))


def least(candidates: Any, score: Callable[[Any], float]) -> Any:
    """That of the least score, all printed."""
    scores = {one: score(one) for one in candidates}
    print(scores, flush=True)
    return min(scores, key=lambda one: scores[one])


def grown(points: int, lam: float, dtype: str) -> None:
    """In a process of its own: print seconds, products, peak memory over what came before, accuracy, log score."""
    X, Y = drawn_digits(points, LEARNT, 1)
    X_new, Y_new = drawn_digits(NEW, JUDGED, 3)
    ours(X[:64], Y[:64], 32, lam)  # libraries loaded, threads started
    before, kept = peak_bytes(), []
    took = seconds(lambda: kept.append(ours(X, Y, GROWING, lam, dtype=dtype)) or ())
    peak = peak_bytes() - before
    p = probabilities(kept[0], X_new)
    print(took, kept[0].products, peak, float(accuracy(p, Y_new)), float(log_score(p, Y_new)))


def growth(points: list[int], lam: float) -> Table:
    rows, numbers = [], []
    for N in points:
        command = [sys.executable, "-m", "benchmarks.nystrom", "--one", str(N), "--lam", str(lam)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        took, products, peak, right, score = (float(word) for word in output.split())
        numbers.append((took, peak))
        rows.append(
            (
                f"{N:,}",
                f"{took:.1f} s",
                f"{products:.0f}",
                f"{peak / 2**30:.2f} GiB",
                f"{8 * N**2 / 2**30:.1f} GiB",
                f"{100 * right:.1f} %, {score:.3f}",
            )
        )
        print(rows[-1], flush=True)
    time, memory = np.polyfit(np.log(points), np.log(numbers), 1)[0] if len(points) > 1 else (np.nan, np.nan)
    return Table(
        title=f"Kernel logistic regression on {GROWING:,} centres as N grows to {max(points):,}",
        setting=f"Augmented digits, K = 10, NTK of a ReLU network, λ = {lam:g}, features in float32; {machine()}.",
        columns=("N", "time", "products", "peak memory", "the whole kernel", "new: accuracy, log score"),
        rows=tuple(rows),
        notes=(
            f"Time grows like N^{time:.2f}, memory like N^{memory:.2f}.",
            "Times are by the clock: other work on the same cores, as the load average tells, lengthens them unevenly.",
            "Time is all of one call: kernel, features, compilation, Newton steps; each N ran in a process of its own.",
            f"Residuals are at most {NEWTON.tolerance:g}; images were judged that come from none of those learnt.",
        ),
    )


def beside(N: int, centres: list[int], peers: list[int]) -> Table:
    """Error over the number of centres; then scikit-learn, and ours with its kernel and penalty."""
    (X, Y), (X_new, Y_new) = drawn_digits(N, LEARNT, 1), drawn_digits(NEW, JUDGED, 3)
    (X_few, Y_few), (X_other, Y_other) = (X[: N // 4], Y[: N // 4]), drawn_digits(NEW // 2, CHOSEN, 2)
    M_few = min(250, len(X_few))
    lam = least(
        LAMS, lambda lam: float(log_score(probabilities(ours(X_few, Y_few, M_few, lam), X_other), Y_other))
    )
    gamma, strength = least(
        [(gamma, strength) for gamma in GAMMAS for strength in STRENGTHS],
        lambda pair: float(log_score(guessed(theirs(X_few, Y_few, M_few, *pair), X_other), Y_other)),
    )
    rows: list[tuple[str, ...]] = []
    times: list[float] = []

    def judged(
        name: str, M: int | str, solve: Callable[[], Any], read: Callable[[Any], Predicted]
    ) -> Predicted:
        kept: list[Any] = []
        took = seconds(lambda: kept.append(solve()) or ())
        times.append(took)
        p = read(kept[0])
        off = (
            [f"{float(of(total_variation(p, exact))):.1e}" for of in (jnp.mean, jnp.max)]
            if known
            else ["", ""]
        )
        right, score = 100 * float(accuracy(p, Y_new)), float(log_score(p, Y_new))
        rows.append((name, f"{M}", f"{took:.1f} s", f"{right:.2f} %", f"{score:.4f}", *off))
        print(rows[-1], flush=True)
        return p

    def whole() -> Array:
        Theta = jnp.asarray(relu_ntk(X))
        return nb.kernel_logistic_regression(Theta, Y, lam=lam, newton=NEWTON).coefficients

    def read_whole(A: Array) -> Predicted:
        logits = [ntk(X_new[i : i + 500], X) @ A for i in range(0, NEW, 500)]
        return jax.nn.softmax(jnp.concatenate(logits), axis=1)

    known = False
    exact = judged("kernel_logistic_regression, Θ whole", "all", whole, read_whole)
    known = True
    for M in centres:
        solve = functools.partial(ours, X, Y, M, lam)
        judged("nystrom_logistic_regression", M, solve, functools.partial(probabilities, X=X_new))
    known, kernel = False, rbf(gamma)
    for M in peers:
        solve = functools.partial(ours, X, Y, M, 1 / strength, kernel)
        judged(
            "nystrom_logistic_regression, RBF, λ = 1/C", M, solve, functools.partial(probabilities, X=X_new)
        )
        solve = functools.partial(theirs, X, Y, M, gamma, strength)
        judged("scikit-learn Nystroem + LogisticRegression", M, solve, functools.partial(guessed, X=X_new))
    ratios = ", ".join(
        f"{scikit / own:.1f} at M = {M}"
        for M, own, scikit in zip(
            peers, times[-2 * len(peers) :: 2], times[-2 * len(peers) + 1 :: 2], strict=True
        )
    )
    return Table(
        title=f"Centres against the whole kernel, and scikit-learn's Nyström features, N = {N:,}",
        setting=f"Augmented digits, K = 10; NTK of a ReLU network, λ = {lam:g}; RBF, γ = {gamma:g}/64, "
        f"C = {strength:g}; {machine()}.",
        columns=("what", "M", "time", "new: accuracy", "log score", "mean distance to the whole", "largest"),
        rows=tuple(rows),
        notes=(
            "Distances are total variations between probabilities on new images, to those of the first row.",
            "Time is all of one call: kernel, features, compilation where a shape is new, and solution.",
            (
                "λ, γ and C were chosen by log score on images that come from none of those learnt or judged, at "
                f"N = {N // 4:,} and M = {M_few}: λ among {', '.join(f'{one:g}' for one in LAMS)}, γ among "
                f"{', '.join(f'{one:g}/64' for one in GAMMAS)}, C among {', '.join(f'{one:g}' for one in STRENGTHS)}."
            ),
            f"scikit-learn's time over ours, with its kernel and penalty: {ratios}; its intercept is not penalized.",
            f"Residuals of ours are at most {NEWTON.tolerance:g}; scikit-learn stops at its own tolerance, 1e-4.",
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 25_000, 50_000])
    parser.add_argument("--centres", type=int, nargs="+", default=[250, 500, 1000, 2000, 4000])
    parser.add_argument("--peers", type=int, nargs="+", default=[250, 1000], help="M of scikit-learn")
    parser.add_argument("--one", type=int, help="only print the numbers of this N")
    parser.add_argument("--lam", type=float, default=1.0, help="λ while N grows")
    options = parser.parse_args()
    if options.one:
        return grown(options.one, options.lam, "float32")
    save(growth(options.points, options.lam), "nystrom_growth")
    save(beside(min(options.points), options.centres, options.peers), "nystrom_centres")
    return None


if __name__ == "__main__":
    main()
