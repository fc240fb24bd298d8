"""The page on the build shows every page's time, under its title, linked."""

import re
from pathlib import Path

from sphinx.application import Sphinx

from tests.book.test_execute import PAGE


def test_times_are_shown_with_titles_links_and_sum(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text(
        "# Book\n\n```{toctree}\nslow\nplain\n```\n\n```{execution-times}\n```\n"
    )
    (source / "slow.md").write_text(
        PAGE.format(code="import time; time.sleep(1.2)").replace("A page", "A slow page")
    )
    (source / "plain.md").write_text("# No code\n")
    settings = {"extensions": ["myst_nb", "execution_times"], "nb_execution_mode": "force"}
    app = Sphinx(source, None, out, tmp_path / "doctrees", "html", settings, status=None, warning=None)
    app.build()
    html = (out / "index.html").read_text()
    table = html[html.index("<table") : html.index("</table>")]
    assert re.search(r'<a class="reference internal" href="slow.html">A slow page</a>', table)
    assert "No code" not in table
    assert int(re.search(r"(\d+) s</p>", table)[1]) >= 1
    assert "All pages" in table
    assert "jax 0." in html
