"""Every public function that holds a formula is perturbed at least once; what the command counts as a failure."""

from dataclasses import replace

import pytest

from benchmarks.mutations import failed, in_words, table
from benchmarks.report import markdown
from benchmarks.wrong_formulas import MUTATIONS
from bookkit.sources.project import ROOT
from tests.book._sources import reference_names, source

# Public names in which nothing is computed. What chapters measure stands in the reference too, and is not asked here.
NO_FORMULA = {
    "Data": "a record of arrays",
    "Loss": "a record of functions, each loss of which is perturbed by its own name",
    "LOSSES": "the losses by their names",
    "LossRow": "a record, a row of nb.loss_table",
    "JacobianBounds": "a record of what nb.jacobian_bounds computes",
    "LazinessRecord": "a record of what nb.LazinessMonitor computes",
    "Verdict": "a record of words, from nb.check",
    "Integration": "settings",
    "Newton": "settings",
    "bayes.Chains": "settings",
    "InvalidInput": "an error",
    "NotConverged": "an error",
}


def public() -> set[str]:
    """As readers call them without `nb.`, `mlp` and `bayes.laplace`."""
    prefixes = {"ntkbook": "", "ntkbook.bayes": "bayes."}
    return {prefixes[module] + name for module, name in reference_names() if module in prefixes}


def test_every_function_with_a_formula_is_perturbed() -> None:
    perturbed = {name for each in MUTATIONS for name in each.of}
    assert len(public()) > 100
    assert perturbed.isdisjoint(NO_FORMULA)
    assert perturbed | NO_FORMULA.keys() == public()


def test_every_mutation_can_be_run() -> None:
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS) >= 80
    assert [each.name for each in MUTATIONS if each.formula == each.wrong] == []
    for each in MUTATIONS:
        assert (ROOT / "ntkbook" / each.file).read_text(encoding="utf-8").count(each.formula) == 1, each.name
        for test in each.tests.split():
            file, _, name = test.partition("::")
            assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8") or not name, (
                each.name
            )


@pytest.mark.parametrize(
    ("unexplained", "explained", "expected"),
    [(0, 0, False), (1, 0, True), (0, 5, False), (0, 6, True)],
)
def test_the_command_fails_where_a_mutation_survives_without_a_reason_or_too_many_do(
    unexplained: int, explained: int, *, expected: bool
) -> None:
    survivors = [MUTATIONS[0]] * unexplained + [replace(MUTATIONS[0], survives="a rounding")] * explained
    assert failed(survivors, of=100) is expected


def test_a_survivor_is_listed_with_its_reason() -> None:
    assert in_words(MUTATIONS[0], "tests/test_a.py::test_two_is_even") == "two is even"
    assert in_words(replace(MUTATIONS[0], survives="a rounding"), None) == "none can: a rounding"
    assert in_words(MUTATIONS[0], None) == "**nobody**"


def test_the_page_of_benchmarks_lists_every_mutation() -> None:
    """As `python -m benchmarks.mutations` and then `python -m benchmarks.report` would."""
    assert markdown(table()).strip() in source("benchmarks")
