"""Compare what two builds computed, page by page: `python -m bookkit.commands.compare_builds BEFORE AFTER [PAGE...]`

BEFORE and AFTER are build folders. For a change that is to leave every number as it was: build before it, build after
it, and see what differs, by the measure of `reproducible`. Nothing is executed.
"""

import sys
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from bookkit.commands.execute import opened
from bookkit.commands.reproducible import differences


def computed(build: Path) -> dict[str, NotebookNode]:
    """Page -> the notebook as the build executed it; of several states, the last."""
    folders = sorted((build / ".jupyter_cache").glob("*"), key=lambda folder: folder.stat().st_mtime)
    if not folders:
        sys.exit(f"{build} holds no executed pages; run `make book` there first.")
    cache = opened(folders[-1])
    records: list[Any] = sorted(cache.list_cache_records(), key=lambda record: record.created)
    return {_page(Path(record.uri)): cache.get_cache_bundle(record.pk).nb for record in records}


def _page(file: Path) -> str:
    """part-2/one-hot of …/book/part-2/one-hot.md."""
    parts = file.with_suffix("").parts
    return "/".join(parts[len(parts) - parts[::-1].index("book") :])


def main(before: Path, after: Path, *asked: str) -> int:
    """The number of differences."""
    old, new = computed(before), computed(after)
    told = 0
    for page in asked or sorted(old.keys() | new.keys()):
        if page not in old or page not in new:
            what = [f"{page} stands in one of the two builds only"]
        else:
            what = list(differences(page, old[page], new[page]))
        print(f"{page}: {len(what) or 'no'} differences", *what, sep="\n  ")
        told += len(what)
    return told


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]) > 0)
