"""The page's part of ntkbook, in Node."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tests.playground._engine import Engine

SCRIPT = Path(__file__).with_name("node.js")
Prepared = Iterable[tuple[dict[str, Any], Mapping[str, ArrayLike]]]


class NotInThePageError(RuntimeError):
    """What a page does not compute, in its words."""


class Page:
    """What pages compute, without a page."""

    def __init__(self, script: Path = SCRIPT) -> None:
        self._node = Engine(script)

    def call(self, module: str, name: str, *args: Any) -> Any:
        """A function of a module of front/ntkbook, run to its end."""
        return self._ask("call", module=module, name=name, args=[_plain(each) for each in args])

    def cell(
        self,
        experiment: str,
        setting: dict[str, Any],
        prepared: Prepared = (),
        built: dict[str, Any] | None = None,
    ) -> tuple[dict[str, NDArray[np.float64]], str]:
        """An explorer's arrays and sentence.

        What the build has computed: `prepared`, in single precision, or `built`, the `file` of a grid and its `axes`.
        """
        grid = [(of, {name: _single(array) for name, array in arrays.items()}) for of, arrays in prepared]
        found = self._ask("cell", experiment=experiment, setting=setting, prepared=_plain(grid), built=built)
        arrays = {name: numbers(array) for name, array in found["arrays"].items()}
        return arrays, found["sentence"]

    def longest(self, experiment: str, setting: dict[str, Any], built: dict[str, Any]) -> float:
        """The longest that a computation works without a pause, in milliseconds of the processor."""
        return self._ask("longest", experiment=experiment, setting=setting, built=built)

    def experiments(self) -> list[str]:
        return self._ask("experiments")

    def stop(self) -> None:
        self._node.stop()

    def _ask(self, kind: str, **job: Any) -> Any:
        answer = self._node.ask(kind, **job)
        if error := answer.get("error"):
            raise (NotInThePageError if error.startswith("NotInThePage") else RuntimeError)(error)
        return answer["value"]


def numbers(written: Any) -> NDArray[np.float64]:
    """Numbers as node.js writes them."""
    return np.array([float(each) for each in written])


def _plain(value: Any) -> Any:
    """Arrays as lists, and numbers that JSON cannot hold as the texts that node.js reads."""
    if hasattr(value, "shape"):
        return _plain(np.asarray(value, dtype=float).ravel().tolist())
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, float) and not np.isfinite(value):
        return {"number": "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return value


def _single(array: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(array, dtype=np.float32).astype(float)
