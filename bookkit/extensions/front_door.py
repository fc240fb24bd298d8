"""The front door of the landing page: two maps that train side by side, as a directive.

The page, which lies at the site's root, holds still pictures of both, made by the engine that moves them; its
modules come when it has been painted. They are served as they are, under a name that changes with their content.
"""

import json
import subprocess
from base64 import b64decode
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._served import Served
from bookkit.extensions.formulas import NODE
from bookkit.sources.front_modules import FRONT, modules

HOME = FRONT / "door"
ENTRY = HOME / "entry.js"
STYLES = (FRONT / "shared" / "live.css", FRONT / "playground" / "playground.css", HOME / "door.css")
STYLE = "door.css"  # all of them in one file, for the first paint waits for each
STILLS = FRONT / "door.js"
SERVED = Served("door", tuple(modules(ENTRY)), made_of=(*STYLES, STILLS))
TITLES = {"free": "Hard labels", "held": "The same, held"}
THEMES = ("light", "dark")
EXTENT = 200  # half the plane's edge, in the units of its points
CLASSES = "ABC"


class Door(nodes.General, nodes.Element):
    """Where the two maps stand; its children lead on from there."""


class FrontDoorDirective(Directive):
    has_content = True

    def run(self) -> list[nodes.Node]:
        door = Door("\n".join(self.content))
        self.state.nested_parse(self.content, self.content_offset, door)
        return [door]


@cache
def stills() -> dict[str, Any]:
    """What front/door.js makes: the points, and each network's words and pictures."""
    ran = subprocess.run([NODE, STILLS], capture_output=True, check=True, text=True, encoding="utf-8")
    return json.loads(ran.stdout)


def _dot(point: dict[str, int]) -> str:
    left, top = 50 + 50 * point["x"] / EXTENT, 50 - 50 * point["y"] / EXTENT
    return (
        f'<span class="dot" data-label="{point["label"]}" style="left:{left:g}%;top:{top:g}%">'
        f"{CLASSES[point['label']]}</span>"
    )


def _side(name: str) -> str:
    still, title = stills()[name], TITLES[name]
    images = "".join(
        f'<img class="only-{theme}" src="_static/{SERVED.place(f"{name}-{theme}.png")}" width="96" height="96"'
        f' loading="lazy" alt="The plane, coloured by the class that the network gives to each place: {title}">'
        for theme in THEMES
    )
    dots = "".join(_dot(point) for point in stills()["points"])
    return (
        f'<div class="panel" data-side="{name}"><p class="panel-title">{title}</p>'
        f'<div class="board still">{images}<div class="dots" aria-hidden="true">{dots}</div></div>'
        f'<p class="words then">{escape(still["words"])}</p></div>'
    )


def open_door(translator: Any, node: Door) -> None:
    sides = "".join(_side(name) for name in TITLES)
    translator.body.append(
        '<section class="ntk-live ntk-play ntk-door" aria-label="Two networks that train side by side">'
        f'<div class="door-maps">{sides}</div><div class="door-way">'
    )


def close_door(translator: Any, node: Door) -> None:
    translator.body.append("</div></section>")


def add_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or not any(doctree.findall(Door)):
        return
    app.add_css_file(SERVED.place(STYLE))
    app.add_js_file(SERVED.address(ENTRY), type="module")


def copy_files(app: Sphinx) -> None:
    SERVED.copy(app)
    static = Path(app.outdir) / "_static"
    styles = "".join(style.read_text(encoding="utf-8") for style in STYLES)
    (static / SERVED.place(STYLE)).write_text(styles, encoding="utf-8")
    for name in TITLES:
        for theme in THEMES:
            (static / SERVED.place(f"{name}-{theme}.png")).write_bytes(b64decode(stills()[name][theme]))


def outdated(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """The page names its modules by their content, so it is written anew with them."""
    return [app.config.root_doc] if app.config.root_doc in env.found_docs else []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Door, html=(open_door, close_door))
    app.add_directive("front-door", FrontDoorDirective)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_files)
    when_pages_stand(app, copy_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
