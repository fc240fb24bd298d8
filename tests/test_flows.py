"""Flows in a batch against flows one at a time."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.data import sphere
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.flows import gradient_flows
from ntkbook.integration import Integration
from ntkbook.losses import bernoulli, cross_entropy, smooth_labels
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

DATA = sphere(jax.random.key(0), points=4, inputs=6, classes=3, test_points=2)
Y = smooth_labels(DATA.Y, 0.2)
NETWORKS = [mlp(6, 3, width) for width in (8, 32)]
KEYS = jax.random.split(jax.random.key(1), 3)
TIMES = jnp.asarray([0.0, 1.0, 30.0])
SHARED = ("logits", "test_logits", "value", "residual_norm", "radius", "ntk_drift")


def rows(networks=NETWORKS, keys=KEYS, **rest):
    """A row a network, a column a key."""
    return [[Problem.of(network, key, DATA.X, Y, **rest) for key in keys] for network in networks]


def flows(problems=None, **options):
    return gradient_flows(rows() if problems is None else problems, TIMES, **options)


@pytest.mark.parametrize(
    ("loss", "lam", "anchor"),
    [(cross_entropy, 0.0, "init"), (bernoulli, 0.3, "zero")],
    ids=["plain", "decay"],
)
def test_every_member_is_the_flow_by_itself(loss, lam, anchor):
    problems = rows(loss=loss, lam=lam, anchor=anchor)
    batch = flows(problems, X_test=DATA.X_test)
    assert batch.logits.shape == (2, 3, 3, 4, 3)
    np.testing.assert_array_equal(batch.t, TIMES)
    for w, s in ((0, 0), (0, 2), (1, 1)):
        theta0 = NETWORKS[w].init(KEYS[s])
        problem = Problem(NETWORKS[w].apply, theta0, DATA.X, Y, loss=loss, lam=lam, anchor=anchor)
        alone = gradient_flow(problem, TIMES, X_test=DATA.X_test)
        for name in SHARED:
            np.testing.assert_allclose(getattr(batch, name)[w, s], getattr(alone, name), rtol=0, atol=1e-8)
        ends = jax.tree.map(lambda leaf, s=s: leaf[s], batch.params[w])
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-8), ends, alone.params)
        assert int(batch.steps[w, s]) == alone.steps
    assert float(jnp.min(batch.radius[:, :, -1])) > 0.1


def test_progress_is_shown_if_asked_for(capsys):
    flows(record_ntk=False)
    assert capsys.readouterr().err == ""
    batch = flows(record_ntk=False, progress=True)
    assert "2/2" in capsys.readouterr().err
    assert bool(jnp.all(jnp.isnan(batch.ntk_drift)))
    assert batch.test_logits.shape == (2, 3, 3, 0, 3)


def test_a_flow_that_does_not_arrive_is_named():
    steps = flows(record_ntk=False).steps  # compiled already
    slow = int(jnp.argmax(steps[0]))
    enough = int(jnp.sort(steps[0])[-2])
    assert enough < int(steps[0, slow])  # one seed alone misses
    (row,) = rows(NETWORKS[:1])
    quick = [row[int(jnp.argmin(steps[0]))]] * 3
    with pytest.raises(NotConverged, match=rf"problems\[1\]\[{slow}\] took {enough} steps"):
        flows([quick, row], record_ntk=False, integration=Integration(max_steps=enough))


@pytest.mark.parametrize(("networks", "keys"), [([], KEYS), (NETWORKS, KEYS[:0])])
def test_something_to_run_is_asked_for(networks, keys):
    with pytest.raises(InvalidInput, match=r"jax\.random\.split"):
        flows(rows(networks, keys))


def test_rows_of_one_length_are_asked_for():
    uneven = rows()
    uneven[1] = uneven[1][:2]
    with pytest.raises(InvalidInput, match=r"lengths \[3, 2\].*jax\.random\.split"):
        flows(uneven)


@pytest.mark.parametrize(
    "change",
    [{"X": DATA.X + 0}, {"Y": Y + 0}, {"loss": bernoulli}, {"lam": 0.3}, {"anchor": "zero"}],
    ids=lambda change: next(iter(change)),
)
def test_a_row_may_differ_in_theta0_alone(change):
    """Arrays are compared by identity: a copy would cost a comparison of all entries to tell."""
    problems, (name,) = rows(), change
    problems[1][2] = problems[1][2].replace(**change)
    with pytest.raises(InvalidInput, match=rf"row 1 differ in {name}; .*rows of their own"):
        flows(problems)


def test_rows_on_as_many_points_are_asked_for():
    problems = rows()
    fewer = problems[1][0].replace(X=DATA.X[:2], Y=Y[:2])
    problems[1] = [fewer.replace(theta0=problem.theta0) for problem in problems[1]]
    with pytest.raises(
        InvalidInput, match=r"row 1 have shape \(2, 3\), those of row 0 have .*once for each shape"
    ):
        flows(problems)


def test_a_row_of_one_network_is_asked_for():
    problems = rows()
    problems[0][1] = problems[1][1]
    with pytest.raises(InvalidInput, match=r"row 0 differ in apply;"):
        flows(problems)
