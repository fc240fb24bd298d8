"""A folder that cannot be built into is told in words, with a remedy."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bookkit.commands import disk_space


def test_a_folder_with_room_is_made_and_left_empty(tmp_path: Path) -> None:
    assert disk_space.complaint(tmp_path / "new" / "_build") == ""
    assert list((tmp_path / "new" / "_build").iterdir()) == []


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC, errno.EACCES, errno.EDQUOT])
def test_what_refuses_a_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(dir: Path) -> None:  # noqa: A002
        raise OSError(code, os.strerror(code), str(dir))

    monkeypatch.setattr(disk_space, "TemporaryFile", refuse)
    said = disk_space.complaint(tmp_path)
    assert str(tmp_path) in said
    assert os.strerror(code) in said
    assert "ln -s" in said


def test_a_disk_that_is_nearly_full_is_told_before_hours_of_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=7_000_000))
    said = disk_space.complaint(tmp_path)
    assert "7 MB left" in said
    assert str(tmp_path) in said


def test_the_command_speaks_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "_build").write_text("a file stands here")
    run = subprocess.run(
        [sys.executable, "-m", disk_space.__name__, tmp_path / "_build"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "File exists" in run.stderr
    assert "Traceback" not in run.stderr
