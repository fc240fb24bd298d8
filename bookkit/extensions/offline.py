"""The book on a reader's device: the list of its files, by content, and the service worker that serves them.

Nothing is kept unless the reader asks for it on “My book” (front/reader/device.js), where the size is told first.
"""

import json
import shutil
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.sources.front_modules import FRONT

WORKER = FRONT / "pages" / "kept.js"
LIST = "offline.json"
LAST = 950  # all other files are written
# What a reader without a network has no use for: notebooks, cards for other sites, and what hosts and builds read.
LEFT_OUT = (
    "_sources/",
    "notebooks/",
    "_static/cards/",
    "_static/locales/",
    ".",
    "_headers",
    "objects.inv",
    LIST,
)


def kept(out: Path) -> list[tuple[str, int, str]]:
    """(path, bytes, hash of the content) of every file that is kept."""
    files = []
    for file in sorted(each for each in out.rglob("*") if each.is_file()):
        path = file.relative_to(out).as_posix()
        if not path.startswith(LEFT_OUT) and file.suffix not in (".map", ".md"):
            content = file.read_bytes()
            files.append((path, len(content), sha256(content).hexdigest()[:12]))
    return files


def write(app: Sphinx) -> None:
    out = Path(app.outdir)
    shutil.copyfile(WORKER, out / WORKER.name)
    files = kept(out)
    edition = sha256(json.dumps(files).encode()).hexdigest()[:20]
    listed = json.dumps({"edition": edition, "files": files}, separators=(",", ":"))
    (out / LIST).write_text(listed, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write, priority=LAST)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
