"""What each browser does with the built book, as `python -m bookkit.commands.browsers` tried it last."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from bookkit.sources.project import ROOT

RESULTS = ROOT / "book" / "_browsers.json"
# What a test of tests/browser/test_engines.py tries.
CHECKS = {
    "test_a_page_is_whole_and_quiet": "whole and quiet, wide and narrow",
    "test_a_page_of_each_kind_breaks_no_rule_of_axe": "no rule of axe broken, on a page of each kind",
    "test_an_explorer_moves_by_keyboard_and_is_found_again": "moved by keyboard, and found again",
    "test_the_theme_is_changed_and_kept": "theme changed, and kept",
    "test_a_point_is_dragged_and_the_network_trains": "a point dragged, a step taken",
    "test_slides_are_turned_by_keyboard": "slides turned by keyboard",
    "test_search_finds_the_statement_first": "a statement found",
}
# test[thing-browser], or test[browser], with the group that pytest-xdist adds
_NAMED = re.compile(r"(\w+)\[(?:(.*)-)?([a-z]+)\](?:@.*)?")


@dataclass(frozen=True)
class Tried:
    """One check of one thing.

    Args:
        check: of CHECKS, in words.
        thing: a page, an explorer or a deck of slides; none for what is tried once.
        seconds: browser -> what it took, or None if it failed.
    """

    check: str
    thing: str
    seconds: dict[str, float | None]


@dataclass(frozen=True)
class Results:
    """What the table shows.

    Args:
        browsers: name -> version.
        rows: the checks.
    """

    browsers: dict[str, str]
    rows: tuple[Tried, ...]


def read(file: Path = RESULTS) -> Results:
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Results(kept["browsers"], tuple(Tried(**row) for row in kept["rows"]))


def told_by(report: str) -> Results:
    """What pytest's report, of the JUnit kind, says of the tests."""
    browsers: dict[str, str] = {}
    rows: dict[tuple[str, str], dict[str, float | None]] = {}
    for case in ElementTree.fromstring(report).iter("testcase"):
        named = _NAMED.fullmatch(case.get("name", ""))
        if not named:
            continue
        test, thing, browser = named.groups(default="")
        for fact in case.iter("property"):
            browsers[browser] = fact.get("value", "")
        well = not {"failure", "error", "skipped"} & {each.tag for each in case}
        seconds = round(float(case.get("time", 0)), 1)
        rows.setdefault((CHECKS[test], thing), {})[browser] = seconds if well else None
    return Results(browsers, tuple(Tried(*row, seconds) for row, seconds in rows.items()))


def failed(results: Results) -> list[str]:
    """What some browser failed, or was not asked, in words."""
    return [
        f"{browser}: {row.thing or 'the book'}: {row.check}"
        for row in results.rows
        for browser in results.browsers
        if row.seconds.get(browser) is None
    ]


NAMES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}


def _heads(results: Results) -> str:
    return " | ".join(f"{NAMES[name]} {version}" for name, version in results.browsers.items())


def table(results: Results) -> str:
    """In Markdown: of each kind of check how many hold, and how long all of them take."""
    lines = [
        "| Check | of | " + _heads(results) + " |",
        "| --- | --- |" + " --- |" * len(results.browsers),
    ]
    for check in dict.fromkeys(row.check for row in results.rows):
        rows = [row for row in results.rows if row.check == check]
        cells = [_sum([row.seconds.get(browser) for row in rows]) for browser in results.browsers]
        lines.append(f"| {check} | {len(rows)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _sum(seconds: list[float | None]) -> str:
    held = [each for each in seconds if each is not None]
    return f"{len(held)} in {sum(held):.0f} s"


def whole_table(results: Results) -> str:
    """In Markdown, each check of each thing with the seconds that it takes."""
    lines = [
        "| What | Check | " + _heads(results) + " |",
        "| --- | --- |" + " --- |" * len(results.browsers),
    ]
    for row in results.rows:
        times = [row.seconds.get(browser) for browser in results.browsers]
        cells = ["fails" if each is None else f"{each:.1f} s" for each in times]
        lines.append(f"| {row.thing or 'the book'} | {row.check} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
