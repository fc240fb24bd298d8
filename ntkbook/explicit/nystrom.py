"""Kernel logistic regression on many points: the trained predictor among those that M centres span."""

from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import INPUTS, as_array, takes_arrays
from ntkbook._kernel_product import Kernel, kernel_between, offset
from ntkbook._low_rank import LowRank
from ntkbook._memory import granted, held
from ntkbook._progress import progress_bar
from ntkbook.errors import InvalidInput
from ntkbook.explicit._newton import System, solve
from ntkbook.explicit._prepared import preconditioner_rank, prepare
from ntkbook.explicit._refused import check_rows, checked_weights
from ntkbook.explicit.settings import Newton
from ntkbook.kernels import DTYPES, points_of


@dataclass(frozen=True)
class NystromSolution:
    """The predictor f(x) = f₀(x) + Θ(x, Z)A that is trained on N points, among those of M centres Z.

    Args:
        coefficients: (M, K) A.
        logits: (N, K) f(X).
        residual: max |w(softmax − Y) + λB|, where A = L⁻ᵀΦᵀB.
        iterations: Newton steps.
        products: how often ΦΦᵀ was multiplied with an (N, K) array on the way.
        kernel: (X₁, X₂) ↦ Θ(X₁, X₂).
        centres: (M, …) Z.
        tile: points between which and Z the kernel is computed at a time.
    """

    coefficients: Float[Array, "M K"]
    logits: Float[Array, "N K"]
    residual: float
    iterations: int
    products: int
    kernel: Kernel = field(repr=False)
    centres: Float[Array, "M ..."] = field(repr=False)
    tile: int

    def predict(
        self, X: Float[Array, "N ..."], f0_x: Float[Array, "N K"] | float = 0.0
    ) -> Float[Array, "N K"]:
        """f(x) = f₀(x) + Θ(x, Z)A, a tile of inputs at a time. f0_x: f₀(x), by default 0."""
        X = as_array("X", X, INPUTS)
        rows = [values @ self.coefficients for _, values in _tiles(self.kernel, X, self.centres, self.tile)]
        return f0_x + jnp.concatenate([jnp.zeros((0, self.coefficients.shape[1])), *rows])


@takes_arrays
def nystrom_logistic_regression(
    kernel: Kernel,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    centres: Float[Array, "M ..."],
    lam: float,
    weights: Float[Array, " N"] | None = None,
    tile: int = 1024,
    dtype: str = "float64",
    jitter: float = 1e-13,
    newton: Newton = Newton(),
    progress: bool = False,
) -> NystromSolution:
    r"""Kernel logistic regression on the span of M centres Z, for more points than a kernel of all would fit.

    .. math:: \min_A\; C(f_0(X) + \Theta(X, Z)A) + \tfrac{\lambda}{2} \langle A, \Theta(Z, Z)A \rangle

    With Z = X this is `kernel_logistic_regression`. With Θ(Z, Z) = LLᵀ and features Φ = Θ(X, Z)L⁻ᵀ it is that of the
    kernel ΦΦᵀ, and solved as such: V = LᵀA = ΦᵀB, where λB = w(Y − softmax f(X)). Θ is computed between a tile of
    points and Z at a time; what is held is Φ, in single precision once more where steps are computed in that, so
    12NM bytes at most, or 4NM in "float32".

    Args:
        kernel: a function of inputs (N₁, …) and (N₂, …) that gives Θ between them, (N₁, N₂), such as
            `jax.jit(lambda X1, X2: network.kernel(X1, X2).ntk)`.
        X: (N, …) inputs.
        Y: (N, K) rows in the simplex.
        f0: (N, K) f₀(X), by default 0.
        centres: (M, …) Z, such as points of X drawn at random.
        lam: λ > 0.
        weights: (N,) how often each point counts, by default once.
        tile: points of a tile.
        dtype: in which Φ is stored, "float64" or "float32"; A, f(X) and the residual are in double in both.
        jitter: share of the trace of Θ(Z, Z) that is added to its diagonal, so that centres may repeat one another.
        newton: tolerance, and steps after which it is given up.
        progress: whether to show a progress bar over the tiles.

    Raises:
        InvalidInput: for arguments that do not fit, a Θ(Z, Z) that is not positive semidefinite, and where this
            machine lacks the memory.
        NotConverged: with the residual, if the tolerance is missed.

    Source:
        The book's Theorem D; Williams & Seeger 2001; Rudi, Carratino & Rosasco 2017.

    Example:
        Two centres span all functions that are linear in two inputs:

        >>> linear = lambda X1, X2: X1 @ X2.T
        >>> X = jnp.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
        >>> Y = jnp.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
        >>> options = {"centres": X[:2], "lam": 0.1}
        >>> few = nb.nystrom_logistic_regression(linear, X, Y, **options)
        >>> full = nb.kernel_logistic_regression(X @ X.T, Y, lam=0.1)
        >>> bool(jnp.allclose(few.predict(X), full.logits, atol=1e-6))
        True
    """
    check_rows(Y, on_simplex=True)
    Y, f0 = Y.astype(float), offset(f0, Y)
    _check_points(X, centres, len(Y))
    _checks.positive("lam", lam, "the regularization strength λ")
    _checks.positive("jitter", jitter, "the share of its trace that is added to Θ(Z, Z)")
    _checks.positive_integer("tile", tile, "the number of points of a tile")
    _checks.choice("dtype", dtype, DTYPES)
    column = checked_weights(weights, len(Y))
    _check_memory(Y.shape, len(centres), tile, np.dtype(dtype).itemsize)
    L = _root(kernel_between(kernel, centres, centres), jitter)
    Phi = LowRank(_features(kernel, X, centres, L, tile, dtype, progress), jnp.dtype(float))
    solution = solve(System(prepare(Phi, lam), Y, f0, lam, column), jnp.zeros(Y.shape), newton)
    A = _solved(L, jax.jit(LowRank.back)(Phi, solution.coefficients), trans=1)
    return NystromSolution(
        coefficients=A,
        logits=solution.logits,
        residual=float(solution.residual),
        iterations=int(solution.iterations),
        products=int(solution.products),
        kernel=kernel,
        centres=centres,
        tile=tile,
    )


