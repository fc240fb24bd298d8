"""One HTML document out of all built pages: what the PDF is printed from.

Every page keeps its article. Its ids get the page's name in front, so that they stay unique; links between pages
become links inside the document; what folds is open, and what only a screen can do is left out.
"""

import json
import posixpath
import tomllib
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup, Tag

from bookkit.sources.project import ROOT
from bookkit.sources.toc import Part

STYLES = Path(__file__).with_name("print_html.css")
_LEFT_OUT = (
    "script, .headerlink, .katex-mathml, details.hide > summary, .sd-summary-state-marker,"
    " .cell:has(.ntk-explorer) > details.hide, .cell:has(+ .exercise-field)"
)
_POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls")  # attributes that name ids


def name(page: str, anchor: str = "") -> str:
    """The id, in the whole, of a page or of an anchor on it."""
    return page.replace("/", "-") + (f"--{anchor}" if anchor else "")


def target(link: str, page: str, inside: set[str]) -> str | None:
    """Where a link of a page leads in the whole; nothing if what it leads to is not printed."""
    address = urlsplit(link)
    if address.scheme:
        return link
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), address.path)) if address.path else page
    other = path.removesuffix(".html")
    return f"#{name(other, address.fragment)}" if other in inside else None


def located(built: Path, page: str, path: str) -> str:
    """The address on this machine of a file that a page names."""
    return (built / page).parent.joinpath(path).resolve().as_uri()


def article(built: Path, page: str, inside: set[str], deeper: bool) -> Tag:
    """A page's article, made fit for the whole; its headings go down a level if the page stands in a part."""
    soup = BeautifulSoup((built / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    body = soup.select_one("article.bd-article")
    if body is None:
        raise ValueError(f"{page}.html has no article; is it a page of the book?")
    for surplus in body.select(_LEFT_OUT):
        surplus.decompose()
    for fold in body.select("details"):
        fold["open"] = ""
    for hidden in body.select("details.hide"):  # code that a screen folds; its handle is left out
        hidden.unwrap()
    for tag in body.find_all(id=True):
        tag["id"] = name(page, str(tag["id"]))
    for pointer in _POINTERS:
        for tag in body.select(f"[{pointer}]"):
            tag[pointer] = name(page, str(tag[pointer]))
    for link in body.find_all("a", href=True):
        if leads := target(str(link["href"]), page, inside):
            link["href"] = leads
        else:
            link.unwrap()
    for picture in body.find_all("img", src=True):
        picture["src"] = located(built, page, str(picture["src"]))
        picture["loading"] = "eager"
    for formula in body.select(".katex-html"):  # it is now the only form of the formula
        del formula["aria-hidden"]
    for heading in body.select("h1, h2, h3, h4, h5"):
        level = int(heading.name[1])
        heading["class"] = f"level-{level}"
        heading.name = f"h{level + deeper}"
    body.name, body["id"] = "section", name(page)
    body["class"] = "bd-article sheet"
    return body


def title(body: Tag) -> str:
    heading = body.select_one(".level-1")
    return heading.get_text() if heading else ""


def stylesheets(built: Path, pages: list[str]) -> list[str]:
    """Those that any of the pages loads, each once."""
    found: dict[str, None] = {}
    for page in pages:
        head = (built / f"{page}.html").read_text(encoding="utf-8").split("</head>")[0]
        for link in BeautifulSoup(head, "html.parser").select("link[rel=stylesheet]"):
            found[located(built, page, urlsplit(str(link["href"])).path)] = None
    return list(found)


def whole(built: Path, parts: Sequence[Part], numbers: Mapping[str, int]) -> str:
    """The document. numbers: on which sheet each page begins, for the contents, as far as it is known."""
    pages = [page for part in parts for page in part.pages]
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    book, _, subtitle = (escape(words) for words in config["title"].partition(": "))
    listed, sheets, heads = [], [], []
    for part in parts:
        listed.append("<ol>")
        if part.number:  # what stands before and after the chapters has no title of its own
            listed.append(f'<li class="part">{escape(part.caption)}</li>')
            sheets.append(f'<h1 class="part">{escape(part.caption)}</h1>')
        for page in part.pages:
            body = article(built, page, set(pages), deeper=part.number > 0)
            words = title(body)
            number = numbers.get(name(page), "")
            listed.append(
                f'<li><a href="#{name(page)}"><span>{escape(words)}</span> <b>{number}</b></a></li>'
            )
            heads.append(f"#{name(page)} {{ page: {name(page)} }}")
            heads.append(f"@page {name(page)} {{ @top-right {{ content: {json.dumps(words)} }} }}")
            sheets.append(str(body))
        listed.append("</ol>")
    links = "".join(f'<link rel="stylesheet" href="{path}">\n' for path in stylesheets(built, pages))
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head><meta charset="utf-8"><title>{escape(config["title"])}</title>
{links}<style>{STYLES.read_text(encoding="utf-8")}
{" ".join(heads)}</style></head>
<body><main class="bd-main">
<section class="front"><p class="book">{book}</p><p class="subtitle">{subtitle}</p>
<p>Version {version}. The explorers of the pages stand here as still pictures, and what folds there is open.</p>
<p>Text and figures are licensed under CC BY 4.0, code under the MIT licence.</p></section>
<nav class="book-contents"><p class="heading">Contents</p>{"".join(listed)}</nav>
{"".join(sheets)}
</main></body></html>
"""
