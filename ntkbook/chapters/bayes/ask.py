"""Chapter: ensembles and Bayes."""

from ntkbook.exercises import number

EXERCISES = {
    # (1 + w)⁻² / (1 + w)⁻¹ with w = 9
    "share-kept": number(0.1, "Posterior 1/(1 + w), ensemble 1/(1 + w)², in units of the prior: divide."),
    # q/(1 + q)² with q = 4
    "plain-variance": number(4 / 25, "f = f₀ + q(y − f): solve for f, and take the variance over f₀."),
}
