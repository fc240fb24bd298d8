"""Every claim of the book has a check, everything that says it holds one names one, and nothing rests on itself."""

import re

import pytest

from benchmarks.wrong_formulas import MUTATIONS
from bookkit.sources.book_labels import pages
from bookkit.sources.checks import Held, assertions, holding
from bookkit.sources.claims import Claim, claims, equations
from bookkit.sources.computing import entry_of, named
from bookkit.sources.layers import chains
from bookkit.sources.mutations import mutations
from bookkit.sources.statements import statements

RESULTS = [label for label, each in statements().items() if each.kind != "definition"]
# What nothing checks, with the reason. The page of claims lists it too.
NOT_CHECKED: dict[str, str] = {}
# The equations that no test and no assertion names by itself.
STEPS = {
    "eq-integrable": "a step of the proof of Theorem A",
    "eq-long": "an inequality of Theorem C, whose radius is eq-horizon-radius",
    "eq-member": "a step of the proof of Theorem H",
}


def wrong(holds: Held) -> bool:
    """Whether there is no such claim, or no such part of it."""
    statement = statements().get(holds.label)
    return holds.label not in equations() and (statement is None or holds.part > statement.parts)


def test_every_result_has_a_check_or_a_reason() -> None:
    assert len(RESULTS) > 30
    assert {label for label in RESULTS if not claims()[label].checked} == NOT_CHECKED.keys()
    assert {label for label, each in equations().items() if not each.checked} == STEPS.keys()


def test_every_part_of_a_result_is_named_by_a_check() -> None:
    assert {label: open_ for label in RESULTS if (open_ := claims()[label].unchecked_parts)} == {}


def test_every_result_has_its_proof() -> None:
    assert [label for label in RESULTS if not statements()[label].proven] == []


def test_every_test_that_holds_something_holds_a_claim() -> None:
    assert len(holding()) > 90
    assert [(each.file, each.holds) for each in holding() if not each.line] == []
    assert [(each.key, one) for each in holding() for one in each.holds if wrong(one)] == []


def test_every_cell_that_is_said_to_assert_does_and_asserts_a_claim() -> None:
    assert len(assertions()) > 60
    assert [(each.page, each.number) for each in assertions() if not each.asserts] == []
    assert [(each.page, one) for each in assertions() for one in each.holds if wrong(one)] == []


def test_a_misspelt_claim_and_a_part_too_many_are_found() -> None:
    assert not any(map(wrong, (Held("theorem-b"), Held("theorem-b", 4), Held("eq-radius"))))
    assert all(map(wrong, (Held("theorem-bb"), Held("theorem-b", 5), Held("eq-radiu"))))


def test_every_proof_is_one_of_a_statement() -> None:
    proves = {label for text in pages().values() for label in re.findall(r"\bproof-of-([\w-]*\w)", text)}
    assert proves == set(RESULTS)


def test_nothing_rests_on_itself() -> None:
    uses = {label: each.uses for label, each in statements().items()}
    assert max(chains(uses).values()) >= 5  # raises where something does
    assert uses["theorem-b"] == ("jacobian-lemma", "lazy-kernel")
    assert set(uses["cor-copies"]) == {"lazy", "theorem-a", "cor-full-rank", "pl-polynomial"}


def test_the_record_of_mutations_is_that_of_the_formulas() -> None:
    """Each that can be was noticed, as it is written today, and its formula still stands where it stood."""
    recorded = {each.name: (each.file, each.formula, each.wrong) for each in mutations()}
    assert recorded == {
        each.name: (f"ntkbook/{each.file}", each.formula, each.wrong)
        for each in MUTATIONS
        if not each.survives
    }
    assert [each.name for each in mutations() if not each.line] == []


@pytest.mark.parametrize(
    ("label", "line", "inside", "test", "mutation"),
    [
        ("theorem-b", "return jnp.sqrt(2 * V0 / jnp.asarray(lam))", "nb.radius_regularized",
         "test_theorem_b_the_radius_bound_holds_at_every_time_and_the_energy_falls", "radius of Theorem B"),
        ("eq-recession", "return jnp.sum(Y * (jnp.max(v, axis=1, keepdims=True) - v))", "nb.recession",
         "test_recession_is_the_slope_at_infinity", "recession function"),
    ],
)  # fmt: skip
def test_a_claim_knows_what_holds_it(label: str, line: str, inside: str, test: str, mutation: str) -> None:
    claim: Claim = (claims() | equations())[label]
    assert (line, inside) in [(each.code, entry_of(each)) for each in claim.lines]
    assert test in [each.name for each in claim.tests]
    assert mutation in [each.name for each in claim.mutations]


def test_explorers_stand_under_their_headings() -> None:
    found = [(each.name, each.heading) for each in claims()["theorem-e"].explorers]
    assert found == [("moved_point", "See"), ("conflicts", "Hard labels, lazy networks")]
    # What stands on the page of proofs is seen in the chapters that use it.
    bare = {each.page for each in claims().values() if not each.explorers}
    assert bare == {"proofs"}


def test_docstrings_call_statements_by_their_names() -> None:
    called = ["Theorem A", "Jacobian lemma", "PL lemma", "Theorem E, Corollary 2"]
    assert [named()[words] for words in called] == ["theorem-a", "jacobian-lemma", "pl-lemma", "cor-copies"]
