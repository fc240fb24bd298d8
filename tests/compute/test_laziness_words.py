"""Verdicts, and the sentences of the explorers that train the network of the sphere, are Python's."""

from typing import Any

import numpy as np
import pytest

from ntkbook.chapters._shared.measure import lazy_training
from ntkbook.chapters.index import measure as landing
from ntkbook.chapters.regularizer.measure import explorer as regularizer
from tests.compute._node import Page


@pytest.mark.parametrize("largest", [0.0, 0.0499, 0.05, 0.2999, 0.3, 7.0])
def test_a_verdict_is_pythons(page_of_ntkbook: Page, largest: float) -> None:
    drift = np.array([0.0, largest, largest / 2])
    assert page_of_ntkbook.call("laziness_words", "verdict", drift) == lazy_training.verdict(drift)


def test_what_holds_the_logits_is_named(page_of_ntkbook: Page) -> None:
    def held(**setting: Any) -> str:
        return page_of_ntkbook.call("laziness_words", "heldBy", {"epsilon": 0, "lam": 0, **setting})

    assert held() == ""
    assert held(conflict=True) == "Held by conflicting labels"
    assert held(epsilon=0.1) == held(epsilon=0.1, conflict=True) == "Held by smoothing"
    assert held(lam=0.1) == "Held by the regularizer"
    assert held(lam=0.1, epsilon=1) == "Held by smoothing and the regularizer"


@pytest.mark.parametrize("n", [20, 300])
@pytest.mark.parametrize(("epsilon", "lam"), [(0.0, 0.0), (0.2, 0.0), (0.0, 0.3), (0.1, 1.0)])
def test_the_landing_page_says_what_python_says(
    page_of_ntkbook: Page, n: int, epsilon: float, lam: float
) -> None:
    setting = {"n": n, "epsilon": epsilon, "lam": lam}
    arrays, sentence = page_of_ntkbook.cell("ntkbook.chapters.index.measure:lazy_switch", setting)
    assert sentence == landing.describe(setting, arrays)


@pytest.mark.parametrize("n", [20, 300])
@pytest.mark.parametrize("anchor", ["init", "zero"])
def test_the_chapter_on_regularizers_says_what_python_says(
    page_of_ntkbook: Page, n: int, anchor: str
) -> None:
    setting = {"n": n, "lam": 0.3, "anchor": anchor}
    name = "ntkbook.chapters.regularizer.measure.explorer:regularizer"
    arrays, sentence = page_of_ntkbook.cell(name, setting)
    assert sentence == regularizer.describe(setting, arrays)
