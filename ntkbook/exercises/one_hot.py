"""Chapter: why classification was thought to break."""

import jax
import numpy as np

from ntkbook.empirical import empirical_ntk
from ntkbook.exercises._judges import Exercise, number
from ntkbook.experiments.lazy_training import POINTS
from ntkbook.explicit import max_margin
from ntkbook.networks import mlp


def _is_the_largest_margin(answer: float) -> tuple[bool, str]:
    """γ of the network of the page, solved for."""
    network = mlp(6, 3, 256)
    Theta0 = empirical_ntk(network.apply, network.init(jax.random.key(1)), POINTS.X)
    gamma = max_margin(Theta0, POINTS.Y).margin
    off = abs(answer / gamma - 1)
    return off <= 0.01, f"nb.max_margin finds γ = {gamma:.4f}; yours is off by {100 * off:.1f} %."


EXERCISES = {
    "seven-more": number(np.exp(7.0), "log t must grow by 7: by what factor does t?"),
    # √(V₀t) = 10 with V₀ = 20
    "any-flow": number(10.0**2 / 20, "Solve √(V₀t) = 10 for t."),
    "margin-from-radius": Exercise(_is_the_largest_margin),
}
