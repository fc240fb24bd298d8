"""Homework notebooks among the others, so that they are published, opened and given their wheel as those are."""

from pathlib import Path

from sphinx.application import Sphinx

from bookkit.commands.homework import write_homework
from bookkit.commands.notebooks import published
from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions.teaching import HOMEWORK


def write(app: Sphinx) -> None:
    write_homework(Path(app.outdir) / HOMEWORK, published())


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
