"""Run All in JupyterLab: an explorer lives from its own cell on, whatever the cells after it still compute."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bookkit.commands.notebooks import Published
from bookkit.commands.notebooks import notebook as chapter
from ntkbook.chapters.linear_training import measure
from ntkbook.explorer import Axis, Choice, stored
from ntkbook.explorer.grid import Grid, settings
from tests.browser._explorers import drawn, numbers, plain
from tests.browser._lab import Lab, notebook, opened, running_lab, save
from tests.explorer._wave import decay, describe

PAGE = "part-2/linear-training"  # its explorer stands at the top, and what comes below takes a minute
WAIT = "import time, pathlib\nwhile not pathlib.Path({!r}).exists(): time.sleep(0.1)"
PATIENCE = 90_000  # ms; a kernel starts and imports within it, on a busy machine too


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder: Path = tmp_path_factory.mktemp("lab")
    made = "from tests.explorer._wave import make\n"
    (folder / "chapter.ipynb").write_text(chapter(PAGE, Published()))
    (folder / "whole.ipynb").write_text(notebook(f"{made}make()", "make()", WAIT.format("never")))
    (folder / "again.ipynb").write_text(notebook(f"{made}shown = make()\nshown", "len(shown.plotly)"))
    (folder / "alone.ipynb").write_text(notebook(f"{made}make(whole=False)", WAIT.format("enough")))
    with running_lab(folder) as lab:
        yield lab


@contextmanager
def running_all(chromium: Browser, lab: Lab, path: str) -> Iterator[Page]:
    """The notebook with all of its cells on their way, and in view, until the context ends."""
    address = f"{lab.address(f'lab/tree/{path}')}&reset"  # not the notebook of another test
    with opened(chromium, address, 3000, PATIENCE) as page:
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        try:
            yield page
        finally:
            lab.shut_kernels_down()


def is_busy(page: Page) -> bool:
    """Whether cells are still waiting for others."""
    return any(text.strip() == "[*]:" for text in page.locator(".jp-InputPrompt").all_inner_texts())


def test_a_chapters_explorer_is_true_before_the_notebook_has_finished(chromium: Browser, lab: Lab) -> None:
    with running_all(chromium, lab, "chapter.ipynb") as page:
        explorer = page.locator(".ntk-live").first
        explorer.locator(".main-svg").first.wait_for(timeout=PATIENCE)
        slider = explorer.get_by_role("slider", name="width n")
        for key, n in (("End", measure.WIDTHS[-1]), ("Home", measure.WIDTHS[0])):
            slider.press(key)
            assert_shows_cell(explorer, {"n": n, "condition": "smoothed"})
            expect(slider).to_have_attribute("aria-valuetext", re.compile(f"= {n}$"))
        assert is_busy(page), "the chapter was done too soon for this test"


def gap_over_time() -> tuple[tuple[Axis | Choice, ...], Grid]:
    """What the build has stored of the chapter's explorer."""
    from ntkbook.chapters.linear_training.show import gap_over_time

    axes = gap_over_time().axes
    place = stored.place_of("gap-over-time", axes, measure.gap_over_time, measure.describe)
    grid = place and stored.read(place, len(settings(axes)))
    if not grid:
        pytest.fail("the build holds no grid of these sources: run `make book` first (`make test` does).")
    return axes, grid


def assert_shows_cell(explorer: Locator, setting: dict[str, Any]) -> None:
    """Sentence and every drawn number are those of this setting, as the library computed them."""
    axes, grid = gap_over_time()
    number = settings(axes).index(setting)
    expect(explorer.locator(".sentence")).to_have_text(plain(grid.sentences[number]))
    expect(explorer.locator(".note")).to_have_text("")
    shown = {array.tobytes() for array in grid.cell(number).values()}
    for trace in (trace for panel in drawn(explorer) for trace in panel):
        for side in ("x", "y"):
            assert numbers(trace[side]).tobytes() in shown


