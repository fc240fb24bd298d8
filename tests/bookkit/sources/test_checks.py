"""What tests and cells say that they hold is read where it stands."""

import pytest

from bookkit.sources.checks import Held, assertions_of, held, in_words, named_in, parts_of

SOURCE = """import pytest


# holds: theorem-b.1, eq-radius
@pytest.mark.parametrize(
    "x", [1]
)
def test_one(x):
    assert x


# holds: lost

x = 1


# holds: helper
def helper():
    pass
"""
PAGE = """# Page

```{code-cell} python
assert 1 < 2
assert 2 < 3
```

```{asserted} theorem-b.4
```

Words.

```{asserted} theorem-b
```

```{code-cell} python
print(1)
```

```{asserted} lemma
```
"""


def test_a_comment_speaks_of_the_test_right_below_it() -> None:
    first, *lost = named_in("tests/test_x.py", SOURCE)
    assert (first.name, first.line, first.key) == ("test_one", 5, "tests/test_x.py::test_one")
    assert first.holds == (Held("theorem-b", 1), Held("eq-radius"))
    assert first.source.startswith("@pytest.mark.parametrize(")
    assert first.source.endswith("    assert x")
    assert [(each.line, each.holds) for each in lost] == [(0, (Held("lost"),)), (0, (Held("helper"),))]


def test_a_line_beneath_a_cell_knows_how_much_the_cell_asserts() -> None:
    found = list(assertions_of("page", PAGE))
    assert [(each.number, each.asserts) for each in found] == [(1, 2), (2, 0), (3, 0)]
    assert found[0].holds == (Held("theorem-b", 4),)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a.1, a.3, b", {"a": ", parts 1, 3", "b": ""}),
        ("a.2", {"a": ", part 2"}),
    ],
)
def test_parts_are_said_together(words: str, said: dict[str, str]) -> None:
    assert {label: in_words(parts) for label, parts in parts_of(held(words)).items()} == said
