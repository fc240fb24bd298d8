"""Whatever holds numbers is taken for an array by every public function alike, also where others are traced."""

import dataclasses
import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook import bayes
from ntkbook._given import _kind
from tests._public_calls import CALLS, F0, ONE_HOT, THETA, linear

# To compile: they share the conversion.
SLOW = {
    "gp_posterior"
}  # its draws are those of the same numbers: it takes a minute, and shares the conversion
# Called with what another returns; NumPy's own conversion; linear programs, which take JAX's arrays only.
OTHERWISE = {"linearize_trajectory", "fitted_slope"}


class Torchlike:
    """As torch's tensors are: numbers behind `detach`, without which NumPy is refused."""

    def __init__(self, numbers):
        self._numbers = numbers

    def detach(self):
        return self._numbers


FORMS = {
    "lists": lambda x: np.asarray(x).tolist(),
    "NumPy": np.asarray,
    "a tensor": lambda x: Torchlike(np.asarray(x)),
    "float16": lambda x: x.astype(jnp.float16),
    "bfloat16": lambda x: x.astype(jnp.bfloat16),
    "integers": lambda x: x.astype(int),
    "booleans": lambda x: x.astype(bool),
}
KEPT = {"X", "X1", "record_steps"}  # their type: a network may ask for whole numbers


def numbers(result):
    """All arrays and numbers that a function returns."""
    if isinstance(result, nb.Loss):
        return numbers(result.value(F0[:2], ONE_HOT[:2]))
    if dataclasses.is_dataclass(result):
        return [x for field in dataclasses.fields(result) for x in numbers(getattr(result, field.name))]
    if isinstance(result, list | tuple | dict):
        return [x for one in (result.values() if isinstance(result, dict) else result) for x in numbers(one)]
    if callable(result):
        return numbers(result(F0))
    return [jnp.asarray(result)] if isinstance(result, jax.Array | np.ndarray | int | float) else []


def same(one, other):
    for a, b in zip(numbers(one), numbers(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-13)


def in_form(name, form, x):
    """None where the form would change the numbers."""
    if form in ("float16", "bfloat16", "integers", "booleans") and name in KEPT:
        return None
    given = FORMS[form](x)
    held = given.detach() if isinstance(given, Torchlike) else given
    return given if np.array_equal(np.asarray(held, float), np.asarray(x, float)) else None


@pytest.mark.parametrize("name", sorted(CALLS.keys() - SLOW))
def test_numbers_in_any_form_and_where_a_compiled_function_closes_over_them(name):
    function, arrays, rest = CALLS[name]
    wanted = function(**arrays, **rest)
    same(jax.jit(lambda zero: [x + zero for x in numbers(function(**arrays, **rest))])(0), wanted)
    for form in FORMS:
        given = {key: in_form(key, form, x) for key, x in arrays.items()}
        if any(x is not None for x in given.values()):
            same(
                function(**{key: arrays[key] if x is None else x for key, x in given.items()}, **rest), wanted
            )


def test_every_public_function_of_arrays_is_called():
    takes = {
        name
        for module in (nb, bayes)
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and any(_kind(one.annotation) for one in inspect.signature(value).parameters.values())
    }
    assert takes - OTHERWISE == CALLS.keys()


def test_checks_hold_inside_a_compiled_function_too():
    with pytest.raises(nb.InvalidInput, match="leave the simplex"):
        jax.jit(lambda z: nb.pl_ratio(nb.cross_entropy, z, 2 * np.asarray(ONE_HOT)))(F0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([[1.0, 0.0], [1.0]], "rows of one length"),
        ("labels", "a str; expected an array of numbers"),
        (ONE_HOT * 1j, "complex numbers"),
        ([0, 1, 1], "one_hot"),
        (np.asarray([0.0, 1.0, 1.0]), "one_hot"),
    ],
)
@pytest.mark.usefixtures("as_a_reader")
def test_what_holds_no_numbers_is_refused_in_words(given, told):
    for call in (
        lambda Y: nb.kernel_logistic_regression(THETA, Y, lam=0.5),
        lambda Y: bayes.laplace(THETA, Y),
        lambda Y: nb.total(nb.squared_error, F0, Y),
        lambda Y: nb.Problem(linear, F0[:2], F0, Y),
    ):
        with pytest.raises(nb.InvalidInput, match=told):
            call(given)


@pytest.mark.parametrize(
    "name", ["kernel_logistic_regression", "regularization_path", "solve_batch", "linearized_flow"]
)
@pytest.mark.usefixtures("as_a_reader")
def test_predictions_take_tensors_too(name):
    function, arrays, rest = CALLS[name]
    solution, known = function(**arrays, **rest), (THETA[:2], F0[:2])
    same(solution.predict(*(Torchlike(np.asarray(x)) for x in known)), solution.predict(*known))


@pytest.mark.parametrize("name", ["max_margin", "separability"])
@pytest.mark.usefixtures("as_a_reader")
def test_directions_take_a_tensor_too(name):
    function, arrays, rest = CALLS[name]
    direction = function(**arrays, **rest)
    same(direction.predict(Torchlike(np.asarray(THETA[:2]))), direction.predict(THETA[:2]))
