"""Two builds are compared page by page, by what they computed."""

from pathlib import Path
from typing import Any

import pytest

from bookkit.commands import compare_builds
from tests.bookkit.commands.test_reproducible import executed

BEFORE, AFTER = Path("before"), Path("after")


@pytest.fixture
def _two_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page is as it was, one shows another number, one has gone and one has come."""
    builds: dict[Path, dict[str, Any]] = {
        BEFORE: {"same": executed(), "changed": executed(), "old": executed()},
        AFTER: {"same": executed(view="b"), "changed": executed(value="1.6"), "new": executed()},
    }
    monkeypatch.setattr(compare_builds, "computed", builds.__getitem__)


@pytest.mark.usefixtures("_two_builds")
def test_what_differs_is_told_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare_builds.main(BEFORE, AFTER) == 3
    told = capsys.readouterr().out
    assert "same: no differences" in told
    assert "'1.5' in the build, '1.6' now" in told
    assert told.count("stands in one of the two builds only") == 2


@pytest.mark.usefixtures("_two_builds")
def test_only_the_pages_asked_for_are_compared() -> None:
    assert compare_builds.main(BEFORE, AFTER, "same") == 0
    assert compare_builds.main(BEFORE, AFTER, "same", "changed") == 1


def test_a_page_is_called_as_in_the_contents() -> None:
    assert compare_builds._page(Path("/a/book/here/book/part-2/one-hot.md")) == "part-2/one-hot"


def test_a_folder_without_executed_pages_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="holds no executed pages"):
        compare_builds.computed(tmp_path)
