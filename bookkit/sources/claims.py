"""Every claim of the book and what holds it: lines of code, tests, assertions of a page, explorers, mutations."""

from dataclasses import dataclass
from functools import cache

from bookkit.sources.checks import Assertion, HoldingTest, assertions, holding
from bookkit.sources.computing import Line, computing, without_repeats
from bookkit.sources.equation_tags import formulas
from bookkit.sources.explorers import Shown, explorers
from bookkit.sources.mutations import Mutation, mutations
from bookkit.sources.statements import Statement, statements


@dataclass(frozen=True)
class Claim:
    """A label, and all that holds it. statement: nothing for an equation."""

    label: str
    page: str
    statement: Statement | None
    lines: tuple[Line, ...]
    tests: tuple[HoldingTest, ...]
    assertions: tuple[Assertion, ...]
    explorers: tuple[Shown, ...]
    mutations: tuple[Mutation, ...]

    @property
    def checked(self) -> bool:
        return bool(self.tests or self.assertions)

    @property
    def unchecked_parts(self) -> list[int]:
        """The numbered parts that no test and no assertion names, if none holds the whole."""
        if self.statement is None or not self.statement.parts:
            return []
        named = {
            each.part
            for check in (*self.tests, *self.assertions)
            for each in check.holds
            if each.label == self.label
        }
        return (
            [] if 0 in named else [part for part in range(1, self.statement.parts + 1) if part not in named]
        )

    @property
    def state(self) -> tuple[str, ...]:
        """Of `defined` or `proven`, `asserted` and `mutated` what is true."""
        stated = self.statement is not None and self.statement.kind == "definition"
        proven = self.statement is not None and self.statement.proven
        return tuple(
            word
            for word, true in (
                ("defined", stated),
                ("proven", proven),
                ("asserted", self.checked),
                ("mutated", bool(self.mutations)),
            )
            if true
        )


@cache
def claims() -> dict[str, Claim]:
    """Label -> claim, of the statements in the order of the book."""
    return {label: _claim(label, each.page, each) for label, each in statements().items()}


@cache
def equations() -> dict[str, Claim]:
    """Label -> claim, of the labelled equations."""
    return {label: _claim(label, page, None) for label, page in formulas().items()}


def owner(equation: str) -> str:
    """The statement in whose box or proof an equation stands, if it stands in one."""
    return next((label for label, each in statements().items() if equation in each.equations), "")


def _claim(label: str, page: str, statement: Statement | None) -> Claim:
    labels = {label, *(statement.equations if statement else ())}
    found = [line for each in labels for line in computing().get(each, [])]
    lines = tuple(sorted(without_repeats(found), key=lambda line: (line.file, line.line)))
    checks = tuple(test for test in holding() if labels & {each.label for each in test.holds})
    return Claim(
        label,
        page,
        statement,
        lines,
        checks,
        tuple(each for each in assertions() if labels & {one.label for one in each.holds}),
        explorers().get(page, ()),
        tuple(each for each in mutations() if _touches(each, lines, checks)),
    )


def _touches(mutation: Mutation, lines: tuple[Line, ...], checks: tuple[HoldingTest, ...]) -> bool:
    """Whether it changed a function that computes the claim, or, where none does by itself, failed a check of it."""
    if lines:
        return (mutation.file, mutation.inside) in {(line.file, line.inside) for line in lines}
    return mutation.test in {test.key for test in checks}
