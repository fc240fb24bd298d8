"""Wrong formulas of bounds: radii, PL constants, the Jacobian lemma, generalization."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "radius of Theorem B", ("radius_regularized", "radius_bounds"), "bounds.py",
        "jnp.sqrt(2 * V0 / jnp.asarray(lam))", "jnp.sqrt(V0 / jnp.asarray(lam))",
        "test_bounds.py::test_radii_by_hand",
    ),
    Mutation(
        "radius of Theorem A", ("radius_nondegenerate", "radius_bounds"), "bounds.py",
        "2 * jnp.sqrt(V0 / (jnp.asarray(mu) * kappa))", "jnp.sqrt(V0 / (jnp.asarray(mu) * kappa))",
        "test_bounds.py::test_radii_by_hand",
    ),
    Mutation(
        "radius of large steps", ("radius_nondegenerate",), "bounds.py", "R / (1 - jnp.asarray(share))",
        "R * (1 - jnp.asarray(share))", "test_descent.py::test_the_radius_of_descent_by_hand",
    ),
    Mutation(
        "the larger PL constant", ("radius_bounds",), "bounds.py",
        "jnp.maximum(mu, pl_constant_polynomial(Y, V0))", "jnp.minimum(mu, pl_constant_polynomial(Y, V0))",
        "test_monitor.py::test_radius_bounds_are_those_of_the_theorems",
    ),
    Mutation(
        "guaranteed step", ("guaranteed_step",), "bounds.py", "2 / (beta * norm + problem.lam)",
        "2 / (beta * norm)", "test_descent.py::test_the_guaranteed_step_is_two_over_the_largest_curvature",
    ),
    Mutation(
        "polynomial PL constant", ("pl_constant_polynomial",), "bounds.py", "a**2 / (8 * jnp.asarray(V))",
        "a / (8 * jnp.asarray(V))",
        "chapters/test_non_degenerate.py::test_both_regimes_of_the_constant_are_needed",
    ),
    Mutation(
        "polynomial PL constant near the minimum", ("pl_constant_polynomial",), "bounds.py",
        "jnp.minimum(a / 4,", "jnp.minimum(a / 2,",
        "chapters/test_non_degenerate.py::test_both_regimes_of_the_constant_are_needed",
    ),
    Mutation(
        "polynomial PL constant far away", ("pl_constant_polynomial",), "bounds.py", "(8 * jnp.asarray(V))",
        "(4 * jnp.asarray(V))",
        "chapters/test_non_degenerate.py::test_both_regimes_of_the_constant_are_needed",
    ),
    Mutation(
        "constant of the Jacobian lemma", ("jacobian_bounds",), "jacobian_lemma.py",
        "(2 * M1 + M2 * jnp.sqrt(squares) * largest)", "(M1 + M2 * jnp.sqrt(squares) * largest)",
        "test_jacobian_lemma.py::test_constants_by_hand",
    ),
    Mutation(
        "norm of a function", ("rkhs_norm",), "generalization.py",
        "jnp.sqrt(jnp.maximum(jnp.sum(A * kernel_product(Theta, A)), 0.0))",
        "jnp.maximum(jnp.sum(A * kernel_product(Theta, A)), 0.0)",
        "test_generalization.py::test_norm_is_that_of_the_parameters",
    ),
    Mutation(
        "complexity of a ball", ("rademacher_bound", "generalization_bound"), "generalization.py",
        "return (classes - 1) * jnp.diag(Theta)", "return classes * jnp.diag(Theta)",
        "test_generalization.py::test_bound_lies_between_the_complexity_and_sqrt_2_times_it",
    ),
    Mutation(
        "sphere of the noise", ("rademacher_complexity",), "generalization.py",
        "math.sqrt(classes - 1) * centred", "math.sqrt(classes) * centred",
        "test_generalization.py::test_simulated_complexity_matches_enumeration",
    ),
    Mutation(
        "constant of the sphere", ("generalization_bound",), "generalization.py",
        "math.lgamma((d + 1) / 2) - math.lgamma(d / 2)", "math.lgamma(d / 2) - math.lgamma((d + 1) / 2)",
        "test_generalization.py::test_the_constant_of_the_sphere_is_an_integral",
    ),
    Mutation(
        "confidence of the bound", ("generalization_bound", "GeneralizationBound"), "generalization.py",
        "confidence = 3 * math.sqrt", "confidence = 1 * math.sqrt",
        "test_generalization.py::test_every_part_follows_its_formula",
    ),
    Mutation(
        "ramp loss", ("ramp_loss",), "generalization.py", "1 - logit_margin(z, labels) / margin",
        "1 - logit_margin(z, labels)",
        "test_generalization.py::test_vector_contraction_holds_on_the_ramp_loss",
    ),
    Mutation(
        "divergence of PAC-Bayes", ("bayes.pac_bayes_bound",), "bayes/laplace.py",
        "(log_det - taken + jnp.sum", "(log_det + jnp.sum",
        "bayes/test_pac_bayes.py::test_the_divergence_is_that_of_two_gaussians",
    ),
    Mutation(
        "choices of PAC-Bayes", ("bayes.pac_bayes_bound", "bayes.PacBayesBound"), "bayes/pac_bayes.py",
        "math.sqrt(N) * choices / delta", "math.sqrt(N) / delta",
        "bayes/test_pac_bayes.py::test_the_bound_solves_its_equation",
    ),
    Mutation(
        "share of the right answer", ("check",), "exercises.py", "relative * abs(right)", "relative",
        "test_exercises.py::test_numbers_of_ones_own_ask_for_another_answer",
    ),
)  # fmt: skip
