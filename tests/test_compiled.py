"""A checkout keeps what it compiles, and no program of a flow is one that cannot be kept."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook._compiled import bound, processor
from ntkbook._training import flow
from ntkbook.integration import Integration
from ntkbook.linearized import _flow

ROOT = Path(__file__).parents[1]
TRAINING = """
import json
import jax, jax.numpy as jnp, numpy as np
import ntkbook as nb
from jax._src import monitoring
found = []
monitoring.register_event_listener(lambda name, **_: found.append(name.rsplit("/", 1)[-1]))
data = nb.sphere(jax.random.key(0), points=3)
problem = nb.Problem.of(nb.mlp(6, 3, 16), jax.random.key(1), data.X, data.Y)
run = nb.gradient_flow(problem, jnp.array([1.0, 10.0]))
linear = nb.linearize_trajectory(run, problem).trajectory
print(json.dumps({
    "hits": found.count("cache_hits"), "misses": found.count("cache_misses"),
    "logits": np.asarray(run.logits).tolist(), "linear": np.asarray(linear.logits).tolist(),
}))
"""
CHECKED = "import tests.conftest\n" + TRAINING  # with types checked at run time, as here


def train(build: Path, code: str = TRAINING, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NTKBOOK_BUILD": str(build)} | environment,
    )  # fmt: skip


def answer(process: subprocess.Popen[str]) -> dict:
    out, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


def test_what_two_processes_compile_at_once_serves_a_third(tmp_path: Path) -> None:
    one, other = (answer(process) for process in [train(tmp_path), train(tmp_path, CHECKED)])
    third = answer(train(tmp_path))
    assert one["misses"] > 10
    assert third["misses"] == 0
    assert third["hits"] >= one["misses"]
    for name in ("logits", "linear"):  # to the last bit, whoever compiled
        assert one[name] == other[name] == third[name]
    assert list((tmp_path / "compiled" / processor()).glob("*-cache"))


def test_a_process_killed_as_it_writes_leaves_nothing_that_harms(tmp_path: Path) -> None:
    process = train(tmp_path)
    folder = tmp_path / "compiled" / processor()
    deadline = time.monotonic() + 120
    while not list(folder.glob("*-cache")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()
    (folder / "a-key.123.456").write_bytes(b"half")  # what a kill in the midst of a file leaves
    assert answer(train(tmp_path))["hits"] > 0


def test_a_folder_that_jax_was_told_of_is_left_to_jax(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    simple = "import ntkbook, jax.numpy as jnp; print(jnp.ones(3).sum())"
    answer(train(tmp_path / "build", simple, JAX_COMPILATION_CACHE_DIR=str(theirs)))
    assert not (tmp_path / "build").exists()


def test_what_was_used_least_recently_goes_first(tmp_path: Path) -> None:
    for age in range(5):
        (tmp_path / f"{age}").write_bytes(b"x" * 100)
        os.utime(tmp_path / f"{age}", (1e9 - age, 1e9 - age))
    bound(tmp_path, 250)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["0", "1"]


@pytest.mark.parametrize("record_ntk", [True, False])
def test_no_flow_calls_python(record_ntk: bool) -> None:
    data = nb.sphere(jax.random.key(0), points=3)
    problem = nb.Problem.of(nb.mlp(6, 3, 8), jax.random.key(1), data.X, data.Y)
    times, settings = jnp.array([1.0, 2.0]), Integration()
    flat, _ = problem.flat()
    text = flow.lower(flat, data.X[:0], times, settings, record_ntk=record_ntk).as_text()
    values, vectors = jnp.linalg.eigh(problem.Theta0)
    text += _flow.lower(problem.loss, values, vectors, problem.z0, problem.Y, times, 0.0, settings).as_text()
    assert "while" in text
    assert "callback" not in text


def test_equinox_checks_its_other_users_as_before() -> None:
    import equinox

    flow_of_one = nb.linearized_flow(jnp.eye(1), jnp.zeros((1, 2)), jnp.array([[1.0, 0.0]]), jnp.array([1.0]))
    assert np.all(np.isfinite(flow_of_one.logits))
    with pytest.raises(Exception, match="below zero"):
        equinox.filter_jit(lambda x: equinox.internal.error_if(x, x < 0, "below zero"))(jnp.array(-1.0))
