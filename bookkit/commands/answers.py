"""Write what each exercise accepts, for pages to judge answers by: `python -m bookkit.commands.answers BUILD_FOLDER`.

Some of it is measured, for a minute in all; it is kept as long as what it is computed with stays the same.
"""

import json
import sys
from contextlib import redirect_stderr
from dataclasses import asdict
from io import StringIO
from math import isinf
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bookkit.commands._compiling import compile_quickly
from bookkit.commands.execute import side_by_side
from bookkit.sources.fingerprint import computing_sources, fingerprint
from ntkbook.exercises import accepted, exercises


def answers_file(build: Path) -> Path:
    return build / "answers" / f"{fingerprint(computing_sources())}.json"


def record(exercise: str) -> dict[str, Any]:
    """What an exercise accepts, without the bounds that it does not have."""
    with redirect_stderr(StringIO()):  # the bars of what is measured
        right = accepted(exercise)
    kept = {
        name: value
        for name, value in asdict(right).items()
        if not (name in ("least", "most") and isinf(value))
    }
    return {**kept, "asked": right.asked}


def write_answers(build: Path) -> None:
    file = answers_file(build)
    if file.exists():
        return
    compile_quickly()
    names = sorted(exercises())
    bar = tqdm(names, "answers", disable=not sys.stderr.isatty(), leave=False)
    with side_by_side() as pool:
        running = {name: pool.submit(record, name) for name in names}
        records = {name: running[name].result() for name in bar}
    file.parent.mkdir(parents=True, exist_ok=True)
    for outdated in file.parent.glob("*.json"):
        outdated.unlink()
    file.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    write_answers(Path(sys.argv[1]))
