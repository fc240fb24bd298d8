"""How pages are shown where they are linked or found."""

import struct
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import yaml
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from bookkit.extensions.social_cards import published
from tests.book._sources import ROOT, toc_pages

BUILT = ROOT / "_build" / "html"
CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
TITLE = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]


def tags(page: Path) -> dict[str, str]:
    """A page's <meta>, by name or property."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8").split("</head>")[0], "html.parser")
    return {
        str(tag.get("name") or tag.get("property")): str(tag.get("content")) for tag in soup.select("meta")
    }


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_every_page_says_what_it_is_and_has_a_card_of_its_own() -> None:
    told = {page: tags(BUILT / f"{page}.html") for page in toc_pages()}
    for page, tag in told.items():
        assert tag["og:site_name"] == TITLE, page
        assert tag["og:title"] in (BUILT / f"{page}.html").read_text(encoding="utf-8").split("</title>")[0]
        assert tag["description"] == tag["og:description"]
        assert 40 <= len(tag["description"]) <= 242, page
        assert not set("\\$<>\n\u200b") & set(tag["description"]), page
        card = (BUILT / f"{page}.html").parent / tag["og:image"]
        assert (
            size_of(card.read_bytes())
            == (int(tag["og:image:width"]), int(tag["og:image:height"]))
            == (1200, 630)
        )
        assert card.stat().st_size < 150_000
        assert "og:url" not in tag  # nobody knows yet where the site will be
        assert tag["citation_title"] == (TITLE if page == "index" else tag["og:title"])
        assert (tag.get("citation_inbook_title") == TITLE) == (page != "index")
        assert tag["citation_author"] == "; ".join(author["name"] for author in CITED["authors"])
        assert tag["citation_publication_date"].startswith(str(CITED["preferred-citation"]["year"]))
        assert not {"citation_public_url", "citation_pdf_url", "citation_publisher"} & tag.keys()
    names = [Path(tag["og:image"]).name for tag in told.values()]
    assert sorted(names) == sorted(file.name for file in (BUILT / "_static" / "cards").iterdir())
    assert len({tag["description"] for tag in told.values()}) == len(told)
    assert not (BUILT / "sitemap.xml").exists()
    # one way in: the theme's, on every page
    for page in toc_pages():
        assert (BUILT / f"{page}.html").read_text(encoding="utf-8").count('name="q"') == 1, page


def build(folder: Path, address: str) -> Path:
    source, out = folder / "source", folder / "out"
    (source / "part").mkdir(parents=True, exist_ok=True)
    (source / "index.md").write_text(
        "# A & B\n\nShort. This one has $x < 1$ & more to say, so that it is long enough.\n\n"
        "```{toctree}\npart/page\n```\n"
    )
    (source / "part" / "page.md").write_text("# A page\n\n" + "word " * 100 + "\n")
    settings = {
        "extensions": ["myst_parser", "bookkit.extensions.social_cards", "bookkit.extensions.site_map"],
        "source_suffix": {".md": "markdown"},  # Sphinx would write it into a default that other builds share
        "html_baseurl": address,
        "html_title": "Book",
    }
    Sphinx(source, None, out, folder / "doctrees", "html", settings, status=None, warning=None).build()
    return out


def test_at_a_known_address_there_are_full_links_and_a_site_map(tmp_path: Path) -> None:
    site = "https://book.example/ntk"
    out = build(tmp_path, site)
    index, page = tags(out / "index.html"), tags(out / "part" / "page.html")
    assert index["og:title"] == "A & B"
    assert index["description"].startswith("Short. This one has ")
    assert index["og:url"] == index["citation_public_url"] == f"{site}/index.html"
    assert page["og:image"].startswith(f"{site}/_static/cards/")
    assert len(page["description"]) <= 242
    assert page["description"].endswith("word …")
    assert f'<link rel="canonical" href="{site}/part/page.html"' in (out / "part" / "page.html").read_text()
    places = [place.text for place in ET.parse(out / "sitemap.xml").iter() if place.tag.endswith("loc")]
    assert places == [f"{site}/index.html", f"{site}/part/page.html"]
    assert f"Sitemap: {site}/sitemap.xml" in (out / "robots.txt").read_text()
    before = sorted((out / "_static" / "cards").iterdir())
    (out / "_static" / "cards" / "stale.png").touch()
    build(tmp_path, "")
    assert sorted((out / "_static" / "cards").iterdir()) == before  # the same words, the same bytes
    assert tags(out / "part" / "page.html")["og:image"] == f"../_static/cards/{Path(page['og:image']).name}"
    assert not (out / "sitemap.xml").exists()
    assert not (out / "robots.txt").exists()


def test_the_day_of_publication_is_the_releases_and_never_todays() -> None:
    """YAML reads a day as a date, or, in quotes, as a text."""
    unreleased = {"preferred-citation": {"year": 2026}}
    assert published(unreleased) == "2026"
    for day in ("2027-01-31", date(2027, 1, 31)):
        assert published(unreleased | {"date-released": day}) == "2027/01/31"
