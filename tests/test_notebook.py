"""Whether somebody watches: a notebook's kernel knows it of each cell."""

import sys
from types import SimpleNamespace

import pytest

from ntkbook._notebook import hides_what_precedes, is_watched


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


def test_outputs_reach_each_other_in_jupyter_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ntkbook._notebook.is_watched", lambda: True)
    monkeypatch.delenv("VSCODE_PID", raising=False)
    assert hides_what_precedes()
    monkeypatch.setenv("VSCODE_PID", "1")
    assert not hides_what_precedes()
    monkeypatch.delenv("VSCODE_PID")
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    assert not hides_what_precedes()
