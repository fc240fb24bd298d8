"""The picture of the house in CONTRIBUTING.md is true: what it names is there, and its arrows are the imports."""

import ast
import re

import pytest

from tests.book._sources import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PICTURE = TEXT.partition("```text\n")[2].partition("```")[0]
LIBRARY = PICTURE.partition(" ntkbook/                        the library")[2].partition("\n front/")[0]
PACKAGE = ROOT / "ntkbook"


def floors() -> list[list[str]]:
    """The library's modules as they are drawn, from the top; a line that is indented further goes on with its floor."""
    found: list[list[str]] = []
    for line in LIBRARY.splitlines()[1:]:
        names = re.match(r"(?P<indent> +)(?P<names>[a-z_/]+(?:, [a-z_/]+)*),?", line)
        assert names, line
        listed = [name.rstrip("/") for name in names["names"].split(", ")]
        if len(names["indent"]) > 8:
            found[-1] += listed
        else:
            found.append(listed)
    return found


def imported(module: str) -> set[str]:
    """The modules of ntkbook that a module, or the files of a package, import."""
    path = PACKAGE / module
    files = [path.with_suffix(".py")] if path.with_suffix(".py").is_file() else sorted(path.glob("*.py"))
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "ntkbook":
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ntkbook."):
                found.add((node.module or "").split(".")[1])
    return found


def test_every_folder_and_file_of_the_picture_is_there() -> None:
    drawn = re.findall(r"^ ([\w./-]+)(?=  )", PICTURE, re.MULTILINE)
    assert len(drawn) >= 8
    assert [path for path in drawn if not (ROOT / path).exists()] == []
    room = re.findall(r"^ +(\w+\.py)", PICTURE, re.MULTILINE)
    assert [name for name in room if not (PACKAGE / "chapters" / "one_hot" / name).is_file()] == []
    inside = dict(re.findall(r"^ (front|bookkit)/(.*?)(?=^ \w)", PICTURE, re.MULTILINE | re.DOTALL))
    for home, words in inside.items():
        assert [name for name in re.findall(r"\b(\w+)/ \(", words) if not (ROOT / home / name).is_dir()] == []


FLOORS = floors()


def test_the_whole_library_is_read_off_the_picture() -> None:
    assert [len(floor) for floor in FLOORS] == [4, 4, 3, 5]


@pytest.mark.parametrize("level", range(len(FLOORS)))
def test_no_floor_imports_one_above_it(level: int) -> None:
    above = {name for floor in FLOORS[:level] for name in floor} | {
        "explorer",
        "chapters",
        "exercises",
        "grade",
    }
    assert {name: imported(name) & above for name in FLOORS[level]} == {name: set() for name in FLOORS[level]}


def test_the_explorer_knows_no_chapter_and_what_builds_the_book_is_no_part_of_the_library() -> None:
    assert "chapters" not in imported("explorer")
    sources = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    assert [text for text in sources if re.search(r"^\s*(from|import) bookkit", text, re.MULTILINE)] == []


@pytest.mark.parametrize(
    ("folder", "above"), [("sources", "commands|extensions|theme"), ("commands", "extensions|theme")]
)
def test_what_builds_the_book_imports_one_way(folder: str, above: str) -> None:
    """Extensions use commands, and both what reads the sources."""
    files = sorted((ROOT / "bookkit" / folder).glob("*.py"))
    assert len(files) > 5
    found = [
        file.name
        for file in files
        if re.search(rf"\bbookkit\.({above})\b.* import ", file.read_text("utf-8"))
    ]
    assert found == []
