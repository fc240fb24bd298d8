"""Statements, their proofs, and what these refer to, read off pages."""

from bookkit.sources.statements import read

FIRST = """# First

```{prf:definition} A thing
:label: thing
```

````{prf:lemma} Small: a step
:label: small

1. One, of {prf:ref}`thing`.
2. Two.

   ```{math}
   :label: eq-two
   2
   ```
````

```{dropdown} Nothing to see
{prf:ref}`large`
```

````{dropdown} Proof of both
:class-container: proof-of-small

By {prf:ref}`the thing <thing>` and {prf:ref}`small` itself.

```{container} proof-of-large
Here {eq}`eq-two` is used, and {eq}`eq-elsewhere`.
```
````
"""
SECOND = """# Second

```{prf:theorem} Large
:label: large

As {prf:ref}`small`, but not {prf:ref}`unknown`.
```

```{prf:remark} None
:label: remark
```

```{prf:corollary} Open
:label: open
```
"""


def test_what_stands_in_a_box_and_in_its_proof_is_read() -> None:
    found = read({"one": FIRST, "two": SECOND})
    assert list(found) == ["thing", "small", "large", "open"]
    small = found["small"]
    assert (small.kind, small.title, small.name, small.page) == ("lemma", "Small: a step", "Small", "one")
    assert (small.parts, small.equations) == (2, ("eq-two",))


def test_uses_are_those_of_the_statement_and_of_its_own_proof() -> None:
    found = read({"one": FIRST, "two": SECOND})
    assert {label: each.uses for label, each in found.items()} == {
        "thing": (),
        "small": ("thing",),  # once, and not itself; what stands in the inner proof is the theorem's
        "large": ("small",),  # by its own words, and by the equation that stands in the lemma
        "open": (),
    }


def test_what_has_no_proof_is_told() -> None:
    found = read({"one": FIRST, "two": SECOND})
    assert [label for label, each in found.items() if each.proven] == ["small", "large"]
