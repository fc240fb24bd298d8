"""A deck of slides for each part, taken from the chapters' built pages: what they say, set as they set it.

Of each chapter a deck has the title with the first words, the question, the explorer, every definition and result,
and the summary. reveal.js turns the slides; the explorers are hosted by the very script that the pages use.
"""

import html
import shutil
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions.teaching import slides_file
from bookkit.sources.project import ROOT
from bookkit.sources.toc import Part, parts

SOURCES = ROOT / "front" / "pages"
OWN = ("slides.js", "slides.css", "system_colours.js")
AFTER_OTHERS = 900  # the pages are finished, and build_folder.py has removed what no page is
DECK = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: slides</title>
<link rel="icon" href="../_static/favicon.svg">
{styles}
<link rel="stylesheet" href="../_static/reveal/reveal.css">
<link rel="stylesheet" href="../_static/slides/slides.css">
<script src="../_static/start.js"></script>
<script type="module" src="../_static/slides/slides.js"></script>
</head>
<body>
<main class="reveal"><div class="slides">
{slides}
</div></main>
</body>
</html>
"""


def of_chapter(page: BeautifulSoup) -> Iterator[tuple[str, list[Tag]]]:
    """(heading, what stands below it) of each slide, in order."""
    article = page.select_one("article.bd-article") or page
    name = _heading(article.select_one("h1"))
    yield name, article.select("section > p")[:1]
    yield "Predict", _below(article.select_one("section#predict"))
    yield from (("See", [explorer]) for explorer in article.select("section#see .ntk-explorer"))
    for box in article.select("div.proof"):
        yield name, [box]
    yield "Summary", article.select("section#summary > ol")


def _heading(tag: Tag | None) -> str:
    """A heading's words, as HTML, without the link to itself."""
    if tag is None:
        raise ValueError("a chapter's page has no heading; slides take their title from it")
    for link in tag.select("a.headerlink"):
        link.decompose()
    return tag.decode_contents()


def _below(section: Tag | None) -> list[Tag]:
    """What a section holds, without its heading."""
    return [each for each in section.find_all(recursive=False) if each.name != "h2"] if section else []


def moved(tag: Tag, page: str, deck: str) -> str:
    """The tag as HTML for the deck: its links start from there, and ids stay on the page."""
    for each in [tag, *tag.find_all(True)]:
        del each["id"]
        if {"ntk-explorer", "math"} & set(each.get_attribute_list("class")):
            each["data-prevent-swipe"] = ""  # a finger on it means it, not the next slide
        for name in ("href", "src"):
            if isinstance(address := each.get(name), str):
                each[name] = rebased(address, page, deck)
    return str(tag)


def rebased(address: str, page: str, deck: str) -> str:
    """An address as it stands on a page, as the deck must write it."""
    path, hash_mark, anchor = address.partition("#")
    if ":" in path.split("/")[0]:
        return address
    path, question_mark, query = path.partition("?")
    target = normpath(join(dirname(page), path)) if path else page
    return relpath(target, dirname(deck)) + question_mark + query + hash_mark + anchor


def deck(part: Part, pages: dict[str, BeautifulSoup]) -> str:
    """pages: page's address -> the page, of the part's chapters."""
    address = slides_file(part)
    listed = "".join(f"<li>{_heading(page.select_one('article h1'))}</li>" for page in pages.values())
    caption = html.escape(part.caption)
    slides = [f"<h1>{caption}</h1><ul>{listed}</ul>"]
    styles: dict[str, None] = {}  # in order, each once
    for place, page in pages.items():
        for link in page.select("head link[rel=stylesheet]"):
            styles[rebased(str(link["href"]), place, address)] = None
        for heading, content in of_chapter(page):
            below = "\n".join(moved(each, place, address) for each in content)
            slides.append(f"<h2>{heading}</h2>\n{below}")
    return DECK.format(
        title=caption,
        styles="\n".join(f'<link rel="stylesheet" href="{style}">' for style in styles),
        slides="\n".join(
            f'<section><div class="slide bd-article">{slide}</div></section>' for slide in slides
        ),
    )


def write(app: Sphinx) -> None:
    out = Path(app.outdir)
    own = out / "_static" / "slides"
    own.mkdir(parents=True, exist_ok=True)
    for name in OWN:
        shutil.copyfile(SOURCES / name, own / name)
    for part in parts():
        built = {f"{each}.html": out / f"{each}.html" for each in part.pages if each in app.env.found_docs}
        texts = {
            place: BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
            for place, file in built.items()
        }
        file = out / slides_file(part)
        file.parent.mkdir(exist_ok=True)
        file.write_text(deck(part, texts), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write, priority=AFTER_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
