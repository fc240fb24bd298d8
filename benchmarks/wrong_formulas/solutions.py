"""Wrong formulas of explicit solutions, and of the conditions under which there is one."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "fixed point of the regularized predictor", ("kernel_logistic_regression",), "explicit/_newton.py",
        "+ self.lam * A", "+ 2 * self.lam * A",
        "test_explicit.py::test_kernel_logistic_regression_meets_its_fixed_point",
    ),
    Mutation(
        "weights of points", ("kernel_logistic_regression", "solve_batch", "regularization_path"),
        "explicit/_newton.py", "self.weights * residual", "residual",
        "test_weights.py::test_a_point_of_weight_zero_is_not_there",
    ),
    Mutation(
        "initial function of a prediction", ("Solution",), "explicit/solution.py",
        "return f0_x + kernel_product(Theta_x, self.coefficients)",
        "return kernel_product(Theta_x, self.coefficients)",
        "test_explicit.py::test_kernel_logistic_regression_meets_its_fixed_point",
    ),
    Mutation(
        "regularizer as a sum", ("kernel_ridge_regression",), "explicit/regression.py", "lam * jnp.eye(rows)",
        "lam * len(Y) * jnp.eye(rows)", "test_explicit.py::test_kernel_ridge_regression_is_the_formula",
    ),
    Mutation(
        "weights of regression", ("kernel_ridge_regression",), "explicit/regression.py",
        "A = root * inner.reshape(Y.shape)", "A = inner.reshape(Y.shape)",
        "test_weights.py::test_solvers_and_laws",
    ),
    Mutation(
        "regression onto log-targets", ("log_target_regression",), "explicit/log_target.py",
        "center(jnp.log(Y) - f0)", "center(jnp.log(Y))",
        "test_explicit.py::test_log_target_regression_fits_the_targets_with_zero_sum_coefficients",
    ),
    Mutation(
        "coefficients at infinite width", ("log_target_regression",), "explicit/log_target.py",
        "A, converged = solve_spd(Theta, target)", "A, converged = solve_spd(Theta, 2 * target)",
        "test_explicit.py::test_log_target_regression_fits_the_targets_with_zero_sum_coefficients",
    ),
    Mutation(
        "largest margin", ("max_margin", "MaxMargin"), "explicit/max_margin.py", "norm, 1 / norm,",
        "norm, 1 / norm**2,", "test_max_margin.py::test_optimality_conditions",
    ),
    Mutation(
        "radius along the path", ("regularization_path", "RegularizationPath"), "explicit/path.py",
        "coefficients * (logits - f0)", "coefficients * logits",
        "test_path.py::test_every_point_is_the_solution_found_alone_in_the_order_given",
    ),
    Mutation(
        "members of a batch", ("solve_batch",), "explicit/batch.py",
        "System(prepared, *member, lam, weights)", "System(prepared, member[0], f0[0], lam, weights)",
        "test_logistic_large.py::test_a_batch_is_its_members",
    ),
    Mutation(
        "initial functions of a batch", ("SolutionBatch",), "explicit/batch.py",
        "return f0_x + jax.vmap(functools.partial(kernel_product, Theta_x))",
        "return jax.vmap(functools.partial(kernel_product, Theta_x))",
        "test_logistic_large.py::test_a_batch_is_its_members",
    ),
    Mutation(
        "weights on several devices", ("sharded_logistic_regression",), "explicit/sharded.py",
        "weights=None if weights is None else jnp.pad(weights, (0, more), constant_values=1.0)",
        "weights=None", "test_weights.py::test_solvers_and_laws",
    ),
    Mutation(
        "sign of two classes", ("NTKClassifier",), "estimators.py", "logits[:, 1] - logits[:, 0]",
        "logits[:, 0] - logits[:, 1]", "test_estimators.py::test_of_two_classes_one_logit_stands_for_both",
    ),
    Mutation(
        "variance of regression", ("NTKRegressor",), "estimators.py",
        "(self._ntk(X, X) - across @ response) / self.lam_", "self._ntk(X, X) - across @ response",
        "test_estimators.py::test_the_law_of_a_regressor_is_the_posterior_of_a_gaussian_process",
    ),
    Mutation(
        "recession function", ("recession",), "sharp.py",
        "jnp.sum(Y * (jnp.max(v, axis=1, keepdims=True) - v))",
        "jnp.sum(Y * (jnp.mean(v, axis=1, keepdims=True) - v))",
        "test_sharp.py::test_recession_is_the_slope_at_infinity",
    ),
    Mutation(
        "radius of the minimizer", ("separability", "Bounded"), "sharp.py",
        "np.sqrt(np.sum(e**2 / eigenvalues))", "np.sqrt(np.sum(e**2))",
        "test_sharp.py::test_corollary_2_duplicates_with_every_label_are_bounded",
    ),
    Mutation(
        "coefficients of a direction", ("separability", "Separating"), "sharp.py",
        "for e in (proof, proof / eigenvalues)", "for e in (proof, proof * eigenvalues)",
        "test_sharp.py::test_corollary_1_full_rank",
    ),
    Mutation(
        "mean targets of copies", ("merge_duplicates", "MergedPoints"), "duplicates.py",
        "targets / counts[members, None]", "targets", "test_duplicates.py::test_groups_counts_and_means",
    ),
    Mutation(
        "coefficients of centres", ("nystrom_logistic_regression",), "explicit/nystrom.py",
        "solution.coefficients), trans=1)", "solution.coefficients))",
        "test_nystrom.py::test_with_all_points_as_centres_it_is_kernel_logistic_regression",
    ),
    Mutation(
        "diagonal of centres", ("nystrom_logistic_regression",), "explicit/nystrom.py",
        "jitter * jnp.trace(Theta) * jnp.eye(len(Theta))", "jitter * jnp.trace(Theta)",
        "test_nystrom.py::test_centres_that_repeat_one_another_change_nothing",
    ),
    Mutation(
        "initial function beside centres", ("NystromSolution",), "explicit/nystrom.py",
        "return f0_x + jnp.concatenate", "return jnp.concatenate",
        "test_nystrom.py::test_with_all_points_as_centres_it_is_kernel_logistic_regression",
    ),
)  # fmt: skip
