"""What the landing page says of the book beside its mathematics."""

import re

import yaml
from pybtex.database import parse_file, parse_string

from tests.book._sources import BOOK, ROOT, source

PAGE = source("index")


def test_the_book_is_cited_as_its_citation_file_does() -> None:
    found = re.search(r"```bibtex\n(.*?)```", PAGE, re.DOTALL)
    assert found
    cited = parse_string(found[1], "bibtex").entries
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    book = cited["ntkbook2026"]
    assert book.fields["title"] == citation["title"]
    assert [str(person).strip("{}") for person in book.persons["author"]] == [
        author["name"] for author in citation["authors"]
    ]
    written = "".join((ROOT / name).read_text("utf-8") for name in ("LICENSE", "LICENSE-TEXT"))
    assert set(re.findall(r"\(c\) (\d{4})", written)) == {book.fields["year"]}
    paper = parse_file(BOOK / "references.bib").entries["plenk2026"]
    assert cited["plenk2026"] == paper


def test_words_come_before_code_and_the_way_on_before_both() -> None:
    body = PAGE.partition("\n# ")[2]
    assert body.index("An interactive book") < body.index("{front-door}") < body.index("```{code-cell}")
    assert body.index("[Start reading](part-1/initialization)") < body.index("## ")
