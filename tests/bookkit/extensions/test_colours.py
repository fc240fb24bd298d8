"""The legend of the notation page lists every role, drawn as figures draw it."""

from bs4 import BeautifulSoup

from bookkit.extensions.colours import MEANINGS, legend
from ntkbook.explorer.theme import ROLES

ROWS = BeautifulSoup(legend(), "html.parser").select("tbody tr")


def test_every_role_of_the_figures_has_a_row_and_a_meaning_of_its_own() -> None:
    assert MEANINGS.keys() == ROLES.keys()
    assert len(ROWS) == len({row.get_text() for row in ROWS}) == len(ROLES)


def test_a_row_has_the_colours_of_its_role_and_a_mark() -> None:
    for row, role in zip(ROWS, ROLES.values(), strict=True):
        drawn = row.select("svg")
        assert [svg["stroke"] for svg in drawn] == [role.light, role.dark]
        for svg in drawn:
            assert len(svg.select("g > *")) == 1
            assert bool(svg.select("path")[0]["stroke-dasharray"]) == (role.dash != "solid")
