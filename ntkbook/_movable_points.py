"""Points that a reader of an explorer may move, add, relabel and remove: those given, and texts that stand for others.

A text holds the points one after another, "1.35,0.42,0;-0.4,1.36,1": coordinates to a hundredth, then the class, if
there are classes. It fits into a page's address as it is; front/shared/points.js reads and writes the same.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from ntkbook.errors import InvalidInput

NUMBER = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,2})?")
CLASS = re.compile(r"[0-9]")
Rows = Sequence[Sequence[float]] | Float[np.ndarray, "N d"]
Labels = Sequence[int] | Int[np.ndarray, " N"]


@dataclass(frozen=True)
class MovablePoints:
    """Points as they are given, and what others may take their place.

    Args:
        coordinates: of the points given, one tuple each.
        labels: their classes; none where points have no class.
        classes: the number K; 0 where points have no class.
        box: (low, high) of each coordinate.
        most: how many points there may be.

    Raises:
        InvalidInput: for no point, too many, or one that does not fit the box or the classes.
    """

    coordinates: tuple[tuple[float, ...], ...]
    box: tuple[tuple[float, float], ...]
    labels: tuple[int, ...] = ()
    classes: int = 0
    most: int = 12

    def __post_init__(self) -> None:
        self._read(self.text)

    @classmethod
    def of(
        cls,
        X: Rows,
        box: tuple[tuple[float, float], ...],
        *,
        labels: Labels = (),
        classes: int = 0,
    ) -> "MovablePoints":
        """Of arrays.

        Args:
            X: (N, d) coordinates.
            box: as in the class.
            labels: (N,), as there.
            classes: as there.
        """
        return cls(tuple(tuple(map(float, row)) for row in X), box, tuple(map(int, labels)), classes)

    @cached_property
    def text(self) -> str:
        """Stands for the points given, exactly, though it rounds their coordinates."""
        return self.write(self.coordinates, self.labels)

    def write(self, coordinates: Rows, labels: Labels = ()) -> str:
        """The text of some points.

        Args:
            coordinates: (N, d), rounded to a hundredth.
            labels: (N,) classes, where points have them.
        """
        rows = [[f"{round(float(x), 2) + 0.0:g}" for x in row] for row in coordinates]
        classes = [[str(int(k))] for k in labels] if self.classes else [[]] * len(rows)
        return ";".join(",".join([*row, *label]) for row, label in zip(rows, classes, strict=True))

    def read(self, text: str) -> tuple[Float[np.ndarray, "N d"], Int[np.ndarray, " N"]]:
        """The points that a text stands for: their coordinates, and their classes, 0 where there are none.

        Args:
            text: as write gives it.

        Raises:
            InvalidInput: for a text that is none, no point or too many, or one outside the box.
        """
        if text == self.text:
            return np.array(self.coordinates), np.array(self.labels or [0] * len(self.coordinates))
        return self._read(text)

    def _read(self, text: str) -> tuple[Float[np.ndarray, "N d"], Int[np.ndarray, " N"]]:
        parts = text.split(";")
        if not 1 <= len(parts) <= self.most:
            raise InvalidInput(
                f"points holds {len(parts)} points; give 1 to {self.most}, one after another with ';' between them."
            )
        rows = [self._read_one(part) for part in parts]
        X = np.array([row[: len(self.box)] for row in rows])
        return X, np.array([int(row[-1]) if self.classes else 0 for row in rows])

    def _read_one(self, part: str) -> list[float]:
        numbers, size = part.split(","), len(self.box)
        kinds = [NUMBER] * size + [CLASS] * bool(self.classes)
        if len(numbers) != len(kinds) or not all(
            kind.fullmatch(number) for kind, number in zip(kinds, numbers, strict=True)
        ):
            wanted = f"{size} coordinate{'s' * (size > 1)} to a hundredth" + " and a class" * bool(
                self.classes
            )
            raise InvalidInput(
                f"points has {part[:24]!r} for a point; expected {wanted}, as in {self.text.split(';')[0][:24]!r}."
            )
        row = [float(number) for number in numbers]
        for (low, high), x in zip(self.box, row, strict=False):
            if not low <= x <= high:
                raise InvalidInput(
                    f"points has a point with the coordinate {x:g}; choose it in [{low:g}, {high:g}]."
                )
        if self.classes and row[-1] >= self.classes:
            raise InvalidInput(
                f"points has a point of class {row[-1]:g}; the classes are 0 to {self.classes - 1}."
            )
        return row

    def padded(self, array: Float[np.ndarray, " N"]) -> Float[np.ndarray, " most"]:
        """One number a point, with NaN for the points that there are not, so that no length depends on their number.

        Args:
            array: (N,) of some points.
        """
        return np.concatenate([array, np.full(self.most - len(array), np.nan)])

    def by_class(
        self, X: Float[np.ndarray, "N 2"], labels: Int[np.ndarray, " N"]
    ) -> dict[str, Float[np.ndarray, " most"]]:
        """Coordinates of the points of each class, x0, y0, x1, y1, …, padded; NaN where a point is of another class.

        Args:
            X: (N, 2) points.
            labels: (N,) their classes.
        """
        return {
            f"{axis}{k}": self.padded(np.where(labels == k, X[:, i], np.nan))
            for k in range(self.classes)
            for i, axis in enumerate("xy")
        }
