"""What the build made of the pages."""

import re

import pytest

from tests.book._sources import ROOT, toc_pages

BUILT = ROOT / "_build" / "html"


@pytest.fixture(params=toc_pages())
def html(request: pytest.FixtureRequest) -> str:
    page = BUILT / f"{request.param}.html"
    if not page.is_file():
        pytest.fail(f"{page} is missing: run `make book` first (`make test` does).")
    return page.read_text(encoding="utf-8")


def test_no_cell_failed(html: str) -> None:
    assert "traceback" not in html.lower()
    assert 'class="output error' not in html


def test_no_object_shows_where_it_lies_in_memory(html: str) -> None:
    words = re.sub(r"<[^>]*>", "", html)
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", words), "such an address changes with every build"


def test_formulas_are_set_and_none_failed(html: str) -> None:
    assert "katex-error" not in html
    assert not re.search(r"<script[^>]*(katex|mathjax)", html, re.IGNORECASE)
    assert not re.search(r'<span class="math[^"]*">\s*(\\\(|\$)', html)


def test_nothing_refers_to_another_host(html: str) -> None:
    loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*\bsrc="(https?:[^"]*)"', html)
    # a canonical link says where the page is, and loads nothing
    loaded += re.findall(r'<link(?! rel="canonical")[^>]*\bhref="(https?:[^"]*)"', html)
    assert loaded == []
    assert "THEBE" not in html


def test_half_a_megabyte_of_icons_stays_out(html: str) -> None:
    assert "fontawesome.js" not in html


def test_vendored_bundles_come_with_their_licences() -> None:
    for bundle in ("plotly/plotly.js", "katex/katex.min.css", "reveal/reveal.js", "search/search.js"):
        file = BUILT / "_static" / bundle
        assert file.stat().st_size > 0
        assert "Permission is hereby granted" in file.with_name("LICENSE.txt").read_text(encoding="utf-8")


def test_drawing_needs_no_evaluation_of_text() -> None:
    bundle = (BUILT / "_static" / "plotly" / "plotly.js").read_text(encoding="utf-8")
    assert not re.search(r"\bnew Function\b|\beval\(|\bFunction\(\"", bundle)  # a strict CSP forbids them
