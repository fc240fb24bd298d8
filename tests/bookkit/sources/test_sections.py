"""The prediction question of a chapter has one right answer, and says yes to no other."""

import pytest

from bookkit.sources import sections

RIGHT = ":class-container: right\n\n"


def asked(monkeypatch: pytest.MonkeyPatch, *answers: str) -> sections.Question:
    boxes = "\n".join(f"```{{dropdown}} Claim\n{answer}\n```\n" for answer in answers)
    monkeypatch.setattr(sections, "pages", lambda: {"part-1/one": f"# One\n\n## Predict\n\nWhat?\n\n{boxes}"})
    return sections.question("part-1/one")


def test_the_marked_answer_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(monkeypatch, "No.", f"{RIGHT}Yes.")
    assert question == sections.Question("What?", (("Claim", "No."), ("Claim", "Yes.")), right=1)
    assert asked(monkeypatch, f"{RIGHT}It is.", "No.").right == 0


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["No.", "It is."], r"marks \[\] as right"),
        ([f"{RIGHT}It is.", f"{RIGHT}It is, too."], r"marks \[1, 2\] as right"),
        ([f"{RIGHT}It is.", "Yes."], r"marks \[1\] as right and says yes to \[2\]"),
    ],
)
def test_another_number_of_right_answers_is_refused(
    monkeypatch: pytest.MonkeyPatch, answers: list[str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        asked(monkeypatch, *answers)
