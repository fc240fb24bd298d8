"""Ask every address that the built pages and the repository's own texts name.

`python -m bookkit.commands.links HTML_FOLDER`
"""

import re
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bs4 import BeautifulSoup

from bookkit.sources.project import ROOT

WRITTEN = re.compile(r"""https?://[^\s<>"'`)\]]+""")
PATIENCE = 30  # seconds
TRIES = 3
# Somebody is at home and does not talk to robots.
REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}


def addresses(pages: Iterable[Path], texts: Iterable[Path]) -> dict[str, list[str]]:
    """Address without anchor -> the files that name it: links of pages, and whatever texts write out."""
    found: dict[str, set[str]] = {}
    for page in pages:
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for link in soup.select("a[href^=http]"):
            found.setdefault(str(link["href"]).split("#")[0], set()).add(page.name)
    for text in texts:
        for address in WRITTEN.findall(text.read_text(encoding="utf-8")):
            found.setdefault(address.rstrip(".,;:").split("#")[0], set()).add(text.name)
    own = re.compile(r"https?://(127\.0\.0\.1|localhost)")  # where `make serve` shows the book
    return {address: sorted(files) for address, files in sorted(found.items()) if not own.match(address)}


def trouble(address: str, tries: int = TRIES) -> str:
    """What is wrong with an address; nothing if it answers."""
    problem = ""
    for _ in range(tries):
        try:
            with urlopen(Request(address, headers={"User-Agent": "Mozilla/5.0"}), timeout=PATIENCE):
                return ""
        except HTTPError as error:
            if error.code in REFUSALS:
                return ""
            problem = f"{error.code} {error.reason}"
        except (OSError, ValueError) as error:
            problem = str(error)
    return problem


def main(built: Path) -> int:
    """The number of addresses that do not answer."""
    named = addresses(
        built.rglob("*.html"), [*ROOT.glob("*.md"), *ROOT.glob("LICENSE*"), ROOT / "CITATION.cff"]
    )
    with ThreadPoolExecutor(8) as pool:
        dead = {
            address: problem
            for address, problem in zip(named, pool.map(trouble, named), strict=True)
            if problem
        }
    for address, problem in dead.items():
        print(f"{address} ({', '.join(named[address])}): {problem}", file=sys.stderr)
    print(f"{len(named)} addresses asked, {len(dead)} do not answer.")
    return len(dead)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])) > 0)
