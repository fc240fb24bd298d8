"""A comment `# eq-radius` stands at the line that computes the formula with that label: no tag without its formula.

On a line of its own the comment speaks of the next line of code.
"""

import pytest

from bookkit.sources.equation_tags import Tag, formulas, library, tagged, tags
from bookkit.sources.toc import parts

# Chapters 4 to 12: what is proven of classification, and of its uncertainty.
CHAPTERS = [page for part in parts() for page in part.pages][3:12]
NOT_COMPUTED = {
    "eq-long": "an inequality: its radius is eq-horizon-radius, and the drift under it is measured",
    "eq-two-margins": "an inequality between limits: both margins are eq-margin-of-kernel",
    "eq-until": "an inequality with a constant that is not computed; the drift under it is measured",
    "eq-integrable": "a step of the proof of Theorem A",
    "eq-member": "a step of the proof of Theorem H",
    "eq-minibatch-noise": "an expectation; a test takes it over all batches",
    "eq-noisy-radius": "needed in the proof of Theorem H; a test evaluates it on finite networks",
}


def unknown(labels: set[str]) -> set[str]:
    return labels - formulas().keys()


def test_every_tag_names_a_formula_of_the_book() -> None:
    assert unknown(set(tagged())) == set()


def test_every_numbered_formula_of_chapters_4_to_12_is_tagged_or_has_its_reason() -> None:
    assert [CHAPTERS[0], CHAPTERS[-1], len(CHAPTERS)] == ["part-2/loss", "part-3/bayes", 9]
    numbered = {label for label, page in formulas().items() if page in CHAPTERS}
    assert numbered - tagged().keys() == NOT_COMPUTED.keys()


@pytest.mark.parametrize("label", tagged())
def test_a_tag_stands_within_a_function(label: str) -> None:
    for file, tag in tagged()[label]:
        assert tag.inside, f"{file}: the tag {label} stands within no function"


def test_a_misspelt_tag_is_found() -> None:
    (file, tag) = tagged()["eq-recession"][0]
    misspelt = {tag.label for tag in tags(library()[file].replace("eq-recession", "eq-recesion"))}
    assert unknown(misspelt) == {"eq-recesion"}
    assert tag.label not in misspelt


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    return 1  # eq-a, eq-b: both", [Tag("eq-a", 2, "f"), Tag("eq-b", 2, "f")]),
        ("def f():\n    # eq-a\n    # in words\n\n    return 1\n", [Tag("eq-a", 5, "f")]),
        ("def f():\n    def g():\n        return 1  # eq-a\n    return g\n", [Tag("eq-a", 3, "g")]),
        ("def f():\n    def g():\n        return 1\n    return g  # eq-a\n", [Tag("eq-a", 4, "f")]),
        ("x = 1  # eq-a\n", [Tag("eq-a", 1, "")]),
        ("def f(x=1):  # eq-a\n    return x\n", [Tag("eq-a", 1, "")]),
        ("def f():\n    return 1\n# eq-a\n", [Tag("eq-a", 0, "")]),
        ('def f():\n    """# eq-a"""\n    return "# eq-b"\n', []),
    ],
)
def test_tags_are_read_where_they_stand(source: str, expected: list[Tag]) -> None:
    assert tags(source) == expected
