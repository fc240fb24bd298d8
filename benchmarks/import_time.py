"""How long `import ntkbook` takes, and how many modules it loads, beside `import jax` in the same run.

python -m benchmarks.import_time [--repeats 7]
"""

import argparse
import statistics
import subprocess
import sys

from benchmarks.report import Table, machine, save

STATEMENTS = ("import jax", "import ntkbook", "import ntkbook, ntkbook.bayes")
# The interpreter's own start is left out; each measurement has a process of its own.
MEASURED = (
    "import sys, time; begin = time.perf_counter(); {}; print(time.perf_counter() - begin, len(sys.modules))"
)


def measured(statement: str) -> tuple[float, int]:
    """(seconds, modules loaded in all)."""
    code = MEASURED.format(statement)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, modules = done.stdout.split()
    return float(seconds), int(modules)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    # The first one warms the disk.
    _, *rounds = [{one: measured(one) for one in STATEMENTS} for _ in range(repeats + 1)]
    medians = {one: statistics.median(turn[one][0] for turn in rounds) for one in STATEMENTS}
    rows = [
        (f"`{one}`", f"{seconds:.2f}", f"{seconds / medians[STATEMENTS[0]]:.2f}", str(rounds[0][one][1]))
        for one, seconds in medians.items()
    ]
    save(
        Table(
            "What an import costs",
            f"{machine()}.",
            ("statement", "seconds", "times jax's", "modules loaded"),
            tuple(rows),
            (
                f"Medians of {repeats} processes each, in turn, the interpreter's own start left out.",
                "Solvers of differential equations, neural-tangents, SciPy and the like are loaded at their first use.",
            ),
        ),
        "import_time",
    )


if __name__ == "__main__":
    main()
