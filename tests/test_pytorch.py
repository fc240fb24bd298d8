"""The page on PyTorch: its code runs as it stands, and what comes of it is what PyTorch computes alone."""

import importlib.util
import re
import warnings
from typing import Any

import jax.numpy as jnp
import jaxtyping
import numpy as np
import pytest

import ntkbook as nb
from tests.book._sources import source

BLOCKS = re.findall(r"^```python\n(.*?)^```$", source("pytorch"), re.MULTILINE | re.DOTALL)


def test_code_fits_the_column() -> None:
    assert BLOCKS
    assert [line for block in BLOCKS for line in block.splitlines() if len(line) > 72] == []


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """Every name of the page, after its last line."""
    if importlib.util.find_spec("torch") is None:
        pytest.skip("needs PyTorch: pip install torch")
    names: dict[str, Any] = {}
    jaxtyping.config.update("jaxtyping_disable", True)  # a reader meets no checks of shapes at run time
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's, of its own deprecated parts
        for block in BLOCKS:
            exec(block, names)
    jaxtyping.config.update("jaxtyping_disable", False)
    return names


def close(ours: Any, theirs: Any) -> None:
    """theirs: a tensor."""
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=0, atol=1e-10)


def test_kernel_and_predictor_are_those_of_the_network_in_jax(page: dict[str, Any]) -> None:
    apply, theta0 = page["apply"], page["carried"](page["theta0"])
    X, X_new = (jnp.asarray(page[name].numpy()) for name in ("X", "X_new"))
    Theta, Theta_new = (nb.empirical_ntk(apply, theta0, of, X) for of in (X, X_new))
    close(Theta, page["Theta"])
    close(Theta_new, page["Theta_new"])
    fit = nb.kernel_logistic_regression(Theta, page["Y"].numpy(), apply(theta0, X), lam=0.1)
    np.testing.assert_allclose(page["fit"].logits, fit.logits, atol=1e-8)
    np.testing.assert_allclose(page["logits"], fit.predict(Theta_new, apply(theta0, X_new)), atol=1e-7)


def test_the_monitor_sees_what_pytorch_computes(page: dict[str, Any]) -> None:
    f, X, X_new, params, twin = (page[name] for name in ("f", "X", "X_new", "params", "twin"))
    assert [record.step for record in page["monitor"].records] == [20, 40, 60, 80, 100]
    last = page["monitor"].records[-1]
    apart = (f(params, X_new) - page["linear"](twin, X_new)).detach().numpy()
    assert last.gap == pytest.approx(np.linalg.norm(apart, axis=1).max(), rel=1e-9)
    before, now = (
        J @ J.T for J in (page["jacobian"](of, X[:16]).detach().numpy() for of in (page["theta0"], params))
    )
    drift = np.linalg.norm(now - before, 2) / np.linalg.norm(before, 2)
    assert last.drift == pytest.approx(drift, rel=1e-9)
    assert 0.01 < drift < 1  # it has moved: what was carried over at first was not overwritten
    probability = np.exp(f(params, X).log_softmax(1).detach().numpy())
    assert np.mean(probability.argmax(1) == page["Y"].numpy().argmax(1)) > 0.9  # and learnt
