"""A saved notebook without a kernel: nbconvert, as GitHub and nbviewer, shows the picture and says what it shows."""

import json
import re
from typing import Any

import ipywidgets
import nbformat
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bookkit.commands import execute
from bookkit.sources.project import ROOT
from ntkbook.explorer import Explorer
from tests.explorer._wave import make

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PICTURE = 52_700  # bytes as text; as the largest has, 54,800 at 100 dots an inch, and less than in proportion
LARGEST = 1_000_000


def saved(explorer: Explorer, metadata: dict[str, Any]) -> nbformat.NotebookNode:
    data, of_data = explorer._repr_mimebundle_()
    output = new_output("execute_result", data, metadata=of_data, execution_count=1)
    return new_notebook(cells=[new_code_cell("make()", outputs=[output])], metadata=metadata)


def test_without_the_widgets_state_there_are_picture_and_words() -> None:
    notebook = saved(make(), {})
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert 'src="data:image/png;base64,' in page
    assert 'alt="How far the kernel moves. At width n = 256 and λ = 0.1 the kernel ends up' in page
    assert "widget-view+json" not in page
    assert len(nbformat.writes(notebook)) < 100_000


def test_every_chapter_is_below_a_megabyte_with_the_state_of_its_widgets() -> None:
    """As the build executed it, and with pictures, which it leaves out."""
    cache = execute.opened(execute.cache_folder(ROOT / "_build"))
    sizes = {}
    for file, page in execute.notebooks().items():
        executed = execute.cached(cache, page)
        assert executed, f"{file} is not executed as it is now: run `make book` first (`make test` does)"
        explorers = nbformat.writes(executed).count(VIEW)
        text = len(file.read_text(encoding="utf-8"))  # of which the cache keeps the code alone
        sizes[file.name] = len(nbformat.writes(executed)) + text + explorers * PICTURE
    assert len(sizes) >= 18
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_with_it_the_page_has_the_widget_with_its_still_pictures() -> None:
    explorer = make()
    state = ipywidgets.Widget.get_manager_state(widgets=[explorer])
    page, _ = HTMLExporter().from_notebook_node(saved(explorer, {"widgets": {STATE: state}}))
    [found] = re.findall(rf'<script type="{re.escape(STATE)}">(.*?)</script>', page, re.DOTALL)
    kept = json.loads(found)["state"][explorer.model_id]["state"]
    assert kept["stills"] == explorer.stills
    assert kept["spec"]["sentence"] == explorer.spec["sentence"]
