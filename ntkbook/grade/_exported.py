"""The file that the page “My book” writes, as far as it holds answers."""

from pathlib import Path

from ntkbook.grade._answers import Answers, printable
from ntkbook.grade._notebook import json_of

VERSION = 1


def exported_answers(file: Path) -> Answers | None:
    """Exercise -> what was answered on the page; None for a file that is something else, a notebook, say."""
    if file.suffix != ".json":
        return None
    written = json_of(file)
    items = written.get("items") if isinstance(written, dict) and written.get("ntkbook") == VERSION else None
    if not isinstance(items, dict):
        return None
    return Answers(
        {
            printable(key.removeprefix("answer/")): printable(item["text"])
            for key, item in items.items()
            if key.startswith("answer/") and isinstance(item, dict) and isinstance(item.get("text"), str)
        }
    )
