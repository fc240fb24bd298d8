"""Two processes share the tests file by file: one by one, each would compile, and open, everything."""

import os

import pytest


def test_a_file_is_one_group(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@test_shared_out.py:")
