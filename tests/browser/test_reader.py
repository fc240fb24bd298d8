"""What a reader does on the static page: predict, answer, leave, come back, and carry it elsewhere."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bookkit.sources.book_labels import pages
from bookkit.sources.checked_exercises import checked_exercises
from bookkit.sources.sections import question
from bookkit.sources.toc import chapters

CHAPTER = "part-2/regularizer"
CHAPTERS = chapters()
PHONE = {"width": 390, "height": 844}
BLOCKED = """Object.defineProperty(window, "localStorage", {
    configurable: true, get() { throw new DOMException("blocked", "SecurityError") },
})"""


@pytest.fixture
def phone(chromium: Browser, site: str):
    """A phone whose storage lasts from page to page: `phone("my-book.html")`."""
    context = chromium.new_context(viewport=PHONE, reduced_motion="reduce", has_touch=True)
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))

    def open_(path: str) -> Page:
        page = context.new_page()
        page.goto(site + path)
        return page

    open_.context = context  # type: ignore[attr-defined]
    yield open_
    context.close()
    assert errors == []


def predict(page: Page, choice: int) -> None:
    page.locator(".prediction label").nth(choice).click()
    page.get_by_role("button", name="That is my answer").click()


def answer(page: Page, exercise: str, text: str) -> str:
    field = page.locator(f"#answer-{exercise}")
    field.fill(text)
    field.press("Enter")
    return page.locator(f"[data-exercise={exercise}] output").inner_text()


def test_a_prediction_is_committed_to_before_the_answers_open(phone: Callable[[str], Page]) -> None:
    right = question(CHAPTER).right
    wrong = (right + 1) % 4
    page = phone(f"{CHAPTER}.html")
    answers = page.locator("#predict details.sd-dropdown")
    expect(page.locator(".prediction input")).to_have_count(4)
    expect(answers.first).to_be_hidden()
    page.get_by_role("button", name="That is my answer").click()  # without a choice, nothing is committed
    expect(answers.first).to_be_hidden()
    predict(page, wrong)
    expect(answers.nth(wrong).locator("summary")).to_be_focused()
    expect(answers.nth(wrong)).to_contain_text("Your answer")
    expect(answers.nth(right)).to_contain_text("Right")
    assert [place for place in range(4) if answers.nth(place).get_attribute("open") is not None] == sorted(
        [right, wrong]
    )
    expect(page.locator(".predicted")).to_contain_text("You expected something else")

    page = phone(f"{CHAPTER}.html")  # tomorrow
    expect(page.locator("#predict details").nth(wrong)).to_contain_text("Your answer")
    page.get_by_role("button", name="Ask me again").click()
    expect(page.locator("#predict details").first).to_be_hidden()
    page.locator(".prediction input").nth(right).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".predicted")).to_contain_text("You predicted it.")
    expect(page.locator(".prediction-mark")).to_have_count(2)


def test_an_answer_is_judged_on_the_page(phone: Callable[[str], Page]) -> None:
    page = phone(f"{CHAPTER}.html")
    expect(page.locator(".cell.has-a-field").first).to_be_hidden()
    said = [answer(page, "half-life", text) for text in ("log(2)/0,3", "2", "7", "1,500", "")]
    assert said == [
        "Right. Well done.",
        "Not yet. Close: give three digits.",
        "Not yet. Θ_t = e^{−2Lλt}Θ₀ with L the number of hidden layers: when is the factor ½?",
        "Not yet. “1,500” can be read in two ways: write 1500 or 1.500.",
        "",
    ]
    answer(page, "half-life", "2.31")
    page = phone(f"{CHAPTER}.html")
    expect(page.locator("#answer-half-life")).to_have_value("2.31")
    expect(page.locator("[data-exercise=half-life] output")).to_have_text("Right. Well done.")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_check_has_its_field(site: str, chapter: str) -> None:  # noqa: ARG001
    """In the built page, one after each cell that checks."""
    built = (Path(__file__).resolve().parents[2] / "_build/html" / f"{chapter}.html").read_text(
        encoding="utf-8"
    )
    fields = [each.name for each in checked_exercises(chapter)]
    assert re.findall(r'data-exercise="([\w-]+)"', built) == fields
    assert len(fields) == len(re.findall(r"nb\.check\(", pages()[chapter])) >= 2


def test_my_book_shows_what_was_done_and_the_way_back(phone: Callable[[str], Page]) -> None:
    page = phone("my-book.html")
    expect(page.locator(".my-book")).to_contain_text("Nothing yet")
    chapter = phone(f"{CHAPTER}.html?regularizer.lam=1")
    predict(chapter, (question(CHAPTER).right + 1) % 4)
    answer(chapter, "halve-the-radius", "4")
    chapter.locator("#why").scroll_into_view_if_needed()
    chapter.evaluate("document.getElementById('why').scrollIntoView()")
    chapter.goto(chapter.url.partition("part-2")[0] + "notation.html")  # the page is left
    page.reload()
    row = page.locator("tr", has=page.get_by_role("link", name="A regularizer around the initialization"))
    assert row.locator("td").all_inner_texts()[1:3] == ["not right", "1 of 4"]
    expect(page.get_by_role("link", name="Continue")).to_have_attribute(
        "href", f"{CHAPTER}.html?regularizer.lam=1#why"
    )
    expect(page.locator(".continue")).to_have_text(
        "Continue in “A regularizer around the initialization”, at “Why”."
    )
    expect(page.locator(".my-book")).to_contain_text("Nothing today.")
    page.clock.install()
    page.clock.fast_forward("49:00:00")
    page.reload()
    ready = page.locator(".my-book > ul li")
    expect(ready).to_have_count(1)
    expect(ready).to_contain_text("What you predicted")
    expect(ready).to_contain_text("It was not right yet.")


def test_my_book_is_saved_taken_over_and_forgotten(phone: Callable[[str], Page], tmp_path: Path) -> None:
    chapter = phone(f"{CHAPTER}.html")
    answer(chapter, "halve-the-radius", "4")
    page = phone("my-book.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "ann.json"
    download.value.save_as(saved)
    kept = json.loads(saved.read_text())
    assert kept["items"]["answer/halve-the-radius"]["text"] == "4"

    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("button", name="are you sure?").click()
    expect(page.locator(".my-book").get_by_role("status")).to_have_text("Everything is forgotten.")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('ntkbook/'))") == []

    page.locator("input[type=file]").set_input_files(saved)
    expect(page.locator(".my-book").get_by_role("status")).to_contain_text("Taken over: 1")
    page.locator("input[type=file]").set_input_files(saved)  # nothing newer
    expect(page.locator(".my-book").get_by_role("status")).to_contain_text("Taken over: 0; 1 were older")
    for content, words in (("{", "This file is not JSON."), ('{"items": {}}', "This file holds no answers")):
        (tmp_path / "other.json").write_text(content)
        page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
        expect(page.locator(".my-book").get_by_role("status")).to_contain_text(words)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    hostile = {
        "answer/halve-the-radius": {"at": later, "text": "<img src=x>", "evil": 1},
        "mode": {"at": "2099"},
    }
    (tmp_path / "other.json").write_text(json.dumps({"ntkbook": 1, "items": hostile}))
    page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
    expect(page.locator(".my-book").get_by_role("status")).to_contain_text("Taken over: 1; 1 were")
    assert "2099" not in page.evaluate("localStorage.getItem('mode') ?? ''")
    assert Axe().run(page).response["violations"] == []


def test_two_tabs_do_not_overwrite_each_other(phone: Callable[[str], Page]) -> None:
    one, other = phone(f"{CHAPTER}.html"), phone(f"{CHAPTER}.html")
    answer(one, "halve-the-radius", "4")
    answer(other, "two-radii", "40")
    page = phone("my-book.html")
    expect(page.locator("tr", has_text="A regularizer around")).to_contain_text("2 of 4")
    answer(one, "half-life", "2.31")  # while the page is open
    expect(page.locator("tr", has_text="A regularizer around")).to_contain_text("3 of 4")


@pytest.mark.parametrize("trouble", ["blocked", "full"])
def test_without_storage_only_the_memory_is_lost(phone: Callable[[str], Page], trouble: str) -> None:
    context: BrowserContext = phone.context  # type: ignore[attr-defined]
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }"
    context.add_init_script(BLOCKED if trouble == "blocked" else full)
    page = phone(f"{CHAPTER}.html")
    predict(page, question(CHAPTER).right)
    expect(page.locator(".predicted")).to_contain_text("You predicted it.")
    assert answer(page, "halve-the-radius", "4") == "Right. Well done."
    page.get_by_role("button", name="Ask me again").click()
    expect(page.locator(".prediction input").first).to_be_visible()
    if trouble == "blocked":  # the theme's own buttons work too
        page.locator(".theme-switch-button").first.click()
        expect(page.locator("html")).not_to_have_attribute("data-mode", "auto")
    page = phone("my-book.html")
    expect(page.locator(".my-book .warning")).to_contain_text("This browser keeps nothing")


def test_printed_and_without_javascript_the_page_is_as_written(chromium: Browser, site: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}{CHAPTER}.html")
        expect(page.locator("#predict details").first).to_be_visible()
        expect(page.locator(".cell", has_text="halve-the-radius").first).to_be_visible()
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{site}{CHAPTER}.html")
        expect(page.locator(".prediction")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator("#predict details").first).to_be_visible()
        expect(page.locator(".prediction")).to_be_hidden()
        # An answer is written by hand, on a line.
        expect(page.locator(".cell", has_text="halve-the-radius").first).to_be_hidden()
        expect(page.locator(".answer").first).to_be_hidden()
        line = page.locator(".exercise-field").first.evaluate(
            "(one) => { const { width, borderBottomWidth } = getComputedStyle(one, '::after');"
            " return [Number.parseFloat(width), borderBottomWidth]; }"
        )
        assert line[0] > 200
        assert line[1] == "1px"


def test_on_a_phone_without_a_network_one_predicts_answers_and_looks_up(phone: Callable[[str], Page]) -> None:
    """And finds the place again when the book is opened another day."""
    context: BrowserContext = phone.context  # type: ignore[attr-defined]
    page = phone(f"{CHAPTER}.html")
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    predict(page, (question(CHAPTER).right + 1) % 4)
    expect(page.locator(".predicted")).to_contain_text("You expected something else")
    assert answer(page, "halve-the-radius", "2") == (
        "Not yet. R = √(2V₀/λ): by what must λ be multiplied for √λ to be?"
    )
    assert answer(page, "halve-the-radius", "4") == "Right. Well done."
    page.locator("#state a[href$='#sym-lambda'] .katex-html").first.tap()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("strength of the regularizer")
    assert page.url.endswith(f"{CHAPTER}.html")  # the sentence was not left
    page.evaluate("document.getElementById('state').scrollIntoView()")
    context.set_offline(False)
    page.close(run_before_unload=True)
    page = phone("my-book.html")
    expect(page.locator(".continue")).to_contain_text("at “State”")
    page.get_by_role("link", name="Continue").click()
    expect(page.locator("#predict .prediction-mark").first).to_be_attached()
    assert page.url.endswith(f"{CHAPTER}.html#state")
