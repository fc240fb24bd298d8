"""What programs read of the book: a list of its pages, and chapters as Markdown."""

import json
import re

from bookkit.extensions.machines import as_markdown
from bookkit.sources.toc import chapters, contents
from tests.browser._site import BUILT


def test_a_notebook_is_its_text_and_code_from_its_title_on() -> None:
    kinds = (
        ("markdown", "*Of a book.*"),
        ("code", "install()"),
        ("markdown", "# Title\n\n$x$"),
        ("code", "x = 1\n"),
    )
    cells = [{"cell_type": kind, "source": [source], "outputs": ["2"]} for kind, source in kinds]
    assert as_markdown(json.dumps({"cells": cells})) == "# Title\n\n$x$\n\n```python\nx = 1\n```\n"


def test_every_page_is_listed_and_every_chapter_stands_beside_itself() -> None:
    listed = re.findall(
        r"^- \[.+?\]\((.+?)\)", (BUILT / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    pages = [page for part in contents() for page in part.pages]
    assert [address.rpartition(".")[0] for address in listed] == pages
    assert [address for address in listed if not (BUILT / address).is_file()] == []
    for chapter in chapters():
        text = (BUILT / f"{chapter}.md").read_text(encoding="utf-8")
        assert f"{chapter}.md" in listed
        assert text.startswith("# ")
        assert "```{" not in text  # a directive
