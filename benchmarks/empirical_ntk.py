"""The empirical NTK of a wide network: this package against the naive contraction and neural-tangents.

python -m benchmarks.empirical_ntk [--width 1024] [--points 100] [--classes 10] [--repeats 3]

All compute the same (NK, NK) kernel in float64 and in one run, in turns; the least time of each counts, compilation
left out. What does not run, or would need more memory than is free, is said and not timed.
"""

import argparse
import functools
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.report import Table, interleaved, machine, save
from ntkbook._neural_tangents import nt
from ntkbook.empirical import empirical_ntk
from ntkbook.networks import mlp


def naive(apply, params, X):
    """The whole Jacobian by jacrev, contracted leaf by leaf: what one writes first."""
    jacobian = jax.jacrev(apply)(params, X)
    rows = [leaf.reshape(leaf.shape[0] * leaf.shape[1], -1) for leaf in jax.tree.leaves(jacobian)]
    return sum(leaf @ leaf.T for leaf in rows)


def memory_available() -> float:
    """Bytes that a new process may still take (Linux)."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))


def peers(apply) -> dict[str, Callable]:
    """Name -> a function (params, X) -> (NK, NK), for JAX to compile."""

    def neural_tangents(implementation):
        kernel = nt.empirical_ntk_fn(apply, trace_axes=(), vmap_axes=0, implementation=implementation)

        def flat(params, X):
            values = kernel(X, None, params)  # (N, N, K, K)
            return jnp.swapaxes(values, 1, 2).reshape(values.shape[0] * values.shape[2], -1)

        return flat

    return {
        "naive jacrev": functools.partial(naive, apply),
        **{
            f"neural-tangents {name}": neural_tangents(getattr(nt.NtkImplementation, name))
            for name in ("JACOBIAN_CONTRACTION", "NTK_VECTOR_PRODUCTS", "STRUCTURED_DERIVATIVES")
        },
    }


def measure(*, width: int, points: int, classes: int, repeats: int) -> Table:
    """Seconds, how many times as long as ntkbook, and the largest error relative to the largest entry."""
    network = mlp(64, classes, width, hidden_layers=2, activation="relu")
    params = network.init(jax.random.key(0))
    X = jax.random.normal(jax.random.key(1), (points, 64))

    ours = functools.partial(empirical_ntk, network.apply, params, X)
    ours()  # compiles
    kernels, working, notes = {}, {"ntkbook": ours}, []
    for name, run in peers(network.apply).items():
        try:
            compiled = jax.jit(run).lower(params, X).compile()
        except Exception as error:  # a peer that does not run is reported, not hidden
            notes.append(f"{name} does not run: {type(error).__name__}, {str(error).splitlines()[0]}.")
            continue
        memory = compiled.memory_analysis()
        needed = memory.temp_size_in_bytes if memory else 0
        if needed > memory_available():
            notes.append(f"{name} would need {needed / 2**30:.1f} GiB, more than was free.")
        else:
            working[name] = functools.partial(compiled, params, X)
            notes.append(f"{name} needs {needed / 2**30:.1f} GiB.")

    def keep(name: str) -> Callable[[], None]:
        """The run whose time is taken also leaves its kernel."""

        def run() -> None:
            kernels[name] = np.asarray(working[name]())

        return run

    seconds = interleaved({name: keep(name) for name in working}, repeats)
    scale = np.max(np.abs(kernels["ntkbook"]))
    errors = {name: np.max(np.abs(kernel - kernels["ntkbook"])) / scale for name, kernel in kernels.items()}
    return Table(
        title=f"Empirical NTK, N = {points}",
        setting=f"ReLU MLP, 2 × {width}, N = {points}, K = {classes}, float64; {machine()}",
        columns=("implementation", "seconds", "times ntkbook's", "difference from ntkbook"),
        rows=tuple(
            (name, f"{t:.3f}", f"{t / seconds['ntkbook']:.1f}", f"{errors[name]:.0e}")
            for name, t in seconds.items()
        ),
        notes=tuple(notes),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("width", 1024), ("points", 100), ("classes", 10), ("repeats", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = vars(parser.parse_args())
    save(measure(**options), f"empirical_ntk_{options['points']:03}")


if __name__ == "__main__":
    main()
