"""What some held-out points tell of all inputs: how far two trainings have parted, with a stated confidence."""

from dataclasses import dataclass

from ntkbook import _checks
from ntkbook.errors import InvalidInput


def share_beyond(points: int, *, delta: float = 0.05, beyond: int = 0) -> float:
    r"""The share of a population that lies beyond a value, at most, when some of M points drawn from it do.

    .. math:: \sum_{i \le s}\binom Mi q^i(1 - q)^{M-i} = \delta, \qquad\text{so}\qquad q = 1 - \delta^{1/M}
              \quad\text{for } s = 0

    It holds with probability 1 − δ over the draw, for a value fixed before it, of which s points lie beyond, and for
    the (s + 1)-th largest value of the points themselves, with s fixed before.

    Args:
        points: M ≥ 1, drawn independently.
        delta: δ in (0, 1).
        beyond: s from 0 to M.

    Raises:
        InvalidInput: otherwise.

    Source:
        Clopper & Pearson 1934; for the largest value Wilks 1941; the book's chapter on monitoring.

    Example:
        >>> round(nb.share_beyond(59), 4)
        0.0495
    """
    _checks.positive_integer("points", points, "the number of points drawn")
    if not 0 < delta < 1:
        raise InvalidInput(f"delta = {delta}; the probability of being wrong must lie between 0 and 1.")
    if not 0 <= beyond <= points:
        raise InvalidInput(
            f"beyond = {beyond}; of {points} points from 0 to {points} can lie beyond a value."
        )
    if beyond == 0:
        return 1 - delta ** (1 / points)  # eq-held-out-share
    from scipy.stats import beta

    return float(beta.ppf(1 - delta, beyond + 1, points - beyond)) if beyond < points else 1.0


@dataclass(frozen=True)
class LazyWithin:
    """A monitor's verdict on two trainings, network and linearized model; each line holds with confidence 1 − δ.

    Args:
        logits: ‖f_k(x) − f'_k(x)‖ exceeds it, at some look, on at most `share` of all inputs.
        probabilities: the same for the total variation between softmax(f_k(x)) and softmax(f'_k(x)).
        share: 1 − δ^{1/M}.
        classes: the two predict different classes, at some look, on at most this share of all inputs.
        points: M.
        delta: δ.
    """

    logits: float
    probabilities: float
    share: float
    classes: float
    points: int
    delta: float
