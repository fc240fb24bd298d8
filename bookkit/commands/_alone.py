"""One process at a time works in the build folder; whoever comes second waits, and says for whom.

The system drops the lock with the last process that holds it, however that ends; so nothing is left to clean up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

POLL = 0.2  # seconds

if os.name == "nt":
    import msvcrt

    BEYOND = 1 << 20  # where no text is: other processes cannot read what is locked

    def _locked(file: IO[str]) -> bool:
        """Whether the lock is now ours."""
        file.seek(BEYOND)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore[reportAttributeAccessIssue]
        except OSError:
            return False
        return True

else:
    import fcntl

    def _locked(file: IO[str]) -> bool:
        """Whether the lock is now ours."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.set_inheritable(file.fileno(), True)  # what we start holds it too, if we are killed before it
        return True


@contextmanager
def alone(build: Path, doing: str) -> Iterator[None]:
    """Work in `build` while nobody else does; start processes with `close_fds=False`, that they hold the lock too."""
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("a+", encoding="utf-8") as file:
        if not _locked(file):
            file.seek(0)
            print(
                f"Another process is at work here ({file.read().strip()}); this one waits for it.", flush=True
            )
            while not _locked(file):
                time.sleep(POLL)
        file.truncate(0)
        file.write(f"process {os.getpid()}, {doing}")
        file.flush()
        yield
