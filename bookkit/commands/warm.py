"""Run the chapters once, so that a reader's kernel finds compiled programs and grids.

`python -m bookkit.commands.warm BUILD_FOLDER [PAGE …]`, all pages with code if none is named. One at a time: the
machines that make an environment for Binder have little memory too.
"""

import os
import sys
from pathlib import Path

from bookkit.commands import execute


def main(build: Path, named: list[str]) -> int:
    """The number of pages that failed."""
    build.mkdir(parents=True, exist_ok=True)
    os.environ["NTKBOOK_BUILD"] = str(build.resolve())  # which the kernels inherit
    notebooks = execute.notebooks()
    files = {file.relative_to(execute.BOOK).with_suffix("").as_posix(): file for file in notebooks}
    if unknown := sorted(set(named) - set(files)):
        sys.exit(f"no page with code is named {', '.join(unknown)}; there are {', '.join(sorted(files))}")
    chosen = {files[page]: notebooks[files[page]] for page in named or files}
    failed = 0
    for number, (file, result) in enumerate(execute.executed(chosen, at_a_time=1), 1):
        page = file.relative_to(execute.BOOK).with_suffix("")
        if result.err is not None:
            failed += 1
            print(f"{page} failed after {result.time:.0f} s:\n{result.exc_string}", file=sys.stderr)
        else:
            print(f"warmed {page} in {result.time:.0f} s, {number} of {len(chosen)}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]) > 0)
