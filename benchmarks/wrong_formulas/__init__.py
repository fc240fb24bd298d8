"""Every formula that `python -m benchmarks.mutations` perturbs, in the order of the reference's pages."""

from benchmarks.wrong_formulas import bounds, chapters, losses, networks, solutions, training, uncertainty
from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = tuple(
    each
    for part in (networks, losses, training, solutions, uncertainty, bounds, chapters)
    for each in part.MUTATIONS
)

__all__ = ["MUTATIONS", "Mutation"]
