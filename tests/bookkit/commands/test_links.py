"""The link check tells the living addresses from the dead, at a server of its own."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bookkit.commands import links


class Answers(BaseHTTPRequestHandler):
    """Answers a path that is a number with that status."""

    def do_GET(self) -> None:
        status = int(self.path.strip("/"))
        self.send_response(status)
        if status == 301:
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def test_the_link_check_tells_the_dead_from_the_living(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}"
        problems = {code: links.trouble(f"{site}/{code}") for code in (200, 301, 403, 404, 500)}
        server.shutdown()
    assert [code for code, problem in problems.items() if problem] == [404, 500]
    assert "404" in problems[404]
    assert links.trouble(site, tries=1)  # nobody listens any more
    page, text = tmp_path / "page.html", tmp_path / "README.md"
    page.write_text('<a href="https://one.example/a?b=1&amp;c=2#d">one</a><a href="other.html">here</a>')
    text.write_text(
        "See [two](https://two.example/x), <https://one.example/a?b=1&c=2>; http://127.0.0.1:8000/."
    )
    assert links.addresses([page], [text]) == {
        "https://one.example/a?b=1&c=2": ["README.md", "page.html"],
        "https://two.example/x": ["README.md"],
    }
    monkeypatch.setattr(links, "trouble", lambda address: "gone" if "one." in address else "")
    monkeypatch.setattr(links, "ROOT", tmp_path)
    (tmp_path / "CITATION.cff").write_text("")
    assert links.main(tmp_path) == 1
    told = capsys.readouterr()
    assert "https://one.example/a?b=1&c=2 (README.md, page.html): gone" in told.err
    assert told.out == "2 addresses asked, 1 do not answer.\n"
