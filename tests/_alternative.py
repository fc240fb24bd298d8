"""Random problems with integer features, and exact proofs, in fractions, that labels are or are not separable."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from ntkbook.sharp import Bounded, Separating


class Drawn(NamedTuple):
    """Integer features of N points (or of all NK logits, if `whole`), and targets."""

    features: Int[np.ndarray, "rows r"]
    Y: Float[np.ndarray, "N K"]

    @property
    def kernel(self) -> Float[np.ndarray, "rows rows"]:
        return (self.features @ self.features.T).astype(float)


def draw(seed: int, N: int, K: int, rank: int, *, whole: bool = False) -> Drawn:
    """One problem: duplicates, far points, and targets that are one-hot, tied, or on other faces, each by chance."""
    random = np.random.default_rng(seed)
    features = random.integers(-3, 4, size=(N, K if whole else 1, rank))
    if random.random() < 0.4:
        features = features[random.integers(0, max(1, N // 2), size=N)]
    if random.random() < 0.2:
        features[0] *= 10 ** int(random.integers(1, 3))  # a far point: the minimizer has a large margin there
    Y = np.eye(K)[random.integers(0, K, size=N)]
    kind = random.choice(["one-hot", "one-hot", "faces", "ties"])
    if kind != "one-hot":
        faces = (random.random((N, K)) < 0.6) | (Y > 0)
        Y = np.where(faces, 1.0 if kind == "ties" else random.random((N, K)) + 1e-3, 0.0)
        Y /= Y.sum(axis=1, keepdims=True)
    return Drawn(features.reshape(-1, rank), Y)


def check_exactly(problem: Drawn, answer: Separating | Bounded) -> None:
    """Moves the answer, by rounding, to where its equations hold exactly, and asks its inequalities there.

    A separating direction is then a rational w with all gaps ≥ 0 and one above, those that ought to be 0 exactly so.
    A certificate is a rational W that is exactly orthogonal to every direction the features can move, with W < 0 at
    every zero of Y. Either one is a proof about Θ = ΦΦᵀ itself, whatever `ntkbook` did to find it.
    """
    points, classes, gaps = _gaps(problem)
    tied = problem.Y[points, classes] > 0
    if isinstance(answer, Separating):
        w = _weights(problem, np.asarray(answer.direction))
        closed = tied | (np.abs(gaps @ w) <= 1e-9 * np.abs(gaps).sum(axis=1) * np.abs(w).max())
        exact = _onto_the_kernel(gaps[closed], w)
        found = [sum(int(g) * x for g, x in zip(row, exact, strict=True) if g) for row in gaps]
        assert all(gap == 0 if flat else gap > 0 for gap, flat in zip(found, closed, strict=True))
        assert any(found)
        return
    W = np.asarray(answer.certificate)
    np.testing.assert_allclose(W.sum(axis=1), 0, atol=1e-9 * max(1.0, np.abs(W).max()))
    exact = _onto_the_kernel(gaps.T, -W[points, classes])
    assert all(x > 0 for x, flat in zip(exact, tied, strict=True) if not flat)


def _gaps(problem: Drawn) -> tuple[Any, Any, Int[np.ndarray, "pairs c"]]:
    """v_ik − v_ij as integer rows of the unknown w, for v = Φw: k is a supported class of i, j any other."""
    rows, top = _every_logit(problem), problem.Y.argmax(axis=1)
    points, classes = np.nonzero(np.arange(problem.Y.shape[1]) != top[:, None])
    return points, classes, rows[points, top[points]] - rows[points, classes]


def _every_logit(problem: Drawn) -> Int[np.ndarray, "N K c"]:
    """Φ, a row for every class of every point."""
    N, K = problem.Y.shape
    shared = len(problem.features) == N
    Phi = np.kron(problem.features, np.eye(K, dtype=int)) if shared else problem.features
    return Phi.reshape(N, K, -1)


def _weights(problem: Drawn, v: Float[np.ndarray, "N K"]) -> Float[np.ndarray, " c"]:
    """w of v = PΦw."""
    rows = _every_logit(problem)
    return np.linalg.lstsq((rows - rows.mean(axis=1, keepdims=True)).reshape(v.size, -1), v.ravel())[0]


def _onto_the_kernel(M: Int[np.ndarray, "m c"], x: Float[np.ndarray, " c"]) -> Sequence[Fraction]:
    """A rational x' with Mx' = 0 exactly, near x where Mx is near 0: elimination, the free unknowns kept.

    Large entries of x are the first to be eliminated, for they bear the change best.
    """
    bears = np.abs(x) + 1e-3 * np.abs(x).max(initial=0.0)
    rows = [[Fraction(int(entry)) for entry in row] for row in M]
    pivots: list[tuple[int, list[Fraction]]] = []
    for row in rows:
        for column, pivot in pivots:
            if row[column]:
                factor = row[column]
                row = [a - factor * b if b else a for a, b in zip(row, pivot, strict=True)]
        column = max(range(len(row)), key=lambda c, row=row: abs(float(row[c])) * bears[c], default=0)
        if row and row[column]:
            lead = row[column]
            row = [a / lead if a else a for a in row]
            pivots = [
                (c, [a - p[column] * b if b else a for a, b in zip(p, row, strict=True)] if p[column] else p)
                for c, p in pivots
            ]
            pivots.append((column, row))
    free = [Fraction(float(value)) for value in x]
    for column, _ in pivots:
        free[column] = Fraction(0)
    exact = list(free)
    for column, row in pivots:
        exact[column] = -sum((a * b for a, b in zip(row, free, strict=True) if a and b), Fraction(0))
    np.testing.assert_allclose(
        [float(value) for value in exact], x, atol=1e-6 * max(1.0, np.abs(x).max(initial=0.0))
    )
    return exact
