"""Chapters are executed side by side, once, and a failing one is told."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_cache import get_cache

from bookkit.commands import execute
from tests.book._sources import EXECUTED

PAGE = (
    EXECUTED
    + """
# A page

```{{code-cell}} python
{code}
```
"""
)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(execute, "BOOK", tmp_path)
    (tmp_path / "right.md").write_text(PAGE.format(code="1 + 1"))
    (tmp_path / "plain.md").write_text("# No code here\n")
    return tmp_path


def test_pages_with_code_are_executed_once(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build = book / "_build"
    assert execute.main(build) == 0
    assert "executed right in" in capfd.readouterr().out
    (record,) = get_cache(execute.cache_folder(build)).list_cache_records()
    assert record.data["execution_seconds"] > 0
    assert execute.main(build) == 0
    assert capfd.readouterr().out == ""


def test_a_page_computes_whole_grids_whatever_is_stored(book: Path) -> None:
    (book / "right.md").write_text(
        PAGE.format(code="import os; assert os.environ['NTKBOOK_GRIDS'] == 'write'")
    )
    assert execute.main(book / "_build") == 0


def test_a_failing_page_is_told_and_not_kept(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (book / "wrong.md").write_text(PAGE.format(code="assert 1 + 1 == 3, 'not so'"))
    build = book / "_build"
    assert execute.main(build) == 1
    said = capfd.readouterr()
    assert "wrong failed after" in said.err
    assert "not so" in said.err
    assert "executed right in" in said.out
    assert len(get_cache(execute.cache_folder(build)).list_cache_records()) == 1


def test_a_cache_that_was_killed_while_it_was_written_is_mended(
    book: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    build = book / "_build"
    folder = execute.cache_folder(build)
    folder.mkdir(parents=True)
    (folder / "global.db").touch()  # made, and killed before its tables were
    assert execute.main(build) == 0
    (written,) = folder.rglob("base.ipynb")
    written.write_text(written.read_text()[:100])
    assert execute.main(build) == 0
    assert capfd.readouterr().out.count("executed right in") == 2
    assert execute.main(build) == 0
    assert capfd.readouterr().out == ""


@pytest.fixture
def all_processors() -> Iterator[int]:
    """How many there are; the tests' own processes keep to one each."""
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    yield len(execute.processors())
    os.sched_setaffinity(0, own)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="a system that lets nobody choose")
def test_each_page_keeps_to_a_processor_of_its_own(book: Path, all_processors: int) -> None:
    if all_processors < 2:
        pytest.skip("a machine with one processor")
    where = "import os, time; time.sleep(5); print(sorted(os.sched_getaffinity(0)))"
    for name in ("one", "two"):
        (book / f"{name}.md").write_text(PAGE.format(code=f"{where}  # {name}"))
    pages = {file: page for file, page in execute.notebooks().items() if file.stem in ("one", "two")}
    said = [result.nb.cells[-1].outputs[0].text for _, result in execute.executed(pages)]
    assert len(set(said)) == 2
    assert all(text.count(",") == 0 for text in said)
