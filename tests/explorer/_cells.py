"""What the cell of each explorer of the book costs: `python -m tests.explorer._cells [EXPLORER]` prints CPU seconds.

All imports are done before; of the first explorer the first use of Matplotlib is counted.
"""

import json
import pkgutil
import sys
import time
from collections.abc import Callable
from importlib import import_module
from inspect import signature

import ntkbook.chapters
from ntkbook.explorer import Explorer, widget


def explorers() -> dict[str, Callable[[], Explorer]]:
    """The functions of the rooms that a page calls without arguments to show an explorer, as `room.function`."""
    rooms = [room.name for room in pkgutil.iter_modules(ntkbook.chapters.__path__) if room.name[0] != "_"]
    found: dict[str, Callable[[], Explorer]] = {}
    for room in rooms:
        package = import_module(f"ntkbook.chapters.{room}")
        if "show" not in {module.name for module in pkgutil.iter_modules(package.__path__)}:
            continue
        show = import_module(f"{package.__name__}.show")
        for name in show.__all__:
            told = signature(getattr(show, name))
            if told.return_annotation is Explorer and not told.parameters:
                found[f"{room}.{name}"] = getattr(show, name)
    return found


def seconds(cell: Callable[[], Explorer]) -> tuple[float, bool]:
    """CPU seconds until all that the page gets is there, and whether that is a whole grid."""
    begin = time.process_time()
    explorer = cell()
    explorer.get_state()
    explorer._repr_mimebundle_()
    return time.process_time() - begin, explorer.whole


if __name__ == "__main__":
    widget.is_watched = lambda: True  # the first explorer carries the drawing library
    asked = {name: cell for name, cell in explorers().items() if name in (sys.argv[1:] or explorers())}
    print(json.dumps({name: seconds(cell) for name, cell in asked.items()}))
