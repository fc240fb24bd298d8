"""Do the tests notice a wrong formula? Each formula below is perturbed in a copy of the package, and its tests are run.

python -m benchmarks.mutations [--only NAME ...]

A mutation that the tests do not notice is a hole in them; the command then fails. What they noticed is kept in
benchmarks/mutations.json, from which the page of claims says which formula was seen to matter.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Table, machine, save
from bookkit.sources import mutations as record

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Mutation:
    """In `file` of ntkbook, `formula` becomes `wrong`; `tests` are where that should be noticed."""

    name: str
    file: str
    formula: str
    wrong: str
    tests: str


MUTATIONS = (
    Mutation(
        "radius of Theorem B", "bounds.py", "jnp.sqrt(2 * V0 / jnp.asarray(lam))", "jnp.sqrt(V0 / jnp.asarray(lam))",
        "test_bounds.py",
    ),
    Mutation(
        "radius of Theorem A", "bounds.py", "2 * jnp.sqrt(V0 / (jnp.asarray(mu) * kappa))",
        "jnp.sqrt(V0 / (jnp.asarray(mu) * kappa))", "test_bounds.py",
    ),
    Mutation(
        "PL constant of cross-entropy", "losses/categorical.py", "_entropy(y)[..., None] + V) / y",
        "_entropy(y)[..., None] + V) / (2 * y)", "test_losses.py test_bounds.py test_loss_table.py",
    ),
    Mutation(
        "stable residual of cross-entropy", "losses/categorical.py", "p * _sum_of_others(y) - y * _sum_of_others(p)",
        "p - y", "test_losses.py",
    ),
    Mutation(
        "Hessian of cross-entropy", "losses/categorical.py", '"...j,...kj->...k", p, v[..., :, None] - v[..., None, :]',
        '"...j,...kj->...k", p, v[..., :, None]', "test_losses.py",
    ),
    Mutation(
        "recession function", "sharp.py", "jnp.sum(Y * (jnp.max(v, axis=1, keepdims=True) - v))",
        "jnp.sum(Y * (jnp.mean(v, axis=1, keepdims=True) - v))", "test_sharp.py",
    ),
    Mutation(
        "relative drift", "drift.py", "operator_norm(Theta - Theta0) / operator_norm(Theta0)",
        "operator_norm(Theta - Theta0) / operator_norm(Theta)", "test_laziness.py",
    ),
    Mutation(
        "anchor of the regularizer", "_training.py", "problem.lam * (theta - problem.a * problem.theta0)",
        "problem.lam * theta", "test_training.py",
    ),
    Mutation(
        "linearized flow", "linearized.py", "kernel_product(root.T, residual) + lam * u",
        "kernel_product(root.T, residual) + 2 * lam * u", "test_linearized.py",
    ),
    Mutation(
        "regression onto log-targets", "explicit/log_target.py", "center(jnp.log(Y) - f0)", "center(jnp.log(Y))",
        "test_explicit.py",
    ),
    Mutation(
        "law of trained predictors", "bayes/law.py", "q - through - through.T + A @ q[:N, :N] @ A.T",
        "q - through - through.T", "bayes/test_law.py",
    ),
    Mutation(
        "first-order law of ensembles", "bayes/laplace.py", "U @ middle / 2 - D", "U @ middle - D",
        "bayes/test_laplace.py",
    ),
    Mutation(
        "root of the softmax Hessian", "bayes/laplace.py",
        "(jnp.eye(z.shape[1]) - root[:, :, None] * root[:, None, :])", "jnp.eye(z.shape[1])", "bayes/test_laplace.py",
    ),
    Mutation(
        "total variation", "bayes/distances.py", "0.5 * jnp.abs(p - q).sum(axis=1)", "jnp.abs(p - q).sum(axis=1)",
        "bayes/test_predictive.py",
    ),
    Mutation(
        "complexity of a ball", "generalization.py", "return (classes - 1) * jnp.diag(Theta)",
        "return classes * jnp.diag(Theta)", "test_generalization.py",
    ),
    Mutation(
        "constant of the sphere", "generalization.py", "math.lgamma((d + 1) / 2) - math.lgamma(d / 2)",
        "math.lgamma(d / 2) - math.lgamma((d + 1) / 2)", "test_generalization.py",
    ),
    Mutation(
        "divergence of PAC-Bayes", "bayes/laplace.py", "(log_det - taken + jnp.sum", "(log_det + jnp.sum",
        "bayes/test_pac_bayes.py",
    ),
    Mutation(
        "drift of the monitor", "_laziness_measures.py", "operator_norm(now - before)",
        "jnp.linalg.norm(now - before)", "test_monitor.py",
    ),
    Mutation(
        "constant of the Jacobian lemma", "jacobian_lemma.py", "(2 * M1 + M2 * jnp.sqrt(squares) * largest)",
        "(M1 + M2 * jnp.sqrt(squares) * largest)", "test_jacobian_lemma.py",
    ),
    Mutation(
        "polynomial PL constant", "bounds.py", "a**2 / (8 * jnp.asarray(V))", "a / (8 * jnp.asarray(V))",
        "chapters/test_non_degenerate.py",
    ),
    Mutation(
        "distance to the nearest minimizer", "chapters/non_degenerate/measure.py", "2 * fixed.rho", "fixed.rho / 2",
        "chapters/test_non_degenerate.py",
    ),
    Mutation(
        "smoothness of cross-entropy", "losses/categorical.py", "smoothness=0.5", "smoothness=0.45", "test_losses.py",
    ),
    Mutation(
        "fixed point of the regularized predictor", "explicit/_newton.py", "+ self.lam * A", "+ 2 * self.lam * A",
        "test_explicit.py",
    ),
    Mutation(
        "coefficients at infinite width", "explicit/log_target.py", "A, converged = solve_spd(Theta, target)",
        "A, converged = solve_spd(Theta, 2 * target)", "test_explicit.py",
    ),
    Mutation(
        "largest margin", "explicit/max_margin.py", "norm, 1 / norm,", "norm, 1 / norm**2,", "test_max_margin.py",
    ),
    Mutation(
        "radius up to a horizon", "chapters/one_hot/measure.py", "2 / largest_margin(n) * log_horizon",
        "1 / largest_margin(n) * log_horizon", "chapters/test_one_hot.py",
    ),
    Mutation(
        "gap of the parameters", "chapters/linear_training/measure.py", "(R * G + beta * K1 * R**2 / 2)",
        "(R * G + beta * K1 * R**2)", "chapters/test_linear_training.py",
    ),
    Mutation(
        "mean targets of copies", "duplicates.py", "targets / counts[members, None]", "targets", "test_duplicates.py",
    ),
    Mutation(
        "ramp loss", "generalization.py", "1 - logit_margin(z, labels) / margin", "1 - logit_margin(z, labels)",
        "test_generalization.py",
    ),
    Mutation(
        "price of what is not linear", "chapters/generalization/measure/network.py",
        "np.sqrt(2) / DEMANDED * jnp.mean(jnp.linalg.norm(f - f_lin, axis=1))",
        "0.0 * jnp.mean(jnp.linalg.norm(f - f_lin, axis=1))", "chapters/test_generalization.py",
    ),
    Mutation(
        "confidence of the bound", "generalization.py", "confidence = 3 * math.sqrt", "confidence = 1 * math.sqrt",
        "test_generalization.py",
    ),
    Mutation(
        "noise of the targets", "bayes/noise.py", "return root * (eta", "return 2 * root * (eta",
        "bayes/test_ensembles.py",
    ),
    Mutation(
        "resampled labels", "bayes/noise.py", "return drawn - jax", "return drawn - 0.5 * jax", "bayes/test_noise.py",
    ),
    Mutation(
        "power iterations", "_laziness_measures.py", "product(_unit(w))", "product(w)", "test_monitor.py",
    ),
    Mutation(
        "path of regression", "chapters/regression/measure.py", "-jnp.expm1(-times * s)", "-jnp.expm1(-2 * times * s)",
        "chapters/test_regression.py",
    ),
    Mutation(
        "radius of the law", "chapters/_shared/measure/many_networks.py", "(K - 1) * undone", "K * undone",
        "chapters/test_law.py",
    ),
)  # fmt: skip


def apply(mutation: Mutation, package: Path) -> None:
    """The mutation written into a copy of the package; the formula must stand there exactly once."""
    source = (package / mutation.file).read_text(encoding="utf-8")
    found = source.count(mutation.formula)
    if found != 1:
        raise ValueError(
            f"{mutation.name}: the formula stands {found} times in {mutation.file}; expected once."
        )
    (package / mutation.file).write_text(source.replace(mutation.formula, mutation.wrong), encoding="utf-8")


def first_failure(mutation: Mutation) -> str | None:
    """The first test that fails under the mutation, file and name; None if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("ntkbook", "tests", "book"):
            ignored = shutil.ignore_patterns("node_modules", "__pycache__", "browser")
            shutil.copytree(ROOT / part, copy / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", copy)
        apply(mutation, copy / "ntkbook")
        tests = [f"tests/{name}" for name in mutation.tests.split()]
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "-p", "no:cacheprovider", *tests],
            cwd=copy, env=os.environ | {"PYTHONPATH": folder}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        failed = [
            line.split(" ")[1] for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))
        ]
        if run.returncode not in (0, 1) or (run.returncode == 1 and not failed):
            raise RuntimeError(f"{mutation.name}: pytest did not run.\n{run.stdout}\n{run.stderr}")
        return failed[0].partition("[")[0] if failed else None


