"""Say in words why a folder cannot be built into: `python -m bookkit.commands.disk_space FOLDER`; silent if it can."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryFile

NEEDED = 150_000_000  # bytes: the built book with its cache, twice over
REMEDY = "Make room or make it writable, or let _build be a link to a folder that is: ln -s /elsewhere _build"


def complaint(folder: Path) -> str:
    """Tried, not read from permissions: a mount may be read-only, and a quota be used up."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder) as trial:
            trial.write(bytes(1_000_000))
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"The book cannot be written into {folder.absolute()}: {error.strerror}. {REMEDY}"
    if free < NEEDED:
        return (
            f"The book needs {NEEDED // 10**6} MB for {folder.absolute()}, whose disk has {free // 10**6} MB left."
            f" {REMEDY}"
        )
    return ""


if __name__ == "__main__":
    sys.exit(complaint(Path(sys.argv[1])) or None)
