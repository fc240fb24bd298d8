"""What the cell of each explorer of the book costs: `python -m tests.explorer._cells [EXPLORER]` prints CPU seconds.

All imports are done before; of the first explorer the first use of Matplotlib is counted.
"""

import json
import sys
import time
from collections.abc import Callable

from bookkit.commands.grids import explorers
from ntkbook.explorer import Explorer, widget


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
