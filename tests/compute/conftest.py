"""One Node process for the tests of a file; roots that draws in a page can share."""

from collections.abc import Iterator
from typing import Any

import jax.numpy as jnp
import pytest

from tests.compute._node import Page


@pytest.fixture(scope="module")
def page_of_ntkbook() -> Iterator[Page]:
    running = Page()
    yield running
    running.stop()


@pytest.fixture
def symmetric_roots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws from laws of logits by the one root that does not depend on the choice of eigenvectors."""

    def root(covariance: Any) -> Any:
        values, vectors = jnp.linalg.eigh(covariance)
        scale = jnp.sqrt(jnp.maximum(values, 0.0))[..., None, :]
        return (vectors * scale) @ jnp.swapaxes(vectors, -1, -2)

    monkeypatch.setattr("ntkbook.bayes.gaussian.psd_root", root)
    monkeypatch.setattr("ntkbook.bayes.predictive.psd_root", root)
