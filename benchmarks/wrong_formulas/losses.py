"""Wrong formulas of losses, and of what is made of them."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "PL constant of cross-entropy", ("cross_entropy", "pl_constant"), "losses/categorical.py",
        "_entropy(y)[..., None] + V) / y", "_entropy(y)[..., None] + V) / (2 * y)",
        "test_bounds.py::test_pl_constant_is_the_worst_entry_of_its_formula",
    ),
    Mutation(
        "stable residual of cross-entropy", ("cross_entropy",), "losses/categorical.py",
        "p * _sum_of_others(y) - y * _sum_of_others(p)", "p - y",
        "test_losses.py::test_cross_entropy_on_one_hot_targets_keeps_relative_accuracy_at_any_margin",
    ),
    Mutation(
        "Hessian of cross-entropy", ("cross_entropy",), "losses/categorical.py",
        '"...j,...kj->...k", p, v[..., :, None] - v[..., None, :]', '"...j,...kj->...k", p, v[..., :, None]',
        "test_losses.py::test_residual_and_hessian_are_the_derivatives_of_the_value",
    ),
    Mutation(
        "smoothness of cross-entropy", ("cross_entropy",), "losses/categorical.py", "smoothness=0.5",
        "smoothness=0.45", "test_losses.py::test_hessian_lies_between_zero_and_the_smoothness_constant",
    ),
    Mutation(
        "half of Brier's loss", ("brier",), "losses/categorical.py",
        "0.5 * jnp.sum(_cross_entropy_residual(z, y) ** 2", "jnp.sum(_cross_entropy_residual(z, y) ** 2",
        "test_loss_table.py::test_residual_and_hessian_are_derivatives",
    ),
    Mutation(
        "residual of Bernoulli", ("bernoulli",), "losses/exponential.py", "- y * jax.nn.sigmoid(-z)",
        "- y * jax.nn.sigmoid(z)", "test_loss_table.py::test_residual_and_hessian_are_derivatives",
    ),
    Mutation(
        "PL constant of Bernoulli", ("bernoulli",), "losses/exponential.py",
        "jnp.minimum(least_p * (1 - least_p),", "jnp.maximum(least_p * (1 - least_p),",
        "test_loss_table.py::test_pl_bounds_by_their_formulas",
    ),
    Mutation(
        "PL constant of Poisson", ("poisson",), "losses/exponential.py", "y * jnp.exp(-1 - V / y)",
        "y * jnp.exp(-V / y)", "test_loss_table.py::test_pl_bounds_by_their_formulas",
    ),
    Mutation(
        "infimum of Poisson", ("poisson",), "losses/exponential.py", "jnp.sum(xlogy(y, y) - y, axis=-1)",
        "jnp.sum(xlogy(y, y), axis=-1)", "test_loss_table.py::test_infimum_attained_or_only_approached",
    ),
    Mutation(
        "infimum of an exponential family", ("exponential_family",), "losses/exponential.py",
        "infimum=lambda y: -conjugate(y)", "infimum=lambda y: conjugate(y)",
        "test_loss_table.py::test_a_family_of_ones_own",
    ),
    Mutation(
        "half of squared error", ("squared_error",), "losses/squared.py", "0.5 * jnp.sum((z - y) ** 2",
        "jnp.sum((z - y) ** 2", "test_losses.py::test_residual_and_hessian_are_the_derivatives_of_the_value",
    ),
    Mutation(
        "axis of centring", ("center",), "losses/targets.py", "z - z.mean(axis=-1, keepdims=True)",
        "z - z.mean()", "test_losses.py::test_center_is_the_projection_that_removes_the_class_mean",
    ),
    Mutation(
        "share of other classes", ("smooth_labels",), "losses/targets.py", "epsilon / labels.shape[-1]",
        "epsilon / (labels.shape[-1] - 1)", "test_losses.py::test_smooth_labels_mix_in_the_uniform_law",
    ),
    Mutation(
        "sum over points", ("total",), "losses/_loss.py", "return loss.value(z, Y).sum()",
        "return loss.value(z, Y).mean()",
        "test_losses.py::test_residual_and_hessian_are_the_derivatives_of_the_value",
    ),
    Mutation(
        "infimum of the excess", ("excess",), "losses/_loss.py", "jnp.maximum(value - infimum, 0.0)",
        "jnp.maximum(value, 0.0)",
        "test_losses.py::test_infimum_is_the_entropy_and_is_attained_at_log_targets",
    ),
    Mutation(
        "factor of the PL ratio", ("pl_ratio",), "losses/_loss.py",
        "jnp.sum(loss.residual(z, Y) ** 2) / (2 * V)", "jnp.sum(loss.residual(z, Y) ** 2) / V",
        "chapters/test_non_degenerate.py::test_both_regimes_of_the_constant_are_needed",
    ),
    Mutation(
        "worst point", ("pl_bound", "pl_constant", "pl_constant_polynomial"), "losses/_loss.py",
        "jnp.min(loss.pl(Y, V0))", "jnp.mean(loss.pl(Y, V0))",
        "test_bounds.py::test_pl_constant_is_the_worst_entry_of_its_formula",
    ),
    Mutation(
        "excess of the least weight", ("weighted",), "losses/weights.py", "pl(y, V / least)", "pl(y, V)",
        "test_weights.py::test_constants_of_a_weighted_loss",
    ),
    Mutation(
        "smoothness of the largest weight", ("weighted",), "losses/weights.py", "jnp.max(weights)",
        "jnp.mean(weights)", "test_weights.py::test_constants_of_a_weighted_loss",
    ),
    Mutation(
        "theorems of a loss", ("loss_table",), "loss_table.py", '("A", "B") if pl else',
        '("A", "B") if attained else', "test_loss_table.py::test_the_rows_of_the_book",
    ),
)  # fmt: skip
