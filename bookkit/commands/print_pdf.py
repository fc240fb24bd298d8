"""Print the whole book with a browser: `python -m bookkit.commands.print_pdf HTML_FOLDER PDF`.

It is printed twice: the first time tells on which sheets the pages begin, the second one has them in its contents.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from bookkit.chromium import FLAGS, REMEDY, find_chromium
from bookkit.commands._print_html import name, whole
from bookkit.sources.toc import Part, contents

TEXT_WIDTH = 627  # CSS pixels: A4 less the margins that print_html.css sets
PATIENCE = 600_000  # milliseconds
# On paper nothing scrolls: what is wider than its place is made smaller.
FIT = """() => {
  for (const wide of document.querySelectorAll(".sheet :is(div.math, .pst-scrollable-table-container, table, pre)")) {
    if (wide.scrollWidth > wide.clientWidth + 1) wide.style.zoom = wide.clientWidth / wide.scrollWidth;
  }
}"""


def paper(browser: Browser) -> Page:
    """A browser's page that lays out as its print will."""
    page = browser.new_page(viewport={"width": TEXT_WIDTH, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.emulate_media(media="print", color_scheme="light", reduced_motion="reduce")
    return page


def lay_out(page: Page, html: str, source: Path) -> None:
    """Show the document, which is kept in a file for as long."""
    source.write_text(html, encoding="utf-8")
    page.goto(source.resolve().as_uri(), wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(FIT)


def sheets(pdf: Path, parts: Sequence[Part]) -> dict[str, int]:
    """On which sheet each page begins, counted from one."""
    reader = PdfReader(pdf)
    places = {place.lstrip("/"): where for place, where in reader.named_destinations.items()}
    names = [name(page) for part in parts for page in part.pages]
    return {each: (reader.get_destination_page_number(places[each]) or 0) + 1 for each in names}


def print_book(browser: Browser, built: Path, parts: Sequence[Part], pdf: Path) -> None:
    """Write the PDF of these pages."""
    pdf.parent.mkdir(parents=True, exist_ok=True)
    source = pdf.with_suffix(".html")
    page = paper(browser)
    numbers: dict[str, int] = {}
    for _ in range(2):
        lay_out(page, whole(built, parts, numbers), source)
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
        numbers = sheets(pdf, parts)
    page.close()
    source.unlink()


def main(built: Path, pdf: Path) -> None:
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            sys.exit(REMEDY)
        with playwright.chromium.launch(executable_path=executable, args=list(FLAGS)) as browser:
            print_book(browser, built, contents(), pdf)
    print(f"The printed book is {pdf}.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
