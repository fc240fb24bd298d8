"""With the build's grids every explorer of the book is there within seconds of its cell, on one CPU."""

import json
import subprocess
import sys

LIMIT = 5.0  # CPU seconds after the imports
ON_ONE_CPU = (
    "import os, runpy; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
    "runpy.run_module('tests.explorer._cells', run_name='__main__')"
)


def test_every_explorer_is_there_at_once() -> None:
    """In a fresh process, one after the other."""
    ran = subprocess.run([sys.executable, "-c", ON_ONE_CPU], capture_output=True, text=True, check=True)
    cells = json.loads(ran.stdout)
    assert len(cells) >= 18
    computed = [name for name, (_, whole) in cells.items() if not whole]
    assert not computed, "the build holds no grid of these: run `make book` first (`make test` does)"
    assert {name: seconds for name, (seconds, _) in cells.items() if seconds > LIMIT} == {}
