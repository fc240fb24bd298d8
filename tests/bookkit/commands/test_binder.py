"""What the measurement of Binder's machine sees, and what it says of it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bookkit.commands import _processes, binder
from bookkit.commands._jupyter import running_server
from bookkit.sources.on_binder import Results, Row, broken, table

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
LIMITS = {"alone": 1_500, "together": 2_000, "share": 0.6}
ROWS = (Row("index", 700, 50.0, 20.0, 0), Row("build", 900, 10.0, 8.0, 0))
RESULTS = Results("a machine", LIMITS, ROWS, ("build", "index"), 1_400)
# A parent whose child takes 200 MB and computes for a while.
CHILD = """
import time
held = bytes([1]) * 200_000_000
while time.process_time() < 0.8: pass
"""
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}]); input()"


def test_memory_and_time_of_children_are_seen() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE) as parent:
        with _processes.Watch(parent.pid) as watch:
            while len(_processes.family(parent.pid)) == 1:
                pass
            while len(_processes.family(parent.pid)) == 2:
                pass
        assert 200e6 < watch.peak < 260e6
        assert 0.5 <= _processes.processor_seconds(parent.pid) < 5
        parent.communicate(b"\n")
    with pytest.raises(ProcessLookupError, match="has ended"):
        _processes.processor_seconds(parent.pid)


def test_a_process_is_found_by_a_word_of_its_command() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", "a-word"], stdin=subprocess.PIPE) as child:
        assert _processes.named(os.getpid(), "a-word") == child.pid
        with pytest.raises(ProcessLookupError, match="another-word"):
            _processes.named(child.pid, "another-word")
        child.communicate(b"\n")


def test_what_was_measured_before_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    monkeypatch.setattr(binder, "BUILD", tmp_path)
    monkeypatch.setattr(binder, "warm", lambda page, build, _: build.mkdir())
    monkeypatch.setattr(binder, "measured", lambda pages, *_: (measured.extend(pages), (700, [20.0]))[1])
    first = binder.rows(["one"])
    both = binder.rows(["one", "other"])
    assert measured == ["one", "one", "other", "other"]
    assert first == [Row("one", 700, 20.0, 20.0, 0)]
    assert [row.page for row in both] == ["one", "other"]


def finished(running: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: that of the tests has a loop already, once one of them has opened a browser."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, running).result()


def test_cells_run_through_a_server_and_what_one_raises_is_told(tmp_path: Path) -> None:
    file, done = tmp_path / "written", []
    cells = [
        f"import os; open({str(file)!r}, 'w').write(f'{{os.sched_getaffinity(0)}} {{os.environ[\"TOLD\"]}}')",
        "from IPython.display import display; display('shown'); 1 / 0",
        f"open({str(file)!r}, 'w').write('a cell after the error')",
    ]
    home = tmp_path / "home"
    home.mkdir()
    with running_server(home, {"TOLD": "so"}, {0}) as server:
        with pytest.raises(RuntimeError, match="ZeroDivisionError: division by zero, in the cell\n.*1 / 0"):
            finished(server.run(kernel := server.start_kernel(), cells, done.append))
        assert _processes.named(server.pid, kernel) > server.pid
        with pytest.raises(RuntimeError, match="the kernel died"):
            finished(server.run(server.start_kernel(), ["import os; os._exit(1)"]))
    assert file.read_text() == "{0} so"
    assert done == [0]


def test_limits_that_hold_and_those_that_do_not() -> None:
    assert RESULTS.share == pytest.approx(28 / 60)
    assert broken(RESULTS) == []
    wrong = replace(RESULTS, rows=(Row("index", 1_600, 50.0, 40.0, 0),), together=2_100)
    assert broken(wrong) == [
        "index takes 1600 MB, more than 1500",
        "build and index take 2100 MB, more than 2000",
        "with compiled programs chapters take 80% of the time, more than 60%",
    ]


def test_the_table_has_a_row_a_page_and_a_sum() -> None:
    lines = table(RESULTS).splitlines()
    assert lines[2] == "| [](/index.md) | 700 MB | 50 s | 20 s | 40% |"
    assert lines[4] == "| **All pages** | **at most 900 MB** | **60 s** | **28 s** | **47%** |"
    assert "[](/build.md) and [](/index.md), run at once: 1,400 MB." in lines
