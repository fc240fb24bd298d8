"""Colours that can be seen, on light pages and dark ones, and told apart by readers who see fewer of them."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from ntkbook.explorer.theme import FIELD_COLOURS, ROLES

PAPERS = {"light": ["#ffffff", "#fdfcfa", "#f5f3ee"], "dark": ["#121212", "#14181e", "#1b1f27"]}
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
TO_LAB = np.array(
    [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]]
)
FROM_LMS = np.array(
    [
        [0.2104543, 0.7936178, -0.0040720],
        [1.9779985, -2.4285922, 0.4505937],
        [0.0259040, 0.7827718, -0.8086758],
    ]
)


def linear(colour: str) -> NDArray[np.float64]:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    brightness = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (brightness[1] + 0.05) / (brightness[0] + 0.05)


def oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """A colour space where distance is difference as seen (Ottosson 2020)."""
    return FROM_LMS @ np.cbrt(TO_LAB @ np.clip(rgb, 0, 1))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("role", ROLES)
def test_every_colour_stands_out_from_the_page(role: str, shade: str) -> None:
    assert min(contrast(getattr(ROLES[role], shade), paper) for paper in PAPERS[shade]) >= 3


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_a_field_tells_its_ends_apart(shade: str) -> None:
    """By lightness alone; of a field with a middle each end from that, and their sides by hue for all readers."""
    rising, around = (getattr(FIELD_COLOURS[name], shade) for name in ("sequential", "diverging"))
    assert contrast(rising[0], rising[-1]) >= 7
    assert min(contrast(end, around[3]) for end in (around[0], around[-1])) >= 7
    sides = [oklab(DEUTERANOPIA @ linear(around[place])) for place in (1, -2)]
    assert np.linalg.norm(sides[0] - sides[1]) > 0.1
    for colours in (rising, around[:4], around[3:]):
        brightness = [float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in colours]
        assert brightness in (sorted(brightness), sorted(brightness, reverse=True))


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_roles_of_equal_dash_differ_in_colour_for_readers_without_green(shade: str) -> None:
    for one, other in combinations(ROLES.values(), 2):
        if one.dash != other.dash:
            continue
        seen = [oklab(DEUTERANOPIA @ linear(getattr(role, shade))) for role in (one, other)]
        assert np.linalg.norm(seen[0] - seen[1]) > 0.05, (one, other)
