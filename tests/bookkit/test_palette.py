"""The colours of the stylesheets: words stand out from what they stand on by 4.5:1 (WCAG 2, AA), marks by 3:1."""

import re
from pathlib import Path

import numpy as np
import pytest

from bookkit import theme
from bookkit.sources.front_modules import FRONT
from tests.explorer.test_theme import PAPERS, contrast

STYLES = Path(theme.__file__).parent / "static" / "styles"
BOOK = (STYLES / "book.css").read_text()
LIVE = (FRONT / "shared" / "live.css").read_text()
PLAYGROUND = (FRONT / "playground" / "playground.css").read_text()
MAP = (FRONT / "pages" / "map.css").read_text()
both = pytest.mark.parametrize("shade", ["light", "dark"])


def colours(style: str, name: str) -> dict[str, str]:
    """Of a custom property, on light and on dark pages; one that has but one has it on both."""
    found = re.findall(rf"--{name}:[^;]*?(#[0-9a-f]{{6}})\)*;", style)
    assert len(found) in (1, 2), name
    return {"light": found[0], "dark": found[-1]}


@both
def test_words_of_the_book_are_read(shade: str) -> None:
    grounds = [colours(BOOK, f"book-{name}")[shade] for name in ("paper", "panel")]
    for name in ("ink", "quiet", "link", "mark"):
        assert min(contrast(colours(BOOK, f"book-{name}")[shade], ground) for ground in grounds) >= 4.5, name
    assert contrast(colours(BOOK, "book-ink")[shade], colours(BOOK, "book-target")[shade]) >= 4.5


@both
def test_controls_of_explorers_are_seen(shade: str) -> None:
    """Their borders and tracks, and what is filled of them; on a button that is filled, words."""
    line, accent = (colours(LIVE, f"ntk-{name}")[shade] for name in ("line", "accent"))
    assert min(contrast(line, paper) for paper in PAPERS[shade]) >= 3
    assert min(contrast(accent, paper) for paper in PAPERS[shade]) >= 4.5
    [wrong] = set(re.findall(r"#c[0-9a-f]{5}", LIVE))
    assert min(contrast(wrong, paper) for paper in PAPERS[shade]) >= 3


@both
def test_points_and_titles_of_the_playground_are_read(shade: str) -> None:
    """A point has its class's letter on its class's colour, and the page's colour around it."""
    paper = colours(PLAYGROUND, "paper")[shade]
    for name in ("class-0", "class-1", "class-2", "class-3", "network", "linearized"):
        assert contrast(colours(PLAYGROUND, name)[shade], paper) >= 4.5, name
    assert contrast(colours(PLAYGROUND, "bound")[shade], paper) >= 3


@both
def test_curves_of_the_map_are_seen(shade: str) -> None:
    [share] = re.findall(r"\.curves path \{[^}]*stroke-opacity: ([\d.]+)", MAP)[:1]
    paper, quiet = (
        np.array([int(colours(BOOK, f"book-{name}")[shade][i : i + 2], 16) for i in (1, 3, 5)])
        for name in ("paper", "quiet")
    )
    seen = np.round(paper + float(share) * (quiet - paper)).astype(int)
    assert contrast("#" + "".join(f"{each:02x}" for each in seen), colours(BOOK, "book-paper")[shade]) >= 3
