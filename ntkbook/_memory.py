"""In a notebook, memory that is no longer needed goes back to the system: some machines lend 2 GB and no more.

Three things would fill them. JAX keeps the text of every program that it has compiled, which nobody reads again: it is
dropped. The C library keeps what was freed for later: after each cell it returns it, and large arrays at once. And
compiled programs stay, each needed again or not: where a process has become large for its machine, they go as well.
"""

import ctypes
import gc
import os
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import jax

SHARE = 1 / 3  # of the machine's memory; above it, compiled programs go
PROGRAMS = 16  # compiled between two times that texts are dropped
COMPILED = "/jax/core/compile/backend_compile_duration"  # what JAX calls the event
GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # Linux, new and old
LARGE, KEPT = 2**22, 2**23  # bytes of an array that is mapped by itself; freed bytes that may stay
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # glibc's names for them, of malloc.h


def spare(shell: Any) -> None:
    """Have the process behind an IPython shell keep no more memory than it needs.

    Args:
        shell: as `running_shell` finds it; outside of one, nothing is done.
    """
    if shell is None:
        return
    if adjust := _of_glibc("mallopt"):
        adjust(M_MMAP_THRESHOLD, LARGE)
        adjust(M_TRIM_THRESHOLD, KEPT)
    compiled = count(1)

    def after_program(event: str, *_: Any, **__: Any) -> None:
        if event == COMPILED and next(compiled) % PROGRAMS == 0:
            drop_texts()

    def after_cell(*_: Any) -> None:
        with suppress(Exception):  # whatever goes wrong here is no concern of the cell's
            give_back()

    jax.monitoring.register_event_duration_secs_listener(after_program)
    shell.events.register("post_run_cell", after_cell)


def give_back() -> None:
    """Return to the system what was freed, and give up compiled programs where the process is large for its machine."""
    drop_texts()
    trim()
    if held() > SHARE * granted():
        gc.collect()
        jax.clear_caches()
        trim()


def drop_texts() -> None:
    """Forget the programs as text; JAX has no name for this, and one of its own may go."""
    with suppress(ImportError, AttributeError):
        from jax._src import pjit
        from jax._src.interpreters import pxla

        pjit._pjit_lower.cache_clear()
        pxla._cached_lowering_to_hlo.cache_clear()


def trim() -> None:
    """Have the C library return what was freed."""
    if release := _of_glibc("malloc_trim"):
        release(0)


def held() -> int:
    """Bytes of this process that cannot be taken back from it; 0 where the system does not tell."""
    lines = _text("/proc/self/status").splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))


def granted() -> float:
    """Bytes that this process may hold: what Binder says, its group's limit, or all that the machine has."""
    told = [os.environ.get("MEM_LIMIT", ""), *map(_text, GROUPS)]
    limits = [float(limit) for limit in told if limit.strip().isdigit()]
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        limits.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    return min(limits, default=float("inf"))


def _of_glibc(name: str) -> Any:
    """One of its functions; None where the C library is another."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError:
        return ""
