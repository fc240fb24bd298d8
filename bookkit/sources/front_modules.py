"""The modules of front/ that a page loads as they are, found from the one that it begins with."""

import re
from hashlib import sha256
from pathlib import Path

from bookkit.sources.project import ROOT

FRONT = ROOT / "front"
_NEEDS = re.compile(r'(?:^import [^"]*|new URL\()"(\.[^"]+\.js)"', re.MULTILINE)


def modules(entry: Path) -> list[Path]:
    """All modules that this one needs, itself included."""
    found: list[Path] = []
    waiting = [entry]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.append(module)
        waiting += [
            (module.parent / name).resolve() for name in _NEEDS.findall(module.read_text(encoding="utf-8"))
        ]
    return found


def fingerprint(files: list[Path]) -> str:
    """A name that changes with their content."""
    return sha256(b"".join(each.read_bytes() for each in sorted(files))).hexdigest()[:20]
