"""A docstring keeps its characters, and gets its types from the annotations."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree
from sphinx.ext.napoleon import Config, GoogleDocstring

import ntkbook
from bookkit.extensions._annotations import in_words, types_of
from bookkit.extensions._docstrings import after_napoleon, before_napoleon, keep_characters

NAPOLEON = Config(
    napoleon_custom_sections=["Source"], napoleon_use_ivar=True, napoleon_attr_annotations=False
)


def set_by_sphinx(what: str, target: object) -> str:
    """What autodoc and napoleon make of a docstring, between the two steps that are ours."""
    lines = (getattr(target, "__doc__", None) or "").splitlines()
    lines = [lines[0], *(line.removeprefix(" " * 4) for line in lines[1:])]
    app, options = SimpleNamespace(), SimpleNamespace()
    before_napoleon(app, what, "nb.name", target, options, lines)
    lines[:] = GoogleDocstring(lines, NAPOLEON, what=what, name="nb.name", obj=target).lines()
    after_napoleon(app, what, "nb.name", target, options, lines)
    return "\n".join(lines)


def rescaled(A: Float[Array, "N N"], lam: float = 0.0) -> Float[Array, ""]:
    r"""The norm |A| of a*b.

    .. math:: |A| * 2

    Args:
        A: with |A| ≥ 0 and N_ rows.
        lam: λ.

    Returns:
        a number: not a type.

    Raises:
        InvalidInput: for λ < 0.

    Source:
        Somebody 1999; somebody else: 2001.

    Example:
        >>> abs(-2) * 3
        6 * 1
    """
    raise NotImplementedError


def test_a_function_is_set_section_by_section() -> None:
    made = set_by_sphinx("function", rescaled)
    assert made.startswith("The norm \\|A\\| of a\\*b.\n")
    assert ".. math:: |A| * 2\n" in made
    assert ":param A: with \\|A\\| ≥ 0 and N\\_ rows." in made
    assert ":type A: ``Float[N, N]``" in made
    assert ":type lam: ``float``" in made
    assert ":returns: ``Float``, a number: not a type." in made
    assert ":raises InvalidInput: for λ < 0." in made
    assert ":Source: Somebody 1999; somebody else: 2001." in made
    assert made.index(":returns:") < made.index(":raises") < made.index(":Source:") < made.index("Example")
    assert ">>> abs(-2) * 3\n6 * 1" in made


def test_a_value_says_what_it_is_itself() -> None:
    made = set_by_sphinx("data", ntkbook.bernoulli)
    assert made.startswith("Bernoulli: K independent outcomes with probabilities σ(z_k)")
    assert ":type" not in made
    assert ":Source: The book's Theorem F." in made
    assert "`'Bernoulli'`: `nb.bernoulli`" in set_by_sphinx("data", ntkbook.LOSSES)


def test_code_stands_as_it_is() -> None:
    code = ["As in::", "", "    f(*a) | b_", "", "and `*x` is *y."]
    assert keep_characters(code) == [*code[:4], "and `*x` is \\*y."]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Float[Array, " N"], "``Float[N]``"),
        (Float[Array, "*N K"] | None, "``Float[*N, K]`` or ``None``"),
        (Int[Array, "N ..."], "``Int[N, ...]``"),
        (PyTree[Float[Array, "..."]], "``PyTree``"),
        (Callable[[int], float], "``function``"),
        (PRNGKeyArray | None, "``key`` or ``None``"),
        (Sequence[int], "``Sequence`` of ``int``"),
        (ntkbook.Loss, ":py:obj:`Loss <nb.Loss>`"),
        (None, "``None``"),
    ],
)
def test_types_are_shown_in_short(hint: object, words: str) -> None:
    assert in_words(hint) == words


def test_of_a_class_that_is_no_record_the_arguments_are_typed() -> None:
    assert types_of(ntkbook.LazinessMonitor)["problem"] == ":py:obj:`Problem <nb.Problem>`"
