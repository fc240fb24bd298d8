"""Do the tests notice a wrong formula? Each of benchmarks/wrong_formulas is perturbed in a copy of the package, and its
tests are run.

python -m benchmarks.mutations [--only NAME ...]

A mutation that the tests do not notice is a hole in them, unless it says why none can; the command fails where one says
nothing, and where fewer than `LEAST` of all are noticed. What they noticed is kept in benchmarks/mutations.json, from
which the page of claims says which formula was seen to matter.
"""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import jaxtyping
import pytest

from benchmarks.report import Table, save
from benchmarks.wrong_formulas import MUTATIONS, Mutation
from bookkit.sources import mutations as record

ROOT = Path(__file__).parent.parent
LEAST = 0.95  # of all mutations, what the tests must notice
# What most tests import, and none of it computes: imported once, in a process from which each run is forked.
IMPORTED_ONCE = ["diffrax", "hypothesis", "jax.numpy", "optax", "scipy.stats", "sklearn.base"]


def apply(mutation: Mutation, package: Path) -> None:
    """The mutation written into a copy of the package; the formula must stand there exactly once."""
    source = (package / mutation.file).read_text(encoding="utf-8")
    found = source.count(mutation.formula)
    if found != 1:
        raise ValueError(
            f"{mutation.name}: the formula stands {found} times in {mutation.file}; expected once."
        )
    (package / mutation.file).write_text(source.replace(mutation.formula, mutation.wrong), encoding="utf-8")


class _Failures:
    """A plugin of pytest that keeps what fails, in a test or before any can run."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.names += [report.nodeid] if report.failed else []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.names += [report.nodeid] if report.failed else []


def _run(folder: str, tests: list[str], results: Connection) -> None:
    """In a process of its own: pytest's exit code in a copy, what failed there, and what was printed."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ["PYTHONPATH"] = folder  # for processes that tests start
    # Shapes are not what is asked here; to check them takes a third of the time.
    jaxtyping.install_import_hook = lambda *_: nullcontext()
    failures = _Failures()
    with Path("printed").open("w", encoding="utf-8") as printed:
        os.dup2(printed.fileno(), 1)
        os.dup2(printed.fileno(), 2)
        code = pytest.main(
            ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", *tests], plugins=[failures]
        )
    results.send((int(code), failures.names, Path("printed").read_text(encoding="utf-8")))


def first_failure(mutation: Mutation | None, tests: list[str]) -> str | None:
    """The first test that fails under the mutation, or without any, file and name; None if all pass."""
    forked = multiprocessing.get_context("forkserver")
    forked.set_forkserver_preload(IMPORTED_ONCE)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("ntkbook", "tests", "book"):
            ignored = shutil.ignore_patterns("node_modules", "__pycache__", "browser")
            shutil.copytree(ROOT / part, copy / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", copy)
        if mutation:
            apply(mutation, copy / "ntkbook")
        receive, send = forked.Pipe(duplex=False)
        process = forked.Process(target=_run, args=(folder, [f"tests/{name}" for name in tests], send))
        process.start()
        send.close()
        try:
            code, failed, printed = receive.recv()
        except EOFError:
            code, failed, printed = -1, [], (copy / "printed").read_text(encoding="utf-8")
        process.join()
    if code not in (0, 1, 2) or (code and not failed):
        raise RuntimeError(f"{mutation.name if mutation else tests}: pytest did not run.\n{printed}")
    return failed[0].partition("[")[0] if failed else None


def seen(mutation: Mutation, test: str) -> record.Mutation:
    """For the record: the mutation was noticed today, on the sources as they are."""
    file = f"ntkbook/{mutation.file}"
    today, sources = datetime.now(UTC).date().isoformat(), record.of_sources(file, mutation.formula, test)
    return record.Mutation(mutation.name, file, mutation.formula, mutation.wrong, test, today, sources)


def table() -> Table:
    """Every mutation with the test that was last seen to notice it, or why none can."""
    known = {each.name: each.test for each in record.read(record.RECORD)}
    rows = [
        (each.name, f"`{each.formula}`", f"`{each.wrong}`", in_words(each, known.get(each.name)))
        for each in MUTATIONS
    ]
    noticed = sum(each.name in known for each in MUTATIONS)
    return Table(
        title="Do the tests notice a wrong formula?",
        setting=f"{len(rows)} formulas, each perturbed in a copy of the package, in which its tests are run.",
        columns=("formula", "in the code", "made", "first test that failed"),
        rows=tuple(rows),
        notes=(f"{noticed} of {len(rows)} were noticed.",),
    )


def in_words(mutation: Mutation, test: str | None) -> str:
    if mutation.survives:
        return f"none can: {mutation.survives}"
    return test.rpartition("::")[2].removeprefix("test_").replace("_", " ") if test else "**nobody**"


def failed(survivors: list[Mutation], of: int = len(MUTATIONS)) -> bool:
    """Whether one survived that says nothing, or more did than may of so many."""
    return any(not each.survives for each in survivors) or of - len(survivors) < LEAST * of


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of mutations; by default all")
    options = parser.parse_args()
    chosen = [each for each in MUTATIONS if not options.only or each.name in options.only]
    # A test that fails in a copy as it is would notice everything.
    broken = first_failure(None, sorted({test for each in chosen for test in each.tests.split()}))
    if broken:
        sys.exit(f"{broken} fails without a mutation.")
    survivors = []
    for mutation in chosen:
        noticed = first_failure(mutation, mutation.tests.split())
        print(mutation.name, "->", noticed, flush=True)
        if noticed:
            record.keep([seen(mutation, noticed)])
        else:
            survivors.append(mutation)
    save(table(), "mutations")
    return int(failed(survivors))


if __name__ == "__main__":
    sys.exit(main())
