"""Function-space losses C(z) = Σᵢ ℓ(zᵢ; yᵢ) and their properties. Sums over points, never means."""

from ntkbook.losses._loss import Loss as Loss
from ntkbook.losses._loss import excess as excess
from ntkbook.losses._loss import pl_bound as pl_bound
from ntkbook.losses._loss import pl_ratio as pl_ratio
from ntkbook.losses._loss import total as total
from ntkbook.losses.categorical import brier as brier
from ntkbook.losses.categorical import cross_entropy as cross_entropy
from ntkbook.losses.exponential import bernoulli as bernoulli
from ntkbook.losses.exponential import exponential_family as exponential_family
from ntkbook.losses.exponential import poisson as poisson
from ntkbook.losses.squared import squared_error as squared_error
from ntkbook.losses.targets import center as center
from ntkbook.losses.targets import smooth_labels as smooth_labels

LOSSES = {loss.name: loss for loss in (squared_error, cross_entropy, bernoulli, poisson, brier)}
