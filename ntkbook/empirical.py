"""The empirical tangent kernel Θ_θ(X₁, X₂) = J_θ(X₁) J_θ(X₂)ᵀ of any differentiable network.

`apply(θ, X) -> (N, K)` may be any JAX function whose outputs for different points do not mix (no batch norm
in training mode): a `Network` of the book, or one of Flax or Equinox.
"""

import functools
import math
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._apply import check_parameters, check_separate
from ntkbook._given import takes_arrays
from ntkbook._pieces import Factor, factors, gram, gram_by_class
from ntkbook.errors import InvalidInput
from ntkbook.networks import Apply, Params

# What bounds an automatic block: bytes of all factors that are held at a time, and rows of the kernel that it makes.
HELD = 5 * 2**27
BLOCK_ROWS = 4096
CONVOLVED = (
    4  # points a pass through convolutions: what their backward passes hold grows quadratically side by side
)


@takes_arrays
def jacobian(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> Float[Array, "NK p"]:
    r"""The Jacobian of a network in its parameters, at every point.

    .. math:: J_\theta(X) = \frac{\partial f_\theta(X)}{\partial\theta}

    One point at a time under vmap, so that no (N, K, N, …) array ever exists.

    Args:
        apply: f_θ, as apply(params, X) -> (N, K).
        params: θ, any JAX tree.
        X: (N, …) inputs, one a point.

    Returns:
        row i·K + k belongs to logit k of point i.

    Raises:
        InvalidInput: for an empty X, or an `apply` that does not return (N, K).

    Source:
        Jacot, Gabriel & Hongler 2018.

    Example:
        The Jacobian of the linear model Xθ is X:

        >>> X = jnp.array([[1.0, 2.0], [3.0, 4.0]])
        >>> theta = jnp.zeros((2, 1))
        >>> nb.jacobian(lambda theta, X: X @ theta, theta, X).tolist()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    check_parameters(params, real=True)
    _outputs(apply, params, X)
    return _jacobian(apply, params, X)


@takes_arrays
def empirical_ntk(
    apply: Apply,
    params: Params,
    X1: Float[Array, "N1 ..."],
    X2: Float[Array, "N2 ..."] | None = None,
    *,
    block: int | None = None,
) -> Float[Array, "N1K N2K"]:
    r"""The tangent kernel of a finite network, in blocks of points.

    .. math:: \Theta_\theta(X_1, X_2) = J_\theta(X_1) J_\theta(X_2)^\top

    Weights of dense layers enter by (h_i · h_j)(δ_ik · δ_jl), activations times slopes, so that their
    Jacobian is never formed; see _pieces.

    Args:
        apply: f_θ, as apply(params, X) -> (N, K).
        params: θ, any JAX tree.
        X1: (N₁, …) inputs.
        X2: (N₂, …) inputs; None means X₂ = X₁, and off-diagonal blocks are then mirrored.
        block: points in a block, by default as many as keep the work space below about a gigabyte.

    Returns:
        row i·K + k is logit k of point i.

    Raises:
        InvalidInput: for an empty X, a block below 1, an `apply` that does not return (N, K) or ignores params, or a
            kernel that is not finite.

    Source:
        Jacot, Gabriel & Hongler 2018; structured derivatives, Novak, Sohl-Dickstein & Schoenholz 2022.

    Example:
        >>> net, X = nb.mlp(inputs=2, classes=3, width=8), jnp.eye(2)
        >>> theta0 = net.init(jax.random.key(0))
        >>> Theta = nb.empirical_ntk(net.apply, theta0, X)
        >>> J = nb.jacobian(net.apply, theta0, X)
        >>> bool(jnp.allclose(Theta, J @ J.T))
        True
    """
    return _in_blocks(_gram, apply, params, X1, X2, block)


@takes_arrays
def empirical_ntk_by_class(
    apply: Apply,
    params: Params,
    X1: Float[Array, "N1 ..."],
    X2: Float[Array, "N2 ..."] | None = None,
    *,
    classes: Sequence[int] | None = None,
    block: int | None = None,
) -> Float[Array, "C N1 N2"]:
    r"""The K diagonal blocks of the tangent kernel, one a logit.

    .. math:: \Theta^k(x, x') = \nabla f_k(x) \cdot \nabla f_k(x')

    They are what remains at infinite width, where different logits decouple: each then equals Θ(x, x').

    Args:
        apply: f_θ, as apply(params, X) -> (N, K).
        params: θ, any JAX tree.
        X1: (N₁, …) inputs.
        X2: (N₂, …) inputs; None means X₂ = X₁, and off-diagonal blocks are then mirrored.
        classes: which logits, by default all; only theirs are differentiated.
        block: points in a block, as in `empirical_ntk`.

    Returns:
        the kernels of the C logits, in the order of `classes`.

    Raises:
        InvalidInput: for an empty X, a block below 1, an `apply` that does not return (N, K) or ignores params, a
            class that is not there, or a kernel that is not finite.

    Source:
        Jacot, Gabriel & Hongler 2018.

    Example:
        >>> net, X = nb.mlp(inputs=2, classes=3, width=8), jnp.eye(2)
        >>> theta0 = net.init(jax.random.key(0))
        >>> Theta = nb.empirical_ntk(net.apply, theta0, X)
        >>> by_class = nb.empirical_ntk_by_class(net.apply, theta0, X)
        >>> bool(jnp.allclose(by_class[1], Theta[1::3, 1::3]))
        True
    """
    K = _outputs(apply, params, X1)
    chosen = tuple(range(K)) if classes is None else tuple(int(k) for k in classes)
    if not chosen or not all(0 <= k < K for k in chosen):
        raise InvalidInput(f"classes = {classes}; expected one or more whole numbers from 0 to {K - 1}.")
    return _in_blocks(_gram_by_class, _columns(apply, chosen), params, X1, X2, block)


@takes_arrays
def ntk_product(
    apply: Apply,
    params: Params,
    X1: Float[Array, "N1 ..."],
    V: Float[Array, "N2 K"],
    X2: Float[Array, "N2 ..."] | None = None,
    *,
    block: int | None = None,
) -> Float[Array, "N1 K"]:
    r"""The tangent kernel times a vector, for networks and data too large for a kernel.

    .. math:: \Theta_\theta(X_1, X_2) V = J_\theta(X_1) \bigl( J_\theta(X_2)^\top V \bigr)

    One backward and one forward pass, no kernel and no Jacobian.

    Args:
        apply: f_θ, as apply(params, X) -> (N, K).
        params: θ, any JAX tree.
        X1: (N₁, …) inputs.
        V: (N₂, K) one row of K numbers for each point of X₂.
        X2: (N₂, …) inputs; None means X₂ = X₁.
        block: points a pass, by default all.

    Raises:
        InvalidInput: for an empty X, a block below 1, or a V without one row of K numbers for each point of X₂.

    Source:
        Novak, Sohl-Dickstein & Schoenholz 2022.

    Example:
        >>> net, X = nb.mlp(inputs=2, classes=3, width=8), jnp.eye(2)
        >>> theta0 = net.init(jax.random.key(0))
        >>> Theta = nb.empirical_ntk(net.apply, theta0, X)
        >>> V = jnp.ones((2, 3))
        >>> product = nb.ntk_product(net.apply, theta0, X, V)
        >>> bool(jnp.allclose(product.ravel(), Theta @ V.ravel()))
        True
    """
    X2 = X1 if X2 is None else X2
    check_parameters(params, real=True)
    _outputs(apply, params, X1)
    expected = (X2.shape[0], _outputs(apply, params, X2))
    if V.shape != expected:
        raise InvalidInput(
            f"V has shape {V.shape}; expected {expected}, one row of K numbers for each point of X₂."
        )
    block = max(X1.shape[0], X2.shape[0]) if block is None else block
    _checks.positive_integer("block", block, "the number of points in a block")
    pulled = [_pull_back(apply, params, X2[s], V[s]) for s in _slices(X2, block)]
    tangent = functools.reduce(lambda a, b: jax.tree.map(jnp.add, a, b), pulled)
    pushed = [_push_forward(apply, params, X1[s], tangent) for s in _slices(X1, block)]
    return jnp.concatenate(pushed)


# --- blocks ----------------------------------------------------------------------------------------------


def _in_blocks(
    product: Callable[..., Array],
    apply: Apply,
    params: Params,
    X1: Float[Array, "N1 ..."],
    X2: Float[Array, "N2 ..."] | None,
    block: int | None,
) -> Array:
    """`product` of the factors of J_θ(X₁) and J_θ(X₂), over blocks of points, on the last two axes."""
    _outputs(apply, params, X1)
    if X2 is not None:
        _outputs(apply, params, X2)
    block = _automatic_block(apply, params, X1) if block is None else block
    _checks.positive_integer("block", block, "the number of points in a block")

    at_once = CONVOLVED if _convolves(apply, params, X1) else block
    columns = X1 if X2 is None else X2
    grid: list[list[Array]] = []
    first: tuple[Factor, ...] = ()
    for a, rows in enumerate(_slices(X1, block)):
        del first  # which would be held while the next is made; others are not named at all
        first = _factors(apply, params, X1[rows], at_once)
        grid.append([])
        for b, others in enumerate(_slices(columns, block)):
            if X2 is None and b > a:
                break
            same = X2 is None and b == a
            made = product(first, first if same else _factors(apply, params, columns[others], at_once))
            grid[a].append(jax.block_until_ready(made))  # or the next block is begun beside this one
    if X2 is None:
        T = len(grid)
        grid = [
            [grid[a][b] if b <= a else jnp.swapaxes(grid[b][a], -1, -2) for b in range(T)] for a in range(T)
        ]
    kernel = jnp.concatenate([jnp.concatenate(row, axis=-1) for row in grid], axis=-2)
    _refuse_overflow(kernel, params)
    return kernel


def _refuse_overflow(kernel: Array, params: Params) -> None:
    if _checks.known((kernel, params)) and not bool(jnp.all(jnp.isfinite(kernel))):
        largest = max((float(jnp.max(jnp.abs(leaf))) for leaf in jax.tree.leaves(params)), default=0.0)
        raise InvalidInput(
            f"this network's tangent kernel is not finite in {kernel.dtype}: outputs, derivatives or their products "
            f"overflow, or are NaN, at these parameters, the largest of which is {largest:.1e}. Look where they come "
            "from (a training that diverged?), scale the inputs to order 1, or compute in float64."
        )


def _automatic_block(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> int:
    """As many points as HELD and BLOCK_ROWS allow.

    Factors of two blocks are held at a time. Where passes take a few points, it is as if of four: what they gave lies
    beside the whole as it is put together, and such small arrays the system does not get back at once.
    """
    first = jax.ShapeDtypeStruct((1, *X.shape[1:]), X.dtype)
    one_point = _factors_at_once.eval_shape(apply, params, first)  # traced once for a network
    size = sum(math.prod(leaf.shape) * leaf.dtype.itemsize for leaf in jax.tree.leaves(one_point))
    K, blocks = one_point[0].slopes.shape[1], 4 if _convolves(apply, params, X) else 2
    return max(1, min(HELD // (blocks * size), BLOCK_ROWS // K, X.shape[0]))


def _slices(X: Float[Array, "N ..."], block: int) -> list[slice]:
    return [slice(start, start + block) for start in range(0, X.shape[0], block)]


@functools.partial(jax.jit, static_argnums=0)
def _jacobian(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> Float[Array, "NK p"]:
    one_point = jax.jacrev(lambda theta, x: apply(theta, x[None])[0])
    leaves = jax.tree.leaves(jax.vmap(one_point, in_axes=(None, 0))(params, X))
    rows = leaves[0].shape[0] * leaves[0].shape[1]
    return jnp.concatenate([leaf.reshape(rows, -1) for leaf in leaves], axis=1)


_factors_at_once = jax.jit(factors, static_argnums=0)


def _factors(apply: Apply, params: Params, X: Float[Array, "N ..."], at_once: int) -> tuple[Factor, ...]:
    """The factors of all points, from passes of so many points."""
    parts = [_factors_at_once(apply, params, X[one]) for one in _slices(X, at_once)]
    return parts[0] if len(parts) == 1 else jax.tree.map(lambda *of: jnp.concatenate(of), *parts)


def _convolves(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> bool:
    first = jax.ShapeDtypeStruct((1, *X.shape[1:]), X.dtype)
    return "conv_general_dilated" in str(jax.make_jaxpr(apply)(params, first))


_gram = jax.jit(gram)
_gram_by_class = jax.jit(gram_by_class)


@functools.partial(jax.jit, static_argnums=0)
def _pull_back(apply: Apply, params: Params, X: Float[Array, "N ..."], V: Float[Array, "N K"]) -> Params:
    z, transpose_jacobian = jax.vjp(lambda theta: apply(theta, X), params)
    return transpose_jacobian(V.astype(z.dtype))[0]


@functools.partial(jax.jit, static_argnums=0)
def _push_forward(
    apply: Apply, params: Params, X: Float[Array, "N ..."], tangent: Params
) -> Float[Array, "N K"]:
    return jax.jvp(lambda theta: apply(theta, X), (params,), (tangent,))[1]


# --- plumbing --------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)  # the same choice gives the same function object, hence one compilation
def _columns(apply: Apply, chosen: tuple[int, ...]) -> Apply:
    return lambda params, X: apply(params, X)[:, jnp.asarray(chosen)]


def _outputs(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> int:
    """K, after checking that apply(params, X) has shape (N, K)."""
    if X.shape[0] == 0:
        raise InvalidInput(f"the inputs have shape {X.shape}: no points. Give at least one input.")
    check_parameters(params, real=False)
    output = jax.eval_shape(apply, params, X)
    if getattr(output, "ndim", None) != 2 or output.shape[0] != X.shape[0]:
        raise InvalidInput(
            f"apply(params, X) gives {output}; expected shape (N, K) = ({X.shape[0]}, K). "
            f"Wrap the network so that it returns one row of K logits a point."
        )
    check_separate(apply, params, X)
    return output.shape[1]
