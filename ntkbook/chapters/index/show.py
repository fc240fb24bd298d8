"""The landing page."""

from ntkbook.chapters._shared.show.panels import DRIFT, GAP
from ntkbook.chapters.index import measure
from ntkbook.explorer import Axis, Explorer

__all__ = [
    "lazy_switch",
]


def lazy_switch() -> Explorer:
    """The landing page: two ways to hold the logits, over widths, to log t = 40."""
    return Explorer(
        name="lazy-switch",
        title="The lazy switch",
        look_for="Raise ε or λ above 0: the logits stop growing, and the NTK stops moving. "
        "Then widen the network, and it hardly moves at all.",
        axes=(
            Axis("n", "width n", values=(64, 256, 1024, 4096), default=1024, integer=True),
            Axis("epsilon", "target smoothing ε", values=(0.0, 0.01, 0.1, 0.5), default=0.0),
            Axis("lam", "regularization λ", values=(0.0, 0.01, 0.1, 1.0), default=0.0),
        ),
        compute=measure.lazy_switch,
        describe=measure.describe,
        panels=(GAP, DRIFT),
    )
