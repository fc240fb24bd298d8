"""One Node process for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.compute._node import Page


@pytest.fixture(scope="module")
def page_of_ntkbook() -> Iterator[Page]:
    running = Page()
    yield running
    running.stop()
