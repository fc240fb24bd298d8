"""Wrong formulas of what chapters measure."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "distance to the nearest minimizer", (), "chapters/non_degenerate/measure.py", "2 * fixed.rho",
        "fixed.rho / 2",
        "chapters/test_non_degenerate.py::test_the_flow_ends_at_the_plateau_within_every_radius",
    ),
    Mutation(
        "radius up to a horizon", (), "chapters/one_hot/measure.py", "2 / largest_margin(n) * log_horizon",
        "1 / largest_margin(n) * log_horizon",
        "chapters/test_one_hot.py::test_no_flow_is_longer_than_theorem_c_allows",
    ),
    Mutation(
        "gap of the parameters", (), "chapters/linear_training/measure.py", "(R * G + beta * K1 * R**2 / 2)",
        "(R * G + beta * K1 * R**2)",
        "chapters/test_linear_training.py::test_the_parameter_bound_is_its_formula_and_holds",
    ),
    Mutation(
        "price of what is not linear", (), "chapters/generalization/measure/network.py",
        "np.sqrt(2) / DEMANDED * jnp.mean(jnp.linalg.norm(f - f_lin, axis=1))",
        "0.0 * jnp.mean(jnp.linalg.norm(f - f_lin, axis=1))",
        "chapters/test_generalization.py::test_a_narrow_network_leaves_its_ball_and_owes_more",
    ),
    Mutation(
        "path of regression", (), "chapters/regression/measure.py", "-jnp.expm1(-times * s)",
        "-jnp.expm1(-2 * times * s)",
        "chapters/test_regression.py::test_path_solves_its_equation_and_ends_at_ridge_regression",
    ),
    Mutation(
        "radius of the law", (), "chapters/_shared/measure/many_networks.py", "(K - 1) * undone",
        "K * undone", "chapters/test_law.py::test_the_radius_of_the_theorem_is_that_of_exact_draws",
    ),
)  # fmt: skip
