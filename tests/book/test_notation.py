"""The notation page says where each symbol lives in the code, and with what shape: it must be true."""

import dataclasses
import inspect
import re
import typing
from pathlib import Path

import pytest

import ntkbook as nb

PAGE = Path(__file__).parents[2] / "book" / "notation.md"
ROW = re.compile(
    r"^\* - \(sym-(?P<label>[\w-]+)\)=\n    (?P<symbol>.+)\n  - (?P<meaning>.+)\n  - (?P<shape>.+)\n  - (?P<code>.+)$",
    re.M,
)
CODE = re.compile(r"`nb\.(?P<path>[\w.]+)(?:\((?P<argument>\w+)\))?`")
ROWS = {row["label"]: row for row in ROW.finditer(PAGE.read_text())}


def _resolve(path: str) -> tuple[object, object]:
    """The object that a dotted name stands for, and the record or module that holds it."""
    owner: object = nb
    *parents, last = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    if dataclasses.is_dataclass(owner):
        fields = {field.name: field.type for field in dataclasses.fields(owner)}
        return fields[last], owner
    return getattr(owner, last), owner


def test_every_row_is_read():
    assert len(ROWS) == PAGE.read_text().count("* - (sym-") >= 30


@pytest.mark.parametrize("label", ROWS)
def test_code_name_exists(label):
    code = ROWS[label]["code"]
    if code == "not computed":
        return
    match = CODE.fullmatch(code)
    assert match, f"{code} is not of the form `nb.name`, `nb.Record.field` or `nb.function(argument)`"
    target, _ = _resolve(match["path"])
    if match["argument"]:
        assert match["argument"] in inspect.signature(target).parameters


SHAPES = {
    "(N, K)": "N K",
    "(N, d)": "N d",
    "(T, N, K) over time": "T N K",
    "(NK, p)": "NK p",
    "(N_1K, N_2K)": "N1K N2K",
    "(N_1, N_2)": "N1 N2",
    "(T)": "T",
}


@pytest.mark.parametrize(
    "label", [label for label, row in ROWS.items() if row["shape"].strip("$").startswith("(")]
)
def test_shape_is_the_annotated_one(label):
    """A shape given in the table is the one that jaxtyping checks at run time."""
    written = ROWS[label]["shape"].replace("$", "")
    match = CODE.fullmatch(ROWS[label]["code"])
    target, _ = _resolve(match["path"])
    if written == "(p)":  # parameters are trees in code; their total size is p
        return
    annotation = typing.get_type_hints(target)["return"] if inspect.isfunction(target) else target
    assert re.search(rf"['\"][ *]?{re.escape(SHAPES[written])}['\"]", repr(annotation)), repr(annotation)
