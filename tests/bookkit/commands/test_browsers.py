"""What the tests of each browser told is kept as it was told."""

from bookkit.commands import browsers
from bookkit.sources import in_browsers
from bookkit.sources.in_browsers import CHECKS, Results, Tried, failed, told_by
from tests.browser import test_engines

REPORT = """<testsuites><testsuite>
<testcase name="test_a_page_is_whole_and_quiet[index.html-firefox]@test_engines.py:firefox" time="2.04">
  <properties><property name="browser" value="140.8"/></properties></testcase>
<testcase name="test_a_page_is_whole_and_quiet[index.html-webkit]" time="2.2">
  <properties><property name="browser" value="2.50"/></properties></testcase>
<testcase name="test_a_page_is_whole_and_quiet[map.html-firefox]" time="1.5"/>
<testcase name="test_a_page_is_whole_and_quiet[map.html-webkit]" time="60"><failure message="never"/></testcase>
<testcase name="test_the_theme_is_changed_and_kept[firefox]" time="1"/>
<testcase name="test_of_something_else"/>
</testsuite></testsuites>"""
TOLD = Results(
    {"firefox": "140.8", "webkit": "2.50"},
    (
        Tried("whole and quiet, wide and narrow", "index.html", {"firefox": 2.0, "webkit": 2.2}),
        Tried("whole and quiet, wide and narrow", "map.html", {"firefox": 1.5, "webkit": None}),
        Tried("theme changed, and kept", "", {"firefox": 1.0}),
    ),
)


def test_a_report_is_read() -> None:
    assert told_by(REPORT) == TOLD
    assert failed(TOLD) == [
        "webkit: map.html: whole and quiet, wide and narrow",
        "webkit: the book: theme changed, and kept",
    ]


def test_every_test_of_browsers_has_words() -> None:
    assert {name for name in dir(test_engines) if name.startswith("test_")} == set(CHECKS)


def test_what_is_kept_is_complete_and_no_browser_failed() -> None:
    kept = in_browsers.read()
    assert list(kept.browsers) == ["chromium", "firefox", "webkit"]
    assert failed(kept) == []
    assert {row.check for row in kept.rows} == set(CHECKS.values())
    newer = {"pytorch.html"}  # than the record: the command's next run has it
    assert {row.thing for row in kept.rows} >= {*test_engines.PAGES, *map(str, test_engines.MOVABLE)} - newer
    assert browsers.RESULTS == in_browsers.RESULTS
