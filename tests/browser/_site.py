"""The built book: its pages, and a server for them on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from bookkit.commands.serve import Handler

BUILT = Path(__file__).resolve().parents[2] / "_build" / "html"


class Quiet(Handler):
    """The book's own handler, without a line on every request."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def built_pages() -> list[str]:
    """The paths of all built pages; at least a name to fail under when there are none.

    Of the pages that show a module's source, a hundred of one make, those with the longest name and the most lines.
    """
    paths = (page.relative_to(BUILT) for page in BUILT.rglob("*.html"))
    pages = sorted(
        path.as_posix() for path in paths if not {"_static", "slides", "explorers"} & set(path.parts)
    )
    sources = [page for page in pages if page.startswith("_modules/")]
    shown = (
        {max(sources, key=len), max(sources, key=lambda page: (BUILT / page).stat().st_size)}
        if sources
        else set()
    )
    return [page for page in pages if page in shown or page not in sources] or ["index.html"]


@contextmanager
def serve(folder: Path, handler: Callable[..., Handler] = Quiet) -> Iterator[str]:
    """Serve a folder on a free port of this machine while the context lasts; gives the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
