"""What the playground's modules promise each other, in Node, without a page or a worker: the *.test.js beside this."""

from pathlib import Path
from subprocess import run

import pytest

from tests.playground._engine import NODE

TESTS = sorted(Path(__file__).parent.glob("*.test.js"))


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.removesuffix(".test.js"))
def test_in_node(file: Path) -> None:
    found = run([NODE, "--test", "--test-reporter=tap", file], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "# pass 0" not in found.stdout
