"""Which noise in the targets brings an ensemble nearest to the posterior, on seven problems at three prior scales.

python -m benchmarks.noise_laws  (half an hour) writes ntkbook/chapters/bayes/measure/noise_laws.json, from which
chapter 12 makes its tables. `digest` is the SHA-256 of the rows as they are written.
"""

import hashlib
import importlib.metadata
import json
from typing import Any

from ntkbook.chapters.bayes.measure.noise_laws import PROBLEMS, RECORD, VARIANCES, compare


def digest(rows: list[dict[str, Any]]) -> str:
    """SHA-256 of the rows in compact JSON."""
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def write(rows: list[dict[str, Any]]) -> None:
    """Rows, how they were made, and their digest."""
    record = {
        "command": "python -m benchmarks.noise_laws",
        "versions": {name: importlib.metadata.version(name) for name in ("blackjax", "jax", "numpy")},
        "digest": digest(rows),
        "rows": rows,
    }
    RECORD.write_text(json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    rows: list[dict[str, Any]] = []
    for name in PROBLEMS:
        for variance in VARIANCES:
            rows.append(compare(name, variance))
            print(
                {key: value for key, value in rows[-1].items() if key not in ("gaps", "reference")},
                flush=True,
            )
    write(rows)
