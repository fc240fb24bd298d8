"""The still picture: the same bytes on every build, well-formed, and showing what it should."""

import re
from xml.etree import ElementTree

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex

from ntkbook.explorer import Line, Panel
from ntkbook.explorer.plotly_spec import View
from ntkbook.explorer.static import ink_on, mathtext, still
from ntkbook.explorer.theme import FIELD_COLOURS, ROLES
from tests.explorer import _ripples
from tests.explorer._wave import make
from tests.explorer.test_theme import contrast


def test_stills_are_the_same_on_every_build() -> None:
    assert make().stills == make().stills


def test_stills_are_well_formed_and_shrink_to_their_box() -> None:
    stills = make().stills
    assert len(stills) == 2
    for picture in stills:
        root = ElementTree.fromstring(picture)
        assert root.tag.endswith("svg")
        assert "viewBox" in root.attrib
        assert not {"width", "height"} & set(root.attrib)
        assert "<script" not in picture
        assert "http://" not in re.sub(r"xmlns(:\w+)?='[^']*'", "", picture)


def test_stills_show_the_colours_of_their_roles() -> None:
    drift, _ = make().stills
    assert ROLES["network"].light.lower() in drift.lower()
    assert ROLES["bound"].light.lower() in drift.lower()
    assert ROLES["data"].light.lower() not in drift.lower()


def test_stills_follow_the_arrays() -> None:
    panel = Panel("p", "x", "x", "y", (Line("y", "network", role="network"),))
    xs = np.arange(3, dtype=np.float32)
    low, high = ({"x": xs, "y": np.full(3, level, dtype=np.float32)} for level in (1, 2))
    assert still(panel, low, View((0, 2), (0, 3))) != still(panel, high, View((0, 2), (0, 3)))


def test_every_role_can_be_drawn() -> None:
    lines = tuple(Line("y", role, role=role, mode="lines+markers") for role in ROLES)
    arrays = {name: np.arange(3, dtype=np.float32) for name in "xy"}
    picture = still(Panel("p", "x", "x", "y", lines), arrays, View((0, 2), (0, 2))).lower()
    assert all(role.light.lower() in picture for role in ROLES.values())


def test_labels_become_mathtext() -> None:
    assert mathtext("‖Θ<sub>t</sub> − Θ<sub>0</sub>‖<sup>2</sup>") == (
        r"‖Θ$\mathregular{_{t}}$ − Θ$\mathregular{_{0}}$‖$\mathregular{^{2}}$"
    )
    assert mathtext("5 $") == r"5 \$"


def test_a_field_is_drawn_with_its_colours_and_a_bar() -> None:
    under_curve, alone = _ripples.make().stills
    assert under_curve == _ripples.make().stills[0]
    paler = next(iter(_ripples.make("sequential").stills))
    assert paler != under_curve
    assert ROLES["network"].light.lower() in under_curve.lower()
    fills = set(re.findall(r"fill: (#[0-9a-f]{6})", alone))
    assert len(fills) > 15  # a range of colours, not one


def test_numbers_are_read_on_every_colour_of_a_field() -> None:
    inks = {"white": "#ffffff", "black": "#000000"}
    for name, colours in FIELD_COLOURS.items():
        for colour in LinearSegmentedColormap.from_list(name, colours.light)(np.linspace(0, 1, 200)):
            assert contrast(to_hex(colour), inks[ink_on(tuple(colour))]) >= 4.5
