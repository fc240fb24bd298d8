"""Execute the chapters side by side into the cache that the build reads.

`python -m bookkit.commands.execute BUILD_FOLDER`

Sphinx would execute one after the other. A chapter whose cells, and all that they compute with, are unchanged is
not executed again; one that fails stops the build, since a failing cell is a claim that is not true.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path
from typing import Any

import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode

from bookkit.commands._compiling import compile_quickly
from bookkit.sources.fingerprint import computing_sources, fingerprint
from bookkit.sources.project import ROOT

BOOK = ROOT / "book"


def cache_folder(build: Path) -> Path:
    """jupyter-cache knows a page by its cells alone, so each state of the computing code has its own cache."""
    return build / ".jupyter_cache" / fingerprint(computing_sources())


def notebooks() -> dict[Path, NotebookNode]:
    """Every page with code cells; those with the most code first, so that both ends finish together."""
    pages = [
        file for file in sorted(BOOK.rglob("*.md")) if not file.relative_to(BOOK).parts[0].startswith("_")
    ]
    texts = {file: file.read_text(encoding="utf-8") for file in pages}
    read = {
        file: read_myst_markdown_notebook(text, add_source_map=True, path=file)
        for file, text in texts.items()
        if is_myst_markdown_notebook(text)
    }
    return dict(sorted(read.items(), key=lambda item: -_lines_of_code(item[1])))


def _lines_of_code(notebook: NotebookNode) -> int:
    return sum(cell.source.count("\n") + 1 for cell in notebook.cells if cell.cell_type == "code")


def _execute(file: Path, notebook: NotebookNode, timeout: int) -> ExecutionResult:
    # which its kernel inherits: a page needs whole grids, and never an old one
    os.environ["NTKBOOK_GRIDS"] = "write"
    return single_nb_execution(
        notebook,
        cwd=str(file.parent),
        timeout=timeout,
        allow_errors=False,
        extra_arguments=["--log-level=ERROR"],  # no warning about the encryption of a connection to oneself
    )


def processors() -> list[int]:
    """Those that this process may run on."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [*range(cpu_count() or 1)]


def _keep_to_one(free: Any) -> None:
    """A page keeps to one processor: the threads of several would wait for each other, for two thirds of the time."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {free.get()})


def side_by_side(at_a_time: int | None = None) -> ProcessPoolExecutor:
    """As many processes as there are processors, or fewer."""
    context = get_context("spawn")  # fresh processes: a fork of one that runs threads, as JAX does, may hang
    free = context.Queue()
    for processor in processors():
        free.put(processor)
    return ProcessPoolExecutor(
        at_a_time or len(processors()), context, initializer=_keep_to_one, initargs=(free,)
    )


def executed(
    pages: dict[Path, NotebookNode], at_a_time: int | None = None
) -> Iterator[tuple[Path, ExecutionResult]]:
    """Each page with what came of it, as soon as it is done."""
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["execute"]["timeout"]
    with side_by_side(at_a_time) as pool:
        running = {pool.submit(_execute, file, notebook, timeout): file for file, notebook in pages.items()}
        for done in as_completed(running):
            yield running[done], done.result()


def opened(folder: Path) -> JupyterCacheAbstract:
    """The cache of a folder; one that was killed while it was being made is made anew."""
    cache = get_cache(folder)
    try:
        cache.list_cache_records()
        cache.get_cache_limit()
    except RuntimeError:
        shutil.rmtree(folder)
        cache = get_cache(folder)
    return cache


def cached(cache: JupyterCacheAbstract, notebook: NotebookNode) -> NotebookNode | None:
    """The page as it was executed before, if it was, and was written to its end."""
    try:
        record: Any = cache.match_cache_notebook(notebook)
        return cache.get_cache_bundle(record.pk).nb
    except (KeyError, OSError, ValueError):
        return None


def main(build: Path) -> int:
    """The number of pages that failed."""
    compile_quickly()
    cache = opened(cache_folder(build))
    failed = 0
    waiting = {file: notebook for file, notebook in notebooks().items() if cached(cache, notebook) is None}
    for file, result in executed(waiting):
        page = file.relative_to(BOOK).with_suffix("")
        if result.err is not None:
            failed += 1
            print(f"{page} failed after {result.time:.0f} s:\n{result.exc_string}", file=sys.stderr)
            continue
        cache.cache_notebook_bundle(
            CacheBundleIn(result.nb, str(file), data={"execution_seconds": result.time}),
            check_validity=False,
            overwrite=True,
        )
        print(f"executed {page} in {result.time:.0f} s", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
