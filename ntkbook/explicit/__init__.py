"""The trained predictor, explicitly: f(x) = f₀(x) + Θ(x, X)A with coefficients A found by solving, not by training.

Each solver reports its residual and refuses to return coefficients that do not meet the tolerance.
"""

from ntkbook.explicit.batch import SolutionBatch, solve_batch
from ntkbook.explicit.log_target import log_target_regression
from ntkbook.explicit.logistic import kernel_logistic_regression
from ntkbook.explicit.max_margin import MaxMargin, max_margin
from ntkbook.explicit.nystrom import NystromSolution, nystrom_logistic_regression
from ntkbook.explicit.path import RegularizationPath, regularization_path
from ntkbook.explicit.regression import kernel_ridge_regression
from ntkbook.explicit.settings import Newton
from ntkbook.explicit.sharded import sharded_logistic_regression
from ntkbook.explicit.solution import Solution

__all__ = [
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
]
