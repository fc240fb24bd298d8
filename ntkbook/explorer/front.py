"""The front-end as the one ES module that anywidget takes, joined from the small modules beside this file."""

import re
from pathlib import Path

# Dependencies first; explorer.js, the entry, last.
_MODULES = (
    "format", "grid", "values", "address", "buttons", "controls", "fields", "plots", "table", "kernel", "explorer",
)  # fmt: skip
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async function|function|const)", re.MULTILINE)
_FOLDER = Path(__file__).parent


def esm() -> str:
    """All modules in one scope: their imports of each other fall away."""
    return "".join(_joinable(name) for name in _MODULES)


def css() -> str:
    return (_FOLDER / "explorer.css").read_text(encoding="utf-8")


def _joinable(name: str) -> str:
    source = (_FOLDER / f"{name}.js").read_text(encoding="utf-8")
    return _EXPORT.sub("", _IMPORT.sub("", source))
