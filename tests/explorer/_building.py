"""As pages are built: with whole grids."""

import os
from contextlib import AbstractContextManager
from unittest import mock


def building_pages() -> AbstractContextManager[object]:
    return mock.patch.dict(os.environ, {"NTKBOOK_GRIDS": "write"})
