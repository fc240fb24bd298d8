"""The front door's still pictures, and what its page is served."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from bookkit.extensions import front_door
from bookkit.sources.front_modules import modules
from tests.playground._engine import Engine


@pytest.fixture(scope="module")
def stills() -> dict:
    return front_door.stills()


def test_both_stills_are_pictures_of_the_plane_in_both_themes(stills: dict) -> None:
    for name in front_door.TITLES:
        light, dark = (
            np.asarray(Image.open(BytesIO(b64decode(stills[name][theme]))), dtype=int)
            for theme in ("light", "dark")
        )
        assert light.shape == dark.shape == (96, 96, 3)
        assert light.mean() > 128 > dark.mean()


def test_each_point_stands_on_its_class_colour(stills: dict) -> None:
    """Trained so far, both networks fit all points: where one stands, its class's channel differs from the others'."""
    for name in front_door.TITLES:
        image = np.asarray(Image.open(BytesIO(b64decode(stills[name]["light"]))), dtype=int)
        seen = {0: [], 1: [], 2: []}
        for point in stills["points"]:
            column, row = (int((0.5 + sign * point[axis] / 400) * 96) for axis, sign in (("x", 1), ("y", -1)))
            seen[point["label"]].append(image[row, column])
        means = {label: np.mean(colours, axis=0) for label, colours in seen.items()}
        for label, colours in seen.items():
            for colour in colours:
                distances = {other: np.abs(colour - mean).sum() for other, mean in means.items()}
                assert min(distances, key=distances.__getitem__) == label


@pytest.mark.parametrize(("name", "lam"), [("free", "0"), ("held", "0.3")])
def test_its_words_are_those_of_the_playgrounds_own_run(stills: dict, name: str, lam: str) -> None:
    engine = Engine()
    query = f"play.width=256&play.rate=0.1&play.epsilon=0&play.lam={lam}"
    moments = engine.ask("preset", query=query, steps=2000)["moments"]
    engine.stop()
    largest = 100 * max(moment["drift"] for moment in moments)
    assert f"moved by {largest:.2g} %," in stills[name]["words"]
    assert stills[name]["words"].endswith("; lazy.") == (name == "held")


def test_every_module_is_served_where_its_imports_look() -> None:
    addresses = {front_door.SERVED.address(file) for file in modules(front_door.ENTRY)}
    own = {file.name for file in front_door.HOME.glob("*.js")}
    assert own <= {address.rpartition("/door/")[2] for address in addresses}
    assert len({address.split("/")[1] for address in addresses}) == 1
