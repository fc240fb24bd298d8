"""The page's part of ntkbook, in Node."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.playground._engine import Engine


class Page:
    """What pages compute, without a page."""

    def __init__(self) -> None:
        self._node = Engine(Path(__file__).with_name("node.js"))

    def call(self, module: str, name: str, *args: Any) -> Any:
        """A function of a module of front/ntkbook, run to its end."""
        return self._ask("call", module=module, name=name, args=[_plain(each) for each in args])

    def cell(
        self, experiment: str, setting: dict[str, Any], prepared: dict[str, Any] | None = None
    ) -> tuple[dict[str, NDArray[np.float64]], str]:
        """An explorer's arrays and sentence, given what the build has computed of this setting."""
        found = self._ask("cell", experiment=experiment, setting=setting, prepared=_plain(prepared))
        arrays = {name: numbers(array) for name, array in found["arrays"].items()}
        return arrays, found["sentence"]

    def experiments(self) -> list[str]:
        return self._ask("experiments")

    def stop(self) -> None:
        self._node.stop()

    def _ask(self, kind: str, **job: Any) -> Any:
        answer = self._node.ask(kind, **job)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]


def numbers(written: Any) -> NDArray[np.float64]:
    """Numbers as node.js writes them."""
    return np.array([float(each) for each in written])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return np.asarray(value, dtype=float).ravel().tolist() if hasattr(value, "shape") else value
