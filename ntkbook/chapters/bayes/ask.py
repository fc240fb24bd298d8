"""Chapter: ensembles and Bayes."""

from ntkbook.exercises import number

EXERCISES = {
    # (1 + w)⁻² / (1 + w)⁻¹
    "share-kept": number(
        lambda w=9.0: 1 / (1 + w),
        "Posterior 1/(1 + w), ensemble 1/(1 + w)², in units of the prior: divide.",
        own="The eigenvalue is $w = {w:g}$.",
        w=(3.0, 4.0, 7.0, 19.0, 24.0),
    ),
    "plain-variance": number(
        lambda q=4.0: q / (1 + q) ** 2,
        "f = f₀ + q(y − f): solve for f, and take the variance over f₀.",
        own="Let $q = {q:g}$.",
        q=(0.5, 2.0, 3.0, 5.0, 9.0),
    ),
}
