"""Chapter: real images, handwritten digits."""

from ntkbook.exercises._judges import number
from ntkbook.experiments.digit_kernels import SIDE

PIXELS = SIDE * SIDE

EXERCISES = {
    "kernel-memory": number(
        60_000**2 * 8 / 1e9, "Θ has N² entries of 8 bytes; the factor ⊗ I_K is never formed."
    ),
    "pooling-price": number(
        PIXELS**2 / PIXELS, "Divide the number of pairs of pixels by the number of pixels."
    ),
}
