"""The states of the playground that links can name, read from presets.json, and where the playground stands."""

import json
from functools import cache

from bookkit.sources.project import ROOT

FILE = ROOT / "front" / "playground" / "presets.json"
PAGE = "part-4/playground"
PLACE = "board"  # the element's id


@cache
def presets() -> dict[str, tuple[str, str]]:
    """Name -> (title, the state as a query)."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: (title, query) for name, (title, query) in stored.items()}
