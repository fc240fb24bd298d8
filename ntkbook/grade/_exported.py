"""The file that the page “My book” writes, as far as it holds answers."""

import json
from pathlib import Path

from ntkbook.grade._answers import Answers, printable
from ntkbook.grade._notebook import Unreadable, text_of

VERSION = 1


def exported_answers(file: Path) -> Answers | None:
    """Exercise -> what was answered on the page; None for a file that is something else, a notebook, say."""
    if file.suffix != ".json":
        return None
    try:
        written = json.loads(text_of(file))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file} cannot be read: it is not JSON ({str(error)[:100]}).") from None
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
