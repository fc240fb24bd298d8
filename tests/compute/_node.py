"""The page's part of ntkbook, in Node."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.playground._engine import Engine

SCRIPT = Path(__file__).with_name("node.js")


class NotInThePageError(Exception):
    """What a page does not compute, in its words."""


class Page:
    """What pages compute, without a page."""

    def __init__(self, script: Path = SCRIPT) -> None:
        self._node = Engine(script)

    def call(self, module: str, name: str, *args: Any) -> Any:
        """A function of a module of front/ntkbook, run to its end."""
        return self._ask("call", module=module, name=name, args=[_plain(each) for each in args])

    def cell(
        self, experiment: str, setting: dict[str, Any], built: dict[str, Any] | None = None
    ) -> tuple[dict[str, NDArray[np.float64]], str]:
        """An explorer's arrays and sentence. built: the `file` of its grid and its `axes`, for what needs them."""
        found = self._ask("cell", experiment=experiment, setting=setting, built=built)
        arrays = {name: numbers(array) for name, array in found["arrays"].items()}
        return arrays, found["sentence"]

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
    return np.asarray(value, dtype=float).ravel().tolist() if hasattr(value, "shape") else value
