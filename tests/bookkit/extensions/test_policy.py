"""The pages keep to the policy that the book is served under; the browser's tests open each of them under it."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.request import urlopen

import pytest

from bookkit.security_policy import HEADER, POLICY
from tests.browser._site import BUILT, serve

DATA = "application/json"  # a <script> of this type holds data, and is never run
ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href")


class Forbidden(HTMLParser):
    """What of a page the policy would stop: scripts and styles in the page itself, and frames."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        inline = tag == "script" and "src" not in given and given.get("type") != DATA
        if inline or tag in ("style", "base", "iframe", "object", "embed"):
            self.found.append(f"<{tag}> in line {self.getpos()[0]}")
        self.found += [f"{name} of <{tag}>" for name in given if name.startswith("on")]
        self.found += [
            f"{name} of <{tag}>: {given[name][:80]}"
            for name in ADDRESSES
            if "".join(given.get(name, "").split()).lower().startswith(("javascript:", "data:text"))
        ]


def forbidden(html: str) -> list[str]:
    parser = Forbidden()
    parser.feed(html)
    return parser.found


def test_no_page_holds_what_the_policy_forbids() -> None:
    pages = list(BUILT.rglob("*.html"))
    assert pages, f"{BUILT} holds no book: run `make book` first (`make test` does)."
    found = {
        page.relative_to(BUILT).as_posix(): forbidden(page.read_text(encoding="utf-8")) for page in pages
    }
    assert {page: what for page, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "html",
    [
        "<p ONCLICK='run()'>", "<script>run()</script>", '<script type="module">run()</script>',
        "<style>p {}</style>", '<a href=" java\nscript:run()">', '<base href="https://elsewhere.org">',
    ],
)  # fmt: skip
def test_what_is_forbidden_is_found(html: str) -> None:
    assert len(forbidden(html)) == 1
    assert forbidden('<script src="own.js"></script><script type="application/json">{}</script>') == []


def test_the_policy_lets_no_text_become_a_program() -> None:
    rules = dict(rule.split(maxsplit=1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["worker-src"] == rules["connect-src"] == "'self'"
    assert "unsafe-eval" not in POLICY
    assert [name for name, sources in rules.items() if "unsafe" in sources] == ["style-src-attr"]
    assert "http" not in POLICY


def test_the_policy_is_served_and_written_for_hosts(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>")
    with serve(tmp_path) as address, urlopen(f"{address}page.html") as reply:
        assert reply.headers[HEADER] == POLICY
        served = dict(reply.headers)
    place, *lines = (BUILT / "_headers").read_text(encoding="utf-8").splitlines()
    written = dict(line.strip().split(": ", 1) for line in lines)
    assert place == "/*"
    assert set(written) == {HEADER, "Access-Control-Allow-Origin"}
    assert written.items() <= served.items()
    assert (BUILT / ".nojekyll").read_bytes() == b""
