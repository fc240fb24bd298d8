"""The explorers of the built book: found in its pages, and read in the browser as a reader sees them."""

import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page

from ntkbook.explorer.grid import Grid, decode
from tests.browser._site import BUILT, built_pages

FILES = BUILT / "_static" / "explorers"
_DESCRIPTION = re.compile(
    r'<div class="ntk-explorer".*?<script type="application/json">(.*?)</script>', re.DOTALL
)


@dataclass(frozen=True)
class Shown:
    """One explorer of one page, as the built page describes it."""

    page: str
    place: int
    description: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.page}:{self.place}:{self.spec['name']}"

    @property
    def spec(self) -> dict[str, Any]:
        return self.description["spec"]

    @property
    def alone(self) -> "Shown":
        """The same on the page of its own, where it need not wait for its neighbours."""
        return replace(self, page=f"explorers/{self.spec['name']}.html", place=0)

    @cached_property
    def grid(self) -> Grid:
        return decode((FILES / self.description["grid"]).read_bytes())

    @property
    def experiment(self) -> Any:
        """The function that computed the grid."""
        module, _, name = self.spec["compute"].partition(":")
        return getattr(import_module(module), name)

    def settings(self) -> list[dict[str, Any]]:
        """All settings, in the order of the grid's cells."""
        found: list[dict[str, Any]] = [{}]
        for axis in self.spec["axes"]:
            found = [{**setting, axis["name"]: value} for setting in found for value in axis["values"]]
        return found

    def cell(self, setting: dict[str, Any]) -> int:
        return self.settings().index(setting)

    def steps(self, axis: dict[str, Any]) -> int:
        """From one value of the grid to the next on the slider: several where the page computes what lies between."""
        return 10 if axis["name"] in self.description["computes"] else 1

    def on(self, page: Page) -> Locator:
        """The live explorer, scrolled to, with its picture drawn."""
        element = page.locator(".ntk-explorer").nth(self.place)
        element.scroll_into_view_if_needed()
        live = element.locator(".ntk-live")
        for plot in range(len(self.spec["panels"])):
            # On a narrow screen all but one panel are drawn unseen.
            live.locator(".plot").nth(plot).locator(".main-svg").first.wait_for(state="attached")
        return live

    def query(self, setting: dict[str, Any]) -> str:
        return "&".join(f"{self.spec['name']}.{name}={value}" for name, value in setting.items())


def explorers() -> list[Shown]:
    return [
        Shown(page, place, json.loads(description))
        for page in built_pages()
        if (BUILT / page).is_file()
        for place, description in enumerate(_DESCRIPTION.findall((BUILT / page).read_text(encoding="utf-8")))
    ]


# Of a live explorer, what Plotly shows: every panel's traces, numbers as the browser holds them, null for a gap.
READ_PLOTS = """(live) => [...live.querySelectorAll('.plot')].map((plot) => plot.data.map((trace) => (
  { x: [...trace.x], y: [...trace.y], z: (trace.z ?? []).flatMap((row) => [...row]),
    color: trace.colorscale?.[0][1] ?? trace.line.color })))"""


def drawn(live: Locator) -> list[list[dict[str, Any]]]:
    return live.evaluate(READ_PLOTS)


def numbers(values: list[float | None]) -> NDArray[np.float32]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float32)


def shows_cell(live: Locator, shown: Shown, setting: dict[str, Any]) -> bool:
    return is_cell(drawn(live), shown, setting)


def is_cell(seen: list[list[dict[str, Any]]], shown: Shown, setting: dict[str, Any]) -> bool:
    """Whether every drawn number is that of the grid's cell."""
    cell = shown.grid.cell(shown.cell(setting))
    return all(
        np.array_equal(numbers(trace[side]), cell[wanted[side]], equal_nan=True)
        for panel, traces in zip(shown.spec["panels"], seen, strict=True)
        for wanted, trace in zip(panel["figure"]["data"], traces, strict=True)
        for side in ("x", "y", "z")
        if side in wanted
    )


def plain(label: str) -> str:
    """A label as text content."""
    return re.sub(r"</?su[bp]>", "", label)


def as_number(text: str) -> float:
    """A number as the table writes it: −1.2·10⁻³, or – for a gap."""
    if text == "–":
        return np.nan
    ascii_ = text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    if found := re.fullmatch(r"(-?)(?:([\d.]+)·)?10(-?\d+)", ascii_) if ascii_ != text else None:
        return float(f"{found[1]}{found[2] or 1}e{found[3]}")
    return float(ascii_)
