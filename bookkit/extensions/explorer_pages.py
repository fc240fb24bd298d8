"""Explorers on static pages: their weight moves out of the HTML, and a small script hosts them.

myst-nb writes the state of all of a page's widgets into the page. What is heavy in it (front-end, grids,
still pictures) becomes files named by their content under `_static/explorers/`, so equal ones are fetched
once; the page keeps the still figure and a small description.
A page that Sphinx did not write this time is already so.
"""

import html
import json
import os
import re
import shutil
from base64 import b64decode
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from bookkit.extensions._after_build import when_pages_stand
from bookkit.sources.front_modules import FRONT, fingerprint, modules
from ntkbook.explorer.front import bundled
from ntkbook.explorer.static import plain

PAGES = FRONT / "pages"
WORKER = FRONT / "compute" / "worker.js"
OFFERS = FRONT / "ntkbook" / "offers.json"  # the axes of an explorer at any value of which the page computes
HOST = "explorer_host.js"
SCRIPTS = (HOST, "model.js", "embed_button.js", "page_asker.js", "updated.js")
STATE = re.compile(
    r'<script[^>]*type="application/vnd\.jupyter\.widget-state\+json"[^>]*>(.*?)</script>\s*', re.DOTALL
)
VIEW = re.compile(
    r'<script[^>]*type="application/vnd\.jupyter\.widget-view\+json"[^>]*>(.*?)</script>', re.DOTALL
)
OURS = re.compile(r"\b[0-9a-f]{20}(?:\.(?:js|css|svg|grid)\b|(?=/))")


def configure(app: Sphinx, config: Config) -> None:
    """Our host replaces the require.js and html-manager that myst-nb would load from elsewhere."""
    config["nb_ipywidgets_js"] = {}


def host_explorers(app: Sphinx) -> None:
    folder = Path(app.outdir) / "_static" / "explorers"
    folder.mkdir(parents=True, exist_ok=True)
    for script in SCRIPTS:
        shutil.copyfile(PAGES / script, folder / script)
    copy_worker(folder)
    used: set[str] = set()
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if VIEW.search(text):
            text = hosted(text, folder, page)
            page.write_text(text, encoding="utf-8")
        used.update(OURS.findall(text))
    for file in folder.iterdir():
        if OURS.fullmatch(f"{file.name}/" if file.is_dir() else file.name) and file.name not in used:
            shutil.rmtree(file) if file.is_dir() else file.unlink()


def copy_worker(folder: Path) -> None:
    """The modules of the worker that computes."""
    files = modules(WORKER)
    own = folder / fingerprint(files)
    for file in files:
        target = own / file.relative_to(FRONT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def address_of(file: Path) -> str:
    """Where a module of the worker is served, in a folder that is named by the content of all."""
    return f"{fingerprint(modules(WORKER))}/{file.relative_to(FRONT).as_posix()}"


def hosted(text: str, folder: Path, page: Path) -> str:
    """The page with a figure in place of each widget, and the host script."""
    state = STATE.search(text)
    models = json.loads(state[1])["state"] if state else {}
    base = os.path.relpath(folder, page.parent).replace(os.sep, "/")
    styles: set[str] = set()
    names: set[str] = set()

    def figure(view: re.Match[str]) -> str:
        model = models.get(json.loads(view[1])["model_id"], {})
        if model.get("state", {}).get("_anywidget_id") != "ntkbook.explorer.widget.Explorer":
            raise ExtensionError(
                f"{page.name} shows a widget that only works beside a kernel; show an Explorer or a picture"
                " from ntkbook.explorer instead."
            )
        description = stored(model, folder)
        spec = description["spec"]
        if spec["axes"] and spec["name"] in names:
            raise ExtensionError(
                f"{page.name} has two explorers named {spec['name']!r}; the name is their place in the page's"
                " address, so give each its own."
            )
        names.add(spec["name"])
        styles.add(description.pop("css"))
        return element(description, base)

    text = STATE.sub("", VIEW.sub(figure, text))
    links = "".join(f'<link rel="stylesheet" href="{base}/{name}">\n' for name in sorted(styles))
    script = f'<script type="module" src="{base}/{HOST}"></script>\n'
    return text.replace("</head>", f"{links}{script}</head>", 1)


def stored(model: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The widget's state with names of files in place of what is heavy."""
    state = model["state"]
    buffers = {tuple(each["path"]): b64decode(each["data"]) for each in model["buffers"]}
    return {
        # Pages are executed seldom; the front-end is the one that is bundled now.
        "esm": store(bundled("widget.js").encode(), "js", folder),
        "css": store(bundled("widget.css").encode(), "css", folder),
        "grid": store(buffers["grid",], "grid", folder),
        "stills": [store(still.encode(), "svg", folder) for still in state["stills"]],
        "worker": address_of(WORKER),
        "computes": json.loads(OFFERS.read_text(encoding="utf-8")).get(state["spec"]["compute"], []),
        "spec": state["spec"],
    }


def store(content: bytes, kind: str, folder: Path) -> str:
    name = f"{sha256(content).hexdigest()[:20]}.{kind}"
    (folder / name).write_bytes(content)
    return name


def element(description: dict[str, Any], base: str) -> str:
    """The still figure, with its words, and what the host needs to bring it to life."""
    spec = description["spec"]
    words = html.escape(f"{plain(spec['title'])}. {plain(spec['sentence'])}")
    caption = f"<strong>{rich(spec['title'])}.</strong> {rich(spec['sentence'])}"
    panels = [html.escape(plain(panel["title"])) for panel in spec["panels"]]
    # One picture speaks for all; each further one says which panel it is.
    texts = [f"{panels[0]}. {words}", *panels[1:]]
    images = "".join(
        f'<img class="still" src="{base}/{name}" alt="{text}" width="440" height="330">'
        for name, text in zip(description["stills"], texts, strict=True)
    )
    data = json.dumps(description, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<div class="ntk-explorer" style="{room(len(spec["axes"]), len(spec["panels"]))}">'
        f"<figure>{images}<figcaption>{caption}</figcaption></figure>"
        f'<script type="application/json">{data}</script></div>'
    )


def rich(label: str) -> str:
    """A label with its <sub> and <sup>, all else escaped."""
    return re.sub(r"&lt;(/?su[bp])&gt;", r"<\1>", html.escape(label))


def room(axes: int, panels: int) -> str:
    """The height that the live explorer will take, so that nothing jumps when it comes."""
    wide = (12 if axes else 9) + 5 * ceil(axes / 2) + 23 * ceil(panels / 2)
    narrow = (15 if axes else 9) + 5 * axes + (24 if panels == 1 else 26)  # where one is seen at a time
    return f"--room-wide:{wide}rem;--room-narrow:{narrow}rem"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure)
    when_pages_stand(app, host_explorers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
