"""ntkbook: the mathematics of *The Neural Tangent Kernel for Classification* as tested functions.

Every public name of the core is here, at one place: `import ntkbook as nb`, then `nb.mlp`, `nb.gradient_flow`, and
so on. Two parts are imported on demand: `ntkbook.bayes` (uncertainty) and `ntkbook.chapters` (what each chapter of
the book measures, shows and asks).
"""

from ntkbook import _config as _config  # isort: skip  (float64, before anything computes)

from ntkbook.bounds import pl_constant as pl_constant
from ntkbook.bounds import pl_constant_polynomial as pl_constant_polynomial
from ntkbook.bounds import radius_nondegenerate as radius_nondegenerate
from ntkbook.bounds import radius_regularized as radius_regularized
from ntkbook.data import Data as Data
from ntkbook.data import digits as digits
from ntkbook.data import sphere as sphere
from ntkbook.drift import relative_drift as relative_drift
from ntkbook.duplicates import MergedPoints as MergedPoints
from ntkbook.duplicates import merge_duplicates as merge_duplicates
from ntkbook.empirical import empirical_ntk as empirical_ntk
from ntkbook.empirical import empirical_ntk_by_class as empirical_ntk_by_class
from ntkbook.empirical import jacobian as jacobian
from ntkbook.empirical import ntk_product as ntk_product
from ntkbook.errors import InvalidInput as InvalidInput
from ntkbook.errors import NotConverged as NotConverged
from ntkbook.exercises import Verdict as Verdict
from ntkbook.exercises import check as check
from ntkbook.explicit import MaxMargin as MaxMargin
from ntkbook.explicit import RegularizationPath as RegularizationPath
from ntkbook.explicit import Solution as Solution
from ntkbook.explicit import SolutionBatch as SolutionBatch
from ntkbook.explicit import kernel_logistic_regression as kernel_logistic_regression
from ntkbook.explicit import kernel_ridge_regression as kernel_ridge_regression
from ntkbook.explicit import log_target_regression as log_target_regression
from ntkbook.explicit import max_margin as max_margin
from ntkbook.explicit import regularization_path as regularization_path
from ntkbook.explicit import sharded_logistic_regression as sharded_logistic_regression
from ntkbook.explicit import solve_batch as solve_batch
from ntkbook.flows import TrajectoryBatch as TrajectoryBatch
from ntkbook.flows import gradient_flows as gradient_flows
from ntkbook.generalization import GeneralizationBound as GeneralizationBound
from ntkbook.generalization import generalization_bound as generalization_bound
from ntkbook.generalization import rademacher_bound as rademacher_bound
from ntkbook.generalization import rademacher_complexity as rademacher_complexity
from ntkbook.generalization import ramp_loss as ramp_loss
from ntkbook.generalization import rkhs_norm as rkhs_norm
from ntkbook.jacobian_lemma import JacobianBounds as JacobianBounds
from ntkbook.jacobian_lemma import jacobian_bounds as jacobian_bounds
from ntkbook.kernels import kernel_in_tiles as kernel_in_tiles
from ntkbook.kernels import sharded_product as sharded_product
from ntkbook.laziness import LinearizedTraining as LinearizedTraining
from ntkbook.laziness import fitted_slope as fitted_slope
from ntkbook.laziness import linearization_gap as linearization_gap
from ntkbook.laziness import linearize_trajectory as linearize_trajectory
from ntkbook.laziness import logit_gap as logit_gap
from ntkbook.laziness import logit_margin as logit_margin
from ntkbook.linearized import LinearTrajectory as LinearTrajectory
from ntkbook.linearized import linearized_flow as linearized_flow
from ntkbook.loss_table import LossRow as LossRow
from ntkbook.loss_table import loss_table as loss_table
from ntkbook.losses import LOSSES as LOSSES
from ntkbook.losses import Loss as Loss
from ntkbook.losses import bernoulli as bernoulli
from ntkbook.losses import brier as brier
from ntkbook.losses import center as center
from ntkbook.losses import cross_entropy as cross_entropy
from ntkbook.losses import excess as excess
from ntkbook.losses import exponential_family as exponential_family
from ntkbook.losses import pl_bound as pl_bound
from ntkbook.losses import pl_ratio as pl_ratio
from ntkbook.losses import poisson as poisson
from ntkbook.losses import smooth_labels as smooth_labels
from ntkbook.losses import squared_error as squared_error
from ntkbook.losses import total as total
from ntkbook.monitor import LazinessMonitor as LazinessMonitor
from ntkbook.monitor import LazinessRecord as LazinessRecord
from ntkbook.networks import Kernels as Kernels
from ntkbook.networks import Network as Network
from ntkbook.networks import cnn as cnn
from ntkbook.networks import mlp as mlp
from ntkbook.networks import resnet as resnet
from ntkbook.sharp import Bounded as Bounded
from ntkbook.sharp import Separating as Separating
from ntkbook.sharp import recession as recession
from ntkbook.sharp import separability as separability
from ntkbook.training import Trajectory as Trajectory
from ntkbook.training import gradient_descent as gradient_descent
from ntkbook.training import gradient_flow as gradient_flow
