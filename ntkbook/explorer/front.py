"""The front-end as anywidget takes it: one ES module and one stylesheet, bundled from front/ beside this file."""

from pathlib import Path

_FOLDER = Path(__file__).parent


def bundled(name: str) -> str:
    """The text of widget.js or widget.css."""
    file = _FOLDER / name
    if not file.is_file():
        raise ImportError(
            f"{file} is missing, without which no explorer can be shown. In a checkout, `make book` makes it"
            " (or `make widget`, which makes nothing else); a wheel of ntkbook holds it: pip install the wheel."
        )
    return file.read_text(encoding="utf-8")
