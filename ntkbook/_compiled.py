"""Compiled programs, kept on disk: build and tests of one checkout compile each of them once, and so do notebooks.

JAX's own cache of files is not safe where a process is killed as it writes, and to bound it JAX looks at every file
for each that it adds. Here a file appears whole or not at all, and the folder is bounded once a process.
"""

import os
import platform
from hashlib import sha256
from pathlib import Path
from typing import Any

import jax

from ntkbook._build_folder import last_changed, write_whole

LIMIT = 2**30  # bytes; then the programs that have not been used for the longest time go


def keep_in(folder: Path) -> None:
    """From now on, in programs for this machine's processor; nothing happens if JAX has no such cache any more."""
    try:
        from jax._src import compilation_cache
        from jax._src.lru_cache import LRUCache
    except ImportError:
        return

    class WholeFiles(LRUCache):
        """JAX's cache, whose files appear whole, by renaming."""

        def file(self, key: str) -> Path:
            return Path(self.path, f"{key}-cache")  # `self.path` may be another library's kind of path

        def get(self, key: str) -> bytes | None:
            try:
                value = self.file(key).read_bytes()
                os.utime(self.file(key))  # seen in `bound`
            except FileNotFoundError:
                return None
            return value

        def put(self, key: str, value: bytes) -> None:
            write_whole(self.file(key), value)

    own, elsewhere = str(folder / processor()), compilation_cache.get_file_cache

    def file_cache(path: str) -> Any:
        if path != own:  # JAX was told of another folder since
            return elsewhere(path)
        cache = WholeFiles(path, max_size=-1)
        bound(Path(path), LIMIT)
        return cache, path

    compilation_cache.get_file_cache = file_cache
    jax.config.update("jax_compilation_cache_dir", own)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


def bound(folder: Path, limit: int) -> None:
    """Remove what was used least recently, until no more than `limit` bytes are left."""
    kept = 0
    for file in sorted(folder.iterdir(), key=last_changed, reverse=True):
        try:
            kept += file.stat().st_size
            if kept > limit:
                file.unlink()
        except FileNotFoundError:  # another process was faster
            continue


def processor() -> str:
    """A name of what programs are compiled for: one that uses instructions which another processor lacks ends there."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = [platform.processor()]
    features = sorted({line for line in lines if line.startswith(("flags", "Features", "model name"))})
    return sha256("\n".join([platform.machine(), *features]).encode()).hexdigest()[:16]
