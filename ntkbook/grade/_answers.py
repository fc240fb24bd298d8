"""What a notebook answers, found out by running it within bounds. All that comes back is checked for its type."""

import json
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ntkbook.grade._processes import adopting, end_all, tasks_of_user

CHILD = Path(__file__).with_name("_child.py")
READ = 2_000_000  # characters of what the notebook's process may tell
PATIENCE = 4  # times as long by the clock as it may compute: for cells that wait, on a busy machine
TASKS = 512  # processes and threads that it may start
FILE = 64  # MB, the largest file that it may write


@dataclass(frozen=True)
class Bounds:
    """Seconds of computing for all cells and for each, and megabytes of memory.

    Time is that of processors, so that a busy machine judges as an idle one does; cells that wait get several times
    as much by the clock. Memory is of addresses: JAX reserves more than it uses.
    """

    seconds: float = 900
    cell_seconds: float = 300
    memory: int = 8192


@dataclass(frozen=True)
class Answers:
    """given: exercise -> the last answer. troubles: what went wrong, in words."""

    given: dict[str, float | str | None] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()


def answers_of(cells: list[str], bounds: Bounds) -> Answers:
    """Run the cells in a process group of its own, with an empty folder, few variables and bounded means."""
    if not cells:
        return Answers()
    with (
        tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile("w+", encoding="utf-8") as work,
        tempfile.TemporaryFile(
            "w+", encoding="utf-8", errors="replace"
        ) as sheet,  # no name to put another file under
    ):
        limits = {"bounds": _limits(bounds), "cell_seconds": bounds.cell_seconds, "patience": PATIENCE}
        json.dump({"cells": cells, **limits}, work)
        work.seek(0)
        with adopting() as ours:
            process = subprocess.Popen(
                [sys.executable, "-I", "-B", CHILD, str(sheet.fileno())],
                stdin=work,
                stdout=subprocess.DEVNULL,  # what it prints proves nothing
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env=_environment(folder),
                pass_fds=[sheet.fileno()],
                start_new_session=True,
            )
            in_time = True
            try:
                process.wait(PATIENCE * bounds.seconds)
            except subprocess.TimeoutExpired:
                in_time = False
            finally:
                all_gone = end_all(process, ours)
        in_time = in_time and process.returncode != -signal.SIGXCPU
        troubles = [] if in_time else [f"was stopped: it took longer than {bounds.seconds:g} s."]
        troubles += [] if all_gone else ["left processes running that could not be ended."]
        return _read(sheet, process.returncode if in_time else None, troubles)


def _limits(bounds: Bounds) -> dict[str, int]:
    return {
        "RLIMIT_AS": bounds.memory << 20,
        "RLIMIT_CPU": math.ceil(bounds.seconds),
        "RLIMIT_FSIZE": FILE << 20,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": 256,
        **({"RLIMIT_NPROC": tasks_of_user(os.getuid()) + TASKS} if sys.platform == "linux" else {}),
    }


def _environment(folder: str) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "JAX_PLATFORMS": "cpu",
        "MALLOC_ARENA_MAX": "4",  # else every thread reserves addresses, and machines with many cores run out
        "PIP_NO_INDEX": "1",  # a cell that installs packages would change those of the grader
    }


def _read(sheet: IO[str], status: int | None, troubles: list[str]) -> Answers:
    """status: how the process ended by itself, None if it was stopped."""
    sheet.seek(0)
    text = sheet.read(READ)
    given: dict[str, float | str | None] = {}
    cell, ended = 0, False
    for line in text.splitlines():
        match _record(line):
            case {"cell": int(number)}:
                cell = number
            case {"exercise": str(name), "answer": float() | str() | None as answer}:
                given[printable(name)] = printable(answer) if isinstance(answer, str) else answer
            case {"trouble": str(words)}:
                troubles.append(f"cell {cell} {printable(words)}")
            case {"end": True}:
                ended = True
            case _:
                troubles.append(f"cell {cell} wrote something that is not an answer among the answers.")
                break
    if len(text) == READ:
        troubles.append("gave more answers than are read.")
    elif status is None:
        troubles.append(f"the last cell that was begun is cell {cell}.")
    elif not cell:
        troubles.append(f"could not be started ({_how(status)}); is the memory enough?")
    elif not ended:
        troubles.append(f"cell {cell} ended the program ({_how(status)}); later cells were not run.")
    return Answers(given, tuple(troubles))


def _record(line: str) -> Any:
    try:
        return json.loads(line, parse_int=_short_int, parse_constant=lambda _: "not a finite number")
    except (ValueError, RecursionError):
        return None


def _short_int(digits: str) -> int | float:
    return int(digits) if len(digits) < 7 else float(digits)


def printable(text: str) -> str:
    """Without what could steer a terminal, and short."""
    return "".join(character if character.isprintable() else "�" for character in text[:300])


def _how(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    return f"signal {signal.Signals(-status).name}" if -status in set(signal.Signals) else f"signal {-status}"
