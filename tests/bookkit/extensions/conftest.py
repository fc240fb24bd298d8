"""What tests of extensions share."""

from collections.abc import Iterator

import pytest

from bookkit.extensions.formulas import typesetter


@pytest.fixture
def _typesetter_ends() -> Iterator[None]:
    yield
    process = typesetter()
    process.communicate()
    typesetter.cache_clear()
    assert process.returncode == 0
