"""Squares of the input plane, as the explorers draw them."""

import numpy as np
from jaxtyping import Float


def square(side: Float[np.ndarray, " S"]) -> Float[np.ndarray, "S2 2"]:
    """All points whose two coordinates are among `side`, row by row.

    Args:
        side: (S,) coordinates.
    """
    return np.stack([array.ravel() for array in np.meshgrid(side, side)], axis=1)
