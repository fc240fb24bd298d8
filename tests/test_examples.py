"""Every example of the reference runs, and prints what it says."""

import doctest
import importlib
import inspect
import textwrap

import jax
import jax.numpy as jnp
import pytest

import ntkbook as nb
from ntkbook import bayes
from tests.book._sources import reference_names

COLUMN = 72  # characters of code that a page shows side by side


def examples() -> dict[str, str]:
    """The docstrings of functions and classes that hold examples, by name."""
    docs = {}
    for module, name in reference_names():
        target = getattr(
            importlib.import_module(module), name, None
        )  # that it exists is tested with the page
        docs[f"{module}.{name}"] = inspect.getdoc(target) if callable(target) else None
    return {name: doc for name, doc in docs.items() if doc and ">>> " in doc}


EXAMPLES = examples()


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_prints_what_it_says(name: str) -> None:
    given = {"nb": nb, "jnp": jnp, "jax": jax, "bayes": bayes}
    example = doctest.DocTestParser().get_doctest(EXAMPLES[name], given, name, None, None)
    report: list[str] = []
    failures, attempts = doctest.DocTestRunner().run(example, out=report.append)
    assert attempts > 0
    assert failures == 0, "".join(report)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_fits_the_page(name: str) -> None:
    *_, example = EXAMPLES[name].rpartition("Example:\n")[2].split("\n\n")
    assert [line for line in textwrap.dedent(example).splitlines() if len(line) > COLUMN] == []
