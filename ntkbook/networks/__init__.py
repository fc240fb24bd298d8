"""Architectures as (init, apply, kernel) triples in NTK parameterization. On images, width means channels."""

from ntkbook.networks._network import ACTIVATIONS, Apply, Kernels, Network, Params
from ntkbook.networks.convolutional import cnn, resnet
from ntkbook.networks.mlp import mlp

__all__ = [
    "ACTIVATIONS",
    "Apply",
    "Kernels",
    "Network",
    "Params",
    "cnn",
    "mlp",
    "resnet",
]
