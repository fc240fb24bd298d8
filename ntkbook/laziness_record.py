"""What a monitor records of one moment of training."""

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class LazinessRecord:
    """One moment of training.

    Args:
        step: as given.
        drift: ‖Θ_t − Θ₀‖/‖Θ₀‖ in operator norm on the watched points, or with probes a lower bound of it.
        alignment: ⟨Θ_t, Θ₀⟩_F/(‖Θ_t‖_F ‖Θ₀‖_F) there, 1 when the kernel only scales.
        kappa: λ_min(Θ_t) there, or with probes an upper bound of it: κ_t if all points are watched, else at least κ_t.
        whitened_least: the least eigenvalue of Θ₀^{−1/2}(Θ_t − Θ₀)Θ₀^{−1/2} there; NaN with probes and where Θ₀ is
            singular.
        whitened_largest: the largest.
        taylor_gap: max_x ‖f_t(x) − f_lin(x; θ_t)‖ over the watched points, both at the parameters of the network.
        radius: ‖θ_t − θ₀‖.
        pl_ratio: ‖∇C‖²/(2(C − C*)) on the whole training set.
        logit_gap: the largest max_k z_k − min_k z_k there.
        gap: max_x ‖f_t(x) − f'_t(x)‖ over the held-out points, f' the linearized model trained alike; NaN without it.
        probability_gap: the same for the total variation between the softmaxes of both.
        other_class: the share of the held-out points to which the two give different classes.
    """

    step: int
    drift: float
    alignment: float
    kappa: float
    whitened_least: float
    whitened_largest: float
    taylor_gap: float
    radius: float
    pl_ratio: float
    logit_gap: float
    gap: float = math.nan
    probability_gap: float = math.nan
    other_class: float = math.nan


NAMES = tuple(field.name for field in fields(LazinessRecord))
