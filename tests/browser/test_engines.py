"""The book in Firefox and in WebKit: pages, explorers by keyboard, theme, playground, slides and search.

They share pages and explorers; each week both open all of them, and the reference too.
"""

import time
from functools import partial
from typing import Any

import pytest

from bookkit.extensions.teaching import slides_file
from bookkit.sources.toc import parts
from tests._weekly import THIS_WEEK, by_turns
from tests.browser._axe import EVERYTHING, FIND, FOUND, ONCE, UNFOLD, told
from tests.browser._engines import BROWSERS, Engine
from tests.browser._explorers import READ_PLOTS, Shown, explorers, is_cell, plain
from tests.browser._site import built_pages
from tests.browser._watching import Site

# A browser that dies of itself, as WebKit's does once in a hundred pages, is opened anew, and the test begins again.
pytestmark = pytest.mark.flaky(reruns=2, only_rerun=["WebDriverException", "InvalidSessionId"])
PATIENCE = 60  # seconds; other tests share the machine
CHAPTER = "part-2/regularizer.html"
PLAYGROUND = "part-4/playground.html"
PAGES = [page for page in built_pages() if THIS_WEEK or not page.startswith(("reference/", "_modules/"))]
MOVABLE = [shown.alone for shown in explorers() if any(axis["kind"] == "axis" for axis in shown.spec["axes"])]
DECKS = {slides_file(part): part.caption for part in parts()}
KINDS = [
    "index.html",
    "part-3/calibration.html",
    PLAYGROUND,
    "map.html",
    "explorers/moved-point.html",
    "search.html",
]


def wait_for(engine: Engine, function: str, argument: Any = None) -> Any:
    """What the function gives as soon as that is something."""
    deadline = time.monotonic() + PATIENCE
    while not (found := engine.run(function, argument)):
        assert time.monotonic() < deadline, f"never: {function}"
        time.sleep(0.05)
    return found


def open_page(engine: Engine, site: Site, path: str, width: int = 1200) -> None:
    site.missing.clear()
    engine.resize(width)
    engine.goto(site.address + path)


def assert_quiet(engine: Engine, site: Site) -> None:
    """No error, nothing refused, nothing missing, and nothing asked of another host."""
    assert engine.run("() => troubles") == []
    assert site.missing == []
    assert (
        engine.run(
            """() => performance.getEntriesByType('resource').map(({ name }) => name).filter(
                 (name) => !name.startsWith(location.origin) && !/^(data|blob):/.test(name))"""
        )
        == []
    )


# Awaited, for a window takes its width a while after it is told to.
FITS = "() => document.documentElement.scrollWidth <= innerWidth"


# One browser for all that it tries: without the scope, a parameter beside it would have it opened anew each time.
in_turn = partial(pytest.mark.parametrize, indirect=["browser"], ids=str, scope="module")
in_both = pytest.mark.parametrize("browser", BROWSERS, indirect=True)


