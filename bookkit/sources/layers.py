"""A layered drawing of what rests on what: rows of boxes, what is used above what uses it, and curves between them.

A row takes the boxes that may stand there and carry the longest chains, so that rows are full and chains are short; a
curve that passes a row goes through a gap between two boxes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Uses = Mapping[str, Sequence[str]]  # a box -> those that it rests on
Rows = list[list[str]]
_SWEEPS = 12


@dataclass(frozen=True)
class Grid:
    """Sizes of a drawing: so many boxes a row at most, of one width, and the gaps between them."""

    columns: int
    width: float
    gap: float
    rise: float  # between rows

    @property
    def breadth(self) -> float:
        return self.columns * self.width + (self.columns + 1) * self.gap


@dataclass(frozen=True)
class Box:
    """x, y: the upper left corner."""

    row: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Curve:
    """From a box to one that rests on it. path: as an SVG path has it."""

    start: str
    end: str
    path: str


@dataclass(frozen=True)
class Drawing:
    boxes: dict[str, Box]
    curves: list[Curve]
    height: float


def draw(uses: Uses, heights: Mapping[str, float], grid: Grid) -> Drawing:
    """The boxes of `uses`, of given heights, in the order of their rows, and a curve for each use."""
    rows = ordered(rows_of(uses, grid.columns), uses)
    boxes: dict[str, Box] = {}
    top = grid.gap
    for number, row in enumerate(rows):
        for label, x in zip(row, _places(len(row), grid), strict=True):
            boxes[label] = Box(number, x, top, heights[label])
        top += max(heights[label] for label in row) + grid.rise
    curves = [
        Curve(used, label, _path(used, label, rows, boxes, grid)) for label in boxes for used in uses[label]
    ]
    return Drawing(boxes, curves, top - grid.rise + grid.gap)


def chains(uses: Uses) -> dict[str, int]:
    """How many steps the longest chain of boxes has that rests on each.

    Raises:
        ValueError: where something rests on itself.
    """
    users = users_of(uses)
    found: dict[str, int] = {}

    def above(label: str, path: tuple[str, ...]) -> int:
        if label in path:
            raise ValueError(f"what rests on itself: {' → '.join((*path[path.index(label) :], label))}")
        if label not in found:
            found[label] = max((above(user, (*path, label)) + 1 for user in users[label]), default=0)
        return found[label]

    return {label: above(label, ()) for label in uses}


def users_of(uses: Uses) -> dict[str, list[str]]:
    """A box -> those that rest on it."""
    return {label: [user for user in uses if label in uses[user]] for label in uses}


def rows_of(uses: Uses, columns: int) -> Rows:
    longest, order = chains(uses), {label: place for place, label in enumerate(uses)}
    waiting, rows = set(uses), Rows()
    while waiting:
        ready = [label for label in waiting if not waiting & set(uses[label])]
        rows.append(sorted(ready, key=lambda label: (-longest[label], order[label]))[:columns])
        waiting -= set(rows[-1])
    return rows


def ordered(rows: Rows, uses: Uses) -> Rows:
    """The same rows, each in the order in which its boxes' neighbours stand, after a few sweeps down and up."""
    users = users_of(uses)
    place = {label: (at + 0.5) / len(row) for row in rows for at, label in enumerate(row)}
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            towards = {label: _mean(place, [*uses[label], *users[label]], place[label]) for label in row}
            row.sort(key=lambda label: towards[label])
            place |= {label: (at + 0.5) / len(row) for at, label in enumerate(row)}
    return rows


def _mean(place: Mapping[str, float], labels: Iterable[str], otherwise: float) -> float:
    found = [place[label] for label in labels]
    return sum(found) / len(found) if found else otherwise


def _places(count: int, grid: Grid) -> list[float]:
    """The left edges of a row's boxes, which is centred."""
    first = (grid.breadth - count * grid.width - (count - 1) * grid.gap) / 2
    return [first + at * (grid.width + grid.gap) for at in range(count)]


def _path(start: str, end: str, rows: Rows, boxes: Mapping[str, Box], grid: Grid) -> str:
    a, b = boxes[start], boxes[end]
    x, y = a.x + grid.width / 2, a.y + a.height
    goal, down = b.x + grid.width / 2, b.y
    said = [f"M{x:.0f} {y:.0f}"]
    for number in range(a.row + 1, b.row):
        row = [boxes[label] for label in rows[number]]
        direct = x + (goal - x) / (b.row - number + 1)
        gap = min(_gaps(row, grid), key=lambda place: abs(place - direct))
        upper, lower = row[0].y, row[0].y + max(box.height for box in row)
        said += [_bend(x, y, gap, upper), f"V{lower:.0f}"]
        x, y = gap, lower
    return " ".join([*said, _bend(x, y, goal, down)])


def _gaps(row: Sequence[Box], grid: Grid) -> list[float]:
    return [row[0].x - grid.gap / 2, *(box.x + grid.width + grid.gap / 2 for box in row)]


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (y + to_y) / 2
    return f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}"
