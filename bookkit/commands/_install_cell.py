"""The first cell of a downloaded notebook: it checks versions, and installs what is missing.

The cell is this file's code and a call of `prepare`, so it uses the standard library alone.
"""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def prepare(versions: dict[str, dict[str, str]], exact: list[str], wheel: str, source: str) -> None:
    """Make the chapter run: the `exact` packages must be those of `versions`, of the others any may do."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if here not in versions:
        raise RuntimeError(
            f"This is Python {here}; the chapter runs on {', '.join(versions)}. In Colab, choose another runtime"
            " version (Runtime > Change runtime type); on your own machine, start Jupyter from one of these."
        )
    tested = versions[here]
    missing = {
        name: wanted
        for name, wanted in tested.items()
        if installed(name) != wanted and (name in exact or not installed(name))
    }
    stale = [name for name in missing if name.replace("-", "_") in sys.modules]
    # neural-tangents asks for TensorFlow, 1.9 GB that the book never uses.
    alone = [f"{name}=={missing.pop(name)}" for name in ("neural-tangents",) if name in missing]
    if missing:
        pip([f"{name}=={wanted}" for name, wanted in missing.items()])
    if alone:
        pip(["--no-deps", *alone])
    own, number = wheel.split("-")[:2]
    if installed(own) != number:
        beside = [str(file) for file in (Path(wheel), Path("..", wheel)) if file.is_file()]
        pip(["--no-deps", beside[0] if beside else source or nowhere(wheel)])
    for name, wanted in tested.items():
        if installed(name) != wanted:
            print(
                f"{name} {installed(name)} is here; the chapter was tested with {wanted}. If a check below fails,"
                f" run `%pip install {name}=={wanted}`, restart the kernel and begin again."
            )
    if stale:
        raise RuntimeError(
            f"{', '.join(stale)} changed while in use: restart the kernel, and run this cell again."
        )
    if "google.colab" in sys.modules:  # whose notebooks show no widgets until they are told to
        from google.colab import output  # pyright: ignore[reportMissingImports]

        output.enable_custom_widget_manager()
    print(f"Ready: Python {here}, " + ", ".join(f"{name} {tested[name]}" for name in exact) + ".")


def installed(name: str) -> str:
    """The version of a package, or nothing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def pip(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"`pip install {' '.join(arguments)}` failed; it needs pip and a network, or a package index that"
            f" pip is set up for. It said:\n{done.stderr[-2000:]}"
        )


def nowhere(wheel: str) -> str:
    raise RuntimeError(
        f"{wheel} is nowhere to be found: put it beside this notebook (in Colab, drop it into the Files panel)"
        " and run this cell again. It lies in the folder `notebooks` of the built book, from which this file came."
    )
