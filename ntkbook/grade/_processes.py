"""Ending a process with all that it has started, on Linux also what has left its group."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen

PATIENCE = 10.0  # seconds for ending what starts processes faster than they can be ended
PR_SET_CHILD_SUBREAPER = 36


@contextmanager
def adopting() -> Iterator[set[int]]:
    """Processes that lose their parent become our children, so that they are found; gives those we have before."""
    _adopt(True)
    try:
        yield _children()
    finally:
        _adopt(False)


def end_all(process: "Popen[bytes]", ours: set[int]) -> bool:
    """End the process, its group, and whatever else is our child but not in `ours`; whether all are gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + PATIENCE
    while orphans := _children() - ours:
        for orphan in orphans:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(orphan, signal.SIGKILL)
                os.waitpid(orphan, 0)
        if time.monotonic() > until:
            return False
    return True


def tasks_of_user(user: int) -> int:
    """How many processes and threads a user has, which is what a limit on them counts."""
    return sum(int(each["Threads"]) for each in _processes() if each["Uid"] == str(user))


def _adopt(on: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def _children() -> set[int]:
    return {int(each["Pid"]) for each in _processes() if each["PPid"] == str(os.getpid())}


def _processes() -> Iterator[dict[str, str]]:
    """What /proc tells of every process, the first word each; without /proc there are none."""
    for file in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has ended meanwhile
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            yield {
                name: (rest.split() or [""])[0] for name, _, rest in (line.partition(":") for line in lines)
            }
