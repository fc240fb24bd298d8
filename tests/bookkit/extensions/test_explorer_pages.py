"""What the Sphinx extension makes of a page that shows widgets."""

import json
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from ipywidgets.embed import embed_data
from sphinx.errors import ExtensionError

from bookkit.extensions.explorer_pages import (
    OURS,
    VIEW,
    WORKER,
    address_of,
    copy_worker,
    hosted,
    plain,
    rich,
)
from ntkbook.explorer.grid import decode
from tests.explorer._wave import make


def page_with(*widgets: Any) -> str:
    """A page as myst-nb leaves it."""
    data = embed_data(views=list(widgets), drop_defaults=False)
    views = "".join(
        f'<script type="application/vnd.jupyter.widget-view+json">{json.dumps(view)}</script>'
        for view in data["view_specs"]
    )
    state = json.dumps(data["manager_state"]).replace("</script>", r"<\/script>")
    return (
        f"<html><head><title>A page</title></head><body>{views}"
        f'<script type="application/vnd.jupyter.widget-state+json">{state}</script></body></html>'
    )


def test_the_weight_moves_into_files_and_the_words_stay(tmp_path: Path) -> None:
    explorer = make()
    folder = tmp_path / "_static" / "explorers"
    folder.mkdir(parents=True)
    before = page_with(explorer)
    after = hosted(before, folder, tmp_path / "part" / "page.html")
    assert len(after) < 0.1 * len(before)
    assert "widget-state" not in after
    assert '<script type="module" src="../_static/explorers/explorer_host.js">' in after
    assert "How far the kernel moves" in after
    assert "Θ<sub>t</sub>" in after
    copy_worker(folder)
    names = set(OURS.findall(after))
    assert (folder / address_of(WORKER)).is_file()
    assert names == {file.name for file in folder.iterdir()}
    [grid] = folder.glob("*.grid")
    assert decode(grid.read_bytes()).sentences == decode(explorer.grid).sentences


def test_what_was_done_once_stays(tmp_path: Path) -> None:
    after = hosted(page_with(make()), tmp_path, tmp_path / "page.html")
    assert not VIEW.search(after)


def test_equal_explorers_share_their_files(tmp_path: Path) -> None:
    hosted(page_with(make("one"), make("two")), tmp_path, tmp_path / "page.html")
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".css", ".grid", ".js", ".svg", ".svg"]


def test_two_explorers_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match="give each its own"):
        hosted(page_with(make(), make()), tmp_path, tmp_path / "page.html")


def test_a_widget_that_needs_a_kernel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match="only works beside a kernel"):
        hosted(page_with(ipywidgets.IntSlider()), tmp_path, tmp_path / "page.html")


def test_a_view_without_state_is_refused(tmp_path: Path) -> None:
    view = '<script type="application/vnd.jupyter.widget-view+json">{"model_id": "lost"}</script>'
    with pytest.raises(ExtensionError, match="only works beside a kernel"):
        hosted(view, tmp_path, tmp_path / "page.html")


def test_labels_keep_only_their_own_markup() -> None:
    assert rich("Θ<sub>t</sub> < 1 & <b>bold</b>") == "Θ<sub>t</sub> &lt; 1 &amp; &lt;b&gt;bold&lt;/b&gt;"
    assert plain("Θ<sub>t</sub> < 1") == "Θt < 1"
