"""Small marks of a page, where the themes below would set others."""

from tests.browser._chromium import OpenPage


def test_an_open_fold_has_one_rule(open_page: OpenPage) -> None:
    page = open_page("part-3/law.html").page
    ruled = page.evaluate(
        """() => [...document.querySelectorAll("main details.sd-dropdown")].map((fold) => {
             fold.open = true;
             return [fold, ...fold.querySelectorAll(".sd-summary-content")]
               .filter((each) => parseFloat(getComputedStyle(each).borderLeftWidth) > 0).length;
           })"""
    )
    assert len(ruled) > 3
    assert set(ruled) == {1}


def test_a_button_that_copies_has_a_name(open_page: OpenPage) -> None:
    page = open_page("part-3/law.html").page
    buttons = page.locator(".copybtn")
    buttons.first.wait_for(state="attached")
    assert buttons.count() == page.locator(".copybtn[aria-label='Copy the code']").count() > 3


def test_sources_have_no_numbers(open_page: OpenPage) -> None:
    page = open_page("bibliography.html").page
    first = page.locator(".citation").first
    assert first.inner_text().startswith("Adelin Albert")
