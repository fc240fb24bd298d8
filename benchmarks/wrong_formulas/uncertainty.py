"""Wrong formulas of laws, ensembles and posteriors, and of the scores that compare them."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "law of trained predictors", ("bayes.trained_law",), "bayes/law.py",
        "q - through - through.T + A @ q[:N, :N] @ A.T", "q - through - through.T",
        "bayes/test_law.py::test_training_points_are_met_exactly",
    ),
    Mutation(
        "first-order law of ensembles", ("bayes.first_order_law",), "bayes/laplace.py", "U @ middle / 2 - D",
        "U @ middle - D", "bayes/test_laplace.py::test_ensemble_is_under_dispersed_by_exactly_sigma_w_sigma",
    ),
    Mutation(
        "sign of what data take from a variance", ("bayes.laplace",), "bayes/laplace.py", "left=-U, right=U",
        "left=U, right=U", "bayes/test_laplace.py::test_training_covariance_is_the_inverse_hessian",
    ),
    Mutation(
        "weights of a law", ("bayes.laplace", "bayes.first_order_law"), "bayes/laplace.py",
        "roots[:, :, None] * _narrow_root(solution.logits)", "_narrow_root(solution.logits)",
        "test_weights.py::test_solvers_and_laws",
    ),
    Mutation(
        "root of the softmax Hessian", (), "bayes/laplace.py",
        "(jnp.eye(z.shape[1]) - root[:, :, None] * root[:, None, :])", "jnp.eye(z.shape[1])",
        "bayes/test_laplace.py::test_hessian_root_is_a_root",
    ),
    Mutation(
        "order of points and classes", ("bayes.GaussianLogits",), "bayes/gaussian.py",
        "jnp.kron(self.kernel, self.classes)", "jnp.kron(self.classes, self.kernel)",
        "bayes/test_laplace.py::test_marginals_are_blocks_of_the_covariance",
    ),
    Mutation(
        "covariance of classes at a point", ("bayes.GaussianLogits",), "bayes/gaussian.py",
        "jnp.diag(self.kernel)[:, None, None] * self.classes", "jnp.diag(self.kernel)[:, None, None]",
        "bayes/test_laplace.py::test_marginals_are_blocks_of_the_covariance",
    ),
    Mutation(
        "prior of an ensemble", ("bayes.ensemble",), "bayes/ensembles.py", "Theta / lam if prior is None",
        "Theta if prior is None",
        "bayes/test_ensembles.py::test_squared_error_noisy_targets_draw_from_the_gp_posterior_exactly",
    ),
    Mutation(
        "initial functions of an ensemble", ("bayes.ensemble", "bayes.Ensemble"), "bayes/ensembles.py",
        'logits=initial + jnp.einsum("pn,snk->spk"', 'logits=jnp.einsum("pn,snk->spk"',
        "bayes/test_ensembles.py::test_every_member_is_trained",
    ),
    Mutation(
        "root of a kernel", ("bayes.sample_functions",), "bayes/ensembles.py", '"pq,sqk->spk", L, jax.random',
        '"qp,sqk->spk", L, jax.random',
        "bayes/test_law.py::test_functions_at_initialization_have_the_kernel_as_covariance",
    ),
    Mutation(
        "noise of the targets", ("bayes.target_noise",), "bayes/noise.py", "return root * (eta",
        "return 2 * root * (eta",
        "bayes/test_ensembles.py::test_noise_has_the_covariance_of_the_hessian_at_the_mode",
    ),
    Mutation(
        "resampled labels", ("bayes.target_noise",), "bayes/noise.py", "return drawn - jax",
        "return drawn - 0.5 * jax",
        "bayes/test_noise.py::test_labels_are_drawn_from_the_softmax_and_have_its_curvature_as_covariance",
    ),
    Mutation(
        "prior of the posterior", ("bayes.gp_posterior", "bayes.PosteriorSamples"), "bayes/mcmc.py",
        "- 0.5 * jnp.sum(v**2)", "- jnp.sum(v**2)",
        "bayes/test_mcmc.py::test_predictive_probabilities_match_quadrature",
    ),
    Mutation(
        "mean of probabilities", ("bayes.sample_probabilities",), "bayes/predictive.py",
        "jax.nn.softmax(logits, axis=-1).mean(axis=0)", "jax.nn.softmax(logits.mean(axis=0), axis=-1)",
        "bayes/test_predictive.py::test_draws_of_a_gaussian_give_the_same_probabilities",
    ),
    Mutation(
        "root of a variance", ("bayes.gaussian_probabilities",), "bayes/predictive.py",
        "psd_root(law.marginals())", "law.marginals()",
        "bayes/test_predictive.py::test_gaussian_probabilities_match_quadrature",
    ),
    Mutation(
        "sum over classes of the entropy", ("bayes.entropy",), "bayes/predictive.py",
        "entr(probabilities).sum(axis=-1)", "entr(probabilities).mean(axis=-1)",
        "bayes/test_predictive.py::test_entropy_and_mutual_information_by_hand",
    ),
    Mutation(
        "entropy of the mean", ("bayes.mutual_information",), "bayes/predictive.py",
        "entropy(sample_probabilities(logits)) -", "entropy(jax.nn.softmax(logits.mean(axis=0), axis=-1)) -",
        "bayes/test_predictive.py::test_entropy_and_mutual_information_by_hand",
    ),
    Mutation(
        "total variation", ("bayes.total_variation",), "bayes/distances.py",
        "0.5 * jnp.abs(p - q).sum(axis=1)", "jnp.abs(p - q).sum(axis=1)",
        "bayes/test_predictive.py::test_distances_obey_their_laws",
    ),
    Mutation(
        "order of the divergence", ("bayes.kl_divergence",), "bayes/distances.py", "rel_entr(p, q)",
        "rel_entr(q, p)", "bayes/test_predictive.py::test_distances_by_hand",
    ),
    Mutation(
        "least eigenvalue of a difference", ("bayes.loewner_gap",), "bayes/distances.py",
        "jnp.linalg.eigvalsh(A - B)[0]", "jnp.linalg.eigvalsh(A - B)[-1]",
        "bayes/test_predictive.py::test_loewner_gap_is_the_least_excess_variance",
    ),
    Mutation(
        "mean of hits", ("bayes.accuracy",), "bayes/calibration.py", "return _correct(p, Y).mean()",
        "return _correct(p, Y).sum()", "bayes/test_calibration.py::test_accuracy_is_scikit_learns",
    ),
    Mutation(
        "classes of Brier's score", ("bayes.brier_score",), "bayes/calibration.py",
        "jnp.mean(jnp.sum((p - Y) ** 2, axis=1))", "jnp.mean((p - Y) ** 2)",
        "bayes/test_calibration.py::test_scores_match_scikit_learn",
    ),
    Mutation(
        "probability that is scored", ("bayes.log_score",), "bayes/calibration.py",
        "xlogy(jnp.maximum(Y, 0.0), jnp.maximum(p, 0.0))", "xlogy(jnp.maximum(p, 0.0), jnp.maximum(p, 0.0))",
        "bayes/test_calibration.py::test_scores_match_scikit_learn",
    ),
    Mutation(
        "edges of bins", ("bayes.expected_calibration_error", "bayes.reliability"), "bayes/calibration.py",
        "jnp.ceil(p.max(axis=1) * bins).astype(int) - 1", "jnp.floor(p.max(axis=1) * bins).astype(int)",
        "bayes/test_calibration.py::test_a_bin_holds_its_upper_edge",
    ),
    Mutation(
        "share of a bin", ("bayes.expected_calibration_error",), "bayes/calibration.py",
        "jnp.abs(gaps).sum() / p.shape[0]", "jnp.abs(gaps).sum() / bins",
        "bayes/test_calibration.py::test_ece_by_hand",
    ),
    Mutation(
        "exact interval of a proportion", ("bayes.reliability", "bayes.Reliability"), "bayes/calibration.py",
        "beta.ppf(tail, right, counts - right + 1)", "beta.ppf(tail, right + 1, counts - right + 1)",
        "bayes/test_calibration.py::test_intervals_are_clopper_pearson",
    ),
    Mutation(
        "level of a reliability diagram", ("bayes.reliability",), "bayes/calibration.py",
        "tail = (1 - level) / 2", "tail = 1 - level",
        "bayes/test_calibration.py::test_intervals_are_clopper_pearson",
    ),
    Mutation(
        "level of a bootstrap", ("bayes.bootstrap_interval", "bayes.paired_interval", "bayes.Interval"),
        "bayes/bootstrap.py", "[(1 - level) / 2, (1 + level) / 2]", "[1 - level, level]",
        "bayes/test_calibration.py::test_bootstrap_interval_holds_its_level",
    ),
    Mutation(
        "points of a resample", ("bayes.bootstrap_interval",), "bayes/bootstrap.py",
        "jax.random.randint(key, (points,), 0, points)", "jax.random.randint(key, (points,), 0, points - 1)",
        "bayes/test_calibration.py::test_bootstrap_interval_holds_its_level",
    ),
    Mutation(
        "pairs of a paired interval", ("bayes.paired_interval",), "bayes/bootstrap.py",
        "score(p[rows], Y[rows]) - score(q[rows], Y[rows])", "score(p[rows], Y[rows]) - score(q, Y)",
        "bayes/test_calibration.py::test_paired_interval_is_that_of_the_differences_and_narrower_than_either",
    ),
)  # fmt: skip