def seen(mutation: Mutation, test: str) -> record.Mutation:
    """For the record: the mutation was noticed today, on the sources as they are."""
    file = f"ntkbook/{mutation.file}"
    today, sources = datetime.now(UTC).date().isoformat(), record.of_sources(file, mutation.formula, test)
    return record.Mutation(mutation.name, file, mutation.formula, mutation.wrong, test, today, sources)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", help="names of mutations; by default all")
    options = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if not options.only or mutation.name in options.only]
    rows = []
    for mutation in chosen:
        noticed = first_failure(mutation)
        name = noticed.rpartition("::")[2] if noticed else ""
        in_words = name.removeprefix("test_").replace("_", " ") if noticed else "**nobody**"
        if noticed:
            record.keep([seen(mutation, noticed)])
        rows.append((mutation.name, f"`{mutation.formula}`", f"`{mutation.wrong}`", in_words))
        print(mutation.name, "->", noticed, flush=True)
    missed = sum(row[-1] == "**nobody**" for row in rows)
    save(
        Table(
            title="Do the tests notice a wrong formula?",
            setting=f"{len(rows)} formulas, each perturbed in a copy of the package; {machine()}.",
            columns=("formula", "in the code", "made", "first test that failed"),
            rows=tuple(rows),
            notes=(f"{len(rows) - missed} of {len(rows)} were noticed.",),
        ),
        "mutations",
    )
    return missed


if __name__ == "__main__":
    sys.exit(main())
