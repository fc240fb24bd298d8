"""Whether somebody watches: a notebook's kernel knows it of each cell."""

import sys
from types import SimpleNamespace

import pytest

from ntkbook._notebook import is_watched


@pytest.mark.parametrize(
    ("kernel", "watched"),
    [
        (None, False),  # IPython in a terminal
        ({"content": {"allow_stdin": True}}, True),  # JupyterLab, Notebook, Colab
        ({"content": {"allow_stdin": False}}, False),  # nbconvert, and the build of the book
        ({"content": {}}, True),  # what a slider asks
    ],
)
def test_a_cell_that_may_ask_is_watched(
    kernel: dict[str, object] | None, watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(kernel=kernel and SimpleNamespace(get_parent=lambda: kernel))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert is_watched() is watched


def test_a_program_is_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_watched()
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not is_watched()
