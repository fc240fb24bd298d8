"""Checks of what a user can get wrong. Each raises InvalidInput: given, expected, remedy.

Values are checked only where they are known: under `jit` or `grad` an array has a shape but no values.
"""

from typing import Any

import jax.core
import numpy as np
from jaxtyping import Array, Float

from ntkbook.errors import InvalidInput

Scalar = int | float | Float[Array, ""]
SYMMETRY = 10  # in square roots of the precision: what sums in another order leave, and no more


def known(x: Any) -> bool:
    """Whether the values of an array, or of a tree of them, are there."""
    return not any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(x))


def finite(name: str, x: Any) -> None:
    if known(x) and not np.all(np.isfinite(x)):
        count = int(np.sum(~np.isfinite(x)))
        raise InvalidInput(
            f"{name} has {count} entries that are NaN or infinite; all must be finite. "
            f"Find where they arise upstream (a division by zero, or a learning rate that is too large)."
        )


def same_shape(name: str, x: Float[Array, "..."], other: str, y: Float[Array, "..."]) -> None:
    if x.shape != y.shape:
        raise InvalidInput(
            f"{name} has shape {x.shape} and {other} has {y.shape}; both must be (N, K). Give one row a point to each."
        )


def in_range(name: str, value: Scalar, low: float, high: float, meaning: str) -> None:
    """low ≤ value ≤ high."""
    if known(value) and not low <= value <= high:
        raise InvalidInput(
            f"{name} = {value}, but {meaning} must lie in [{low:g}, {high:g}]. Choose a value there."
        )


def positive(name: str, value: Scalar, meaning: str) -> None:
    if known(value) and not (np.isfinite(value) and value > 0):
        raise InvalidInput(f"{name} = {value}, but {meaning} must be a finite number above 0.")


def non_negative(name: str, value: Scalar, meaning: str) -> None:
    if known(value) and not (np.isfinite(value) and value >= 0):
        raise InvalidInput(f"{name} = {value}, but {meaning} must be a finite number, 0 or above.")


def choice(name: str, value: Any, options: Any) -> None:
    if value not in options:
        listed = ", ".join(repr(option) for option in options)
        raise InvalidInput(f"{name} = {value!r} is not known. Choose one of: {listed}.")


def positive_integer(name: str, value: Any, meaning: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InvalidInput(f"{name} = {value!r}, but {meaning} must be a whole number, 1 or above.")


def symmetric(name: str, kernel: Any) -> None:
    """Up to rounding in the precision that it comes in."""
    if not known(kernel):
        return
    values = np.asarray(kernel, float)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise InvalidInput(
            f"{name} has shape {values.shape}; expected (m, m), a kernel on one set of points."
        )
    precision = np.finfo(np.result_type(kernel.dtype, np.float16)).eps
    off, size = float(np.max(np.abs(values - values.T), initial=0)), float(np.max(np.abs(values), initial=0))
    if off > SYMMETRY * np.sqrt(precision) * size:
        raise InvalidInput(
            f"{name} is not symmetric: entries differ by up to {off:.3g} from those across the diagonal. A kernel on "
            f"one set of points is; if rounding has done this, pass ({name} + {name}.T) / 2."
        )


def finite_targets(Y: Float[Array, "N K"]) -> None:
    if Y.ndim == 1 and known(Y) and np.all(np.asarray(Y) == np.round(np.asarray(Y))):
        raise InvalidInput(
            f"targets are {Y.shape[0]} whole numbers, of shape {Y.shape}; expected one row a point, (N, K). "
            "If they number classes, encode them: jax.nn.one_hot(labels, K)."
        )
    if Y.ndim != 2 or 0 in Y.shape:
        raise InvalidInput(
            f"targets have shape {Y.shape}; expected (N, K) with N ≥ 1 points and K ≥ 1 outputs. "
            f"Reshape them to one row a point."
        )
    finite("targets", Y)


def sum_tolerance(Y: Float[Array, "N K"]) -> float:
    """How far a row's sum may be off: what rounding does to a softmax, in the precision that Y comes in."""
    single = np.issubdtype(Y.dtype, np.floating) and Y.dtype.itemsize < 8
    return 1e-5 if single else 1e-8


def simplex_targets(Y: Float[Array, "N K"]) -> None:
    """Rows in the simplex Δ = {y ≥ 0, Σ_k y_k = 1}, K ≥ 2."""
    finite_targets(Y)
    if Y.shape[1] < 2:
        raise InvalidInput(
            f"targets have shape {Y.shape}: a single class. Cross-entropy needs K ≥ 2 columns; "
            f"for two classes give both probabilities, (1 − q, q)."
        )
    if not known(Y):
        return
    rows = np.asarray(Y)  # a NumPy function of JAX's arrays calls JAX's, and compiles
    least, worst_sum = float(np.min(rows)), float(np.max(np.abs(np.sum(rows, axis=1) - 1)))
    if least < -sum_tolerance(Y) or worst_sum > sum_tolerance(Y):
        raise InvalidInput(
            f"targets leave the simplex: least entry {least:.3g}, worst |row sum − 1| {worst_sum:.3g}. "
            f"Expected rows of probabilities. Encode class numbers with jax.nn.one_hot, or divide rows by their sum."
        )
