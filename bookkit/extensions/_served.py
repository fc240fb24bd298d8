"""Files of front/ that pages load as they are, under a name that changes with their content."""

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sphinx.application import Sphinx

from bookkit.sources.front_modules import FRONT, fingerprint


@dataclass(frozen=True)
class Served:
    """A folder under _static.

    Args:
        folder: its name there.
        files: what it holds, in the folders of front/, so that imports hold.
        made_of: what else its name changes with, for files that are made of these.
    """

    folder: str
    files: tuple[Path, ...]
    made_of: tuple[Path, ...] = ()

    @cached_property
    def version(self) -> str:
        return fingerprint([*self.files, *self.made_of])

    def place(self, name: str) -> str:
        """The address of a name in it, under _static."""
        return f"{self.folder}/{self.version}/{name}"

    def address(self, file: Path) -> str:
        return self.place(file.relative_to(FRONT).as_posix())

    def copy(self, app: Sphinx) -> None:
        """Put the files there, in place of those of an earlier build."""
        static = Path(app.outdir) / "_static"
        shutil.rmtree(static / self.folder, ignore_errors=True)
        for file in self.files:
            target = static / self.address(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
