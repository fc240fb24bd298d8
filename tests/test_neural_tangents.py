import ast
import json
import subprocess
import sys
from pathlib import Path

import jax.core
import jax.extend.core
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook import _neural_tangents
from ntkbook._neural_tangents import CORE_NAMES, nt, stax

IMPORT_AND_COMPARE = """
import json, sys
import jax, jax.core, jax.extend.core
from jax.interpreters import ad
before = {name: set(vars(module)) for name, module in (("jax.core", jax.core), ("ad", ad))}
from ntkbook import _neural_tangents
print(json.dumps({
    "added to jax.core": sorted(set(vars(jax.core)) - before["jax.core"]),
    "added to ad": sorted(set(vars(ad)) - before["ad"]),
    "stand-ins left": [name for name in _neural_tangents.STAND_INS if name in sys.modules],
    "tensorflow": "tensorflow" in sys.modules,
}))
"""


def test_importing_leaves_jax_and_the_module_table_as_they_were():
    output = subprocess.run(
        [sys.executable, "-c", IMPORT_AND_COMPARE], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(output) == {
        "added to jax.core": [], "added to ad": [], "stand-ins left": [], "tensorflow": False
    }  # fmt: skip
    assert not any(hasattr(jax.core, name) for name in CORE_NAMES)


def test_every_listed_name_is_one_that_neural_tangents_reads():
    sources = [ast.parse(path.read_text()) for path in Path(nt.__file__).parent.rglob("*.py")]
    read = {node.attr for tree in sources for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imported = {
        a.name
        for tree in sources
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for a in node.names
    }
    assert set(CORE_NAMES) | {"zeros_like_p"} <= read | imported
    assert {"safe_map", "safe_zip"} <= read | imported


@pytest.mark.parametrize("name", CORE_NAMES)
def test_a_name_that_jax_drops_one_day_is_told(name, monkeypatch):
    monkeypatch.delattr(jax.extend.core, name)
    with pytest.raises(ImportError, match=rf"jax\.extend\.core\.{name}.*requirements\.txt"):
        list(_neural_tangents._replacements())


def test_a_failing_import_restores_jax_too():
    def fail():
        with _neural_tangents._jax_as_it_was():
            assert hasattr(jax.core, "Jaxpr")
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        fail()
    assert not hasattr(jax.core, "Jaxpr")
    assert not {"jax.util", "neural_tangents.experimental"} & set(sys.modules)


def test_kernels_come_in_float64():
    *_, kernel = stax.serial(stax.Dense(8), stax.Erf(), stax.Dense(1))
    x = jnp.asarray([[1.0, 2.0], [0.5, -1.0]])
    assert kernel(x, None, "ntk").dtype == np.float64
