"""The first cell of a downloaded notebook: it checks versions, and installs what is missing.

The cell is this file's code and a call of `prepare`, so it uses the standard library alone.
"""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def prepare(versions: dict[str, dict[str, str]], exact: list[str], wheel: str, source: str) -> None:
    """Make the cells below run: the `exact` packages must be those of `versions`, of the others any may do."""
    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__name__ != "NotReady"]
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        if here not in versions:
            raise RuntimeError(
                f"This is Python {here}; the notebook runs on {', '.join(versions)}. In Colab, choose another runtime"
                " version (Runtime > Change runtime type); on your own machine, start Jupyter from one of these."
            )
        before = loaded(versions[here])
        install(versions[here], exact, wheel, source)
        restart(outdated(before, {name: installed(name) for name in before}))
    except BaseException as error:
        sys.meta_path.insert(0, NotReady(str(error) or "It was stopped; run it again."))
        raise
    if others := {name: wanted for name, wanted in versions[here].items() if installed(name) != wanted}:
        told = ", ".join(f"{name} {installed(name)} ({wanted})" for name, wanted in others.items())
        remedy = " ".join(f"{name}=={wanted}" for name, wanted in others.items())
        print(f"Here are, and in brackets with what the notebook was tested: {told}.")
        print(f"Should a check below fail, run `%pip install {remedy}`, restart the kernel and begin again.")
    if "google.colab" in sys.modules:  # whose notebooks show no widgets until they are told to
        from google.colab import output  # pyright: ignore[reportMissingImports]

        output.enable_custom_widget_manager()
    print(f"Ready: Python {here}, " + ", ".join(f"{name} {versions[here][name]}" for name in exact) + ".")


def install(tested: dict[str, str], exact: list[str], wheel: str, source: str) -> None:
    """What is missing, at the tested versions; what is here stays unless something new needs it newer."""
    missing = {
        name: wanted for name, wanted in tested.items() if is_missing(installed(name), wanted, name in exact)
    }
    # neural-tangents asks for TensorFlow, 1.9 GB that the book never uses.
    alone = {name: missing.pop(name) for name in ("neural-tangents",) if name in missing}
    own, number = wheel.split("-")[:2]
    if missing or alone or installed(own) != number:
        named = [f"{name} {wanted}" for name, wanted in (missing | alone).items()]
        print(f"Installing {', '.join([*named, f'{own} {number}'])} ...", flush=True)
    if missing:
        stays = {name: wanted for name, wanted in tested.items() if name not in missing | alone}
        limits = [f"{name}<={newer(installed(name), wanted)}" for name, wanted in stays.items()]
        pip([f"{name}=={wanted}" for name, wanted in missing.items()] + limits)
    if alone:
        pip(["--no-deps", *(f"{name}=={wanted}" for name, wanted in alone.items())])
    if installed(own) != number:
        beside = [str(file) for file in (Path(wheel), Path("..", wheel)) if file.is_file()]
        pip(["--no-deps", beside[0] if beside else source or nowhere(wheel)])


def is_missing(found: str, wanted: str, exactly: bool) -> bool:
    return found != wanted and (exactly or not found)


def newer(one: str, other: str) -> str:
    """The higher of two versions."""
    return max(one, other, key=lambda each: [int(digits) for digits in re.findall(r"\d+", each)])


def loaded(tested: dict[str, str]) -> dict[str, str]:
    """Package -> version of what this kernel has imported; of others than the tested if it is what pip says, too."""
    aliases = {"sklearn": "scikit-learn", "PIL": "pillow"}
    found = {}
    for module in [module for module in sys.modules if "." not in module]:
        name, inside = aliases.get(module, module.replace("_", "-")), sys.modules[module]
        if name in tested:
            found[name] = getattr(inside, "__version__", "")
        elif (number := getattr(inside, "__dict__", {}).get("__version__")) == installed(name):
            found[name] = number
    return {name: number for name, number in found.items() if number}


def outdated(loaded: dict[str, str], installed: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Package -> its versions in memory and on the disk, where they differ; builds of one version do not."""
    public = {name: (each.split("+")[0], installed[name].split("+")[0]) for name, each in loaded.items()}
    return {name: (old, new) for name, (old, new) in public.items() if old != new}


def restart(changed: dict[str, tuple[str, str]]) -> None:
    """Two versions of a package in one process do not work together."""
    if changed:
        told = ", ".join(
            f"{name} {old} is loaded and {new} installed" for name, (old, new) in changed.items()
        )
        raise RuntimeError(
            f"Please restart: {told}. In Colab choose Runtime > Restart session, in Jupyter Kernel > Restart Kernel;"
            " then run this cell again. All is installed, so it will take seconds."
        )


class NotReady:
    """Lets later cells say why they cannot run, where they would fail at something obscure."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def find_spec(self, name: str, *_: object) -> None:
        if name.split(".")[0] in ("jax", "ntkbook"):
            raise ImportError(f"The first cell of this notebook has not come to its end. {self.reason}")


def installed(name: str) -> str:
    """The version of a package, or nothing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def pip(arguments: list[str]) -> None:
    """Modules are compiled as they are imported, which most never are: that takes a third of the time."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--progress-bar=off",
        "--no-compile",
    ]
    said = []
    with subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            if found := re.match(r" *Downloading (?:\S*/)?([^-]+)-([^-]+)\S* \((\d.* MB)\)", line):
                print(f"  downloading {found[1]} {found[2]}, {found[3]}", flush=True)
            elif line.startswith("Installing collected packages:"):
                print("  unpacking ...", flush=True)
    if process.returncode:
        raise RuntimeError(
            f"`pip install {' '.join(arguments)}` failed; it needs pip and a network, or a package index that"
            f" pip is set up for. It said:\n{''.join(said)[-2000:]}"
        )


def nowhere(wheel: str) -> str:
    raise RuntimeError(
        f"{wheel} is nowhere to be found: put it beside this notebook (in Colab, drop it into the Files panel)"
        " and run this cell again. It lies in the folder `notebooks` of the built book, from which this file came."
    )
