"""The widget's side of the conversation: what the front-end asks and what it gets."""

import io
import zlib
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ntkbook.chapters.sharp_conditions.measure import separation
from ntkbook.chapters.sharp_conditions.show import moved_point
from ntkbook.explorer import Explorer, Line, Panel, picture, widget
from ntkbook.explorer.grid import decode
from tests.explorer import _ripples
from tests.explorer._building import building_pages
from tests.explorer._wave import decay, describe, make


class Conversation:
    """An explorer with its answers written down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, explorer: Explorer) -> None:
        self.explorer = explorer
        self.answers: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            explorer, "send", lambda content, buffers=(): self.answers.append((content, list(buffers)))
        )

    def say(self, content: dict[str, Any]) -> list[tuple[dict[str, Any], list[bytes]]]:
        self.answers.clear()
        self.explorer._handle_custom_msg(content, [])
        return self.answers


@pytest.fixture
def conversation(monkeypatch: pytest.MonkeyPatch) -> Conversation:
    return Conversation(monkeypatch, make())


def test_a_kernel_makes_itself_known(conversation: Conversation) -> None:
    assert conversation.say({"type": "hello"}) == [({"type": "kernel"}, [])]


def test_the_drawing_library_comes_from_its_package(conversation: Conversation) -> None:
    [(content, [script])] = conversation.say({"type": "plotly"})
    assert content == {"type": "plotly"}
    assert b"plotly.js v" in script[:200]


def test_a_setting_between_the_grid_is_computed(conversation: Conversation) -> None:
    setting = {"n": 300, "lam": 0.3, "anchor": "zero"}
    started, (content, buffers) = conversation.say({"type": "compute", "request": "a.1", "setting": setting})
    assert started == ({"type": "started", "request": "a.1"}, [])
    fresh = decay(**setting)
    assert content["type"] == "result"
    assert content["request"] == "a.1"
    assert content["sentence"] == describe(setting, fresh)
    for name, buffer in zip(content["names"], buffers, strict=True):
        np.testing.assert_array_equal(np.frombuffer(buffer, "<f4"), fresh[name].astype("<f4"))
    assert content["names"] == list(decode(conversation.explorer.grid).arrays)


def test_an_error_comes_back_in_words(conversation: Conversation) -> None:
    setting = {"n": 100, "lam": 0.3, "anchor": "zero"}
    _, (content, _) = conversation.say({"type": "compute", "request": "a.2", "setting": setting})
    assert content == {
        "type": "error",
        "request": "a.2",
        "message": "the flow did not converge at width 100",
    }


def test_a_setting_that_compute_does_not_know_comes_back_in_words(conversation: Conversation) -> None:
    _, (content, _) = conversation.say({"type": "compute", "request": "a.3", "setting": {"m": 1}})
    assert content["type"] == "error"
    assert "unexpected keyword argument 'm'" in content["message"]


def test_points_that_the_reader_moves_are_the_kernels_to_compute(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = Conversation(monkeypatch, moved_point())
    [axis] = [each for each in conversation.explorer.spec["axes"] if each["kind"] == "points"]
    assert (axis["default"], axis["values"]) == (separation.GIVEN.text, (separation.GIVEN.text,))
    setting = {"position": 0.5, "label": "0", "points": "1.1,0.5,1;2,-1.2,0"}
    _, (content, buffers) = conversation.say({"type": "compute", "request": "a.4", "setting": setting})
    found = dict(zip(content["names"], (np.frombuffer(each, "<f4") for each in buffers), strict=True))
    for name, array in separation.moved_point(**setting).items():
        np.testing.assert_array_equal(found[name], np.asarray(array, np.float32))
    setting["points"] = "9,9,9"
    _, (content, _) = conversation.say({"type": "compute", "request": "a.5", "setting": setting})
    assert content["message"] == "points has a point with the coordinate 9; choose it in [-2.5, 2.5]."


def test_unknown_messages_are_left_alone(conversation: Conversation) -> None:
    assert conversation.say({"type": "weather"}) == []


def test_a_setting_once_computed_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[object] = []

    def counted(**setting: Any) -> Any:
        computed.append(setting)
        return decay(**setting)

    conversation = Conversation(monkeypatch, _made_of(counted))
    computed.clear()
    for n in (300, 301, 300, 100, 100):
        conversation.say(
            {"type": "compute", "request": "a", "setting": {"n": n, "lam": 0.3, "anchor": "zero"}}
        )
    assert [setting["n"] for setting in computed] == [300, 301, 100, 100]  # what failed is tried again
    for n in range(400, 400 + widget.REMEMBERED):
        conversation.say(
            {"type": "compute", "request": "a", "setting": {"n": n, "lam": 0.3, "anchor": "zero"}}
        )
    computed.clear()
    conversation.say({"type": "compute", "request": "a", "setting": {"n": 300, "lam": 0.3, "anchor": "zero"}})
    assert len(computed) == 1


def _made_of(compute: Any) -> Explorer:
    explorer = make(whole=False)
    panels = tuple(panel for panel, _ in explorer.panels)
    return Explorer(
        name="w", title="", look_for="", axes=explorer.axes, compute=compute, describe=describe, panels=panels
    )


def test_where_no_widget_is_shown_a_picture_and_words_are() -> None:
    data, _ = make()._repr_mimebundle_()
    assert data["text/plain"].startswith("How far the kernel moves. At width n = 256")
    assert "application/vnd.jupyter.widget-view+json" in data
    image = Image.open(io.BytesIO(b64decode(data["image/png"])))
    assert 800 <= image.width <= 1000
    assert image.convert("RGB").getpixel((image.width - 1, image.height - 1)) == (255, 255, 255)
    assert len(data["image/png"]) < 160_000


def test_the_picture_is_that_of_the_default_setting() -> None:
    pictures = {
        make()._repr_mimebundle_()[0]["image/png"],
        make(whole=False)._repr_mimebundle_()[0]["image/png"],  # on axes of its own
        _ripples.make()._repr_mimebundle_()[0]["image/png"],
    }
    assert len(pictures) == 3
    assert make()._repr_mimebundle_()[0]["image/png"] in pictures


def test_a_page_that_is_built_has_pictures_of_its_own() -> None:
    with building_pages():
        data, _ = make()._repr_mimebundle_()
    assert "image/png" not in data


def test_the_first_explorer_of_a_watched_notebook_brings_the_drawing_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Explorer, "_carrier", None)
    assert make().plotly == b""  # nobody watches
    monkeypatch.setattr(widget, "is_watched", lambda: True)
    first, second = make(), make()
    assert b"plotly.js v" in zlib.decompress(first.plotly)[:200]
    assert second.plotly == b""
    first.set_state({"plotly": memoryview(b""), "setting": {"n": 64}})  # the page has read it
    assert first.setting == {"n": 64}
    assert len(first.plotly) > 1_000_000  # for a page that is loaded anew
    first.close()
    assert len(make().plotly) > 1_000_000
    assert make().plotly == b""


def test_axes_follow_what_is_drawn_where_the_whole_is_not_known() -> None:
    drift, radius = (panel["figure"]["layout"] for panel in make(whole=False).spec["panels"])
    for axis in (drift["xaxis"], drift["yaxis"], radius["yaxis"]):
        assert axis["autorange"] is True
        assert "range" not in axis
    assert all("autorange" not in panel["figure"]["layout"]["yaxis"] for panel in make().spec["panels"])


def test_the_experiment_can_be_found_again() -> None:
    assert make().spec["compute"] == "tests.explorer._wave:decay"


def test_a_picture_is_an_explorer_without_sliders() -> None:
    panels = (Panel("p", "x", "x", "y", (Line("y", "network", role="network"),)),)
    shown = picture({"x": [0, 1], "y": [1, np.nan]}, panels, title="A line", describe="It stops.")
    assert shown.spec["axes"] == []
    assert shown.spec["sentence"] == "It stops."
    np.testing.assert_array_equal(decode(shown.grid).cell(0)["y"], np.array([1, np.nan], dtype=np.float32))


def test_labels_of_choices_keep_their_order_where_keys_are_sorted() -> None:
    [choice] = [axis for axis in make().spec["axes"] if axis["kind"] == "choice"]
    assert choice["labels"] == ["θ₀", "0"]
    assert list(choice["values"]) == ["init", "zero"]
