"""ntkbook: the mathematics of *The Neural Tangent Kernel for Classification* as tested functions.

Every public name is here, at one place: `import ntkbook as nb`, then `nb.mlp`, `nb.gradient_flow`, and so on.
The explorers and figures of the book are in `ntkbook.gallery`, imported on demand because they need the widget.
"""

from ntkbook import _config as _config  # isort: skip  (float64, before anything computes)

from ntkbook.bounds import pl_constant as pl_constant
from ntkbook.bounds import radius_nondegenerate as radius_nondegenerate
from ntkbook.bounds import radius_regularized as radius_regularized
from ntkbook.data import Data as Data
from ntkbook.data import digits as digits
from ntkbook.data import sphere as sphere
from ntkbook.empirical import empirical_ntk as empirical_ntk
from ntkbook.empirical import jacobian as jacobian
from ntkbook.errors import InvalidInput as InvalidInput
from ntkbook.errors import NotConverged as NotConverged
from ntkbook.exercises import check as check
from ntkbook.experiments.weight_decay import DecayLaw as DecayLaw
from ntkbook.experiments.weight_decay import decay_law as decay_law
from ntkbook.experiments.widths import WidthScan as WidthScan
from ntkbook.experiments.widths import width_scan as width_scan
from ntkbook.explicit import Solution as Solution
from ntkbook.explicit import kernel_logistic_regression as kernel_logistic_regression
from ntkbook.explicit import kernel_ridge_regression as kernel_ridge_regression
from ntkbook.explicit import log_target_regression as log_target_regression
from ntkbook.laziness import fitted_slope as fitted_slope
from ntkbook.laziness import linearization_gap as linearization_gap
from ntkbook.laziness import linearize_trajectory as linearize_trajectory
from ntkbook.laziness import logit_gap as logit_gap
from ntkbook.laziness import relative_drift as relative_drift
from ntkbook.linearized import LinearTrajectory as LinearTrajectory
from ntkbook.linearized import linearized_flow as linearized_flow
from ntkbook.losses import LOSSES as LOSSES
from ntkbook.losses import Loss as Loss
from ntkbook.losses import center as center
from ntkbook.losses import cross_entropy as cross_entropy
from ntkbook.losses import excess as excess
from ntkbook.losses import smooth_labels as smooth_labels
from ntkbook.losses import squared_error as squared_error
from ntkbook.losses import total as total
from ntkbook.networks import Kernels as Kernels
from ntkbook.networks import Network as Network
from ntkbook.networks import mlp as mlp
from ntkbook.training import Trajectory as Trajectory
from ntkbook.training import gradient_descent as gradient_descent
from ntkbook.training import gradient_flow as gradient_flow
