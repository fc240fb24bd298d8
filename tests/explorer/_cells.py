"""What the cell of each explorer of the book costs: `python -m tests.explorer._cells [NAME]` prints CPU seconds.

All imports are done before; with a name, of that explorer alone, by which the first use of Matplotlib is counted.
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


def cells() -> dict[str, Callable[[], Explorer]]:
    """The functions of the rooms that a page calls without arguments to show an explorer."""
    rooms = [room.name for room in pkgutil.iter_modules(ntkbook.chapters.__path__) if room.name[0] != "_"]
    found: dict[str, Callable[[], Explorer]] = {}
    for room in rooms:
        try:
            show = import_module(f"ntkbook.chapters.{room}.show")
        except ModuleNotFoundError:  # a room without pictures
            continue
        for name in show.__all__:
            function = getattr(show, name)
            if signature(function).return_annotation is Explorer and not signature(function).parameters:
                found[f"{room}.{name}"] = function
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
    asked = {name: cell for name, cell in cells().items() if name in (sys.argv[1:] or cells())}
    print(json.dumps({name: seconds(cell) for name, cell in asked.items()}))
