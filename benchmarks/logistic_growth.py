"""Kernel logistic regression up to N = 10,000: time of a step against N, and peak memory against the kernel's own.

python -m benchmarks.logistic_growth [--points 1250 2500 5000 10000] [--repeats 2]
"""

import argparse
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from benchmarks.digits_kernel import augmented_digits, relu_ntk
from benchmarks.report import FOLDER, Table, machine, save, seconds
from ntkbook.explicit import kernel_logistic_regression

LAM = 1.0


def peak_bytes() -> int:
    """The most memory that this process has ever held (Linux)."""
    status = Path("/proc/self/status").read_text()
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def load(path: Path, points: int) -> Float[Array, "N N"]:
    """The kernel, read straight into memory aligned as JAX wants it, so that it exists only once."""
    buffer = np.empty(points * points + 8)
    first = -buffer.ctypes.data % 64 // 8
    aligned = buffer[first : first + points * points]
    with path.open("rb") as file:
        file.readinto(aligned.data)
    return jax.device_put(aligned.reshape(points, points), may_alias=True)


def one(points: int, repeats: int) -> None:
    """In a process of its own: solve, and print seconds, products, residual, peak memory over what came before Θ."""
    _, Y = augmented_digits(points)
    small = jnp.eye(50)
    kernel_logistic_regression(small, Y[:50], lam=LAM)  # libraries loaded, threads started
    before = peak_bytes()
    Theta = load(FOLDER / f"kernel_{points}.f64", points)
    solution = kernel_logistic_regression(Theta, Y, lam=LAM)
    peak = peak_bytes() - before
    took = min(
        seconds(lambda: kernel_logistic_regression(Theta, Y, lam=LAM).coefficients) for _ in range(repeats)
    )
    print(took, solution.products, solution.residual, peak / Theta.nbytes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[1250, 2500, 5000, 10_000])
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--one", action="store_true", help="only print the numbers of the first of --points")
    options = parser.parse_args()
    if options.one:
        return one(options.points[0], options.repeats)

    FOLDER.mkdir(parents=True, exist_ok=True)
    X, _ = augmented_digits(max(options.points))
    full, numbers = relu_ntk(X), []
    for points in options.points:
        path = FOLDER / f"kernel_{points}.f64"
        np.ascontiguousarray(full[:points, :points]).tofile(path)
        command = [sys.executable, "-m", "benchmarks.logistic_growth", "--one", "--points", str(points)]
        output = subprocess.run(
            [*command, "--repeats", str(options.repeats)], check=True, capture_output=True, text=True
        )
        path.unlink()
        numbers.append([float(word) for word in output.stdout.split()])
        print(points, numbers[-1], flush=True)
    save(table(options.points, numbers), "logistic_growth")
    return None


def table(points: list[int], numbers: list[list[float]]) -> Table:
    rows = tuple(
        (
            f"{N:,}",
            f"{took:.2f} s",
            f"{products:.0f}",
            f"{1e3 * took / products:.2f} ms",
            f"{residual:.1e}",
            f"{peak:.2f}",
        )
        for N, (took, products, residual, peak) in zip(points, numbers, strict=True)
    )
    slope = float("nan")
    if len(points) > 1:
        slope = np.polyfit(np.log(points), [np.log(took / products) for took, products, *_ in numbers], 1)[0]
    return Table(
        title=f"Kernel logistic regression as N grows to {max(points):,}",
        setting=f"Augmented digits, K = 10, NTK of a ReLU network, λ = {LAM:g}, float64; {machine()}.",
        columns=("N", "least time", "products with Θ", "time a product", "residual", "peak memory / kernel"),
        rows=rows,
        notes=(
            f"Time a product grows like N^{slope:.2f}; O(N²K) is exponent 2.",
            (
                "Peak memory counts Θ itself, and all that was allocated from loading it to the solution, "
                "compilation included; each N ran in a process of its own."
            ),
        ),
    )


if __name__ == "__main__":
    main()