# --- features, a tile at a time --------------------------------------------------------------------------


def _tiles(kernel: Kernel, X: Any, Z: Any, tile: int) -> Any:
    """(row, Θ between the points from there on and Z) tile by tile, each computed in one shape."""
    tile = min(tile, max(1, len(X)))
    for row in range(0, len(X), tile):
        values = kernel_between(kernel, points_of(X, row, tile), Z)[: len(X) - row]
        _checks.finite("the kernel", values)
        yield row, values.astype(float)


def _features(
    kernel: Kernel, X: Any, Z: Any, L: Float[Array, "M M"], tile: int, dtype: str, progress: bool
) -> Float[Array, "N M"]:
    """Φ = Θ(X, Z)L⁻ᵀ, written tile by tile into memory aligned as JAX wants it, so that it exists only once."""
    size = np.dtype(dtype).itemsize * len(X) * len(L)
    buffer = np.empty(size + 64, np.uint8)
    first = -buffer.ctypes.data % 64
    Phi = buffer[first : first + size].view(dtype).reshape(len(X), len(L))
    tiles = _tiles(kernel, X, Z, tile)
    for row, values in progress_bar(
        tiles, "kernel tiles", total=-(-len(X) // tile), show=progress, leave=True
    ):
        Phi[row : row + tile] = _solved(L, values.T).T
    return jax.device_put(Phi, may_alias=True)


@jax.jit(static_argnames="trans")
def _solved(L: Float[Array, "M M"], right: Float[Array, "M n"], trans: int = 0) -> Float[Array, "M n"]:
    return jax.scipy.linalg.solve_triangular(L, right, trans=trans, lower=True)


def _root(Theta: Float[Array, "M M"], jitter: float) -> Float[Array, "M M"]:
    """L with LLᵀ = Θ + δI, δ the given share of its trace."""
    _checks.finite("the kernel", Theta)
    _checks.symmetric("the kernel of the centres", Theta)
    Theta = Theta.astype(float)
    L = jnp.linalg.cholesky(Theta + jitter * jnp.trace(Theta) * jnp.eye(len(Theta)))
    if not bool(jnp.all(jnp.isfinite(L))):
        raise InvalidInput(
            f"the kernel of the {len(Theta)} centres, with {jitter:g} of its trace on the diagonal, has no Cholesky "
            "factor: it is not positive semidefinite, or is so only up to rounding in a precision that is lower than "
            "double. Check how it is computed; rounding is mended by a larger `jitter`."
        )
    return L


# --- what is refused -------------------------------------------------------------------------------------


def _check_points(X: Float[Array, "N ..."], Z: Float[Array, "M ..."], N: int) -> None:
    if X.ndim == 0 or len(X) != N:
        raise InvalidInput(f"X has shape {X.shape} and there are {N} rows of targets; give one input a row.")
    if Z.shape[1:] != X.shape[1:] or Z.ndim == 0 or len(Z) == 0:
        raise InvalidInput(
            f"centres have shape {Z.shape} and X has {X.shape}; expected one input or more of the same shape as "
            "those of X, such as rows of X drawn at random."
        )
    _checks.finite("X", X)
    _checks.finite("centres", Z)


def _check_memory(shape: tuple[int, ...], M: int, tile: int, size: int) -> None:
    """Features, once more in single precision; Θ(Z, Z), its factor and their work space; preconditioner; a tile."""
    N, K = shape
    features = N * M * (size + (4 if size == 8 else 0))
    needed = features + 8 * (4 * M * M + 3 * N * K * preconditioner_rank(N) + 4 * min(tile, N) * M)
    there = granted() - held()
    if needed > there:
        raise InvalidInput(
            f"N = {N} points and M = {M} centres need about {needed / 2**30:.3g} GiB in {8 * size} bits, and this "
            f'machine has {there / 2**30:.3g} GiB left. Take fewer centres, or dtype="float32".'
        )
