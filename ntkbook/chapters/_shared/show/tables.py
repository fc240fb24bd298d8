"""Tables that are computed, as a page shows them and as a terminal does."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Table:
    """A table that is computed, for a page and for a terminal.

    Args:
        head: the titles of the columns.
        rows: as many entries each.
        caption: what the table says.

    Raises:
        ValueError: for rows of another length than the head.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str

    def __post_init__(self) -> None:
        lengths = {len(row) for row in self.rows}
        if lengths != {len(self.head)}:
            raise ValueError(f"rows have {sorted(lengths)} entries; expected {len(self.head)}, one a column")

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in (self.head, *self.rows)]
        return "\n".join([self.caption, *lines])

    def _repr_html_(self) -> str:
        head = _cells("th", self.head, ' scope="col"')
        body = "".join(
            f'<tr><th scope="row">{escape(row[0])}</th>{_cells("td", row[1:])}</tr>' for row in self.rows
        )
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f'<table class="table">{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cells(tag: str, entries: Sequence[str], attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>{escape(entry)}</{tag}>" for entry in entries)
