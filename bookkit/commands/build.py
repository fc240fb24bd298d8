"""Build the book into _build/html: `python -m bookkit.commands.build`, once everything is set up and bundled.

A stamp is written last: a build that did not finish would hide its warnings from the next one, so that one starts
over. So does one that finds a stamp from the future, by a clock that was wrong: Sphinx would take what is written now
for old. Executed pages are cached.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

from bookkit.commands._alone import alone
from bookkit.commands.disk_space import complaint
from bookkit.sources.project import ROOT

BUILD = ROOT / "_build"
COMPLETE = BUILD / ".complete"
STRICT = ("-W", "--nitpick", "--keep-going")
JUPYTER_BOOK = shutil.which("jupyter-book", path=str(Path(sys.executable).parent)) or "jupyter-book"
STEPS = (
    [sys.executable, "-m", "bookkit.commands.execute", "_build"],
    [sys.executable, "-m", "bookkit.commands.answers", "_build"],
    [
        JUPYTER_BOOK,
        "build",
        "book",
        "--config=_config.yml",
        f"--toc={ROOT / '_toc.yml'}",
        "--path-output=.",
        *STRICT,
    ],
)


def build() -> bool:
    """Whether the book now stands there, whole."""
    if not COMPLETE.exists() or COMPLETE.stat().st_mtime > time.time():
        for made in ("html", ".doctrees"):
            shutil.rmtree(BUILD / made, ignore_errors=True)
    COMPLETE.unlink(missing_ok=True)
    for step in STEPS:
        if subprocess.run(step, cwd=ROOT, close_fds=False, check=False).returncode:
            return False
    COMPLETE.touch()
    return True


if __name__ == "__main__":
    # Before, and after a failure: a disk that is full or read-only is told in words.
    if said := complaint(BUILD):
        sys.exit(said)
    with alone(BUILD, "building the book"):
        built = build()
    if not built:
        sys.exit(complaint(BUILD) or 1)
    print("The book is in _build/html; `make serve` shows it at http://127.0.0.1:8000/")
