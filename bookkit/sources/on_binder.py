"""What each chapter takes on Binder's machine, as `python -m bookkit.commands.binder` measured it last."""

import json
from dataclasses import dataclass
from pathlib import Path

from bookkit.sources.project import ROOT

RESULTS = ROOT / "book" / "_binder.json"


@dataclass(frozen=True)
class Row:
    """One chapter.

    Args:
        page: which.
        memory: megabytes of server and kernel together at their peak, with compiled programs or without.
        without: seconds of processor time of the kernel, all programs compiled.
        warmed: the same with what postBuild has left.
        anew: programs that it had not left.
    """

    page: str
    memory: int
    without: float
    warmed: float
    anew: int

    @property
    def share(self) -> float:
        return self.warmed / self.without


@dataclass(frozen=True)
class Results:
    """What the table shows.

    Args:
        setting: what was measured on.
        limits: of memory alone and together, and of the share.
        rows: the chapters.
        two: the pages that were open at once.
        together: megabytes of server and both kernels at their peak.
    """

    setting: str
    limits: dict[str, float]
    rows: tuple[Row, ...]
    two: tuple[str, ...]
    together: int

    @property
    def share(self) -> float:
        return sum(row.warmed for row in self.rows) / sum(row.without for row in self.rows)


def read(file: Path = RESULTS) -> Results:
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Results(**kept | {"rows": tuple(Row(**row) for row in kept["rows"]), "two": tuple(kept["two"])})


def broken(results: Results) -> list[str]:
    """The limits that do not hold, in words."""
    alone, together, share = (results.limits[name] for name in ("alone", "together", "share"))
    large = [
        f"{row.page} takes {row.memory} MB, more than {alone}" for row in results.rows if row.memory > alone
    ]
    if results.together > together:
        large.append(f"{' and '.join(results.two)} take {results.together} MB, more than {together}")
    if results.share > share:
        large.append(
            f"with compiled programs chapters take {results.share:.0%} of the time, more than {share:.0%}"
        )
    return large


def table(results: Results) -> str:
    """In Markdown; a link without words shows the page's title."""
    lines = [
        "| Page | Memory | CPU time, nothing warmed | warmed | share |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| [](/{row.page}.md) | {row.memory:,} MB | {row.without:.0f} s | {row.warmed:.0f} s | {row.share:.0%} |"
        for row in results.rows
    ]
    without, warmed = (sum(getattr(row, name) for row in results.rows) for name in ("without", "warmed"))
    largest = max(row.memory for row in results.rows)
    sums = (
        "All pages",
        f"at most {largest:,} MB",
        f"{without:.0f} s",
        f"{warmed:.0f} s",
        f"{results.share:.0%}",
    )
    lines.append("| " + " | ".join(f"**{one}**" for one in sums) + " |")
    both = " and ".join(f"[](/{page}.md)" for page in results.two)
    return "\n".join(
        [*lines, "", f"{both}, run at once: {results.together:,} MB.", f"Measured on {results.setting}."]
    )
