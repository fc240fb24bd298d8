"""Wrong formulas of training, of its linearization, and of the distance between the two."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "anchor of the regularizer", ("gradient_flow", "gradient_descent", "gradient_flows"), "_training.py",
        "problem.lam * (theta - problem.a * problem.theta0)", "problem.lam * theta",
        "test_training.py::test_a_linear_model_follows_the_exact_solution_of_its_linear_flow",
    ),
    Mutation(
        "time of the flow", ("gradient_flow", "linearized_flow"), "integration.py",
        "jnp.exp(s) * velocity(y)", "velocity(y)",
        "test_integration.py::test_times_count_from_zero_in_ordinary_time",
    ),
    Mutation(
        "time of descent", ("gradient_descent",), "training.py",
        "t=learning_rate * jnp.asarray(counts, dtype=float)", "t=jnp.asarray(counts, dtype=float)",
        "test_training.py::test_two_steps_of_descent_by_hand",
    ),
    Mutation(
        "share of a batch", ("gradient_descent",), "_training.py",
        "problem.Y.shape[0] / Y.shape[0] * problem.loss.residual(z, Y)", "problem.loss.residual(z, Y)",
        "test_descent.py::test_the_noise_over_all_batches_is_exactly_its_formula",
    ),
    Mutation(
        "radius of a trajectory", ("gradient_flow", "gradient_descent", "Trajectory", "TrajectoryBatch"),
        "_training.py", "jnp.linalg.norm(theta - problem.theta0)", "jnp.linalg.norm(theta)",
        "test_training.py::test_the_record_is_what_the_last_parameters_give",
    ),
    Mutation(
        "start of each network", ("gradient_flows",), "flows.py",
        "problem.flat()[0].theta0 for problem in row", "flat.theta0 for problem in row",
        "test_flows.py::test_every_member_is_the_flow_by_itself",
    ),
    Mutation(
        "least eigenvalue of a problem", ("Problem",), "problem.py", "jnp.linalg.eigvalsh(self.Theta0))[0]",
        "jnp.linalg.eigvalsh(self.Theta0))[-1]", "test_problem.py::test_the_start_is_what_the_network_gives",
    ),
    Mutation(
        "initial function of the linearization", ("linearization",), "linearized.py", "return f0 + change",
        "return change", "test_two_trainings.py::test_the_linear_problem_is_trained_like_any_other",
    ),
    Mutation(
        "linearized flow", ("linearized_flow",), "linearized.py",
        "kernel_product(root.T, residual) + lam * u", "kernel_product(root.T, residual) + 2 * lam * u",
        "test_linearized.py::test_squared_error_has_a_closed_form",
    ),
    Mutation(
        "coefficients of the linearized flow", ("linearized_flow", "LinearTrajectory"), "linearized.py",
        "at_all_times(inverse_root.T, u)", "at_all_times(root, u)",
        "test_linearized.py::test_the_regularized_flow_ends_at_kernel_logistic_regression",
    ),
    Mutation(
        "regularizer of the linearized training", ("linearize_trajectory", "LinearizedTraining"),
        "laziness.py", "loss=problem.loss, lam=float(problem.lam)", "loss=problem.loss, lam=0.0",
        "test_laziness.py::test_a_model_linear_in_its_parameters_has_no_gap",
    ),
    Mutation(
        "norm of the gap", ("linearization_gap",), "laziness.py",
        "jnp.max(jnp.linalg.norm(f - f_lin, axis=-1), axis=-1)", "jnp.max(jnp.abs(f - f_lin), axis=(-2, -1))",
        "test_laziness.py::test_linearization_gap_is_the_worst_point_at_every_time",
    ),
    Mutation(
        "slope of a fit", ("fitted_slope",), "laziness.py", "np.log(values), 1)[0]", "np.log(values), 1)[1]",
        "test_laziness.py::test_fitted_slope_is_the_least_squares_one",
    ),
    Mutation(
        "the other classes of a margin", ("logit_margin", "logit_gap"), "laziness.py",
        "jnp.where(labels > 0, -jnp.inf, logits)", "jnp.where(labels > 0, 0.0, logits)",
        "test_laziness.py::test_logit_gap_is_the_margin_of_the_worst_point",
    ),
    Mutation(
        "least margin", ("logit_gap",), "laziness.py", "jnp.min(margins, axis=-1)",
        "jnp.mean(margins, axis=-1)", "test_laziness.py::test_logit_gap_is_the_margin_of_the_worst_point",
    ),
    Mutation(
        "relative drift", ("relative_drift",), "drift.py",
        "operator_norm(Theta - Theta0) / operator_norm(Theta0)",
        "operator_norm(Theta - Theta0) / operator_norm(Theta)",
        "test_laziness.py::test_relative_drift_is_a_ratio_of_operator_norms",
    ),
    Mutation(
        "drift of the monitor", ("LazinessMonitor",), "_laziness_measures.py", "operator_norm(now - before)",
        "jnp.linalg.norm(now - before)", "test_monitor.py::test_exact_probes_give_the_kernel_quantities",
    ),
    Mutation(
        "power iterations", ("LazinessMonitor",), "_laziness_measures.py", "product(_unit(w))", "product(w)",
        "test_monitor.py::test_random_probes_never_overstate_the_drift",
    ),
    Mutation(
        "distance of probabilities", ("LazinessMonitor",), "_laziness_measures.py",
        "jnp.sum(jnp.abs(p - q), axis=1) / 2", "jnp.sum(jnp.abs(p - q), axis=1)",
        "test_monitor.py::test_two_trainings_are_compared_by_their_formulas",
    ),
    Mutation(
        "steps of Lanczos", ("LazinessMonitor",), "_spectrum.py", "LANCZOS_STEPS = 30", "LANCZOS_STEPS = 3",
        "test_kernel_product.py::test_training_kernels_are_positive_semidefinite_to_rounding",
    ),
    Mutation(
        "recurrence of Lanczos", ("LazinessMonitor",), "_spectrum.py", "product(now) - beta * before",
        "product(now)", "test_kernel_product.py::test_training_kernels_are_positive_semidefinite_to_rounding",
    ),
    Mutation(
        "share beyond what was seen", ("share_beyond", "LazyWithin"), "lazy_within.py",
        "beta.ppf(1 - delta, beyond + 1, points - beyond)",
        "beta.ppf(1 - delta, beyond, points - beyond + 1)",
        "test_lazy_within.py::test_the_share_solves_its_equation",
    ),
    Mutation(
        "contraction of two trainings", ("certificate",), "two_trainings.py", "E = contraction * E +",
        "E = E +", "test_two_trainings.py::test_the_certificate_is_its_formula_and_bounds_the_truth",
    ),
)  # fmt: skip
