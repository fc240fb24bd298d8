"""What is wider than the screen: it wraps, or scrolls and says so, and a formula keeps its number in view."""

import pytest

from tests.browser._chromium import OpenPage
from tests.browser._site import built_pages
from tests.browser._waiting import wait_until

# Every display formula that is cut without a hint, or whose number is not wholly seen, or that is wider than its box
# and not to be scrolled.
CUT = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return new Promise((resolve) => setTimeout(() => document.fonts.ready.then(() => setTimeout(() => {
    const width = document.documentElement.clientWidth;
    const cut = [];
    for (const formula of document.querySelectorAll("main .katex-display")) {
      const box = formula.closest("div.math") ?? formula;
      const said = formula.querySelector("annotation")?.textContent.trim().slice(0, 60);
      const { left, right } = box.getBoundingClientRect();
      if (right > width + 1 || left < -1) cut.push(`beyond the screen: ${said}`);
      const ink = [...formula.querySelectorAll(".base")].map((base) => base.getBoundingClientRect().right);
      const hidden = Math.max(box.scrollWidth - box.clientWidth, ...ink.map((edge) => edge - right));
      if (hidden > 1 && !box.dataset.more?.includes("right")) cut.push(`${hidden} px without a hint: ${said}`);
      const number = box.querySelector(":scope > .eqno")?.getBoundingClientRect();
      if (number && (number.right > right + 1 || number.left < left)) cut.push(`number out of sight: ${said}`);
    }
    for (const table of document.querySelectorAll("main table.table")) {
      const box = table.closest(".pst-scrollable-table-container, .text_html");
      if (!box) cut.push("a table without its box");
      else if (box.scrollWidth > box.clientWidth + 1 && !box.dataset.more) cut.push("a table without a hint");
    }
    resolve(cut);
  }, 50)), 150));
}"""


@pytest.mark.parametrize("page", [page for page in built_pages() if not page.startswith("_modules/")])
def test_nothing_is_cut_without_a_hint(open_page: OpenPage, page: str) -> None:
    watched = open_page(page, width=1280)
    assert watched.page.evaluate(CUT) == []
    watched.page.set_viewport_size({"width": 390, "height": 844})
    watched.page.wait_for_timeout(100)
    assert watched.page.evaluate(CUT) == []


def test_theorem_16_1_is_whole_on_a_desktop(open_page: OpenPage) -> None:
    page = open_page("part-4/generalization.html", width=1280).page
    formulas = page.locator(".admonition.theorem div.math")
    formulas.first.wait_for()
    assert formulas.evaluate_all("(boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth)") == [
        0 for _ in formulas.all()
    ]


def test_a_hint_goes_where_there_is_nothing_more(open_page: OpenPage) -> None:
    page = open_page("index.html", width=390).page
    table = page.locator(".pst-scrollable-table-container:has(table)").first
    assert table.get_attribute("data-more") == "right"
    table.evaluate("(box) => box.scrollTo({ left: box.scrollWidth, behavior: 'instant' })")
    wait_until(
        page,
        "() => document.querySelector('.pst-scrollable-table-container:has(table)').dataset.more === 'left'",
    )
