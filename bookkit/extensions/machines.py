"""For programs that read: `llms.txt`, which lists the pages, and each chapter as Markdown beside its page.

The Markdown is that of the chapter's notebook, where directives and roles are plain text already.
"""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions.downloads import FOLDER
from bookkit.extensions.slides import AFTER_OTHERS
from bookkit.sources.toc import contents

_SAID = re.compile(r'<meta name="description" content="([^"]*)"')


def as_markdown(notebook: str) -> str:
    """A notebook's text and code from its title on, without what it has put out."""
    cells = [
        (cell["cell_type"] == "markdown", "".join(cell["source"]).strip())
        for cell in json.loads(notebook)["cells"]
    ]
    begins = next(at for at, (text, block) in enumerate(cells) if text and block.startswith("# "))
    blocks = [block if text else f"```python\n{block}\n```" for text, block in cells[begins:] if block]
    return "\n\n".join(blocks) + "\n"


def listed(out: Path, titles: Mapping[str, nodes.title]) -> str:
    """The table of contents with a sentence a page, in the form of https://llmstxt.org."""
    lines = []
    for part in contents():
        lines += [f"## {part.caption}", ""] if part.caption else []
        for page in filter(titles.__contains__, part.pages):
            file = out / f"{page}.html"
            said = _SAID.search(file.read_text(encoding="utf-8")) if file.is_file() else None
            address = f"{page}.md" if (out / f"{page}.md").is_file() else f"{page}.html"
            lines.append(
                f"- [{titles[page].astext()}]({address})" + (f": {unescape(said[1])}" if said else "")
            )
        lines.append("")
    return "\n".join(lines)


def write(app: Sphinx) -> None:
    out = Path(app.outdir)
    for page in app.env.found_docs:
        notebook, beside = out / FOLDER / f"{page}.ipynb", out / f"{page}.md"
        beside.unlink(missing_ok=True)
        if notebook.is_file():
            beside.write_text(as_markdown(notebook.read_text(encoding="utf-8")), encoding="utf-8")
    opening = app.env.titles[app.config.root_doc].astext()
    head = f"# {app.config.project}\n\n> {opening}. Chapters are listed as Markdown, with their code.\n\n"
    (out / "llms.txt").write_text(head + listed(out, app.env.titles), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write, priority=AFTER_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
