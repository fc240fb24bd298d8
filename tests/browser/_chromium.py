"""What the tests watch while a page is open in the browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, Route


@dataclass  # not frozen: Playwright keeps a note on the object whose methods listen
class Watched:
    """An open page, with what it asked for and complained of."""

    page: Page
    site: str
    requests: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", self._on_request)
        self.page.on("response", self._on_response)
        self.page.on("requestfailed", self._on_request_failed)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("console", self._on_console)
        self.page.route(self._is_foreign, self._refuse)

    def _is_foreign(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme not in ("data", "blob", "about") and parts.netloc != urlsplit(self.site).netloc

    def _refuse(self, route: Route) -> None:
        self.foreign.append(route.request.url)
        route.abort()

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_request_failed(self, request: Request) -> None:
        # Whoever leaves or reloads a page drops what it still asks for, the icon of its tab, say: that is ABORTED.
        # What is refused, blocked or cut short has other names, and what is missing answers 404.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(f"{request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(f"{response.url}: {response.status}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text}")

    @property
    def troubles(self) -> list[str]:
        """Everything that a page must not do."""
        return [*(f"foreign host: {url}" for url in self.foreign), *self.failed, *self.complaints]


OpenPage = Callable[..., Watched]


@contextmanager
def opening(chromium: Browser, site: str) -> Iterator[OpenPage]:
    """Opens pages of the book by path; they close together."""
    contexts = []

    def open_(path: str, width: int = 1200, theme: str = "light", javascript: bool = True) -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # pyright: ignore[reportArgumentType]
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        watched = Watched(context.new_page(), site)
        watched.watch()
        watched.page.goto(site + path, wait_until="networkidle")
        return watched

    yield open_
    for context in contexts:
        context.close()
