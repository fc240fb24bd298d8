"""Ten thousand random problems of separability, each answer proven once more in exact fractions.

``python -m benchmarks.separability [problems]`` draws N ≤ 12 points, K ≤ 4 classes and a rank from 1 to full, with
duplicates, far points (minimizers with margins in the hundreds) and targets that are one-hot, tied, or on other faces.
"""

import sys
from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np

from ntkbook import Bounded, separability
from ntkbook.errors import NotConverged
from tests._alternative import Drawn, check_exactly, draw


def drawn(seed: int) -> Drawn:
    """Problem number `seed`, of a random shape."""
    random = np.random.default_rng([16, seed])
    N, K, whole = int(random.integers(2, 13)), int(random.integers(2, 5)), bool(random.random() < 0.3)
    full = N * (K - 1) if whole else N
    return draw(seed, N, K, int(random.integers(1, full + 1)), whole=whole)


def main(problems: int) -> None:
    counts: Counter[str] = Counter()
    defect = error = margin = weight = 0.0
    for seed in sorted(range(problems), key=lambda seed: (drawn(seed).Y.shape, drawn(seed).features.shape)):
        problem = drawn(seed)
        if not problem.features.any():
            counts["no features"] += 1
            continue
        try:
            answer = separability(jnp.asarray(problem.kernel), jnp.asarray(problem.Y))
        except NotConverged as refused:
            counts["not converged"] += 1
            print(seed, problem.Y.shape, refused)
            continue
        check_exactly(problem, answer)
        counts["separable" if answer.separable else "bounded"] += 1
        if isinstance(answer, Bounded):
            defect, error = max(defect, answer.defect), max(error, answer.error)
            margin = max(margin, float(np.ptp(np.asarray(answer.logits), axis=1).max()))
            weight = max(weight, float(np.abs(answer.certificate).max()))
        if sum(counts.values()) % 500 == 0:
            jax.clear_caches()
            print(dict(counts), flush=True)
    print(dict(counts), "each proven in fractions")
    print(f"largest defect {defect:.1e}, weight {weight:.0f}, margin {margin:.0f}, error {error:.1e}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
