"""Six predictors of the digits, the posterior by NUTS among them, on five splits, at priors that validation chose.

python -m benchmarks.calibration  (an hour) writes ntkbook/chapters/calibration/measure/verdict.json, from which
chapter 13 makes its tables, anew after each split.
"""

import argparse
import json
import time
from typing import Any

from benchmarks.records import write
from ntkbook.chapters.calibration.measure.verdict import RECORD, compare

SAME = 10.0  # s² of the chapter's figures

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--members", type=int, default=300, help="of an average, at its own prior")
    parser.add_argument("--most", type=int, default=1_000, help="the same, where all have one prior")
    parser.add_argument("--trial", type=int, default=100, help="members that choose a prior")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for number, same in [(0, SAME), *((number, None) for number in range(given.splits))]:
        begun = time.process_time()
        members = given.members if same is None else given.most
        row = compare(number, members=members, trial=given.trial, same=same)
        rows.append(json.loads(json.dumps(row)))
        print(
            f"{time.process_time() - begun:.0f} s",
            {key: value for key, value in row.items() if key not in ("p", "gaps", "curve")},
            flush=True,
        )
        packages = ("blackjax", "jax", "numpy", "scikit-learn")
        write(RECORD, "python -m benchmarks.calibration", packages, rows)
