"""What importing ntkbook costs and changes: float64, and next to nothing besides JAX."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Each takes a part of a second to load, and serves some functions only.
LATER = {
    "diffrax",
    "equinox",
    "optax",
    "neural_tangents",
    "scipy.optimize",
    "scipy.stats",
    "sklearn",
    "blackjax",
}
BOOK = {
    "plotly",
    "anywidget",
    "ipywidgets",
    "matplotlib",
    "ntkbook.chapters",
    "ntkbook.explorer",
    "ntkbook.bayes",
}


def fresh(code: str, **environment: str) -> object:
    """What a new process prints at last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}"],
        capture_output=True, text=True, check=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_an_import_loads_neither_the_book_nor_what_some_functions_need() -> None:
    loaded = fresh("import ntkbook; print(json.dumps(list(sys.modules)))")
    assert isinstance(loaded, list)
    assert (LATER | BOOK) & set(loaded) == set()
    # what JAX loads itself, and two hundred more: its own modules, jaxtyping's and tqdm's
    jax = fresh("import jax; print(json.dumps(len(sys.modules)))")
    assert isinstance(jax, int)
    assert len(loaded) < jax + 200


def test_parts_that_are_imported_on_demand_are_there_by_name() -> None:
    found = fresh(
        "import ntkbook as nb; print(json.dumps([nb.bayes.laplace.__name__, nb.chapters.__name__]))"
    )
    assert found == ["laplace", "ntkbook.chapters"]
    assert fresh("import ntkbook as nb; print(json.dumps(hasattr(nb, 'experiments')))") is False


def test_the_import_switches_float64_on_and_the_first_words_of_help_say_so() -> None:
    code = "import jax.numpy, ntkbook; print(json.dumps([str(jax.numpy.zeros(1).dtype), ntkbook.__doc__]))"
    (dtype, words) = fresh(code)  # pyright: ignore[reportGeneralTypeIssues]
    assert dtype == "float64"
    assert "float64" in words.splitlines()[2]
    assert "NTKBOOK_FLOAT32=1" in words


def test_float32_can_be_kept_and_then_does_what_is_said() -> None:
    """Networks, kernels, losses, training and the monitor work; solvers refuse."""
    code = """
import jax, jax.numpy as jnp, ntkbook as nb
data, network = nb.sphere(jax.random.key(0), points=4), nb.mlp(6, 3, 32)
problem = nb.Problem.of(network, jax.random.key(1), data.X, data.Y, lam=0.1)
works = [problem.Theta0, network.kernel(data.X).ntk, nb.total(nb.cross_entropy, problem.z0, data.Y),
         nb.gradient_flow(problem, jnp.array([1.0])).logits, nb.gradient_descent(problem, jnp.array([2])).logits]
watched = nb.LazinessMonitor(problem, share=1)(problem.theta0, 0)
exact, refused = nb.Integration(rtol=1e-9, atol=1e-11, max_steps=5000), []  # a hundred steps in double precision
for solve in (
    lambda: nb.kernel_logistic_regression(problem.Theta0, data.Y, lam=0.1),
    lambda: nb.kernel_ridge_regression(problem.Theta0, data.Y),
    lambda: nb.linearized_flow(problem.Theta0, problem.z0, data.Y, jnp.array([10.0]), lam=0.1, integration=exact),
    lambda: nb.bayes.laplace(network.kernel(data.X).ntk, data.Y),
):
    try:
        solve()
    except nb.NotConverged:
        refused.append(True)
print(json.dumps([[str(x.dtype) for x in works], watched.drift < 1e-5, refused]))
"""
    assert fresh(code, NTKBOOK_FLOAT32="1") == [["float32"] * 5, True, [True] * 4]


def test_the_version_is_the_packages_own() -> None:
    import ntkbook

    assert f'version = "{ntkbook.__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_all_but_networks_works_without_neural_tangents():
    """Kernels and training of a network of one's own, a trained predictor and its law; and what else is missing."""
    found = fresh(
        """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "neural_tangents" else find(name, *more)
sys.modules["neural_tangents"] = None
import jax, jax.numpy as jnp, ntkbook as nb
from ntkbook import bayes
X, Y = jnp.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), jnp.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
net = lambda theta, x: jnp.tanh(x @ theta["W"]) @ theta["V"]
theta = {"W": jnp.eye(2), "V": jnp.ones((2, 2)) / 2 + jnp.eye(2)}
problem = nb.Problem(net, theta, X, Y, lam=0.1)
Theta = jnp.exp(X @ X.T)
try:
    nb.mlp(inputs=2, classes=2, width=4)
except ModuleNotFoundError as error:
    said = str(error)
print(json.dumps([
    nb.gradient_flow(problem, [0.0, 1.0]).logits.shape,
    bool(nb.kernel_logistic_regression(Theta, Y, lam=0.5).converged),
    bayes.laplace(Theta, Y).covariance().shape,
    said,
]))
"""
    )
    logits, converged, covariance, said = found
    assert (logits, converged, covariance) == ([2, 3, 2], True, [6, 6])
    assert "ntkbook[networks]" in said
    assert "--no-deps" in said
