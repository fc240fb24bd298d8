"""What a process and its children take of a machine: memory that cannot be taken back from them, and processor time.

Read from /proc, so on Linux.
"""

import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

BETWEEN = 0.02  # seconds between two looks at the memory
SEARCH = 0.5  # seconds between two searches for new children


def family(root: int) -> list[int]:
    """A process, its children, theirs, and so on."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for pid in found:  # which grows
        found += parents.get(pid, [])
    return found


def named(root: int, word: str) -> int:
    """The process among them that was started with this word in its command line."""
    for pid in family(root):
        with suppress(FileNotFoundError, ProcessLookupError):
            if word in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
                return pid
    raise ProcessLookupError(f"no child of process {root} has {word} in its command line")


def unreclaimable(pids: Iterable[int]) -> int:
    """Bytes in memory that no file holds too: what counts where a limit kills."""
    return sum(_resident(pid) for pid in pids)


def processor_seconds(pid: int) -> float:
    """Of a process and of those children of it that have ended."""
    fields = _stat(pid)
    if not fields:
        raise ProcessLookupError(f"process {pid} has ended; ask while it runs")
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on, which is the third; none of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))


class Watch:
    """The most memory that a process and its children held together, as long as the context is open.

    Args:
        root: the process.
    """

    def __init__(self, root: int) -> None:
        self.peak = 0  # bytes
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        pids, searched = family(self._root), time.monotonic()
        while not self._over.wait(BETWEEN):
            if time.monotonic() > searched + SEARCH:
                pids, searched = family(self._root), time.monotonic()
            self.peak = max(self.peak, unreclaimable(pids))
