"""The same explorer in JupyterLab and Notebook 7: with a real kernel it computes what its grid does not hold."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import _lab
from tests.browser._lab import Lab, notebook, running_lab
from tests.explorer._wave import decay, describe

PYTHON_SETS = "shown.setting = {**shown.setting, 'n': 1024}; shown.setting"
PATIENCE = 60_000  # ms; a kernel starts within it, on a busy machine too


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder: Path = tmp_path_factory.mktemp("lab")
    for name in ("lab", "seven"):  # two, for what is open twice shares its kernel
        (folder / f"{name}.ipynb").write_text(
            notebook("from tests.explorer._wave import make\nshown = make()\nshown", PYTHON_SETS)
        )
    with running_lab(folder) as lab:
        yield lab


@contextmanager
def opened(chromium: Browser, lab: Lab, path: str) -> Iterator[Page]:
    """The notebook, run once, with its kernel answering."""
    with _lab.opened(chromium, lab.address(path), 1400, PATIENCE) as page:
        page.keyboard.press("Control+Enter")
        page.locator(".ntk-live input[type=number]").first.wait_for(timeout=PATIENCE)
        page.locator(".ntk-live .main-svg").first.wait_for(timeout=PATIENCE)
        yield page


@pytest.fixture(scope="module")
def page(chromium: Browser, lab: Lab) -> Iterator[Page]:
    with opened(chromium, lab, "lab/tree/lab.ipynb") as page:
        yield page


@pytest.fixture
def explorer(page: Page) -> Locator:
    """The notebook's explorer as it begins."""
    explorer = page.locator(".ntk-live")
    explorer.get_by_role("button", name="Reset").click()
    return explorer


def drawn(explorer: Locator) -> list[dict[str, Any]]:
    """What Plotly shows in the first panel."""
    return explorer.locator(".plot").first.evaluate(
        "(plot) => plot.data.map(({ name, x, y }) => ({ name, x: [...x], y: [...y] }))"
    )


def settle(explorer: Locator, sentence: str) -> None:
    plain = re.sub(r"</?su[bp]>", "", sentence)
    expect(explorer.locator(".sentence")).to_have_text(plain, timeout=PATIENCE)


def set_number(explorer: Locator, label: str, text: str) -> Locator:
    field = explorer.get_by_role("spinbutton", name=re.compile(label))
    field.fill(text)
    field.press("Enter")
    return field


def assert_shows(explorer: Locator, **setting: Any) -> None:
    """The sentence and the curve are those of this setting, computed here."""
    fresh = decay(**setting)
    settle(explorer, describe(setting, fresh))
    deadline = time.monotonic() + 10
    expected = fresh["drift"].astype(np.float32)
    while not np.array_equal(np.array(drawn(explorer)[0]["y"], np.float32), expected):
        assert time.monotonic() < deadline, "the curve did not follow the sentence"
        time.sleep(0.1)


def assert_grid_works(explorer: Locator) -> None:
    slider = explorer.get_by_role("slider", name="width n")
    slider.focus()
    slider.press("End")
    assert_shows(explorer, n=4096, lam=0.1, anchor="init")


def test_sliders_move_by_keyboard_and_the_address_stays(explorer: Locator, page: Page) -> None:
    address = page.url
    assert_shows(explorer, n=256, lam=0.1, anchor="init")
    slider = explorer.get_by_role("slider", name="width n")
    slider.focus()
    slider.press("End")
    assert_shows(explorer, n=4096, lam=0.1, anchor="init")
    slider.press("Home")
    assert_shows(explorer, n=64, lam=0.1, anchor="init")
    slider.press("ArrowRight")  # a tenth of the way to 256, by ratio
    assert_shows(explorer, n=74, lam=0.1, anchor="init")
    assert slider.get_attribute("aria-valuetext") == "width n = 74"
    assert page.url == address
    assert explorer.get_by_role("button", name="Copy link").count() == 0


def test_what_the_grid_lacks_is_computed(explorer: Locator) -> None:
    set_number(explorer, "width n", "300")
    set_number(explorer, "regularization", "0.37")
    explorer.get_by_role("radio", name="0", exact=True).check(force=True)
    assert_shows(explorer, n=300, lam=0.37, anchor="zero")


def test_python_reads_what_is_set_and_sets_it(explorer: Locator, page: Page) -> None:
    explorer.get_by_role("radio", name="0", exact=True).check(force=True)
    page.locator(".jp-CodeCell .cm-content").nth(1).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-CodeCell .jp-OutputArea-output").last).to_contain_text(
        "{'n': 1024, 'lam': 0.1, 'anchor': 'zero'}", timeout=PATIENCE
    )
    assert_shows(explorer, n=1024, lam=0.1, anchor="zero")
    expect(explorer.get_by_role("spinbutton", name=re.compile("width n"))).to_have_value("1024")


def test_an_error_is_told_in_words_and_the_picture_stays(explorer: Locator) -> None:
    before = drawn(explorer)
    field = set_number(explorer, "width n", "100")
    expect(explorer.locator(".note")).to_contain_text(
        "the flow did not converge at width 100", timeout=PATIENCE
    )
    assert drawn(explorer) == before
    assert field.input_value() == "100"
    set_number(explorer, "width n", "1024")
    assert_shows(explorer, n=1024, lam=0.1, anchor="init")


def test_numbers_out_of_range_are_refused_in_words_and_not_lost(explorer: Locator) -> None:
    field = set_number(explorer, "width n", "1000000000")
    expect(explorer.locator(".note")).to_contain_text("goes from 64 to 4096")
    assert field.input_value() == "1000000000"
    field = set_number(explorer, "width n", "300.5")
    expect(explorer.locator(".note")).to_contain_text("whole numbers")
    assert field.input_value() == "300.5"
    assert_shows(explorer, n=256, lam=0.1, anchor="init")


def test_a_kernel_that_dies_while_it_computes_is_told_in_notebook_7(chromium: Browser, lab: Lab) -> None:
    with opened(chromium, lab, "notebooks/seven.ipynb") as page:
        explorer = page.locator(".ntk-live")
        set_number(explorer, "width n", "300")
        assert_shows(explorer, n=300, lam=0.1, anchor="init")
        field = set_number(explorer, "width n", "101")
        expect(explorer.locator(".note")).to_contain_text("Computing width n = 101")
        told = "the kernel is busy or has stopped (then run the cell again)"
        expect(explorer.locator(".note")).to_contain_text(told, timeout=PATIENCE)
        assert field.input_value() == "101"
        page.locator(".jp-Dialog button").first.click()  # in which the notebook says so too
        assert_grid_works(explorer)


# The last one: from here on there is no kernel.
def test_a_stopped_kernel_is_told_in_words_and_the_grid_keeps_working(explorer: Locator, lab: Lab) -> None:
    lab.shut_kernels_down()
    field = set_number(explorer, "width n", "300")
    expect(explorer.locator(".note")).to_contain_text("the kernel is busy or has stopped", timeout=PATIENCE)
    assert field.input_value() == "300"
    assert_grid_works(explorer)
