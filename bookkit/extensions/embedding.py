"""Every explorer that moves, and the playground, on a page of its own, for frames on other people's pages.

It is `explorers/<name>.html`: what stands on the book's page, without the book around it, in the state that its
address tells. The page tells the one around it its height (front/pages/embedded.js).
"""

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._served import Served
from bookkit.extensions.slides import AFTER_OTHERS
from bookkit.sources.front_modules import FRONT, modules
from bookkit.sources.presets import PLACE
from ntkbook.explorer.static import plain

FOLDER = "explorers"
SCRIPT, STYLE = FRONT / "pages" / "embedded.js", FRONT / "pages" / "embedded.css"
SERVED = Served("embed", (*modules(SCRIPT), STYLE))
_EXPLORER = re.compile(
    r'<div class="ntk-explorer".*?<script type="application/json">(.*?)</script></div>', re.DOTALL
)
_PLAYGROUND = re.compile(rf'<div class="ntk-playground" id="{PLACE}">.*?</div>', re.DOTALL)
_FILES = re.compile(r'(?:href|src)="[./]*(_static/(?:explorers|playground)/[^"]+\.(?:css|js)(?:\?v=\w+)?)"')
_STATIC = re.compile(r'src="(?:\.\./)*_static/')
ALONE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="../_static/styles/book.css">
{files}
<link rel="stylesheet" href="../_static/{style}">
<script src="../_static/start.js"></script>
<script type="module" src="../_static/{script}"></script>
</head>
<body>
<main>
<h1>{title}</h1>
{shown}
<p class="embedded-from"><a href="../{page}.html#{place}" target="_blank">From “{chapter}”</a></p>
</main>
</body>
</html>
"""


def alone(page: str, title: str, text: str) -> Iterator[tuple[str, str]]:
    """(name, page of its own) of each explorer, and of the playground, on a page of the book."""
    found = [(spec_of(each[1]), each[0], "see") for each in _EXPLORER.finditer(text)]
    shown = [
        (spec["name"], plain(spec["title"]), figure, place) for spec, figure, place in found if spec["axes"]
    ]
    if board := _PLAYGROUND.search(text):
        shown.append(("playground", "Playground", board[0], PLACE))
    files = dict.fromkeys(_FILES.findall(text))
    for name, words, figure, place in shown:
        kind = "playground" if name == "playground" else "explorers"
        yield (
            name,
            ALONE.format(
                title=escape(words),
                style=SERVED.address(STYLE),
                script=SERVED.address(SCRIPT),
                files="\n".join(link(file) for file in files if f"/{kind}/" in file),
                shown=_STATIC.sub('src="../_static/', figure),
                page=page,
                place=place if page != "index" else "",
                chapter=escape(title),
            ),
        )


def spec_of(description: str) -> dict:
    return json.loads(description)["spec"]


def link(file: str) -> str:
    if ".css" in file:  # perhaps with a checksum after it
        return f'<link rel="stylesheet" href="../{file}">'
    return f'<script type="module" src="../{file}"></script>'


def write(app: Sphinx) -> None:
    out = Path(app.outdir)
    SERVED.copy(app)
    shutil.rmtree(out / FOLDER, ignore_errors=True)
    (out / FOLDER).mkdir()
    for page in sorted(app.env.found_docs):
        title, html = app.env.titles[page].astext(), (out / f"{page}.html").read_text(encoding="utf-8")
        for name, text in alone(page, title, html):
            file = out / FOLDER / f"{name}.html"
            if file.exists():
                raise ExtensionError(
                    f"two explorers are named {name!r}, the second one in {page}; the name is their address,"
                    " so give each its own."
                )
            file.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write, priority=AFTER_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
