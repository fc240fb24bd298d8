"""The map of claims in a real browser: walked by keyboard along its curves, said in words, and whole on a phone."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from bookkit.sources.statements import statements
from tests.browser._chromium import OpenPage
from tests.browser._waiting import wait_until


def at(page: Page) -> str:
    """The label of the box that has the focus."""
    return page.evaluate("document.activeElement.id.replace('map-', '')")


def test_the_map_is_walked_by_keyboard(open_page: OpenPage) -> None:
    watched = open_page("map.html", width=1280)
    page = watched.page
    boxes = page.locator("svg.claim-map a")
    order = [identity.removeprefix("map-") for identity in boxes.evaluate_all("all => all.map((a) => a.id)")]
    assert sorted(order) == sorted(statements())
    boxes.first.focus()
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.matches('.page-card')"):  # it scrolls, so it comes between
        page.keyboard.press("Tab")
    assert at(page) == order[1]

    uses = {label: set(each.uses) for label, each in statements().items()}
    page.locator("#map-theorem-b").focus()
    page.keyboard.press("ArrowUp")
    first = at(page)
    assert first in uses["theorem-b"]
    page.keyboard.press("ArrowRight")
    second = at(page)
    assert second != first
    assert second in uses["theorem-b"]
    page.keyboard.press("ArrowDown")
    assert second in uses[at(page)]

    page.locator("#map-theorem-b").focus()
    touched = page.locator("svg.claim-map .curves path.on")
    ends = touched.evaluate_all("all => all.map((curve) => `${curve.dataset.from} ${curve.dataset.to}`)")
    expected = {f"{used} theorem-b" for used in uses["theorem-b"]}
    expected |= {f"theorem-b {label}" for label, each in uses.items() if "theorem-b" in each}
    assert sorted(ends) == sorted(expected)
    ring = "getComputedStyle(document.querySelector('#map-theorem-b rect')).strokeWidth"
    assert page.evaluate(ring) == "4px"

    page.keyboard.press("Enter")
    page.wait_for_url("**/part-2/regularizer.html#theorem-b")
    assert watched.troubles == []


def test_a_box_says_its_state_in_words_and_no_word_leaves_it(open_page: OpenPage) -> None:
    page = open_page("map.html", width=1280).page
    box = page.locator("#map-theorem-b")
    said = box.get_attribute("aria-label") or ""
    assert said.startswith("Theorem B: a regularizer around the initialization. Proven, asserted, mutated.")
    assert "Rests on Jacobian lemma, What laziness buys." in said
    expect(box.locator("path")).to_have_count(3)
    expect(page.locator("#map-lazy path")).to_have_count(0)  # a definition that nothing checks
    wide = page.evaluate(
        """() => [...document.querySelectorAll("svg.claim-map a")].filter((a) => {
            const edge = a.querySelector("rect").getBoundingClientRect().right;
            return [...a.querySelectorAll("text")].some((text) => text.getBoundingClientRect().right > edge);
        }).map((a) => a.id)"""
    )
    assert wide == []


def test_on_a_phone_the_map_moves_sideways_and_says_so(open_page: OpenPage) -> None:
    watched = open_page("map.html", width=390, theme="dark")
    page = watched.page
    expect(page.locator(".sideways")).to_be_visible()
    scrolled = page.locator(".sideways-scroll")
    assert scrolled.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    assert scrolled.get_attribute("tabindex") == "0"
    page.locator("#map-theorem-e").focus()  # it stands at the right edge
    wait_until(page, "() => document.querySelector('.sideways-scroll').scrollLeft > 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watched.troubles == []


def test_beneath_a_theorem_four_links_lead_to_what_holds_it(open_page: OpenPage) -> None:
    page = open_page("part-2/regularizer.html", width=1280).page
    links = page.locator("#theorem-b + p.held-by a")
    anchors = [urlsplit(address).fragment for address in links.evaluate_all("all => all.map((a) => a.href)")]
    assert anchors == [
        "claim-theorem-b-code",
        "claim-theorem-b-checks",
        "see",
        "claim-theorem-b-mutations",
    ]
    links.first.click()
    page.wait_for_url("**/claims.html#claim-theorem-b-code")
    entry = page.locator("#claim-theorem-b")
    expect(entry).to_contain_text("jnp.sqrt(2 * V0 / jnp.asarray(lam))")
    fold = entry.locator("details", has_text="radii by hand")
    expect(fold.locator(".highlight")).to_be_hidden()
    fold.locator("summary").click()
    expect(fold.locator(".highlight")).to_contain_text("def test_radii_by_hand")
    entry.get_by_role("link", name="cell 1 (part 1)").first.click()
    page.wait_for_url("**/part-2/regularizer.html#asserted-1")
    expect(page.locator("#asserted-1")).to_contain_text("Theorem B, part 1")
