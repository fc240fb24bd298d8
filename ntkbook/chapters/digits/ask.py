"""Chapter: real images, handwritten digits."""

import jax
import jax.numpy as jnp

from ntkbook.exercises import Exercise, number
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import rkhs_norm

PIXELS = 8 * 8
POINTS, LAM = 200, 1e-3


def _random_label_radius(answer: float) -> tuple[bool, str]:
    """Radius with random labels over radius with true ones; other random labels change it by a few per cent."""
    from ntkbook.chapters.digits import measure

    X, Y = measure.all_digits().X[:POINTS], measure.all_digits().Y[:POINTS]
    random = jax.nn.one_hot(jax.random.randint(jax.random.key(0), (POINTS,), 0, 10), 10, dtype=float)
    Theta = measure.kernel_of("CNN", X)
    true, coins = (kernel_logistic_regression(Theta, labels, lam=LAM) for labels in (Y, random))
    factor = float(rkhs_norm(Theta, coins.coefficients) / rkhs_norm(Theta, true.coefficients))
    right = int(jnp.sum(coins.logits.argmax(axis=1) == random.argmax(axis=1)))
    computed = f"With other random labels it is {factor:.2f}, and {right} of {POINTS} are read as labelled."
    return abs(answer / factor - 1) <= 0.1, computed


EXERCISES = {
    "kernel-memory": number(
        60_000**2 * 8 / 1e9, "Θ has N² entries of 8 bytes; the factor ⊗ I_K is never formed."
    ),
    "pooling-price": number(
        PIXELS**2 / PIXELS, "Divide the number of pairs of pixels by the number of pixels."
    ),
    "random-label-radius": Exercise(_random_label_radius),
}
