"""Two executions of a page are compared in all that they show; see test_build_survives.py for two cold builds."""

from base64 import b64encode
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bookkit.commands.reproducible import STATE, TIMED, VIEW, differences
from tests.book._sources import source

PAGE = "part-2/loss"


def executed(
    said: str = "radius 0.25",
    value: str = "1.5",
    grid: bytes = b"grid",
    still: str = "<svg/>",
    view: str = "a",
) -> Any:
    data = {"text/plain": value, VIEW: {"model_id": view}}
    cell = new_code_cell(
        "print(x)", outputs=[new_output("stream", text=said), new_output("execute_result", data)]
    )
    state = {"spec": {"name": "wave", "title": "How far"}, "stills": [still]}
    model = {"state": state, "buffers": [{"path": ["grid"], "data": b64encode(grid).decode()}]}
    return new_notebook(cells=[cell], metadata={"widgets": {STATE: {"state": {view: model}}}})


def found(**changed: Any) -> list[str]:
    return list(differences(PAGE, executed(), executed(**changed)))


def test_names_given_by_chance_pieces_of_streams_and_last_digits_are_no_difference() -> None:
    assert found(view="b") == []
    pieces = executed()
    pieces.cells[0].outputs[:1] = [new_output("stream", text="rad"), new_output("stream", text="ius 0.25")]
    assert list(differences(PAGE, executed(), pieces)) == []
    assert found(value="1.5000000000000009") == []


@pytest.mark.parametrize(
    "changed",
    [{"said": "radius 0.26"}, {"said": "Radius 0.25"}, {"value": "1.50000000001"}, {"value": "1.5, 2"},
     {"grid": b"grie"}, {"still": "<svg />"}, {"still": "<svg/>1"}],
    ids=str,
)  # fmt: skip
def test_every_other_difference_is_told(changed: dict[str, Any]) -> None:
    (told,) = found(**changed)
    assert told.startswith(PAGE)


def test_only_cells_with_wall_times_are_left_out() -> None:
    assert len(list(differences("part-4/digits", executed(), executed(value="2")))) == 1
    assert [page for page, code in TIMED.items() if code not in source(page)] == []
