"""What readers ask, and what they want to see first, looked up in the built book by the pages' own code."""

import html
import importlib
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bookkit.extensions.search import names_spoken
from bookkit.sources.public_names import called
from tests.book._sources import ROOT, reference_names
from tests.playground._engine import NODE

BUILT = ROOT / "_build" / "html"
PLACES = BUILT / "_static" / "search" / "places.js"
# Written by looking through the pages, not through the search.
FIRST = {
    "Theorem B": "part-2/regularizer.html#theorem-b",
    "theorem a": "part-2/non-degenerate.html#theorem-a",
    "thm c": "part-2/one-hot.html#theorem-c",
    "theorem B.1": "part-2/regularizer.html#theorem-b",
    "Theorem 7.1": "part-2/regularizer.html#theorem-b",
    "eq 7.1": "part-2/regularizer.html#equation-eq-radius",
    "(6.2)": "part-2/non-degenerate.html#equation-eq-radius-a",
    "chapter 11": "part-3/law.html",
    "λ": "notation.html#sym-lambda",
    "lambda": "notation.html#sym-lambda",
    r"\lambda": "notation.html#sym-lambda",
    "θ": "notation.html#sym-initial",
    "theta_0": "notation.html#sym-initial",
    "Θ": "notation.html#sym-ntk",
    "epsilon": "notation.html#sym-epsilon",
    "R": "notation.html#sym-r",
    "K_1": "notation.html#sym-k1",
    "PL constant": "part-2/loss.html#def-pl",
    "Polyak": "part-2/loss.html#def-pl",
    "lojasiewicz": "part-2/loss.html#def-pl",
    "max margin": "reference/explicit.html#nb.max_margin",
    "kernel_logistic_regression": "reference/explicit.html#nb.kernel_logistic_regression",
    "kernel_logistc_regresion": "reference/explicit.html#nb.kernel_logistic_regression",
    "empirical_ntk": "reference/kernels.html#nb.empirical_ntk",
    "separability": "reference/sharp.html#nb.separability",
    "NotConverged": "reference/exercises.html#nb.NotConverged",
    # as a traceback and `import` have it
    "ntkbook.errors.InvalidInput: Y is (3, 2)": "reference/exercises.html#nb.InvalidInput",
    "ntkbook.max_margin": "reference/explicit.html#nb.max_margin",
    "ntkbook.explicit.max_margin(Theta, Y)": "reference/explicit.html#nb.max_margin",
    "ntkbook.bayes.laplace": "reference/bayes.html#nb.bayes.laplace",
    "ntkbook.MaxMargin.predict": "reference/explicit.html#nb.MaxMargin.predict",
    "Laplace": "reference/bayes.html#nb.bayes.laplace",
    "regularzer": "part-2/regularizer.html",
    "regularization": "part-2/regularizer.html",
    "weight decay": "part-2/regularizer.html#move-the-anchor-to-zero",
    "label smoothing": "part-2/non-degenerate.html",
    "calibratoin": "part-3/calibration.html",
    "softmax": "part-2/loss.html",
    "MCMC": "part-3/bayes.html",
    "ntk": "part-1/tangent-kernel.html#tangent-kernel",
    "neural tangent kernel": "part-1/tangent-kernel.html#tangent-kernel",
    "nngp": "part-1/initialization.html#nngp-kernel",
    "jacobian lemma": "part-1/tangent-kernel.html#jacobian-lemma",
    "separating direction": "part-2/sharp-conditions.html#def-separating",
    "exercise halve-the-radius": "part-2/regularizer.html#ex-halve",
    "how to cite": "index.html#who-wrote-it-and-how-to-cite-it",
    "cite": "index.html#who-wrote-it-and-how-to-cite-it",
    "citation": "index.html#who-wrote-it-and-how-to-cite-it",
    "binder": "build.html#on-binder",
    "seeds": "reference.html#arguments-that-mean-the-same-everywhere",
    "playground": "part-4/playground.html",
    "grader": "instructors/teaching.html#grading",
    "notation": "notation.html",
}


@cache
def stored() -> dict[str, Any]:
    if not PLACES.is_file():
        pytest.fail(f"{PLACES} is missing: run `make book` first (`make test` does).")
    return json.loads(PLACES.read_text(encoding="utf-8").removeprefix("globalThis.bookPlaces=").rstrip(";\n"))


def found(questions: list[str]) -> list[list[str]]:
    ran = subprocess.run(
        [NODE, Path(__file__).with_name("find.js"), PLACES],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def test_what_readers_ask_leads_to_the_statement_first() -> None:
    first = {asked: hits[:1] for asked, hits in zip(FIRST, found(list(FIRST)), strict=True)}
    assert first == {asked: [address] for asked, address in FIRST.items()}


def test_every_public_name_leads_to_its_entry_first() -> None:
    # What several chapters show has its entry in the first.
    once = {
        id(getattr(importlib.import_module(module), name)): f"{called(module)}.{name}"
        for module, name in reversed(reference_names())
    }
    full = list(once.values())
    hits = dict(zip(full, found(full), strict=True))
    assert [name for name, (first, *_) in hits.items() if not first.endswith(f"#{name}")] == []
    short = [name.rpartition(".")[2] for name in full if ".measure." not in name]
    hits = dict(zip(short, found(short), strict=True))
    assert [
        name for name, (first, *_) in hits.items() if not re.search(rf"#nb\.(bayes\.)?{name}$", first)
    ] == []


def test_what_is_nowhere_is_not_found() -> None:
    assert found(["xyzzy", "", "…", "\\"]) == [[], [], [], []]


def test_every_place_is_there_and_is_told_in_plain_words() -> None:
    pages = [(BUILT / address).read_text(encoding="utf-8") for address, *_ in stored()["pages"]]
    for page, anchor, kind, title, text, names in stored()["entries"]:
        assert not anchor or f'id="{html.escape(anchor)}"' in pages[page], anchor
        assert kind
        assert title
        for words in (title, text, *names):
            assert not re.search(r"\\[A-Za-z]|[$⁡\u200b]", words), words


def test_every_place_that_readers_call_otherwise_is_there() -> None:
    pages = [address.removesuffix(".html") for address, *_ in stored()["pages"]]
    places = {f"{pages[page]}#{anchor}".rstrip("#") for page, anchor, *_ in stored()["entries"]}
    assert [place for place in names_spoken() if place not in places] == []


def test_nothing_gives_an_answer_away() -> None:
    """Neither a solution, nor which answer of a prediction is right, can be found."""
    together = " ".join(text for *_, text, _ in stored()["entries"])
    assert "By what factor must λ be multiplied to halve R?" in together  # an exercise is there,
    assert "By 4, since" not in together  # not its solution
    assert "This is what you will measure below" not in together
    assert not re.search(r"\b[A-D] is (right|wrong)\.", together)  # the quiz
