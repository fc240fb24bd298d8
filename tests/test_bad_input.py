"""What a reader can get wrong: every public function says what was given, what is expected, and the remedy.

The run-time checks of shapes, which only tests switch on, are off here: a reader meets the library's own messages.
"""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook import bayes

N, K, D = 4, 3, 6
KEY = jax.random.key(0)
X = jax.random.normal(KEY, (N, D))
Y = jax.nn.one_hot(jnp.arange(N) % K, K, dtype=float)
SMOOTH = nb.smooth_labels(Y, 0.1)
F0 = jnp.zeros((N, K))
THETA = jnp.eye(N) + 0.1
TIMES = jnp.asarray([0.0, 1.0])
STEPS = jnp.asarray([0, 1])
NAN = float("nan")


def apply(theta, X):
    return X @ theta


def scalar(theta, X):
    return X @ theta[:, 0]


def constant(_, X):
    return X[:, :K]


THETA0 = jnp.zeros((D, K))
NO_STEPS = jnp.asarray([], dtype=int)
TRAJECTORY = jnp.zeros((2, N, K))


def problem(theta=THETA0, X=X, Y=Y, **rest):
    return nb.Problem(apply, theta, X, Y, **rest)


def flow(theta=THETA0, X=X, Y=Y, times=TIMES, **rest):
    return nb.gradient_flow(problem(theta, X, Y, **rest), times)


def flows(*rows):
    return nb.gradient_flows(rows, TIMES)


def descent(theta=THETA0, X=X, Y=Y, steps=STEPS, learning_rate=0.1, **rest):
    return nb.gradient_descent(problem(theta, X, Y, **rest), steps, learning_rate=learning_rate)


def linear(Theta=THETA, f0=F0, Y=Y, times=TIMES, **options):
    return nb.linearized_flow(Theta, f0, Y, times, **options)


def linearize(Y=Y, **rest):
    run = nb.Trajectory(
        t=TIMES, logits=TRAJECTORY, test_logits=TRAJECTORY[:, :0], value=TIMES, residual_norm=TIMES, radius=TIMES,
        ntk_drift=TIMES, params=THETA0, steps=1,
    )  # fmt: skip
    return nb.linearize_trajectory(run, problem(Y=Y, **rest))


def logistic(Theta=THETA, Y=Y, f0=F0, lam=0.1, **options):
    return nb.kernel_logistic_regression(Theta, Y, f0, lam=lam, **options)


def nystrom(kernel=lambda X1, X2: X1 @ X2.T, X=X, Y=Y, centres=X[:2], lam=0.1, **options):
    return nb.nystrom_logistic_regression(kernel, X, Y, centres=centres, lam=lam, **options)


def ridge(Theta=THETA, Y=Y, f0=F0, lam=0.1):
    return nb.kernel_ridge_regression(Theta, Y, f0, lam=lam)


def log_targets(Theta=THETA, Y=SMOOTH, f0=F0):
    return nb.log_target_regression(Theta, Y, f0)


OFF_SIMPLEX = jnp.full((N, K), 0.5)
NEGATIVE = jnp.asarray([[1.5, -0.5, 0.0]] * N)
LABELS = jnp.arange(4.0) % K  # class numbers where rows of probabilities are wanted

