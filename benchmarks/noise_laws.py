"""Which noise in the targets brings an ensemble nearest to the posterior, on seven problems at three prior scales.

python -m benchmarks.noise_laws  (half an hour) writes ntkbook/chapters/bayes/measure/noise_laws.json, from which
chapter 12 makes its tables.
"""

from typing import Any

from benchmarks.records import write
from ntkbook.chapters.bayes.measure.noise_laws import PROBLEMS, RECORD, VARIANCES, compare

if __name__ == "__main__":
    rows: list[dict[str, Any]] = []
    for name in PROBLEMS:
        for variance in VARIANCES:
            rows.append(compare(name, variance))
            print(
                {key: value for key, value in rows[-1].items() if key not in ("gaps", "reference")},
                flush=True,
            )
    write(RECORD, "python -m benchmarks.noise_laws", ("blackjax", "jax", "numpy"), rows)
