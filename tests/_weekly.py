"""What takes minutes and downloads gigabytes is tried each week, and where NTKBOOK_WEEKLY is set."""

import os

import pytest

THIS_WEEK = "NTKBOOK_WEEKLY" in os.environ
weekly = pytest.mark.skipif(not THIS_WEEK, reason="it is tried each week, and where NTKBOOK_WEEKLY is set")
