"""The policy on what a page may load and run, in the file that hosts read: see security_policy.py."""

from pathlib import Path

from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.security_policy import HEADER, POLICY


def write_headers(app: Sphinx) -> None:
    (Path(app.outdir) / "_headers").write_text(f"/*\n  {HEADER}: {POLICY}\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write_headers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
