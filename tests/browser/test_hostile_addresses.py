"""Pages opened at hostile addresses, question mark and hash: quiet, legal, and nothing of it is run.

What explorers and playground read of an address is tested without a browser (tests/playground); here is the rest of a
page, which the theme's and the search's scripts read too.
"""

from playwright.sync_api import Browser, expect

from tests.browser._chromium import Watched
from tests.browser._explorers import explorers

SHOWN = next(shown for shown in explorers() if len(shown.spec["axes"]) > 1)
FIRST, SECOND = (f"{SHOWN.spec['name']}.{axis['name']}" for axis in SHOWN.spec["axes"][:2])
SCRIPT = "<img src=x onerror=alert(1)>"
STATES = (
    f"?{FIRST}={SCRIPT}&{SECOND}=NaN#{SCRIPT}",
    f"?{FIRST}=%E0%A4%A&{FIRST}=-1&__proto__={SCRIPT}#%E0%A4%A",
    f"?{SECOND}={'9' * 50_000}#{'a' * 500_000}",
    f"?play.width={SCRIPT}&play.points=zz%00{SCRIPT}&play.seed=1e999#javascript:alert(1)",
    f"?play.points={'a0000' * 10_000}&play.rate=-1#%00\"']&gt;",
    f"?q={SCRIPT}&highlight={SCRIPT}&check_keywords=yes#'\"><script>alert(1)</script>",
    "?q=%22);alert(1)//&q=kernel&area=*#:~:text=*",
)


def test_hostile_addresses_leave_every_kind_of_page_whole(chromium: Browser, site: str) -> None:
    with chromium.new_context(reduced_motion="reduce") as context:
        watched = Watched(context.new_page(), site)
        watched.watch()
        page, asked = watched.page, []
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        for path in (SHOWN.page, "part-4/playground.html", "search.html"):
            for state in STATES:
                page.goto("about:blank")
                page.goto(f"{site}{path}{state}")
                if path == SHOWN.page:
                    expect(SHOWN.on(page).locator(".sentence")).not_to_be_empty()
                elif "playground" in path:
                    expect(page.locator(".ntk-play .sentence")).not_to_be_empty()
                    assert 1 <= page.locator(".ntk-play button.dot").count() <= 40
                elif "q=" in state:
                    expect(
                        page.locator("#search-results .search-summary, #search-results p").first
                    ).not_to_be_empty()
                assert page.locator("img[src=x]").count() == 0
                # Not `failed`: what is still loading when the next address is opened is given up.
                assert (watched.complaints, watched.foreign, asked) == ([], [], []), f"{path}{state[:80]}"
