"""Every chapter as a notebook beside the pages, and the buttons that lead to it: download, Binder, Colab.

A button whose address is not known is not there.
"""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from bookkit.commands.notebooks import Published, chapters, published, write_notebooks, write_wheel
from bookkit.extensions._after_build import when_pages_stand

FOLDER = "notebooks"


def binder(where: Published, page: str) -> str:
    """The notebook on Binder, where .binder/postBuild has made it."""
    host, _, name = where.repository.removeprefix("https://").partition("/")
    providers = {"github.com": f"gh/{name}", "gitlab.com": f"gl/{quote(name, safe='')}"}
    provider = providers.get(host, f"git/{quote(where.repository, safe='')}")
    return (
        f"https://mybinder.org/v2/{provider}/{quote(where.branch, safe='')}"
        f"?urlpath={quote(f'lab/tree/{FOLDER}/{page}.ipynb', safe='')}"
    )


def colab(where: Published, page: str) -> str:
    """The notebook on Colab, which opens files of repositories on GitHub only."""
    name = where.repository.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{name}/blob/{where.notebooks_branch}/{page}.ipynb"


def launches(where: Published, page: str) -> dict[str, str]:
    """Service -> address, of those that can open the page."""
    if not where.repository:
        return {}
    on_github = where.repository.startswith("https://github.com/") and where.notebooks_branch
    return {"Binder": binder(where, page)} | ({"Colab": colab(where, page)} if on_github else {})


def configure(app: Sphinx, config: Config) -> None:
    config["published"] = asdict(published())


def _link(text: str, url: str, tooltip: str, icon: str) -> dict[str, str]:
    label = f"{tooltip.partition(' ')[0].lower()}-{text.strip('.').lower()}-button"
    return {"type": "link", "text": text, "url": url, "tooltip": tooltip, "icon": icon, "label": label}


def add_buttons(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if page not in chapters():
        return
    address = context["pathto"](f"{FOLDER}/{page}.ipynb", 1)
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            group["buttons"].insert(0, _link(".ipynb", address, "Download notebook", "fas fa-code"))
    buttons = [
        _link(service, url, f"Open on {service}", "fas fa-rocket")
        for service, url in launches(published(), page).items()
    ]
    if buttons:
        name = "Run this page elsewhere"
        group = {"type": "group", "tooltip": name, "icon": "fas fa-rocket", "label": "launch-buttons"}
        context["header_buttons"].append(group | {"buttons": buttons})


def write_files(app: Sphinx) -> None:
    folder = Path(app.outdir) / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_notebooks(folder, published(), [page for page in chapters() if page in app.env.found_docs])
    write_wheel(folder)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("notebooks_branch", "", "env")
    app.add_config_value("published", {}, "env")  # new addresses make every page anew
    app.connect("config-inited", configure)
    app.connect("html-page-context", add_buttons, priority=900)  # after the theme's own
    when_pages_stand(app, write_files, priority=400)  # what fails is told before others clean up
    return {"parallel_read_safe": True, "parallel_write_safe": True}
