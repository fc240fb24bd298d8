"""How a page is shown where it is linked: a description, a card with a picture, and how scholars' indexes cite it.

The site's address is `html: baseurl:` in _config.yml. Where it is unset, the picture's address is relative.
"""

import re
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._card_picture import HEIGHT, WIDTH, card
from bookkit.sources.project import ROOT
from bookkit.sources.toc import parts

CARDS = "_static/cards"
SHORT, LONG = 60, 240  # a description has so many characters at least, where the page has them, and at most
OPENING = 10  # paragraphs, in which it is found
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z])")


def words(html: str) -> str:
    """What a reader sees of a piece of HTML; of a formula, its glyphs."""
    soup = BeautifulSoup(html, "html.parser")
    for hidden in soup.select(".katex-mathml, .headerlink"):
        hidden.decompose()
    return re.sub(r"\s+", " ", soup.get_text().replace("\u200b", "")).strip()


def description(body: str) -> str:
    """The first sentence of the page's text; more of them, if it is a very short one."""
    opening = "</p>".join(body.split("</p>", OPENING)[:OPENING])  # a page is long, and has many formulas
    paragraphs = [words(str(each)) for each in BeautifulSoup(opening, "html.parser").select("section > p")]
    sentences = [sentence for paragraph in paragraphs for sentence in _SENTENCE_END.split(paragraph)]
    text = ""
    while sentences and len(text) < SHORT:
        text = f"{text} {sentences.pop(0)}".strip()
    return text if len(text) <= LONG else text[:LONG].rsplit(" ", 1)[0] + " …"


def part_of(page: str) -> str:
    """The caption of the part that a chapter stands in."""
    return next((part.caption for part in parts() if page in part.pages), "")


def picture(app: Sphinx, page: str, title: str) -> str:
    """Draw the page's card; gives its address from the site's root, which is made of its content."""
    image = card(app.config.html_title, part_of(page), title)
    file = Path(app.outdir) / CARDS / f"{sha256(image).hexdigest()[:20]}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(image)
    return f"{CARDS}/{file.name}"


def address(app: Sphinx, page: str, path: str) -> str:
    """Of a file of the site: in full if the site's is known, else from the page."""
    base = app.config.html_baseurl
    return f"{base.rstrip('/')}/{path}" if base else "../" * page.count("/") + path


@cache
def cited() -> dict[str, Any]:
    """How the book is cited."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def authors() -> str:
    """Of whom the book is."""
    return "; ".join(author["name"] for author in cited()["authors"])


def published(citation: dict[str, Any]) -> str:
    """As Google Scholar reads it: the day of the release, 2026/11/30, and before there is one the year."""
    day = citation.get("date-released") or citation["preferred-citation"]["year"]
    return str(day).replace("-", "/")


def citation(app: Sphinx, page: str, title: str) -> dict[str, str]:
    """What indexes of scholarly works read.

    No publisher, since there is none; no address of a PDF, which is printed from the pages and not on every host.
    """
    book = app.config.html_title
    named = {"citation_title": book if page == app.config.root_doc else title}
    if page != app.config.root_doc:
        named["citation_inbook_title"] = book
    if app.config.html_baseurl:
        named["citation_public_url"] = address(app, page, f"{page}.html")
    return named | {
        "citation_author": authors(),
        "citation_publication_date": published(cited()),
        "citation_language": app.config.language,
    }


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or app.builder.format != "html":
        return
    title, text = words(context["title"]), description(context["body"])
    tags = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": text,
        "og:image": address(app, page, picture(app, page, title)),
        "og:image:width": WIDTH,
        "og:image:height": HEIGHT,
        "og:image:alt": f"{title}: a page of {app.config.html_title}",
    }
    if app.config.html_baseurl:
        tags["og:url"] = address(app, page, f"{page}.html")
    named = {"description": text, "twitter:card": "summary_large_image"} | citation(app, page, title)
    context["metatags"] += "".join(
        f'\n<meta {kind}="{name}" content="{escape(str(value))}" />'
        for kind, group in (("name", named), ("property", tags))
        for name, value in group.items()
    )


def remove_unused_cards(app: Sphinx) -> None:
    out = Path(app.outdir)
    shown = "".join(page.read_text(encoding="utf-8").split("</head>")[0] for page in out.rglob("*.html"))
    for file in (out / CARDS).glob("*.png"):
        if file.name not in shown:
            file.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", describe)
    when_pages_stand(app, remove_unused_cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
