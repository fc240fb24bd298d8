import ast
import json
import pkgutil
import subprocess
import sys
import warnings
from pathlib import Path

import jax
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


def chain(node: ast.expr) -> list[str]:
    """`a.b.c` as its parts; nothing for what does not begin with a name."""
    if isinstance(node, ast.Name):
        return [node.id]
    before = chain(node.value) if isinstance(node, ast.Attribute) else []
    return [*before, node.attr] if before else []


def names_of_jax(tree: ast.Module) -> set[str]:
    """Every dotted name of JAX that a module imports or reads through what it imported."""
    bound, read = {}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "jax":
            bound |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            modules = [one for one in node.names if one.name.split(".")[0] == "jax"]
            bound |= {one.asname or "jax": one.name if one.asname else "jax" for one in modules}
            read |= {one.name for one in modules}
    read |= set(bound.values())
    for node in ast.walk(tree):
        if (parts := chain(node) if isinstance(node, ast.Attribute) else []) and parts[0] in bound:
            read.add(".".join([bound[parts[0]], *parts[1:]]))
    return read


def resolves(name: str) -> bool:
    """Whether a dotted name is there: a module, or what can be read off one."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


HOME = Path(nt.__file__).parent
NEEDED = {
    name
    for path in HOME.rglob("*.py")
    if "experimental" not in path.relative_to(HOME).parts  # the bridge to TensorFlow
    for name in names_of_jax(ast.parse(path.read_text()))
}
# Read only by the structured derivatives of an empirical kernel, which the book computes in plain JAX instead.
NOT_MISSED = (
    "jax.core.DShapedArray",
    "jax.core.get_aval",
    "jax.core.lattice_join",
    "jax.interpreters.ad.config",
    "jax.interpreters.ad.reducing_transposes",
    "jax.interpreters.ad.source_info_util",
)


def test_jax_has_every_name_that_neural_tangents_needs():
    assert len(NEEDED) > 150
    with _neural_tangents._jax_as_it_was(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a deprecated name is still there
        missing = {name for name in NEEDED if not name.startswith(NOT_MISSED) and not resolves(name)}
    assert missing == set(), (
        f"JAX {jax.__version__} has dropped {', '.join(sorted(missing))}: put each back in"
        " ntkbook/_neural_tangents.py, or keep JAX below this version in pyproject.toml"
    )


def test_every_name_that_is_put_back_is_missed():
    put_back = {
        *(f"jax.core.{name}" for name in CORE_NAMES),
        "jax.interpreters.ad.zeros_like_p",
        "jax.util.safe_map",
        "jax.util.safe_zip",
    }
    assert put_back <= NEEDED
    assert {name for name in put_back if resolves(name)} == set()


def test_a_missing_name_is_seen_however_it_is_read():
    seen = names_of_jax(
        ast.parse("from jax import lax as l, core\nimport jax.numpy as jnp\nl.add.x(core.A)\njnp.b")
    )
    assert seen == {
        "jax.lax",
        "jax.core",
        "jax.numpy",
        "jax.lax.add",
        "jax.lax.add.x",
        "jax.core.A",
        "jax.numpy.b",
    }


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
