"""One wrong formula: where it is written, which functions of the reference it is a formula of, who should notice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """In `file` of ntkbook, `formula` becomes `wrong`; `tests`, below tests/, are where that should be noticed.

    of: the public functions whose formula it is, as the reference calls them: `mlp`, `bayes.laplace`, say; empty for
    one that only chapters use.
    survives: why no test can notice, for one that is let stand.
    """

    name: str
    of: tuple[str, ...]
    file: str
    formula: str
    wrong: str
    tests: str
    survives: str = ""
