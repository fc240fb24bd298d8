"""In the tests, every shape that `ntkbook` states is checked at run time."""

import os
from collections.abc import Iterator

import jax
import jaxtyping
import pytest
from hypothesis import settings
from jaxtyping import install_import_hook

import tests._typechecker  # noqa: F401  (the hook looks it up by name)
from bookkit.commands._compiling import compile_quickly

compile_quickly()
install_import_hook("ntkbook", "tests._typechecker.checked")
settings.register_profile("untimed", deadline=None)  # a first example compiles, and a busy machine is slow
settings.load_profile("untimed")
# Parameters that name a browser, a page, or what stands on one.
APART = ("browser", "shown", "shown_once", "page", "on_a_desktop")


def pytest_configure(config: pytest.Config) -> None:
    """Each of pytest-xdist's processes keeps to one processor, for their threads would wait for each other.

    Those beyond the number of processors take what the others leave while they wait for a browser.
    """
    worker = getattr(config, "workerinput", {}).get("workerid", "")
    if worker and hasattr(os, "sched_setaffinity"):
        number, free = int(worker.removeprefix("gw")), sorted(os.sched_getaffinity(0))
        if number < len(free):
            os.sched_setaffinity(0, {free[number]})


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes share the tests file by file, for what one test compiles serves its neighbours.

    The browser's tests, by far the most, need no neighbours: they are shared page by page, and those of other browsers
    one by one.
    """
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        page = next((parameters[name] for name in APART if name in parameters), "")
        group = f"{item.path.name}:{getattr(page, 'page', page)}"
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="module", autouse=True)
def _forget_what_was_compiled() -> Iterator[None]:
    """Compiled functions serve one file. All together they would exceed the memory maps that Linux grants a
    process (vm.max_map_count, 65,530 by default; a flow takes hundreds), and XLA ends in a segmentation fault."""
    yield
    jax.clear_caches()


@pytest.fixture
def as_a_reader() -> Iterator[None]:
    """Without the run-time checks of shapes: a reader meets the library's own messages."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)
