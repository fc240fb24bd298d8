"""A server whose every page says what went wrong in it: for browsers that tell their drivers nothing.

Its pages load one script more, before all others, which the book's policy allows since it comes from the same host.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from tests.browser._site import Quiet, serve

SCRIPT = """'use strict';
globalThis.troubles = [];
addEventListener('error', ({ message, target }) => troubles.push(
  message ? `error: ${message}` : `not loaded: ${target.src ?? target.href}`), true);
addEventListener('unhandledrejection', ({ reason }) => troubles.push(`rejected: ${reason}`));
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
  troubles.push(`against the policy (${effectiveDirective}): ${blockedURI}`));
for (const grave of ['error', 'warn']) {
  console[grave] = (...words) => troubles.push(`console.${grave}: ${words.join(' ')}`);
}
"""


@dataclass(frozen=True)
class Site:
    """Where it is, and what was asked of it in vain."""

    address: str
    missing: list[str] = field(default_factory=list)


class _Watching(Quiet):
    def __init__(self, *args: Any, missing: list[str], **options: Any) -> None:
        self.missing = missing
        super().__init__(*args, **options)

    def send_head(self) -> BytesIO | BinaryIO | None:
        if self.path == "/watch.js":
            return self._sent(SCRIPT.encode(), "text/javascript")
        file = Path(self.translate_path(self.path))
        if file.suffix != ".html" or not file.is_file():
            return super().send_head()
        return self._sent(
            file.read_bytes().replace(b"<head>", b'<head><script src="/watch.js"></script>', 1), "text/html"
        )

    def _sent(self, content: bytes, kind: str) -> BytesIO:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        if int(code) >= HTTPStatus.BAD_REQUEST:
            self.missing.append(f"{self.path}: {int(code)}")


@contextmanager
def watching(folder: Path) -> Iterator[Site]:
    """Serve a folder on a free port of this machine, each page with the script, while the context lasts."""
    missing: list[str] = []
    with serve(folder, partial(_Watching, missing=missing)) as address:
        yield Site(address, missing)
