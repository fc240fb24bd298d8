"""Writes the records that pages read: rows, the command and the versions that made them, and a digest."""

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any


def digest(rows: list[dict[str, Any]]) -> str:
    """SHA-256 of the rows in compact JSON."""
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def write(file: Path, command: str, packages: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Rows, how they were made, and their digest."""
    record = {
        "command": command,
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "digest": digest(rows),
        "rows": rows,
    }
    file.write_text(json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")
