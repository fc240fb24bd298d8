"""A line of text that counts what is done; on a page, a widget of its own would be dead."""

import sys
from collections.abc import Iterable, Iterator, Sized
from time import time
from typing import TypeVar

from tqdm import tqdm

from ntkbook._notebook import is_watched

Item = TypeVar("Item")


def progress_bar(
    items: Iterable[Item],
    what: str,
    *,
    total: int | None = None,
    unit: str = "it",
    show: bool = True,
    leave: bool = False,
) -> Iterator[Item]:
    """The items one by one, with a bar whose clock starts at the second, since the first one compiles.

    What works on them works between two of them. `total` is for those who do not know how many they are; `leave`
    says whether the bar stays when all is done, as for one that was asked for.
    """
    bar = tqdm(
        total=len(items) if isinstance(items, Sized) else total,
        desc=what,
        unit=unit,
        leave=leave,
        disable=not show,
        file=sys.stdout if is_watched() else sys.stderr,  # the second would be red in a notebook
    )
    with bar:
        for index, item in enumerate(items):
            yield item
            if index > 0:
                bar.update()
            elif show:
                bar.initial = bar.n = bar.last_print_n = 1
                bar.start_t = bar.last_print_t = time()
                bar.refresh()
