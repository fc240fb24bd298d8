"""Types are checked in full: nothing of the front-end asks the checker to look away."""

import json
import re
from pathlib import Path

import pytest

FRONT = Path(__file__).resolve().parents[2] / "front"
CHECKED = [
    file
    for folder in ("door", "explorer", "shared", "pages", "playground", "search")
    for kind in ("js", "ts")
    for file in (FRONT / folder).rglob(f"*.{kind}")
]
COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
ANY = re.compile(r"(?:[{(<|&,:=]|=>)\s*(?:any|\*)\s*(?:[})>\]|&,;=\[]|$)", re.MULTILINE)


def types(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    return text if file.suffix == ".ts" else "\n".join(COMMENT.findall(text))


@pytest.mark.parametrize("file", CHECKED, ids=lambda file: file.name)
def test_nothing_is_of_any_type(file: Path) -> None:
    assert ANY.findall(types(file)) == []
    assert not re.search(r"@ts-(ignore|expect-error|nocheck)", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "written",
    [
        "{any}",
        "{any[]}",
        "{Record<string, any>}",
        "{(value: any) => void}",
        "{string | any}",
        "{ a: any, b }",
    ],
)
def test_it_would_be_found(written: str) -> None:
    assert ANY.search(written)


def test_the_checker_is_strict() -> None:
    options = json.loads((FRONT / "tsconfig.json").read_text(encoding="utf-8"))["compilerOptions"]
    assert options["strict"] is True
    assert options["checkJs"] is True