@in_turn(("page", "browser"), by_turns(PAGES, BROWSERS))
def test_a_page_is_whole_and_quiet(engine: Engine, watched_site: Site, page: str) -> None:
    """Wide and narrow, with all folds open: its formulas have a size and no error, nothing stands out on the right."""
    open_page(engine, watched_site, page)
    engine.run("() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    engine.run("() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    wait_for(engine, "() => document.fonts.status === 'loaded'")
    formulas = engine.run(
        """() => [...document.querySelectorAll('main .katex-html')].filter((one) => one.offsetParent).map(
                   (one) => [one.getBoundingClientRect(), one.closest('.katex').textContent]).filter(
                   ([{ width, height }]) => !(width > 1 && height > 1)).map(([, words]) => words)"""
    )
    assert formulas == []
    assert engine.run("() => document.querySelectorAll('merror, .katex-error').length") == 0
    wait_for(engine, FITS)
    engine.resize(390)
    wait_for(engine, FITS)
    assert_quiet(engine, watched_site)


@in_turn(("page", "browser"), by_turns(KINDS, BROWSERS))
def test_a_page_of_each_kind_breaks_no_rule_of_axe(engine: Engine, watched_site: Site, page: str) -> None:
    """In what this browser makes of it; test_pages.py asks every page in Chromium."""
    open_page(engine, watched_site, page)
    for prepared in (UNFOLD, ONCE):
        engine.run(prepared)
    wait_for(engine, "() => document.fonts.status === 'loaded'")
    engine.run(FIND, EVERYTHING)
    assert told(wait_for(engine, FOUND)["violations"]) == []


LIVE = "document.querySelector('.ntk-explorer .ntk-live')"


@in_turn(("shown", "browser"), by_turns(MOVABLE, BROWSERS))
def test_an_explorer_moves_by_keyboard_and_is_found_again(
    engine: Engine, watched_site: Site, shown: Shown
) -> None:
    """A slider to its end: words and picture are those of that cell, and so they are after a reload."""
    axis = next(axis for axis in shown.spec["axes"] if axis["kind"] == "axis")
    key, value = ("Home", 0) if axis["default"] == axis["values"][-1] else ("End", -1)
    setting = {each["name"]: each["default"] for each in shown.spec["axes"]} | {
        axis["name"]: axis["values"][value]
    }
    open_page(engine, watched_site, shown.page)
    wait_for_plots(engine, shown)
    engine.run(f"(name) => {SLIDER}.focus()", axis["label"])
    engine.press(key)
    assert_shows(engine, shown, setting)
    spoken = engine.run(f"(name) => {SLIDER}.getAttribute('aria-valuetext')", axis["label"])
    assert spoken.startswith(f"{axis['label']} = ")
    wait_for(engine, "(name) => location.search.includes(`${name}=`)", f"{shown.spec['name']}.{axis['name']}")
    engine.reload()
    wait_for_plots(engine, shown)
    assert_shows(engine, shown, setting)
    assert_quiet(engine, watched_site)


SLIDER = f"""[...{LIVE}.querySelectorAll('input[type=range]')].find(
  (one) => (one.getAttribute('aria-label') ?? one.labels[0].textContent.trim()) === name)"""


def wait_for_plots(engine: Engine, shown: Shown) -> None:
    wait_for(
        engine,
        f"(panels) => {LIVE}?.querySelectorAll('.plot .main-svg').length >= panels",
        len(shown.spec["panels"]),
    )


def assert_shows(engine: Engine, shown: Shown, setting: dict[str, Any]) -> None:
    sentence = plain(shown.grid.sentences[shown.cell(setting)])
    wait_for(
        engine,
        f"(words) => {LIVE}.querySelector('.sentence').textContent.trim() === words",
        sentence,
    )
    deadline = time.monotonic() + PATIENCE
    while not is_cell(engine.run(f"() => ({READ_PLOTS})({LIVE})"), shown, setting):
        assert time.monotonic() < deadline, f"the picture is not that of {setting}"
        time.sleep(0.05)


@in_both
def test_the_theme_is_changed_and_kept(engine: Engine, watched_site: Site) -> None:
    open_page(engine, watched_site, CHAPTER)
    ink = "() => getComputedStyle(document.querySelector('main h1')).color"
    seen = {}
    for _ in range(3):  # light, dark, and as the system has it
        engine.click(".theme-switch-button")
        seen[engine.run("() => document.documentElement.dataset.mode")] = engine.run(ink)
    assert seen["light"] != seen["dark"]
    mode = engine.run("() => document.documentElement.dataset.mode")
    engine.reload()
    assert engine.run("() => document.documentElement.dataset.mode") == mode
    assert_quiet(engine, watched_site)


@in_both
def test_a_point_is_dragged_and_the_network_trains(engine: Engine, watched_site: Site) -> None:
    open_page(engine, watched_site, PLAYGROUND)
    wait_for(engine, "() => document.querySelector('.ntk-play .sentence')?.textContent.trim()")
    place = "() => document.querySelector('.ntk-play button.dot').getAttribute('aria-label')"
    before = engine.run(place)
    engine.drag(".ntk-play button.dot", 40, -30)
    wait_for(
        engine,
        "(before) => document.querySelector('.ntk-play button.dot').getAttribute('aria-label') !== before",
        before,
    )
    engine.run(
        """() => [...document.querySelectorAll('.ntk-play button')].find(
             (one) => one.textContent.trim() === 'Step').click()"""
    )
    wait_for(engine, "() => document.querySelector('.ntk-play .count').textContent.includes('Step 1,')")
    wait_for(engine, "() => location.search.includes('play.points=')")
    assert_quiet(engine, watched_site)


@in_turn(("deck", "browser"), by_turns(DECKS, BROWSERS))
def test_slides_are_turned_by_keyboard(engine: Engine, watched_site: Site, deck: str) -> None:
    open_page(engine, watched_site, deck)
    heading = (
        "(words) => document.querySelector('section.present h1, section.present h2')?.textContent === words"
    )
    wait_for(engine, heading, DECKS[deck])
    for _ in range(3):
        engine.press("ArrowRight")
    wait_for(engine, heading, "See")
    wait_for(engine, "() => document.querySelector('section.present .plot .main-svg') !== null")
    assert_quiet(engine, watched_site)


@in_both
def test_search_finds_the_statement_first(engine: Engine, watched_site: Site) -> None:
    open_page(engine, watched_site, "part-2/loss.html")
    engine.press("Control+k")
    engine.write("Theorem B")
    first = "document.querySelector('#pst-search-dialog .book-search li a')"
    wait_for(engine, f"() => {first}?.href.endsWith('/part-2/regularizer.html#theorem-b')")
    engine.press("Escape")
    wait_for(engine, "() => !document.querySelector('#pst-search-dialog').open")
    assert_quiet(engine, watched_site)
