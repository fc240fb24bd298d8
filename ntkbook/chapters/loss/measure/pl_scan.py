"""The PL ratio along the training of a network, beside the constant that is proven."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook.chapters._shared.measure.pl_ratios import pl_ratios
from ntkbook.data import Data
from ntkbook.integration import Integration
from ntkbook.losses import cross_entropy, pl_bound, smooth_labels
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

LOG_TIMES = np.linspace(-3.0, 9.0, 49)
CLOSEST = 1e-8  # below this excess, rounding rules the ratio


@dataclass(frozen=True)
class PlScan:
    """The PL constant that is proven and the least PL ratio that is met, for E smoothings.

    Args:
        epsilon: (E,) ε.
        V0: (E,) C(z₀) − C*.
        proven: (E,) μ of the PL lemma on {C ≤ C(z₀)}.
        least: (E,) the least PL ratio ‖∇C‖²/2(C − C*) on the way from z₀ to an excess of 1e-8.
        step: (E,) the least ratio in units of what the proof has at the same time, min(p_min(z_t), y_min).
    """

    epsilon: Float[np.ndarray, " E"]
    V0: Float[np.ndarray, " E"]
    proven: Float[np.ndarray, " E"]
    least: Float[np.ndarray, " E"]
    step: Float[np.ndarray, " E"]


def pl_scan(points: Data, epsilons: Sequence[float], n: int, *, seed: int = 0) -> PlScan:
    """Train one network of width n on labels smoothed by each ε > 0, without a regularizer.

    Args:
        points: training data.
        epsilons: E values of ε, each above 0.
        n: width.
        seed: of the initialization.
    """
    network = mlp(points.X.shape[1], points.Y.shape[1], n)
    rows = []
    for epsilon in epsilons:
        Y = smooth_labels(points.Y, epsilon)
        problem = Problem.of(network, jax.random.key(seed + 1), points.X, Y)
        times, steady = jnp.exp(jnp.asarray(LOG_TIMES)), Integration(steady=1e-4)
        path = gradient_flow(problem, times, record_ntk=False, integration=steady)
        ratios = pl_ratios(path.logits, Y, resolved=CLOSEST)
        V0 = problem.V0
        least_p = np.minimum(np.asarray(jax.nn.softmax(path.logits)).min(axis=(1, 2)), float(jnp.min(Y)))
        mu = float(pl_bound(cross_entropy, Y, V0))
        rows.append((epsilon, V0, mu, np.nanmin(ratios), np.nanmin(ratios / least_p)))
    return PlScan(*np.array(rows, dtype=float).T)
