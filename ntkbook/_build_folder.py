"""Where a checkout keeps what its build has made, compiled programs and grids of explorers, and how that is written.

Several processes write at once, and any of them may be killed.
"""

import os
import threading
from pathlib import Path


def build_folder() -> Path | None:
    """NTKBOOK_BUILD, or else the folder `_build` of the checkout that ntkbook lies in, if there is one."""
    if named := os.environ.get("NTKBOOK_BUILD"):
        return Path(named)
    root = Path(__file__).resolve().parents[1]
    folder = root / "_build"
    return folder if (root / "bookkit").is_dir() and folder.is_dir() else None


def write_whole(file: Path, content: bytes) -> None:
    """A file that is there whole or not at all."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def last_changed(path: Path) -> float:
    """When; the beginning of time for what another process has removed meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
