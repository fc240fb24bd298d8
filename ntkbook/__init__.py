"""ntkbook: the mathematics of *The Neural Tangent Kernel for Classification* as tested functions.

IMPORTING IT SWITCHES JAX TO float64 (`jax_enable_x64`), for the whole process: kernels are ill-conditioned, and
residuals of a saturated softmax vanish in single precision. To keep float32, set the environment variable
NTKBOOK_FLOAT32=1 before the import. Then networks, kernels, losses, training and the monitor work in single
precision; the solvers of `ntkbook.explicit`, the linearized flow and what `ntkbook.bayes` builds on them miss their
tolerances, and refuse with NotConverged.

Every public name of the core is here, at one place: `import ntkbook as nb`, then `nb.mlp`, `nb.Problem`,
`nb.gradient_flow`, and so on. Three parts are imported on demand: `ntkbook.bayes` (uncertainty), `ntkbook.chapters`
(what each chapter of the book measures, shows and asks), and with scikit-learn `nb.NTKClassifier` and
`nb.NTKRegressor`.
"""

from ntkbook import _config as _config  # isort: skip  (float64, before anything computes)

from importlib import import_module as _import_module
from importlib.metadata import PackageNotFoundError as _NotFound
from importlib.metadata import version as _version
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from ntkbook.bounds import (
    guaranteed_step,
    pl_constant,
    pl_constant_polynomial,
    radius_bounds,
    radius_nondegenerate,
    radius_regularized,
)
from ntkbook.data import Data, digits, sphere
from ntkbook.drift import relative_drift
from ntkbook.duplicates import MergedPoints, merge_duplicates
from ntkbook.empirical import empirical_ntk, empirical_ntk_by_class, jacobian, ntk_product
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.exercises import Verdict, check
from ntkbook.explicit import (
    MaxMargin,
    Newton,
    NystromSolution,
    RegularizationPath,
    Solution,
    SolutionBatch,
    kernel_logistic_regression,
    kernel_ridge_regression,
    log_target_regression,
    max_margin,
    nystrom_logistic_regression,
    regularization_path,
    sharded_logistic_regression,
    solve_batch,
)
from ntkbook.flows import TrajectoryBatch, gradient_flows
from ntkbook.generalization import (
    GeneralizationBound,
    generalization_bound,
    rademacher_bound,
    rademacher_complexity,
    ramp_loss,
    rkhs_norm,
)
from ntkbook.integration import Integration
from ntkbook.jacobian_lemma import JacobianBounds, jacobian_bounds
from ntkbook.kernels import kernel_in_tiles, sharded_product
from ntkbook.layers import LayerKernels, layer_kernels
from ntkbook.laziness import (
    LinearizedTraining,
    fitted_slope,
    linearization_gap,
    linearize_trajectory,
    logit_gap,
    logit_margin,
)
from ntkbook.lazy_within import LazyWithin, share_beyond
from ntkbook.linearized import LinearTrajectory, linearization, linearized_flow
from ntkbook.loss_table import LossRow, loss_table
from ntkbook.losses import (
    LOSSES,
    Loss,
    bernoulli,
    brier,
    center,
    cross_entropy,
    excess,
    exponential_family,
    pl_bound,
    pl_ratio,
    poisson,
    smooth_labels,
    squared_error,
    total,
    weighted,
)
from ntkbook.monitor import LazinessMonitor, LazinessRecord
from ntkbook.networks import Kernels, Network, cnn, mlp, resnet
from ntkbook.problem import Problem
from ntkbook.sharp import Bounded, Separating, recession, separability
from ntkbook.training import Trajectory, gradient_descent, gradient_flow
from ntkbook.two_trainings import certificate

if _TYPE_CHECKING:
    from ntkbook.estimators import NTKClassifier, NTKRegressor

try:
    __version__ = _version("ntkbook")
except _NotFound:  # run from a copy of the sources that was never installed
    __version__ = "unknown"


def __getattr__(name: str) -> _Any:
    """`nb.bayes`, `nb.chapters` and the estimators, imported at their first use."""
    if name in ("NTKClassifier", "NTKRegressor"):
        return getattr(_import_module(f"{__name__}.estimators"), name)
    if name not in ("bayes", "chapters"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _import_module(f"{__name__}.{name}")


__all__ = [
    # networks and data
    "Data",
    "Kernels",
    "Network",
    "cnn",
    "digits",
    "mlp",
    "resnet",
    "sphere",
    # tangent kernels
    "empirical_ntk",
    "empirical_ntk_by_class",
    "jacobian",
    "LayerKernels",
    "kernel_in_tiles",
    "layer_kernels",
    "ntk_product",
    "sharded_product",
    # losses
    "LOSSES",
    "Loss",
    "LossRow",
    "bernoulli",
    "brier",
    "center",
    "cross_entropy",
    "excess",
    "exponential_family",
    "loss_table",
    "pl_bound",
    "pl_ratio",
    "poisson",
    "smooth_labels",
    "squared_error",
    "total",
    "weighted",
    # the training problem, and training
    "Integration",
    "Problem",
    "Trajectory",
    "TrajectoryBatch",
    "gradient_descent",
    "gradient_flow",
    "gradient_flows",
    # the linearized model
    "LinearTrajectory",
    "LinearizedTraining",
    "linearization",
    "linearization_gap",
    "linearize_trajectory",
    "linearized_flow",
    # the trained predictor, explicitly
    "MaxMargin",
    "Newton",
    "NystromSolution",
    "RegularizationPath",
    "Solution",
    "SolutionBatch",
    "kernel_logistic_regression",
    "kernel_ridge_regression",
    "log_target_regression",
    "max_margin",
    "nystrom_logistic_regression",
    "regularization_path",
    "sharded_logistic_regression",
    "solve_batch",
    # scikit-learn's estimators
    "NTKClassifier",
    "NTKRegressor",
    # sharp conditions
    "Bounded",
    "MergedPoints",
    "Separating",
    "merge_duplicates",
    "recession",
    "separability",
    # bounds
    "GeneralizationBound",
    "JacobianBounds",
    "generalization_bound",
    "guaranteed_step",
    "jacobian_bounds",
    "pl_constant",
    "pl_constant_polynomial",
    "rademacher_bound",
    "rademacher_complexity",
    "radius_bounds",
    "radius_nondegenerate",
    "radius_regularized",
    "ramp_loss",
    "rkhs_norm",
    # laziness
    "LazinessMonitor",
    "LazinessRecord",
    "LazyWithin",
    "certificate",
    "fitted_slope",
    "logit_gap",
    "logit_margin",
    "relative_drift",
    "share_beyond",
    # exercises and errors
    "InvalidInput",
    "NotConverged",
    "Verdict",
    "check",
]
