"""Hashes that tell whether what pages are made from has changed."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from bookkit.sources.project import ROOT


def fingerprint(files: Iterable[Path]) -> str:
    """A short hash of the names and contents of files in this repository."""
    digest = sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def computing_sources() -> list[Path]:
    """What the code cells run on: the helper package with its front-end, and the pinned environment."""
    package = ROOT / "ntkbook"
    return [
        ROOT / "requirements.txt",
        *(file for kind in ("py", "js", "css") for file in package.rglob(f"*.{kind}")),
    ]


def page_making_sources() -> list[Path]:
    """What turns chapters into pages: the extensions, what they import, and the theme."""
    return [file for kind in ("py", "html", "css", "toml") for file in (ROOT / "bookkit").rglob(f"*.{kind}")]