def assert_shows_wave(explorer: Locator, n: int) -> None:
    setting = {"n": n, "lam": 0.1, "anchor": "init"}
    arrays = decay(**setting)  # pyright: ignore[reportArgumentType]
    expect(explorer.locator(".sentence")).to_have_text(plain(describe(setting, arrays)), timeout=PATIENCE)
    np.testing.assert_array_equal(numbers(drawn(explorer)[0][0]["y"]), arrays["drift"].astype("<f4"))


def test_every_explorer_of_a_notebook_lives_while_the_kernel_is_busy(chromium: Browser, lab: Lab) -> None:
    with running_all(chromium, lab, "whole.ipynb") as page:
        explorers = page.locator(".ntk-live")
        expect(explorers).to_have_count(2, timeout=PATIENCE)
        for explorer in explorers.all():
            explorer.locator(".main-svg").first.wait_for()
            explorer.get_by_role("slider", name="width n").press("End")
            assert_shows_wave(explorer, 4096)
        assert is_busy(page)


def test_it_stays_live_when_the_page_is_loaded_anew_and_when_its_cell_is_run_again(
    chromium: Browser, lab: Lab
) -> None:
    with running_all(chromium, lab, "again.ipynb") as page:
        explorer = page.locator(".ntk-live")
        explorer.locator(".main-svg").first.wait_for(timeout=PATIENCE)
        explorer.get_by_role("slider", name="width n").press("End")  # by which the page writes to Python
        assert_shows_wave(explorer, 4096)
        save(page)
        page.reload()
        explorer.locator(".main-svg").first.wait_for(timeout=PATIENCE)
        assert_shows_wave(explorer, 4096)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        assert_shows_wave(explorer, 256)
        page.keyboard.press("Control+Enter")
        page.locator(".jp-CodeCell .cm-content").nth(1).click()
        page.keyboard.press("Control+Enter")
        # The first one keeps the library; this one, made when there was one, never had it.
        expect(page.locator(".jp-OutputArea-output pre").last).to_have_text("0", timeout=PATIENCE)


def test_a_saved_notebook_shows_the_picture_where_no_kernel_knows_its_explorer(
    chromium: Browser, lab: Lab
) -> None:
    with running_all(chromium, lab, "again.ipynb") as page:
        page.locator(".ntk-live .main-svg").first.wait_for(timeout=PATIENCE)
        picture = page.locator(".jp-RenderedImage img")
        expect(picture).to_have_count(1)
        expect(picture).to_be_hidden()
        save(page)
        lab.shut_kernels_down()
        page.reload()
        expect(picture).to_be_visible(timeout=PATIENCE)
        assert page.locator(".ntk-live").count() == 0


def test_slider_sentence_and_picture_do_not_disagree_while_the_kernel_is_busy(
    chromium: Browser, lab: Lab
) -> None:
    with running_all(chromium, lab, "alone.ipynb") as page:
        explorer = page.locator(".ntk-live")
        explorer.locator(".main-svg").first.wait_for(timeout=PATIENCE)
        assert_shows_wave(explorer, 256)
        slider = explorer.get_by_role("slider", name="width n")
        slider.press("End")
        expect(slider).to_have_attribute("aria-valuetext", "width n = 4096")
        expect(explorer.locator(".note")).to_contain_text(
            "the picture still shows width n = 256", ignore_case=True
        )
        expect(explorer.locator(".panels")).to_have_attribute("aria-busy", "true")
        expect(explorer.locator(".stamp").first).to_have_text("still width n = 256")
        assert_shows_wave(explorer, 256)
        expect(explorer.locator(".note")).to_contain_text("the kernel is busy")
        assert is_busy(page)
        (lab.folder / "enough").touch()
        assert_shows_wave(explorer, 4096)  # as soon as the kernel is free
        expect(explorer.locator(".panels")).to_have_attribute("aria-busy", "false")
        expect(explorer.locator(".note")).to_have_text("")
