"""The front-end's parts in Node, each by itself."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.playground._engine import NODE

HERE = Path(__file__).parent


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.js")), ids=lambda file: file.name)
def test_units(file: Path) -> None:
    ran = subprocess.run(
        [NODE, "--test", "--test-reporter=tap", file], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    [passed] = re.findall(r"^# pass (\d+)$", ran.stdout, re.MULTILINE)
    assert int(passed) == len(re.findall(r"^test\(", file.read_text(encoding="utf-8"), re.MULTILINE)) > 0
