"""One process at a time: the next one waits for the first and for what that started, even if the first is killed."""

import subprocess
import sys
import time
from pathlib import Path

from tests.book._sources import ROOT

HOLDING = """
import subprocess, sys, time
from pathlib import Path
from bookkit.commands._alone import alone
with alone(Path(sys.argv[1]), "holding on"):
    print("alone", flush=True)
    if seconds := sys.argv[2:]:
        subprocess.run([sys.executable, "-c", f"import time; time.sleep({seconds[0]})"], close_fds=False)
"""


def start(folder: Path, *seconds: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLDING, str(folder), *seconds]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_second_process_waits_until_the_first_and_its_own_are_gone(tmp_path: Path) -> None:
    began = time.monotonic()
    with start(tmp_path / "_build", "3") as first:
        assert first.stdout
        assert first.stdout.readline() == "alone\n"
        with start(tmp_path / "_build") as second:
            assert second.stdout
            said = second.stdout.readline()
            assert (
                said
                == f"Another process is at work here (process {first.pid}, holding on); this one waits for it.\n"
            )
            first.kill()
            assert second.stdout.readline() == "alone\n"
    assert time.monotonic() - began > 3
    assert second.returncode == 0
