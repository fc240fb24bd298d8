"""Every chapter is one room: found by its folder, imported by its own page only, and at rest until it is asked."""

import ast
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

import ntkbook as nb
from ntkbook import chapters, exercises
from tests.book._sources import ROOT, code_cells, python, source, toc_pages

PACKAGE = ROOT / "ntkbook"
ROOMS = [room.name for room in pkgutil.iter_modules(chapters.__path__) if not room.name.startswith("_")]
# The chapters and the landing page, by the names of their rooms.
PAGES = {
    page.rpartition("/")[2].replace("-", "_"): page
    for page in toc_pages()
    if page.startswith("part-") or page == "index"
}
FILES = [file.relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.py")]


def cells(room: str) -> str:
    return "\n".join(python(cell) for cell in code_cells(source(PAGES[room])))


def imports(code: str) -> set[str]:
    """Every name that is imported, in full: `from a.b import c` is a.b.c."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def rooms_in(names: set[str]) -> set[str]:
    return {match[1] for name in names if (match := re.match(r"ntkbook\.chapters\.(\w+)", name))}


def part(room: str, name: str) -> bool:
    """Whether the room has measure, show or ask."""
    return any(module.name == name for module in pkgutil.iter_modules([str(PACKAGE / "chapters" / room)]))


def test_every_chapter_of_the_book_has_a_room_and_every_room_a_page() -> None:
    assert set(ROOMS) == set(PAGES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_page_imports_its_own_room_by_one_line(room: str) -> None:
    lines = re.findall(r"^.*ntkbook\.chapters.*$", cells(room), re.MULTILINE)
    parts = [name for name in ("measure", "show") if part(room, name)]
    used = [name for name in parts if re.search(rf"\b{name}\.", cells(room))]
    assert lines == ([f"from ntkbook.chapters.{room} import {', '.join(used)}"] if used else [])


def test_no_other_page_imports_a_room() -> None:
    others = set(toc_pages()) - set(PAGES.values())
    assert [page for page in others if "ntkbook.chapters" in "\n".join(code_cells(source(page)))] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_its_page_reads_of_it(room: str) -> None:
    """In cells and in prose: an exercise that tells a reader to call something names what is there."""
    for name in ("measure", "show"):
        read = set(re.findall(rf"\b{name}\.(\w+)\b", source(PAGES[room])))
        shown = (
            getattr(import_module(f"ntkbook.chapters.{room}.{name}"), "__all__", [])
            if part(room, name)
            else []
        )
        assert read <= set(shown)
        assert len(shown) == len(set(shown))
        if name == "show":
            assert read == set(shown)


@pytest.mark.parametrize("file", FILES)
def test_arrows_go_one_way(file: str) -> None:
    """A chapter imports no other one, what several need lies in `_shared`, and the library imports none of them."""
    _, *inside = Path(file).parts if file.startswith("chapters/") else (None,)
    home = {inside[0]} if len(inside) > 1 else set()
    allowed = home | ({"_shared"} if home else set())
    assert rooms_in(imports((PACKAGE / file).read_text(encoding="utf-8"))) <= allowed


def test_what_is_shared_serves_several() -> None:
    """What one room alone needs lies in that room."""
    folder = PACKAGE / "chapters"
    users: dict[str, set[str]] = {
        f"{file.parent.name}.{file.stem}": set()
        for file in (folder / "_shared").glob("*/*.py")
        if file.stem != "__init__"
    }
    for file in folder.rglob("*.py"):
        room = file.relative_to(folder).parts[0]
        for name in imports(file.read_text(encoding="utf-8")):
            if match := re.match(r"ntkbook\.chapters\._shared\.(\w+\.\w+)", name):
                users[match[1]].add(file.stem if room == "_shared" else room)
    assert [name for name, found in users.items() if len(found) < 2] == []


def test_no_exercise_has_two_judges_and_every_question_has_one_in_its_room() -> None:
    tables = {
        room: import_module(f"ntkbook.chapters.{room}.ask").EXERCISES for room in ROOMS if part(room, "ask")
    }
    names = Counter(name for table in tables.values() for name in table)
    assert [name for name, count in names.items() if count > 1] == []
    assert set(names) == set(exercises.exercises())
    for room in ROOMS:
        asked = re.findall(r'nb\.check\("([\w-]+)"', cells(room))
        assert sorted(asked) == sorted(tables.get(room, {}))


def test_an_unknown_exercise_is_refused() -> None:
    with pytest.raises(nb.InvalidInput, match="exercise"):
        nb.check("no-such-exercise", 1.0)


# What a fresh process imports; it reports what was loaded, and every JAX computation or random draw that a module of
# the package starts while it is imported. Without `jit`, every computation passes `bind`.
WATCHED = """
import json, sys
import jax, numpy
from jax.extend.core import Primitive
begun = []
def watched(function):
    def stand_in(*args, **kwargs):
        frame = sys._getframe(1)
        while frame and frame.f_code.co_name != "<module>":
            frame = frame.f_back
        if frame and "/ntkbook/" in frame.f_code.co_filename:
            begun.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        return function(*args, **kwargs)
    return stand_in
Primitive.bind = watched(Primitive.bind)
numpy.random.default_rng = watched(numpy.random.default_rng)
"""


def fresh(code: str) -> dict[str, list[str]]:
    report = 'print(json.dumps({"begun": begun, "loaded": list(sys.modules)}))'
    environment = os.environ | {"JAX_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", f"{WATCHED}\n{code}\n{report}"],
        capture_output=True, text=True, check=True, env=environment, cwd=ROOT,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_neither_library_nor_rooms_compute_when_they_are_imported() -> None:
    every = [f"ntkbook.{file[:-3].replace('/', '.')}" for file in FILES if file.startswith("chapters/")]
    found = fresh("\n".join(f"import {name.removesuffix('.__init__')}" for name in every))
    assert found["begun"] == []
    assert set(ROOMS) <= rooms_in(set(found["loaded"]))


def test_the_watch_sees_what_begins_while_a_module_is_imported(tmp_path: Path) -> None:
    """A control: a module that computes is reported, whether it draws or adds."""
    (tmp_path / "ntkbook").mkdir()
    for name, line in {
        "draws": "jax.random.normal(jax.random.key(0))",
        "adds": "jax.numpy.ones(2) + 1",
    }.items():
        (tmp_path / "ntkbook" / f"{name}.py").write_text(f"import jax\n{line}\n")
        begun = fresh(f"sys.path.insert(0, {str(tmp_path / 'ntkbook')!r})\nimport {name}")["begun"]
        assert begun
        assert all(f"{name}.py:2" in place for place in begun)


def test_a_number_is_judged_without_loading_what_chapters_measure() -> None:
    loaded = fresh('import ntkbook as nb\nassert nb.check("halve-the-radius", 4).status == "right"')["loaded"]
    assert [name for name in loaded if re.match(r"ntkbook\.chapters\.\w+\.(measure|show)", name)] == []