# What is called -> (the call, what the message says of the input, what it says to do).
CASES = {
    # data
    "sphere, no points": (lambda: nb.sphere(KEY, points=0), r"points = 0", "whole number, 1 or above"),
    "sphere, part of a point": (lambda: nb.sphere(KEY, points=2.5), r"points = 2\.5", "whole number"),
    "sphere, no classes": (lambda: nb.sphere(KEY, classes=0), r"classes = 0", "1 or above"),
    "digits, a single class": (lambda: nb.digits(KEY, classes=(3,)), r"\(3,\)", "two or more different digits"),
    "digits, a class twice": (lambda: nb.digits(KEY, classes=(3, 3)), r"\(3, 3\)", "different digits"),
    "digits, no such class": (lambda: nb.digits(KEY, classes=(3, 12)), r"\(3, 12\)", "from 0 to 9"),
    "digits, too many": (lambda: nb.digits(KEY, points=1700, test_points=500), r"1700.*500", "there are 1797 images"),
    "digits, none": (lambda: nb.digits(KEY, points=0), r"points = 0", "there are 1797 images"),
    # the Jacobian lemma
    "jacobian_bounds, ReLU": (
        lambda: nb.jacobian_bounds(X, K, 64, 1.0, activation="relu"), r"'relu'", "'erf'"
    ),
    "jacobian_bounds, certain": (lambda: nb.jacobian_bounds(X, K, 64, 1.0, delta=0.0), r"delta = 0\.0", "δ"),
    "jacobian_bounds, inside out": (lambda: nb.jacobian_bounds(X, K, 64, -1.0), r"R = -1", "radius"),
    "jacobian_bounds, NaN": (lambda: nb.jacobian_bounds(X.at[0].set(NAN), K, 64, 1.0), "NaN", "X"),
    # networks and kernels
    "mlp, no inputs": (lambda: nb.mlp(0, K, 8), "inputs = 0", "1 or above"),
    "mlp, no width": (lambda: nb.mlp(D, K, 0), "width = 0", "1 or above"),
    "mlp, equal to a width": (lambda: (nb.mlp(D, K, 8), nb.mlp(D, K, 8.0)), r"width = 8\.0", "whole number"),
    "cnn, a list": (lambda: nb.cnn([4, 4, 1], K, 2), r"inputs = \[4, 4, 1\]", "as a tuple"),
    "resnet, a list": (lambda: nb.resnet([4, 4, 1], K, 2), r"inputs = \[4, 4, 1\]", "as a tuple"),
    "mlp, no hidden layer": (lambda: nb.mlp(D, K, 8, hidden_layers=0), "hidden_layers = 0", "1 or above"),
    "mlp, a truth value": (lambda: nb.mlp(D, True, 8), "classes = True", "whole number"),
    "mlp, unknown activation": (lambda: nb.mlp(D, K, 8, activation="tanh"), "'tanh'", "Choose one of: 'erf', 'relu'"),
    "mlp, weight scale 0": (lambda: nb.mlp(D, K, 8, sigma_w=0.0), r"sigma_w = 0\.0", "above 0"),
    "mlp, negative bias scale": (lambda: nb.mlp(D, K, 8, sigma_b=-1.0), r"sigma_b = -1\.0", "0 or above"),
    "kernel, wrong dimension": (lambda: nb.mlp(D + 1, K, 8).kernel(X), r"X1 has shape \(4, 6\)", "one input a row"),
    "kernel, one input": (lambda: nb.mlp(D, K, 8).kernel(X, X[0]), r"X2 has shape \(6,\)", "one input a row"),
    "kernel, no inputs": (lambda: nb.mlp(D, K, 8).kernel(X[:0]), r"\(0, 6\)", "N ≥ 1"),
    "kernel, NaN": (lambda: nb.mlp(D, K, 8).kernel(X.at[0, 0].set(NAN)), "1 entries that are NaN", "upstream"),
    "empirical, no points": (lambda: nb.empirical_ntk(apply, THETA0, X[:0]), r"\(0, 6\)", "at least one"),
    "empirical, no second points": (lambda: nb.empirical_ntk(apply, THETA0, X, X[:0]), r"\(0, 6\)", "at least one"),
    "empirical, block 0": (lambda: nb.empirical_ntk(apply, THETA0, X, block=0), "block = 0", "1 or above"),
    "empirical, no parameters": (lambda: nb.empirical_ntk(constant, THETA0, X), "does not depend", "that it is given"),
    "empirical, scalar outputs": (lambda: nb.empirical_ntk(scalar, THETA0, X), r"\(4,\)|\[4\]", "one row of K logits"),
    "jacobian, scalar outputs": (lambda: nb.jacobian(scalar, THETA0, X), r"\(4,\)|\[4\]", "one row of K logits"),
    # losses and targets
    "loss, one row for all": (lambda: nb.total(nb.brier, F0[:1], Y), r"\(1, 3\) and Y has \(4,", "one row a point"),
    "excess, one row for all": (lambda: nb.excess(nb.brier, F0[:1], Y), r"\(1, 3\) and Y has \(4,", "one row a point"),
    "PL ratio, a row short": (lambda: nb.pl_ratio(nb.brier, F0[:3], Y), r"\(3, 3\) and Y has \(4,", "one row a point"),
    "loss, off the simplex": (lambda: nb.total(nb.brier, F0, NEGATIVE), r"least entry -0\.5", "rows of probabilities"),
    "PL ratio, off the simplex": (lambda: nb.pl_ratio(nb.brier, F0, NEGATIVE), r"least entry -0\.5", "rows of"),
    "PL ratio, negative counts": (lambda: nb.pl_ratio(nb.poisson, F0, NEGATIVE), r"from -0\.5 to 1\.5", "counts"),
    "direction, one row for all": (lambda: nb.recession(F0[:1], Y), r"\(1, 3\) and Y has \(4,", "one row a point"),
    "smoothing above 1": (lambda: nb.smooth_labels(Y, 1.5), r"epsilon = 1\.5", r"\[0, 1\]"),
    "smoothing below 0": (lambda: nb.smooth_labels(Y, -0.1), r"epsilon = -0\.1", r"\[0, 1\]"),
    "smoothing, class numbers": (lambda: nb.smooth_labels(LABELS, 0.1), r"shape \(4,\)", "one row a point"),
    "smoothing, not labels": (lambda: nb.smooth_labels(OFF_SIMPLEX, 0.1), r"row sum − 1\| 0\.5", "jax.nn.one_hot"),
    "duplicates, other lengths": (lambda: nb.merge_duplicates(X[:3], Y), r"\(3, 6\) and Y has \(4, 3\)", "a point"),
    "duplicates, off the simplex": (lambda: nb.merge_duplicates(X, NEGATIVE), r"least entry -0\.5", "rows of"),
    # bounds
    "radius, λ = 0": (lambda: nb.radius_regularized(1.0, 0.0), r"lam = 0\.0", "above 0"),
    "radius, λ < 0": (lambda: nb.radius_regularized(1.0, -1.0), r"lam = -1\.0", "above 0"),
    "radius, λ NaN": (lambda: nb.radius_regularized(1.0, NAN), "lam = nan", "finite"),
    "radius, V₀ < 0": (lambda: nb.radius_regularized(-1.0, 1.0), r"V0 = -1\.0", "0 or above"),
    "radius, κ = 0": (lambda: nb.radius_nondegenerate(1.0, 0.1, 0.0), r"kappa = 0\.0", "above 0"),
    "radius, μ = 0": (lambda: nb.radius_nondegenerate(1.0, 0.0, 0.1), r"mu = 0\.0", "above 0"),
    "radius A, V₀ < 0": (lambda: nb.radius_nondegenerate(-1.0, 0.1, 0.1), r"V0 = -1\.0", "0 or above"),
    "PL, one-hot": (lambda: nb.pl_constant(Y, 1.0), "degenerate for cross-entropy", "smooth_labels"),
    "PL, off the simplex": (lambda: nb.pl_constant(NEGATIVE, 1.0), r"least entry -0\.5", "divide rows by their sum"),
    "PL, V₀ infinite": (lambda: nb.pl_constant(SMOOTH, np.inf), "V0 = inf", "finite"),
    # the training problem
    "problem, off the simplex": (lambda: problem(Y=NEGATIVE), r"least entry -0\.5", "rows of probabilities"),
    "problem, other points": (lambda: problem(Y=Y[:3]), r"X of shape \(4, 6\) to \(4, 3\)", "one row of K targets"),
    "problem, λ < 0": (lambda: problem(lam=-0.1), r"lam = -0\.1", "0 or above"),
    "problem, λ infinite": (lambda: problem(lam=np.inf), "lam = inf", "finite"),
    "problem, unknown anchor": (lambda: problem(anchor="start"), "'start'", "'init', 'zero'"),
    "problem, NaN inputs": (lambda: problem(X=X.at[0, 0].set(NAN)), "X has 1 entries", "upstream"),
    "problem, infinite inputs": (lambda: problem(X=X.at[:, 0].set(np.inf)), "X has 4 entries", "finite"),
    "problem, scalar outputs": (lambda: nb.Problem(scalar, THETA0, X, Y), r"\(4,\)", r"\(N, K\)"),
    "problem of, negative counts": (
        lambda: nb.Problem.of(nb.mlp(D, K, 8), KEY, X, NEGATIVE, loss=nb.poisson), r"from -0\.5 to 1\.5", "counts"
    ),
    "problem, replaced λ": (lambda: problem().replace(lam=NAN), "lam = nan", "finite"),
    # training
    "flow, off the simplex": (lambda: flow(Y=OFF_SIMPLEX), r"row sum − 1\| 0\.5", "rows of probabilities"),
    "flow, negative targets": (lambda: flow(Y=NEGATIVE), r"least entry -0\.5", "rows of probabilities"),
    "flow, class numbers": (lambda: flow(Y=LABELS), r"shape \(4,\)", "one row a point"),
    "flow, a single class": (lambda: flow(THETA0[:, :1], Y=jnp.ones((N, 1))), "single class", r"\(1 − q, q\)"),
    "flow, no data": (lambda: flow(X=X[:0], Y=Y[:0]), r"\(0, 3\)", "N ≥ 1"),
    "flow, NaN targets": (lambda: flow(Y=Y.at[0, 0].set(NAN)), "targets has 1 entries|targets have 1", "finite"),
    "flow, NaN inputs": (lambda: flow(X=X.at[0, 0].set(NAN)), "X has 1 entries", "finite"),
    "flow, λ < 0": (lambda: flow(lam=-0.1), r"lam = -0\.1", "0 or above"),
    "flow, unknown anchor": (lambda: flow(anchor="start"), "'start'", "'init', 'zero'"),
    "flow, times fall": (lambda: flow(times=jnp.asarray([1.0, 0.5])), r"times = \[1\. ", "strictly increasing"),
    "flow, other classes": (lambda: flow(jnp.zeros((D, 2))), r"\(4, 2\).*\(4, 3\)", "one row of K targets a point"),
    "flow, other points": (lambda: flow(Y=Y[:3]), r"\(4, 3\).*\(3, 3\)", "one row of K targets a point"),
    "flows, no rows": (lambda: flows(), r"lengths \[\]", r"jax\.random\.split"),
    "flows, an empty row": (lambda: flows([problem()], []), r"lengths \[1, 0\]", "of one length"),
    "flows, unequal rows": (lambda: flows([problem()], [problem()] * 2), r"lengths \[1, 2\]", "of one length"),
    "flows, other inputs": (lambda: flows([problem(), problem(X=X + 1)]), "row 0 differ in X;", "rows of their own"),
    "flows, other λ": (lambda: flows([problem(), problem(lam=1.0)]), "row 0 differ in lam;", "rows of their own"),
    "flows, times fall": (
        lambda: nb.gradient_flows([[problem()]], jnp.asarray([1.0, 0.5])), r"times = \[1\. ", "strictly increasing"
    ),
    "descent, η = 0": (lambda: descent(learning_rate=0.0), r"learning_rate = 0\.0", "above 0"),
    "descent, λ NaN": (lambda: descent(lam=NAN), "lam = nan", "finite"),
    "descent, steps repeat": (lambda: descent(steps=jnp.asarray([1, 1])), r"\[1, 1\]", "strictly increasing"),
    "descent, steps below 0": (lambda: descent(steps=jnp.asarray([-1, 1])), r"\[-1, 1\]", "from 0 up"),
    "descent, no steps": (lambda: descent(steps=NO_STEPS), r"record_steps = \[\]", "strictly increasing"),
    "descent, part of a step": (lambda: descent(steps=jnp.asarray([0.5])), r"0\.5", "whole numbers"),
    # the linearized flow and the explicit solutions
    "linear, odd kernel": (lambda: linear(jnp.eye(5)), r"\(5, 5\)", r"\(4, 4\).*\(12, 12\)"),
    "linear, NaN kernel": (lambda: linear(THETA.at[0, 0].set(NAN)), "1 entries that are NaN", "upstream"),
    "linear, asymmetric": (lambda: linear(THETA.at[0, 1].set(0.5)), r"reaches 0\.4", r"\(Θ \+ Θᵀ\)/2"),
    "linear, λ < 0": (lambda: linear(lam=-1.0), r"lam = -1\.0", "0 or above"),
    "linear, other f0": (lambda: linear(f0=F0[:3]), r"f0 has shape \(3, 3\)", "one row a point"),
    "linear, NaN f0": (lambda: linear(f0=F0.at[0, 0].set(NAN)), "f0 has 1 entries", "upstream"),
    "linear, no data": (lambda: linear(jnp.zeros((0, 0)), F0[:0], Y[:0]), r"\(0, 3\)", "N ≥ 1"),
    "linear, class numbers": (lambda: linear(Y=LABELS), r"shape \(4,\)", "one row a point"),
    "linear, negative time": (lambda: linear(times=jnp.asarray([-1.0])), r"times = \[-1\.\]", r"times\[0\] ≥ 0"),
    "logistic, λ = 0": (lambda: logistic(lam=0.0), r"lam = 0\.0", "above 0"),
    "logistic, λ < 0": (lambda: logistic(lam=-1.0), r"lam = -1\.0", "above 0"),
    "logistic, off the simplex": (lambda: logistic(Y=OFF_SIMPLEX), r"row sum − 1\| 0\.5", "divide rows"),
    "logistic, a single class": (lambda: logistic(Y=jnp.ones((N, 1)), f0=None), r"\(4, 1\)", r"\(1 − q, q\)"),
    "logistic, other f0": (lambda: logistic(f0=jnp.zeros((N, 2))), r"\(4, 2\)", "one row a point"),
    "logistic, rectangular": (lambda: logistic(jnp.ones((N, 5))), r"\(4, 5\)", r"\(4, 4\)"),
    "Integration, no tolerance": (lambda: nb.Integration(rtol=0.0), r"rtol = 0\.0", "above 0"),
    "Integration, NaN": (lambda: nb.Integration(atol=NAN), "atol = nan", "finite"),
    "Integration, no steps": (lambda: nb.Integration(max_steps=0), "max_steps = 0", "1 or above"),
    "Integration, no share": (lambda: nb.Integration(steady=-1e-3), r"steady = -0\.001", "0 or above"),
    "Newton, no tolerance": (lambda: nb.Newton(tolerance=0.0), r"tolerance = 0\.0", "above 0"),
    "Newton, NaN": (lambda: nb.Newton(tolerance=NAN), "tolerance = nan", "finite"),
    "Newton, no steps": (lambda: nb.Newton(max_newton=0), "max_newton = 0", "1 or above"),
    "Newton, part of a step": (lambda: nb.Newton(max_cg=2.5), r"max_cg = 2\.5", "whole number"),
    "logistic, other start": (lambda: logistic(start=jnp.zeros((N, 2))), r"\(4, 2\)", r"\(4, 3\)"),
    "Nyström, λ = 0": (lambda: nystrom(lam=0.0), r"lam = 0\.0", "above 0"),
    "Nyström, other inputs": (lambda: nystrom(X=X[:3]), r"\(3, 6\).*4 rows of targets", "one input a row"),
    "Nyström, no centres": (lambda: nystrom(centres=X[:0]), r"\(0, 6\)", "drawn at random"),
    "Nyström, other centres": (lambda: nystrom(centres=X[:, :5]), r"\(4, 5\)", "same shape"),
    "Nyström, NaN inputs": (lambda: nystrom(X=X.at[3, 0].set(NAN)), "X has 1 entries", "upstream"),
    "Nyström, off the simplex": (lambda: nystrom(Y=OFF_SIMPLEX), r"row sum − 1\| 0\.5", "divide rows"),
    "Nyström, odd kernel": (lambda: nystrom(lambda X1, X2: X1), r"\(2, 6\) between 2 and 2", "one a row"),
    "Nyström, NaN kernel": (lambda: nystrom(lambda X1, X2: NAN * X1 @ X2.T), "kernel has 4 entries", "upstream"),
    "Nyström, indefinite": (lambda: nystrom(lambda X1, X2: -X1 @ X2.T), "no Cholesky factor", "larger `jitter`"),
    "Nyström, asymmetric": (lambda: nystrom(lambda X1, X2: X1 @ jnp.triu(X2).T), "is not symmetric", "rounding"),
    "Nyström, half precision": (lambda: nystrom(dtype="float16"), "'float16'", "float32"),
    "Nyström, no jitter": (lambda: nystrom(jitter=0.0), r"jitter = 0\.0", "above 0"),
    "Nyström, no tile": (lambda: nystrom(tile=0), "tile = 0", "1 or above"),
    "ridge, λ < 0": (lambda: ridge(lam=-1.0), r"lam = -1\.0", "0 or above"),
    "ridge, infinite targets": (lambda: ridge(Y=Y.at[0, 0].set(np.inf)), "1 entries", "finite"),
    "ridge, NaN f0": (lambda: ridge(f0=F0.at[0, 0].set(NAN)), "f0 has 1 entries", "finite"),
    "log-targets, one-hot": (lambda: log_targets(Y=Y), r"is 0;", "smooth_labels"),
    "log-targets, off the simplex": (lambda: log_targets(Y=NEGATIVE), r"-0\.5", "rows of probabilities"),
    "predict, odd kernel": (lambda: ridge().predict(jnp.ones((2, 5))), r"\(2, 5\)", "columns"),
    "linear predict, odd kernel": (lambda: linear().predict(jnp.ones((2, 5)), F0[:2]), r"\(2, 5\)", "columns"),
    "norm, negative kernel": (lambda: nb.rkhs_norm(-THETA, F0), "from -1.*to -1", "same points"),
    "complexity, negative": (lambda: nb.rademacher_bound(-THETA, 1.0, N, K), "from -1.*to -1", "same points"),
    "margin, indefinite": (lambda: nb.max_margin(THETA - 1.2 * jnp.eye(N), Y), r"from -0\.2 to 0\.2", "same points"),
    # sharp conditions, generalization
    "separability, odd kernel": (lambda: nb.separability(jnp.eye(5), Y), r"\(5, 5\)", r"\(4, 4\)"),
    "separability, off the simplex": (lambda: nb.separability(THETA, NEGATIVE), r"least entry -0\.5", "rows of"),
    "norm, odd kernel": (lambda: nb.rkhs_norm(jnp.eye(5), F0), r"\(5, 5\)", r"\(4, 4\)"),
    "norm, NaN coefficients": (lambda: nb.rkhs_norm(THETA, F0.at[0, 0].set(NAN)), "A has 1 entries", "upstream"),
    # uncertainty
    "accuracy, other points": (lambda: bayes.accuracy(SMOOTH[:3], Y), r"\(3, 3\).*\(4, 3\)", "one-hot"),
    "Brier score, logits": (lambda: bayes.brier_score(OFF_SIMPLEX, Y), r"row sum − 1\| 0\.5", "divide rows"),
    "log score, negative": (lambda: bayes.log_score(NEGATIVE, Y), r"least entry -0\.5", "divide rows"),
    "information, NaN draws": (lambda: bayes.mutual_information(NAN * TRAJECTORY), "NaN", "upstream"),
    "information, one draw": (lambda: bayes.mutual_information(F0), r"\(4, 3\)", "draws, points, classes"),
    "laplace, λ = 0": (lambda: bayes.laplace(THETA, Y, lam=0.0), r"lam = 0\.0", "above 0"),
    "laplace, off the simplex": (lambda: bayes.laplace(THETA, NEGATIVE), r"least entry -0\.5", "rows of"),
    # laziness
    "drift, other points": (lambda: nb.relative_drift(jnp.eye(3), jnp.eye(4)), r"\(3, 3\).*\(4, 4\)", "same points"),
    "drift, NaN": (lambda: nb.relative_drift(NAN * THETA, THETA), "Theta has 16 entries", "upstream"),
    "drift, NaN before": (lambda: nb.relative_drift(THETA, NAN * THETA), "Theta0 has 16 entries", "upstream"),
    "drift, not symmetric": (
        lambda: nb.relative_drift(jnp.eye(3) + jnp.triu(jnp.ones((3, 3)), 1), jnp.eye(3)),
        "Theta is not symmetric",
        r"\(Theta \+ Theta.T\) / 2",
    ),
    "drift, not square": (lambda: nb.relative_drift(jnp.ones((2, 3)), jnp.ones((2, 3))), r"\(2, 3\)", r"\(m, m\)"),
    "a network's kernels for one": (
        lambda: nb.kernel_logistic_regression(nb.mlp(3, 3, 8).kernel(jnp.eye(3)), jnp.eye(3), lam=1.0),
        "both kernels of a network",
        r"\.ntk",
    ),
    "class numbers": (lambda: bayes.laplace(jnp.eye(3), jnp.array([0, 1, 2])), "3 whole numbers", "one_hot"),
    "kernels that overflow": (
        lambda: nb.mlp(4, 3, 8, activation="relu", hidden_layers=40, sigma_w=1e5).kernel(jnp.ones((2, 4))),
        "not finite",
        "smaller sigma_w",
    ),
    "tiles that overflow": (
        lambda: nb.kernel_in_tiles(nb.mlp(4, 3, 8), 1e30 * jnp.ones((2, 4)), dtype="float32"),
        "not finite in float32",
        "inputs of order 1",
    ),
    "a finite network's kernel that overflows": (
        lambda: nb.empirical_ntk(lambda theta, X: X @ theta, jnp.ones((4, 3)), 1e200 * jnp.ones((2, 4))),
        "not finite in float64",
        "inputs to order 1",
    ),
    "a finite network's kernels by class, NaN": (
        lambda: nb.empirical_ntk_by_class(lambda theta, X: X @ theta, jnp.ones((4, 3)), NAN * jnp.ones((2, 4))),
        "not finite",
        "inputs to order 1",
    ),
    "drift, zero kernel": (lambda: nb.relative_drift(THETA, 0 * THETA), "Theta0 is zero", "depends on its parameters"),
    "gap, other times": (lambda: nb.linearization_gap(TRAJECTORY, TRAJECTORY[:1]), r"\(1, 4, 3\)", "same times"),
    "slope, one width": (lambda: nb.fitted_slope(np.ones(1), np.ones(1)), r"\[1\.\]", "at least 2"),
    "slope, a zero": (lambda: nb.fitted_slope(np.ones(2), np.zeros(2)), r"\[0\. 0\.\]", "positive"),
    "slope, NaN": (lambda: nb.fitted_slope(np.arange(1.0, 3.0), np.array([1.0, NAN])), r"\[ 1\. nan\]", "finite"),
    "slope, equal widths": (lambda: nb.fitted_slope(np.ones(2), np.ones(2)), r"widths \[1\. 1\.\]", "different widths"),
    "slope, lengths": (lambda: nb.fitted_slope(np.ones(2), np.ones(3)), r"\[1\. 1\. 1\.\]", "one length"),
    "logit gap, no class": (lambda: nb.logit_gap(F0, F0), r"\[0\. 0\. 0\.\]", "single 1 a row"),
    "logit gap, part of a label": (lambda: nb.logit_margin(F0, 0.3 * Y), r"0\.3", "single 1 a row"),
    "logit gap, one row for all": (lambda: nb.logit_gap(F0, Y[:1]), r"\(4, 3\) and labels \(1, 3\)", "labels a point"),
    "logit gap, other points": (lambda: nb.logit_gap(TRAJECTORY, Y[:3]), r"and labels \(3, 3\)", "labels a point"),
    "logit margin, smoothed": (lambda: nb.logit_margin(TRAJECTORY, SMOOTH), r"0\.93", "smooth_labels"),
    "linearize, λ < 0": (lambda: linearize(lam=-1.0), r"lam = -1\.0", "0 or above"),
    "linearize, decay": (lambda: linearize(lam=0.1, anchor="zero"), r"'zero', λ = 0\.1", 'anchor = "init"'),
    "linearize, class numbers": (lambda: linearize(Y=LABELS), r"shape \(4,\)", "one row a point"),
    "logit gap, smoothed": (lambda: nb.logit_gap(TRAJECTORY, SMOOTH), r"0\.93", "smooth_labels"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.usefixtures("as_a_reader")
def test_bad_input_is_told_with_a_remedy(case):
    call, given, remedy = CASES[case]
    with pytest.raises(nb.InvalidInput) as raised:
        call()
    message = str(raised.value)
    assert re.search(given, message), message
    assert re.search(remedy, message), message
    assert isinstance(raised.value, ValueError)


TINY = jnp.eye(2) + 0.5
ROUNDED = jnp.asarray([[1 + 1e-9, -1e-9], [0.0, 1.0]])  # within rounding of the simplex


def in_every_solver(Y):
    """What each makes of the targets Y."""
    return {
        "logistic": nb.kernel_logistic_regression(TINY, Y, lam=0.1, start=0 * Y).logits,
        "batch": nb.solve_batch(TINY, Y[None], 0 * Y, 0.1).logits,
        "path": nb.regularization_path(TINY, Y, 0 * Y, jnp.asarray([0.1])).logits,
        "margin": nb.max_margin(TINY, Y).logits,
        "laplace": bayes.laplace(TINY, Y, lam=0.1).mean,
    }


@pytest.mark.parametrize("dtype", [int, jnp.float32])
@pytest.mark.usefixtures("as_a_reader")
def test_targets_of_any_type_are_taken_as_the_numbers_they_are(dtype):
    wanted, Y = in_every_solver(jnp.eye(2)), jnp.eye(2, dtype=dtype)
    for name, got in in_every_solver(Y).items():
        np.testing.assert_allclose(got, wanted[name], rtol=1e-12, err_msg=name)
        assert got.dtype == float


@pytest.mark.parametrize("dtype", [int, jnp.float32, jnp.float64])
@pytest.mark.usefixtures("as_a_reader")
def test_a_network_in_single_precision_takes_any_targets(dtype):
    theta, X = jnp.zeros((2, 2), jnp.float32), jnp.eye(2, dtype=jnp.float32)
    problem = nb.Problem(apply, theta, X, jnp.eye(2, dtype=dtype))
    run = nb.gradient_descent(problem, jnp.asarray([1]), learning_rate=0.5)
    np.testing.assert_allclose(run.params, [[0.25, -0.25], [-0.25, 0.25]], rtol=1e-6)
    np.testing.assert_allclose(
        nb.ntk_product(apply, theta, X, jnp.eye(2, dtype=dtype)), jnp.eye(2), rtol=1e-6
    )


def test_rounding_off_the_simplex_neither_refuses_nor_spoils_targets():
    nb.cross_entropy.check_targets(jax.nn.softmax(jax.random.normal(KEY, (50, 10), jnp.float32)))
    np.testing.assert_allclose(nb.cross_entropy.infimum(ROUNDED), 0, atol=1e-8)
    assert float(bayes.log_score(ROUNDED, jnp.eye(2))) == pytest.approx(0, abs=1e-8)
    assert float(bayes.log_score(jnp.eye(2), ROUNDED)) == pytest.approx(0, abs=1e-8)
    with pytest.raises(nb.InvalidInput, match="row sum"):
        nb.cross_entropy.check_targets(jnp.full((1, 2), 0.50001, jnp.float32))


def test_the_smallest_data_set_works_everywhere():
    """One point, two classes."""
    x, y = jnp.ones((1, 2)), jnp.asarray([[0.8, 0.2]])
    network = nb.mlp(2, 2, 4)
    params = network.init(KEY)
    Theta, f0 = network.kernel(x).ntk, network.apply(params, x)
    run = nb.gradient_flow(nb.Problem(network.apply, params, x, y, lam=0.1), TIMES)
    linear = nb.linearized_flow(nb.empirical_ntk(network.apply, params, x), f0, y, TIMES, lam=0.1)
    assert run.logits.shape == linear.logits.shape == (2, 1, 2)
    for solution in (
        nb.kernel_logistic_regression(Theta, y, f0, lam=0.1),
        nb.kernel_ridge_regression(Theta, y, f0),
        nb.log_target_regression(Theta, y, f0),
    ):
        assert solution.residual < 1e-9
        assert solution.predict(Theta, f0).shape == (1, 2)
    data = nb.sphere(KEY, points=1, inputs=1, classes=1, test_points=1)
    np.testing.assert_allclose(jnp.abs(data.X), 1.0)


def test_a_zero_kernel_leaves_the_predictor_where_it_starts():
    """It is positive semidefinite: A = (Y − softmax(f₀))/λ, and f = f₀."""
    solution = logistic(Theta=0 * THETA)
    np.testing.assert_array_equal(solution.logits, F0)
    np.testing.assert_allclose(solution.coefficients, (Y - 1 / K) / 0.1, rtol=1e-12)
