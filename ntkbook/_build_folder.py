"""Where a checkout keeps what its build has made: compiled programs, and grids of explorers."""

import os
from pathlib import Path


def build_folder() -> Path | None:
    """NTKBOOK_BUILD, or else the folder `_build` of the checkout that ntkbook lies in, if there is one."""
    if named := os.environ.get("NTKBOOK_BUILD"):
        return Path(named)
    root = Path(__file__).resolve().parents[1]
    folder = root / "_build"
    return folder if (root / "bookkit").is_dir() and folder.is_dir() else None
