"""The table of the losses in function space: what each is like, and which theorems cover it."""

from dataclasses import dataclass

from ntkbook.losses import LOSSES, Loss


@dataclass(frozen=True)
class LossRow:
    """One row: a loss, with targets of one kind.

    Args:
        loss: ℓ.
        targets: "non-degenerate" (in the relative interior, where the infimum is attained) or "degenerate".
        condition: the same in symbols.
        convex: whether ℓ is convex in the logits z.
        smoothness: β with −βI ⪯ ∇²ℓ ⪯ βI, or infinity.
        attained: whether inf ℓ is attained.
        pl: whether ‖∇ℓ‖² ≥ 2μ(ℓ − inf ℓ) with one μ > 0 on each sublevel set. Where it is not, the ratio has no
            positive lower bound; that it vanishes with the excess follows for one-hot targets only.
        theorems: those of the book that bound the radius of training: A (no regularizer), B (regularizer).
    """

    loss: Loss
    targets: str
    condition: str
    convex: bool
    smoothness: float
    attained: bool
    pl: bool
    theorems: tuple[str, ...]


# In symbols: (targets in the relative interior, the others that the loss takes, or None).
CONDITIONS = {
    "squared error": ("any y", None),
    "cross-entropy": ("every y_k > 0", "some y_k = 0"),
    "Bernoulli": ("every 0 < y_k < 1", "some y_k = 0 or 1"),
    "Poisson": ("every y_k > 0", "some y_k = 0"),
    "Brier": ("every y_k > 0", "some y_k = 0"),
}


def loss_table() -> tuple[LossRow, ...]:
    """The rows, in the order of the book: each loss with non-degenerate targets, then with degenerate ones.

    Every entry but the condition follows from the loss's own record, and the tests check it on random logits
    and targets. Theorem A needs a convex loss with a PL constant; Theorem B needs no more than a lower bound.
    Raises nothing.

    Source:
        The book's table of losses; Theorems A, B, F.

    Example:
        Where the minimum is attained, but no PL constant is known:

        >>> rows = [row for row in nb.loss_table() if row.attained]
        >>> [row.loss.name for row in rows if not row.pl]
        ['Brier']
    """
    return tuple(
        _row(LOSSES[name], kind, condition)
        for name, conditions in CONDITIONS.items()
        for kind, condition in zip(("non-degenerate", "degenerate"), conditions, strict=True)
        if condition is not None
    )


def _row(loss: Loss, kind: str, condition: str) -> LossRow:
    attained = kind == "non-degenerate"
    pl = attained and loss.pl is not None
    return LossRow(
        loss=loss,
        targets=kind,
        condition=condition,
        convex=loss.convex,
        smoothness=float(loss.smoothness),
        attained=attained,
        pl=pl,
        theorems=("A", "B") if pl else ("B",),
    )
