"""The trained predictor, explicitly: f(x) = f₀(x) + Θ(x, X)A with coefficients A found by solving, not by training.

Each solver reports its residual and refuses to return coefficients that do not meet the tolerance.
"""

from ntkbook.explicit.log_target import log_target_regression as log_target_regression
from ntkbook.explicit.logistic import SolutionBatch as SolutionBatch
from ntkbook.explicit.logistic import kernel_logistic_regression as kernel_logistic_regression
from ntkbook.explicit.logistic import solve_batch as solve_batch
from ntkbook.explicit.max_margin import MaxMargin as MaxMargin
from ntkbook.explicit.max_margin import max_margin as max_margin
from ntkbook.explicit.path import RegularizationPath as RegularizationPath
from ntkbook.explicit.path import regularization_path as regularization_path
from ntkbook.explicit.regression import kernel_ridge_regression as kernel_ridge_regression
from ntkbook.explicit.sharded import sharded_logistic_regression as sharded_logistic_regression
from ntkbook.explicit.solution import Solution as Solution
