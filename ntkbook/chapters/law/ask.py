"""Chapter: the law of trained predictors."""

from ntkbook.exercises import number

EXERCISES = {
    # P_kl / P_kk
    "class-correlation": number(
        lambda classes=10: -1 / (classes - 1),
        "The covariance of two centred logits is Γ P: divide P_kl by P_kk.",
        own="There are {classes:d} classes.",
        classes=(3, 5, 6, 9),
    ),
    # 𝒦 − 2 A 𝒦/2 + A² 𝒦 with A = ½
    "spread-by-hand": number(
        lambda k=2.0: 0.75 * k,
        "A_x = Θ(x, x₁)/Θ(x₁, x₁) = ½; insert it into the formula for Γ.",
        own="Let $\\mathcal K = {k:g}$ at both inputs, with half of that between them.",
        k=(1.0, 3.0, 5.0, 6.0),
    ),
}
