"""The first cell of a notebook: what it installs, when it asks for a restart, and what cells after it then say."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ntkbook  # noqa: F401  (all that the cell compares is then loaded)
from bookkit.commands import _install_cell as cell
from bookkit.commands.notebooks import Published, install_cell, project, write_wheel
from tests._weekly import weekly

HERE = f"3.{sys.version_info[1]}"
STATED = project()["versions"][HERE]


@pytest.fixture(autouse=True)
def importers() -> Iterator[None]:
    """As they were."""
    before = sys.meta_path[:]
    yield
    sys.meta_path[:] = before


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """What pip would be asked for, in an empty folder."""
    asked: list[list[str]] = []
    monkeypatch.setattr(cell, "pip", asked.append)
    monkeypatch.chdir(tmp_path)
    return asked


def prepare(source: str = "", **changed: object) -> None:
    cell.prepare(**(project() | {"source": source} | changed))


def test_where_all_is_there_nothing_is_installed(pip: list, capsys: pytest.CaptureFixture[str]) -> None:
    exec(install_cell(Published()), {})  # the cell as the notebook has it
    assert capsys.readouterr().out.startswith(f"Ready: Python {HERE}, jax ")
    assert pip == []


def test_what_is_missing_is_named_and_installed_without_tensorflow(
    pip: list, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = {"numpy": "1.0", "scipy": "99.1", "jax": "0.1"}
    monkeypatch.setattr(cell, "installed", lambda name: here.get(name, ""))
    monkeypatch.setattr(cell.sys, "modules", {})
    prepare("https://example.org/notebooks/ntkbook.whl")
    resolved, alone, package = pip
    missing = {
        name: wanted for name, wanted in STATED.items() if name not in ("numpy", "scipy", "neural-tangents")
    }
    # What is here may only move up to what was tested, and never down.
    stays = [f"numpy<={STATED['numpy']}", "scipy<=99.1"]
    assert resolved == [f"{name}=={wanted}" for name, wanted in missing.items()] + stays
    assert alone == ["--no-deps", f"neural-tangents=={STATED['neural-tangents']}"]
    assert package == ["--no-deps", "https://example.org/notebooks/ntkbook.whl"]
    said = capsys.readouterr().out
    assert said.startswith("Installing anywidget ")
    assert f", jax {STATED['jax']}, " in said.splitlines()[0]
    assert said.splitlines()[0].endswith(", ntkbook 0.1.0 ...")
    assert f"with what the notebook was tested: anywidget  ({STATED['anywidget']})" in said
    assert f"numpy 1.0 ({STATED['numpy']})" in said


def test_the_wheel_beside_the_notebook_comes_first(
    pip: list, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = project()["wheel"].replace("0.1.0", "9.9.9")
    with pytest.raises(RuntimeError, match=f"{wheel} is nowhere to be found: put it beside this notebook"):
        prepare(wheel=wheel)
    prepare("elsewhere", wheel=wheel)
    (tmp_path / wheel).write_bytes(b"")
    prepare("elsewhere", wheel=wheel)
    (tmp_path / "part-2").mkdir()
    monkeypatch.chdir(tmp_path / "part-2")
    prepare("elsewhere", wheel=wheel)
    assert [asked[1] for asked in pip] == ["elsewhere", wheel, str(Path("..", wheel))]


def test_what_does_not_fit_is_said_with_its_remedy(pip: list) -> None:
    with pytest.raises(RuntimeError, match=r"the notebook runs on 3\.99\. In Colab, choose"):
        prepare(versions={"3.99": {}})
    assert pip == []


def test_a_pip_that_fails_is_quoted() -> None:
    with pytest.raises(
        RuntimeError, match=r"(?s)`pip install --no-index nothing-of-this-name` failed; it needs"
    ):
        cell.pip(["--no-index", "nothing-of-this-name"])


VERSIONS = st.sampled_from(["", "1.26.4", "2.0.2", "2.0.2+cpu", "2.4.6", "2.10.0"])
PACKAGES = st.dictionaries(st.sampled_from(["numpy", "scipy", "jax", "ml-dtypes"]), VERSIONS.filter(bool))


@given(loaded=PACKAGES, installed=PACKAGES)
def test_a_restart_is_asked_for_where_memory_and_disk_differ_and_nowhere_else(
    loaded: dict[str, str], installed: dict[str, str]
) -> None:
    now = {name: installed.get(name, "") for name in loaded}
    differ = {name for name in loaded if loaded[name].removesuffix("+cpu") != now[name].removesuffix("+cpu")}
    changed = cell.outdated(loaded, now)
    assert {*changed} == differ
    if not differ:
        cell.restart(changed)
        return
    with pytest.raises(RuntimeError, match="Please restart: ") as told:
        cell.restart(changed)
    for name in differ:
        old, new = changed[name]
        assert f"{name} {old} is loaded and {new} installed" in str(told.value)
    assert "Runtime > Restart session" in str(told.value)
    assert "Kernel > Restart Kernel" in str(told.value)


@given(found=VERSIONS, wanted=VERSIONS.filter(bool), exactly=st.booleans())
def test_the_table_of_what_is_missing(found: str, wanted: str, exactly: bool) -> None:
    assert cell.is_missing(found, wanted, exactly) == ((not found) or (exactly and found != wanted))
    assert cell.newer("2.10.0", "2.4.6") == cell.newer("2.4.6", "2.10.0") == "2.10.0"


def test_what_is_loaded_is_known_by_the_name_that_pip_has_for_it() -> None:
    import sklearn

    found = cell.loaded(STATED)
    assert found["scikit-learn"] == sklearn.__version__
    assert {"numpy", "jax", "jaxlib", "ml-dtypes"} <= {*found}
    assert cell.outdated(found, {name: cell.installed(name) for name in found}) == {}


def test_cells_after_one_that_failed_say_why(monkeypatch: pytest.MonkeyPatch, pip: list) -> None:
    monkeypatch.setattr(cell, "loaded", lambda tested: {"numpy": "1.0"})
    for name in [name for name in sys.modules if name.partition(".")[0] == "ntkbook"]:
        monkeypatch.delitem(sys.modules, name)
    for _ in range(2):  # the remedy is told again as long as it is not followed
        with pytest.raises(RuntimeError, match=r"Please restart: numpy 1\.0 is loaded"):
            prepare()
        with pytest.raises(
            ImportError, match=r"has not come to its end\. Please restart: numpy 1\.0 is loaded"
        ):
            import ntkbook  # noqa: F401
    monkeypatch.undo()
    monkeypatch.setattr(cell, "pip", pip.append)
    prepare()
    assert not [each for each in sys.meta_path if type(each).__name__ == "NotReady"]


# What Colab has done before the first cell: its own package is there, and numpy is loaded.
COLAB = """
import sys
from types import ModuleType
for name in ("google", "google.colab", "google.colab.output"):
    sys.modules[name] = ModuleType(name)
