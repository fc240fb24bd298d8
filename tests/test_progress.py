"""Progress bars: one way to make them, whose clock starts at the second item, and which is not red in a notebook."""

import io
import re
import sys
from pathlib import Path

import pytest

import ntkbook
from ntkbook import _progress
from ntkbook._progress import progress_bar


def test_there_is_one_way_to_make_a_bar() -> None:
    package = Path(ntkbook.__file__).parent
    users = [
        file.name
        for file in package.rglob("*.py")
        if re.search(r"\btqdm\b", file.read_text(encoding="utf-8"))
    ]
    assert users == ["_progress.py"]


def test_the_items_come_in_order_with_and_without_a_bar() -> None:
    for show in (True, False):
        assert list(progress_bar(range(4), "items", show=show)) == [0, 1, 2, 3]
    assert list(progress_bar(iter("abc"), "items", total=3)) == ["a", "b", "c"]
    assert list(progress_bar([], "items")) == []


def test_the_first_item_which_compiles_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    seconds = [240.0, *[2.0] * 9]
    now = [1000.0]
    monkeypatch.setattr(_progress, "time", lambda: now[0])
    made = _progress.tqdm

    def with_clock(**given: object) -> object:
        bar = made(**given)  # pyright: ignore[reportArgumentType, reportCallIssue]
        bar._time = lambda: now[0]
        bar.start_t = bar.last_print_t = now[0]
        return bar

    monkeypatch.setattr(_progress, "tqdm", with_clock)
    said = []
    for taken in progress_bar(seconds, "widths"):
        said.append(stream.getvalue().split("\r")[-1])
        now[0] += taken
    assert "1/10 [00:00<?" in said[1]
    assert "3/10 [00:04<00:14" in said[3]


def test_a_bar_is_red_nowhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Notebooks colour what comes by stderr; a terminal does not, and what a program prints is its own."""
    for watched, of_words, of_bars in ((True, "err", "out"), (False, "out", "err")):
        monkeypatch.setattr(_progress, "is_watched", lambda watched=watched: watched)
        list(progress_bar(range(3), "widths"))
        printed = capsys.readouterr()
        assert getattr(printed, of_words) == ""
        assert "widths" in getattr(printed, of_bars)
