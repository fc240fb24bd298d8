"""Execute the chapters side by side into the cache that the build reads: `python execute.py BUILD_FOLDER`.

Sphinx would execute one after the other. A chapter whose cells, and all that they compute with, are unchanged is
not executed again; one that fails stops the build, since a failing cell is a claim that is not true.
"""

import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

import yaml
from fingerprint import ROOT, computing_sources, fingerprint
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbformat import NotebookNode

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
    return single_nb_execution(
        notebook,
        cwd=str(file.parent),
        timeout=timeout,
        allow_errors=False,
        extra_arguments=["--log-level=ERROR"],  # no warning about the encryption of a connection to oneself
    )


def main(build: Path) -> int:
    """The number of pages that failed."""
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["execute"]["timeout"]
    cache = get_cache(cache_folder(build))
    failed = 0
    # fresh processes: a fork of one that runs threads, as JAX does, may hang
    with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
        running = {}
        for file, notebook in notebooks().items():
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                running[pool.submit(_execute, file, notebook, timeout)] = file
        for done in as_completed(running):
            file, result = running[done], done.result()
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
