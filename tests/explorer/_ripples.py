"""A field with a closed form, under a curve and some points, for tests of explorers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ntkbook.explorer import Axis, Explorer, Field, Line, Panel
from tests.explorer._building import building_pages

U, V = np.linspace(-2.0, 2.0, 21), np.linspace(-1.0, 1.0, 11)


def ripples(frequency: float) -> dict[str, NDArray[np.float64]]:
    """sin(fu) + v over a rectangle, u running fastest; its zero line v = −sin(fu); and three points."""
    return {
        "u": U,
        "v": V,
        "height": (np.sin(frequency * U)[None, :] + V[:, None]).ravel(),
        "zero": -np.sin(frequency * U),
        "point_u": np.array([-1.0, 0.0, 1.0]),
        "point_v": np.array([0.5, 0.0, -0.5]),
    }


def describe(setting: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str:
    return f"At frequency {setting['frequency']:.3g} the highest point is {arrays['height'].max():.3g}."


def make(colours: str = "diverging") -> Explorer:
    with building_pages():
        return _made(colours)


def _made(colours: str) -> Explorer:
    return Explorer(
        name="ripples",
        title="Ripples",
        look_for="Raise the frequency: the zero line bends more.",
        axes=(Axis("frequency", "frequency f", values=(1.0, 2.0, 3.0), default=1.0),),
        compute=ripples,
        describe=describe,
        panels=(
            Panel(
                "Height over the plane",
                x="u",
                x_label="u",
                y_label="v",
                field=Field("height", "sin(fu) + v", x="u", y="v", colours=colours),
                same_scale=True,
                lines=(
                    Line("zero", "zero line", role="network"),
                    Line("point_v", "points", role="class_1", x="point_u", mode="markers"),
                ),
            ),
            Panel(
                "Height alone",
                x="u",
                x_label="u",
                y_label="v",
                field=Field("height", "height", x="u", y="v", z_range=(-1.0, 1.0)),
            ),
        ),
    )
