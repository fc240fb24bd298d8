"""Networks of two widths, trained on labels smoothed by three ε, against the law of Theorem G.

python -m benchmarks.trained_laws  (a minute) writes ntkbook/chapters/law/measure/trained_laws.json, from which
chapter 11 makes a table.
"""

from typing import Any

from benchmarks.records import write
from ntkbook.chapters.law.measure.trained_laws import RECORD, WIDTHS, train_at_every_epsilon

if __name__ == "__main__":
    rows: list[dict[str, Any]] = []
    for width in WIDTHS:
        for row in train_at_every_epsilon(width):
            rows.append(row)
            print({key: value for key, value in row.items() if key != "first"}, flush=True)
    write(RECORD, "python -m benchmarks.trained_laws", ("jax", "numpy", "scipy"), rows)
