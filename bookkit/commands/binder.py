"""What Binder's machine has to bear: each chapter from top to bottom, on one processor, through a Jupyter server.

`python -m bookkit.commands.binder` warms each chapter as `.binder/postBuild` does, runs it without and with the
programs that this has compiled, then the two largest at once, prints a table and keeps it where the page on the build
shows it from. It fails where a limit is broken. `… PAGE …` does this for some pages, and keeps nothing.
On Linux; an hour. What was measured before it was stopped is not measured again.
"""

import asyncio
import json
import os
import platform
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

import nbformat

from bookkit.commands._jupyter import running_server
from bookkit.commands._processes import Watch, named, processor_seconds
from bookkit.commands.notebooks import chapters, notebook, published
from bookkit.sources.fingerprint import computing_sources, fingerprint
from bookkit.sources.on_binder import RESULTS, Results, Row, broken, table
from bookkit.sources.project import ROOT

BUILD = ROOT / "_build" / "binder" / fingerprint(computing_sources())
GRANTED = 2 * 2**30  # bytes that a public Binder gives to server and kernels together
ALONE, TOGETHER = 1_500, 2_000  # megabytes: one chapter with its server, two with theirs
SHARE = 0.6  # of the processor time without compiled programs


def cells(page: str) -> list[str]:
    """The code of the published notebook."""
    read = nbformat.reads(notebook(page, published()), as_version=4)
    return [cell.source for cell in read.cells if cell.cell_type == "code"]


def measured(
    pages: list[str], build: Path, processor: int, environment: dict[str, str]
) -> tuple[int, list[float]]:
    """(megabytes at the peak, seconds of each page's kernel); several pages run at once, in one server."""
    binder = {"NTKBOOK_BUILD": str(build), "PYTHONPATH": str(ROOT), "MEM_LIMIT": str(GRANTED)}
    with (
        TemporaryDirectory() as folder,
        running_server(Path(folder), binder | environment, {processor}) as server,
        Watch(server.pid) as watch,
    ):
        kernels = {page: server.start_kernel() for page in pages}

        async def all_at_once() -> None:
            await asyncio.gather(*(server.run(kernel, cells(page)) for page, kernel in kernels.items()))

        asyncio.run(all_at_once())
        seconds = [processor_seconds(named(server.pid, kernel)) for kernel in kernels.values()]
    return round(watch.peak / 1e6), seconds


def warm(page: str, build: Path, processor: int) -> None:
    command = [sys.executable, "-m", "bookkit.commands.warm", str(build), page]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MEM_LIMIT": str(GRANTED)}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        os.sched_setaffinity(process.pid, {processor})
    if process.returncode:
        raise RuntimeError(f"{page} cannot be warmed, so what it takes then cannot be measured")


def row(page: str, processor: int) -> Row:
    """One page's measurements, in a build folder that nothing else warms; those of a command that was stopped count."""
    build = BUILD / page
    kept = build / "row.json"
    if kept.is_file():
        return Row(**json.loads(kept.read_text(encoding="utf-8")))
    warm(page, build, processor)
    cold, (without,) = measured([page], build, processor, {"JAX_ENABLE_COMPILATION_CACHE": "false"})
    known = _programs(build)
    hot, (warmed,) = measured([page], build, processor, {})
    anew = _programs(build) - known
    measurements = Row(page, max(cold, hot), round(without, 1), round(warmed, 1), anew)
    kept.write_text(json.dumps(asdict(measurements)), encoding="utf-8")
    print(
        f"{page}: {cold} MB and {without:.0f} s, warmed {hot} MB and {warmed:.0f} s, "
        f"{measurements.share:.0%}; {anew} programs compiled anew",
        flush=True,
    )
    return measurements


def _programs(build: Path) -> int:
    return len(list(build.glob("compiled/*/*")))


def rows(pages: list[str]) -> list[Row]:
    """As many pages side by side as there are processors, each on one."""
    idle: Queue[int] = Queue()
    for processor in os.sched_getaffinity(0):
        idle.put(processor)

    def on_an_idle_one(page: str) -> Row:
        processor = idle.get()
        try:
            return row(page, processor)
        finally:
            idle.put(processor)

    with ThreadPoolExecutor(idle.qsize()) as pool:
        return list(pool.map(on_an_idle_one, pages))


def both_at_once(two: tuple[str, ...]) -> int:
    """Megabytes of a server with both kernels, on one processor, with what both pages were warmed with."""
    build = BUILD / "both"
    for page in two:
        shutil.copytree(BUILD / page, build, dirs_exist_ok=True)
    return measured(list(two), build, min(os.sched_getaffinity(0)), {})[0]


def main(pages: list[str]) -> int:
    """The number of limits that do not hold."""
    done = tuple(rows(pages or chapters()))
    two = tuple(one.page for one in sorted(done, key=lambda one: -one.memory)[:2])
    setting = (
        f"one processor of a machine with {os.cpu_count()}, {platform.machine()}, "
        f"with JAX {version('jax')} and Python {platform.python_version()}"
    )
    limits = {"alone": ALONE, "together": TOGETHER, "share": SHARE}
    results = Results(setting, limits, done, two, both_at_once(two))
    print(table(results))
    if not pages:
        shutil.rmtree(BUILD)
        RESULTS.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for complaint in broken(results):
        print(complaint, file=sys.stderr)
    return len(broken(results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
