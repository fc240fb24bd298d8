"""Execute pages once more and compare with what the build executed.

`python -m bookkit.commands.reproducible BUILD_FOLDER [PAGE...]`

Numbers must agree to 1e-12, grids and pictures byte for byte, and all other words exactly. Grids are computed
anew, as the build does, and never read from where they are stored. For all pages it takes as
long as a cold build, so it runs each week and not with the tests.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from nbformat import NotebookNode

from bookkit.commands._compiling import compile_quickly
from bookkit.commands.execute import BOOK, cache_folder, cached, executed, notebooks, opened

TOLERANCE = 1e-12
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
# Cells that show wall times, or what a monitor sees within a share of them, and say so: page -> what their code holds.
TIMED = {"part-4/monitoring": "print(monitor.report())"}
# It names a model by chance; the models are compared themselves.
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
BYTE_FOR_BYTE = ("grid", "still", "png", "svg")


def same(kind: str, first: str, second: str) -> bool:
    """Whether two outputs differ by nothing but the last digits of their numbers, or not at all for pictures."""
    if first == second or kind.endswith(BYTE_FOR_BYTE) or NUMBER.split(first) != NUMBER.split(second):
        return first == second
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (first, second)]
    return np.allclose(numbers[0], numbers[1], rtol=TOLERANCE, atol=TOLERANCE)


def shown(page: str, notebook: NotebookNode) -> dict[str, str]:
    """All that a page computed, by where it stands and what it is."""
    found = {}
    code = (cell for cell in notebook.cells if cell.cell_type == "code")  # a cache keeps no others
    for number, cell in enumerate(code):
        if page in TIMED and TIMED[page] in cell.source:
            continue
        outputs = cell.get("outputs", ())
        # In how many pieces a stream comes is chance, and the book shows nothing of stderr: progress bars.
        found[f"cell {number}, stdout"] = "".join(
            output.text for output in outputs if output.get("name") == "stdout"
        )
        for place, output in enumerate(output for output in outputs if "data" in output):
            data = {kind: str(content) for kind, content in output.data.items() if kind != VIEW}
            found |= {f"cell {number}, output {place}, {kind}": content for kind, content in data.items()}
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for model in models.values():
        if "spec" in (state := model["state"]):
            where = f"explorer {state['spec']['name']} “{state['spec']['title']}”"
            # Where the code lies that computes it is not shown, and may move.
            spec = {
                name: value for name, value in state["spec"].items() if name not in {"compute", "describe"}
            }
            found[f"{where}, spec"] = json.dumps(spec, sort_keys=True)
            found |= {f"{where}, {i}. still": still for i, still in enumerate(state["stills"])}
            found |= {f"{where}, {'.'.join(each['path'])}": each["data"] for each in model["buffers"]}
    return found


def differences(page: str, first: NotebookNode, second: NotebookNode) -> Iterator[str]:
    before, after = shown(page, first), shown(page, second)
    for kind in sorted(before.keys() | after.keys()):
        pair = before.get(kind, "nothing"), after.get(kind, "nothing")
        if not same(kind, *pair):
            yield f"{page}, {kind}: {pair[0][:200]!r} in the build, {pair[1][:200]!r} now"


def main(build: Path, *asked: str) -> int:
    """The number of differences."""
    cache = opened(cache_folder(build))
    pages = {
        file: notebook
        for file, notebook in notebooks().items()
        if not asked or file.relative_to(BOOK).with_suffix("").as_posix() in asked
    }
    found = {file: cached(cache, notebook) for file, notebook in pages.items()}
    built = {file: notebook for file, notebook in found.items() if notebook is not None}
    if unknown := [str(file.relative_to(BOOK)) for file in pages if file not in built]:
        sys.exit(f"{build} does not hold {', '.join(unknown)} as it is now; run `make book` first.")
    compile_quickly()
    told = 0
    for file, result in executed(pages):
        page = file.relative_to(BOOK).with_suffix("").as_posix()
        failed = [f"{page} failed:\n{result.exc_string}"] if result.err else []
        what = failed or list(differences(page, built[file], result.nb))
        print(f"{page}: {len(what) or 'no'} differences", *what, sep="\n  ", flush=True)
        told += len(what)
    return told


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]) > 0)