sys.modules["google.colab"].output = sys.modules["google.colab.output"]
sys.modules["google.colab"].output.enable_custom_widget_manager = lambda: print("widgets are on")
import numpy
"""
CHAPTER = """
import jax
import ntkbook as nb
network = nb.mlp(2, 3, 64)
J = nb.jacobian(network.apply, network.init(jax.random.key(0)), jax.random.normal(jax.random.key(1), (10, 2)))
print("J is", J.shape, J.dtype)
"""


@weekly
def test_on_a_colab_with_an_old_numpy_a_restart_is_asked_for_and_then_a_chapter_runs() -> None:
    """Needs a package index, and a minute: JAX, SciPy and what the book draws with are installed for real."""
    with TemporaryDirectory() as folder:  # not pytest's own, which would keep a gigabyte
        home = Path(folder)
        subprocess.run([sys.executable, "-m", "venv", home / "colab"], check=True)
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV_"))
        } | {"PIP_NO_COMPILE": "1"}

        def python(*arguments: str) -> str:
            done = subprocess.run(
                [home / "colab" / "bin" / "python", *arguments],
                cwd=home,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            return done.stdout

        python("-m", "pip", "install", "--quiet", "numpy==1.26.4" if HERE < "3.13" else "numpy==2.1.3")
        write_wheel(home)
        (home / "session.py").write_text(
            f"{COLAB}\ntry:\n    exec({install_cell(Published())!r}, {{}})\n"
            f"except RuntimeError as error:\n    print(error)\n{CHAPTER}",
            encoding="utf-8",
        )
        first, second = python("session.py"), python("session.py")
    told = rf"Please restart: numpy \S+ is loaded and {STATED['numpy']} installed"
    assert re.match(r"Installing anywidget \S+, .*, ntkbook \S+ \.\.\.$", first, re.MULTILINE), first
    assert re.search(f"^{told}", first, re.MULTILINE), first
    refused = "ImportError: The first cell of this notebook has not come to its end. "
    assert re.search(rf"^{re.escape(refused)}{told}", first, re.MULTILINE), first
    assert second.startswith(f"widgets are on\nReady: Python {HERE}, jax {STATED['jax']}, ")
    assert second.endswith("J is (30, 387) float64\n")
