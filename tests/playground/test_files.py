"""What the playground's page is served."""

import re

import pytest

from bookkit.extensions import playground
from bookkit.sources.front_modules import modules
from ntkbook.explorer.theme import ROLES

STYLE = (playground.HOME / "playground.css").read_text()


def test_every_module_is_found_and_served_where_its_imports_look() -> None:
    found = modules(playground.ENTRY)
    assert set(playground.HOME.glob("*.js")) <= set(found)
    served = {playground.SERVED.address(module) for module in found}
    assert len({address.split("/")[1] for address in served}) == 1
    assert all(module.is_file() for module in found)


@pytest.mark.parametrize("module", modules(playground.ENTRY), ids=lambda module: module.name)
def test_nothing_turns_data_into_code_or_markup(module) -> None:
    pattern = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createObjectURL"
    assert not re.search(pattern, module.read_text())


@pytest.mark.parametrize(
    "role", ["network", "linearized", "bound", "class_0", "class_1", "class_2", "class_3"]
)
def test_colours_are_those_of_the_book(role: str) -> None:
    found = re.findall(rf"--{role.replace('_', '-')}: (#[0-9a-f]{{6}});", STYLE)
    assert found == [ROLES[role].light.lower(), ROLES[role].dark.lower()]
