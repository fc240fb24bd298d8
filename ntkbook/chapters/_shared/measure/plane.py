"""Squares of the input plane, and labelled points on them, as the explorers draw them."""

import numpy as np
from jaxtyping import Array, Float, Int


def square(side: Float[np.ndarray, " S"]) -> Float[np.ndarray, "S2 2"]:
    """All points whose two coordinates are among `side`, row by row.

    Args:
        side: (S,) coordinates.
    """
    return np.stack([array.ravel() for array in np.meshgrid(side, side)], axis=1)


def points_by_class(
    X: Float[np.ndarray, "N 2"] | Float[Array, "N 2"], classes: Int[np.ndarray, " N"]
) -> dict[str, Float[np.ndarray, " m"]]:
    """Coordinates of the points of each class: x0, y0, x1, y1, …

    Args:
        X: (N, 2) points.
        classes: (N,) of each point, from 0 up.
    """
    return {
        f"{axis}{k}": np.asarray(X[k == classes, i])
        for k in range(classes.max() + 1)
        for i, axis in enumerate("xy")
    }
