"""Chapter: real images, handwritten digits."""

import jax

from ntkbook.exercises import number, whole
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import rkhs_norm

POINTS, LAM = 200, 1e-3


def _factor_of_the_radius() -> float:
    """Radius with random labels over radius with true ones."""
    from ntkbook.chapters.digits import measure

    X, Y = measure.all_digits().X[:POINTS], measure.all_digits().Y[:POINTS]
    random = jax.nn.one_hot(jax.random.randint(jax.random.key(0), (POINTS,), 0, 10), 10, dtype=float)
    Theta = measure.kernel_of("CNN", X)
    true, coins = (kernel_logistic_regression(Theta, labels, lam=LAM) for labels in (Y, random))
    return float(rkhs_norm(Theta, coins.coefficients) / rkhs_norm(Theta, true.coefficients))


EXERCISES = {
    "kernel-memory": number(
        lambda images=60_000: images**2 * 8 / 1e9,
        "Θ has N² entries of 8 bytes; the factor ⊗ I_K is never formed.",
        own="There are {images:d} training images.",
        images=(20_000, 30_000, 50_000, 100_000),
    ),
    "pooling-price": whole(
        lambda side=8: side**2,
        "Divide the number of pairs of pixels by the number of pixels.",
        own="The images have ${side:d} \\times {side:d}$ pixels.",
        side=(5, 12, 16, 28),
    ),
    # other random labels change the factor by a few per cent
    "random-label-radius": number(
        _factor_of_the_radius,
        "Solve twice on the same 200 images, with λ = 10⁻³, and divide the two values of `nb.rkhs_norm`.",
        relative=0.1,
    ),
}
