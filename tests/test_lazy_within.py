"""A promise from held-out points, against rational arithmetic and against every draw that there is."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest

import ntkbook as nb


# holds: held-out-points.1, eq-held-out-share
@pytest.mark.parametrize("weights", [(1, 2, 3, 4, 10), (5, 5, 5, 5), (1, 1, 18)])
def test_the_largest_of_the_points_is_rarely_exceeded_too_often(weights):
    """All draws of M points from a population of a few values, ties and all, with their exact probabilities."""
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    for M, q in ((2, Fraction(1, 4)), (4, Fraction(1, 2)), (4, Fraction(1, 10))):
        delta = (1 - q) ** M  # so that q = 1 − δ^{1/M}
        broken = Fraction(0)
        for draw in product(range(len(shares)), repeat=M):
            if sum(shares[max(draw) + 1 :]) > q:
                broken += Fraction(np.prod([shares[i] for i in draw]))
        assert broken <= delta
        assert nb.share_beyond(M, delta=float(delta)) == pytest.approx(float(q))


# holds: held-out-points.2
@pytest.mark.parametrize("p", [Fraction(1, 20), Fraction(1, 3), Fraction(9, 10)])
def test_a_share_is_rarely_underrated(p):
    M, delta = 12, 0.05
    missed = sum(
        comb(M, s) * p**s * (1 - p) ** (M - s)
        for s in range(M + 1)
        if float(p) > nb.share_beyond(M, delta=delta, beyond=s)
    )
    assert missed <= delta


# holds: held-out-points.2
@pytest.mark.parametrize("beyond", [0, 1, 7, 59])
def test_the_share_solves_its_equation(beyond):
    q = nb.share_beyond(60, delta=0.05, beyond=beyond)
    tail = sum(comb(60, i) * q**i * (1 - q) ** (60 - i) for i in range(beyond + 1))
    assert tail == pytest.approx(0.05, rel=1e-9)


def test_fifty_nine_points_are_the_least_for_ninety_five_per_cent():
    assert nb.share_beyond(59) < 0.05 < nb.share_beyond(58)
    assert nb.share_beyond(3, beyond=3) == 1
    assert all(nb.share_beyond(M, delta=d) <= -np.log(d) / M for M in (1, 60) for d in (0.01, 0.5))


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"points": 0}, "points = 0"), ({"delta": 1.0}, "delta = 1.0"), ({"beyond": 9}, "beyond = 9")],
)
def test_bad_input(settings, words):
    with pytest.raises(nb.InvalidInput, match=words):
        nb.share_beyond(**({"points": 8} | settings))
