"""Chapter: the law of trained predictors."""

from ntkbook.exercises import number

EXERCISES = {
    # P_kl / P_kk with K = 10
    "class-correlation": number(-1 / 9, "The covariance of two centred logits is Γ P: divide P_kl by P_kk."),
    # 2 − 2 · ½ · 1 + ¼ · 2
    "spread-by-hand": number(1.5, "A_x = Θ(x, x₁)/Θ(x₁, x₁) = ½; insert it into the formula for Γ."),
}
