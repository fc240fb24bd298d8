"""Architectures as (init, apply, kernel) triples in NTK parameterization. On images, width means channels."""

from ntkbook.networks._network import ACTIVATIONS as ACTIVATIONS
from ntkbook.networks._network import Apply as Apply
from ntkbook.networks._network import Kernels as Kernels
from ntkbook.networks._network import Network as Network
from ntkbook.networks._network import Params as Params
from ntkbook.networks.convolutional import cnn as cnn
from ntkbook.networks.convolutional import resnet as resnet
from ntkbook.networks.mlp import mlp as mlp
