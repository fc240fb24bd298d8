"""The book kept on a reader's device: told its size, asked for, read with the server stopped, renewed, removed."""

import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from bookkit.extensions.offline import LIST, kept
from tests.browser._site import BUILT, Quiet, serve

CHAPTER = "part-2/regularizer.html"


def test_every_page_and_what_it_loads_is_listed() -> None:
    listed = json.loads((BUILT / LIST).read_text(encoding="utf-8"))["files"]
    assert listed == [list(each) for each in kept(BUILT)]
    paths = {path for path, _, _ in listed}
    assert {"index.html", CHAPTER, "search.html", "explorers/playground.html", "_static/start.js"} <= paths
    assert not [path for path in paths if path.startswith(("notebooks/", "_sources/"))]
    assert sum(size for _, size, _ in listed) < 40_000_000


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The book with the files that one chapter and “My book” load, and a list of these: the whole takes longer."""
    book = tmp_path / "book"
    listed = json.loads((BUILT / LIST).read_text(encoding="utf-8"))["files"]
    pages = ("index.html", "my-book.html", CHAPTER)
    named = "".join((BUILT / page).read_text(encoding="utf-8") for page in pages)
    folders = ("_static/slides/", "_static/reveal/", "_static/playground/", "_static/vendor/")

    def loaded(path: str) -> bool:
        file = Path(path)
        return file.suffix not in (".grid", ".svg") or file.name in named

    wanted = [
        each
        for each in listed
        if each[0] in (*pages, "kept.js")
        or (each[0].startswith("_static/") and not each[0].startswith(folders) and loaded(each[0]))
    ]
    for path, _, _ in wanted:
        (book / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(BUILT / path, book / path)
    (book / LIST).write_text(json.dumps({"edition": "one", "files": wanted}), encoding="utf-8")
    return book


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(reduced_motion="reduce", viewport={"width": 390, "height": 844}) as context:
        yield context.new_page()


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    made = ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=folder))
    Thread(target=made.serve_forever, daemon=True).start()
    return made


def test_it_is_read_with_the_server_stopped_renewed_and_removed(page: Page, few: Path) -> None:
    running = server(few)
    site, port = f"http://127.0.0.1:{running.server_port}/", running.server_port
    device = page.locator(".my-device")
    page.goto(f"{site}my-book.html")
    size = sum(each[1] for each in json.loads((few / LIST).read_text())["files"])
    button = device.get_by_role("button", name=f"Keep this book on my device ({size / 1e6:.1f} MB)")
    expect(button).to_be_visible()
    assert page.evaluate("caches.keys()") == []  # nothing before it is asked for
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    (few / CHAPTER).rename(few / "gone")  # a download that is interrupted
    button.click()
    expect(device.get_by_role("status")).to_contain_text("Not all of it has come")
    expect(device).to_contain_text("A part of it is here already.")
    (few / "gone").rename(few / CHAPTER)
    device.get_by_role("button", name=re.compile("^Keep this book")).click()
    expect(device.get_by_role("status")).to_have_text("Done.")
    expect(device).to_contain_text("opens without a network")

    running.shutdown()
    running.server_close()
    page.goto(f"{site}{CHAPTER}?regularizer.n=64")
    explorer = page.locator(".ntk-explorer").first
    explorer.scroll_into_view_if_needed()
    explorer.locator(".main-svg").first.wait_for()
    expect(explorer.get_by_role("slider").first).to_have_attribute("aria-valuetext", "width n = 64")
    page.goto(site)  # the folder's own address
    expect(page.locator("main h1").first).to_be_visible()
    page.goto(f"{site}my-book.html")
    expect(device).to_contain_text("Its host does not answer now")

    edition = json.loads((few / LIST).read_text())
    (few / CHAPTER).write_text(
        (few / CHAPTER).read_text(encoding="utf-8").replace("<h1>", "<h1>Newer: ", 1), encoding="utf-8"
    )
    for each in edition["files"]:
        if each[0] == CHAPTER:
            each[2] = "newer"
    (few / LIST).write_text(json.dumps(edition), encoding="utf-8")
    running = server(few, port)
    page.reload()
    expect(device).to_contain_text("There is a newer edition")
    device.get_by_role("button", name=re.compile(r"^Take the newer edition \(0\.\d MB\)$")).click()
    expect(device).to_contain_text("as new as it is here")
    running.shutdown()
    running.server_close()
    page.goto(f"{site}{CHAPTER}")
    expect(page.locator("main h1").first).to_contain_text("Newer: ")

    page.goto(f"{site}my-book.html")
    device.get_by_role("button", name="Remove it from my device").click()
    expect(device.get_by_role("status")).to_have_text("It is removed.")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_where_nothing_can_be_kept_it_says_so(page: Page) -> None:
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    with serve(BUILT) as site:
        page.goto(f"{site}my-book.html")
        expect(page.locator(".my-device")).to_contain_text("This browser keeps no pages of this site")
        assert page.locator(".my-device button").count() == 0
