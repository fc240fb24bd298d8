"""The glyphs of formulas: most of a page's HTML, and of no use to what only reads or mends the text around them."""

import re

_PICTURE = re.compile(r'<span[^>]*class="katex-html"[^>]*>')
_SPAN = re.compile(r"<(/?)span")
_PLACE = re.compile("\ue000(\\d+)\ue001")  # characters that no page has


def put_aside(html: str) -> tuple[str, list[str]]:
    """The HTML with a mark in place of each formula's glyphs, and these; what they say stands beside them as MathML."""
    kept, pictures, done = [], [], 0
    while picture := _PICTURE.search(html, done):
        kept.append(f"{html[done : picture.start()]}\ue000{len(pictures)}\ue001")
        depth, done = 1, picture.end()
        while depth:
            span = _SPAN.search(html, done)
            assert span is not None
            depth, done = depth + (-1 if span[1] else 1), span.end()
        done = html.index(">", done) + 1
        pictures.append(html[picture.start() : done])
    return "".join([*kept, html[done:]]), pictures


def put_back(html: str, pictures: list[str]) -> str:
    return _PLACE.sub(lambda place: pictures[int(place[1])], html)


def without_pictures(html: str) -> str:
    return _PLACE.sub("", put_aside(html)[0])
