"""The gold standard: the GP classification posterior by Hamiltonian Monte Carlo, with its diagnostics."""

import functools
from dataclasses import dataclass
from typing import Any

import blackjax
import jax
import jax.numpy as jnp
from blackjax.adaptation.step_size import dual_averaging_adaptation
from jaxtyping import Array, Float, Key, PRNGKeyArray

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._progress import progress_bar
from ntkbook.bayes._coordinates import (
    COORDINATES,
    laplace_coordinates,
    moved,
    moved_back,
    shared_coordinates,
)
from ntkbook.bayes._kernels import check_kernel, cholesky
from ntkbook.errors import InvalidInput, NotConverged

BLOCK = 100  # steps between two ticks of the progress bar
ACCEPTANCE = 0.8  # what the step size is tuned for, as Hoffman & Gelman recommend
FIRST_STEP_SIZE = 0.5


@dataclass(frozen=True)
class Chains:
    """How many Markov chains, how long, and what their draws must meet to be given out.

    Args:
        number: how many chains, at least 2: R-hat compares them.
        draws: kept from each chain, rounded up to hundreds.
        warmup: steps that tune each chain, rounded up to hundreds.
        max_rhat: the R-hat above which the draws are refused.
        min_ess: the effective sample size below which they are refused.

    Raises:
        InvalidInput: for fewer than two chains, no draws, or no warm-up.

    Source:
        The limits that Vehtari et al. 2021 recommend.

    Example:
        >>> bayes.Chains(draws=2_000).number
        4
    """

    number: int = 4
    draws: int = 1_000
    warmup: int = 300
    max_rhat: float = 1.01
    min_ess: float = 400

    def __post_init__(self) -> None:
        _checks.positive_integer("number", self.number, "the number of chains")
        _checks.positive_integer("draws", self.draws, "the number of draws a chain")
        _checks.positive_integer("warmup", self.warmup, "the number of tuning steps")
        if self.number < 2:
            raise InvalidInput(
                f"number = {self.number} chains; R-hat compares chains, so give at least 2 (4 are customary)."
            )


@dataclass(frozen=True)
class PosteriorSamples:
    """Draws of the logits on P points, all chains one after another: S is their number times the draws of each.

    Args:
        logits: (S, P, K) the draws.
        rhat: the largest rank-normalized split R-hat over training logits (Vehtari et al. 2021).
        ess: the least effective sample size, in the bulk or the tails (Vehtari et al. 2021).
        divergences: how many transitions diverged after warm-up.
    """

    logits: Float[Array, "S P K"]
    rhat: float
    ess: float
    divergences: int


@takes_arrays
def gp_posterior(
    key: PRNGKeyArray,
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    *,
    lam: float = 1.0,
    chains: Chains = Chains(),
    coordinates: str = "laplace",
    progress: bool = True,
) -> PosteriorSamples:
    """Draws from the posterior ∝ exp(−C(f(X))), C the cross-entropy, under f ~ GP(0, (Θ/λ) ⊗ I_K).

    No-U-turn sampler, in coordinates in which the posterior is roughly N(0, I). Each chain starts from a
    draw of the prior and tunes its own step size during warm-up.
    New points follow from the GP conditional, drawn exactly.
    Costs O((NK)²) a gradient, tens of gradients a draw; with shared coordinates O(N²K).

    Args:
        key: a JAX random key; the same key gives the same draws.
        Theta: (P, P), the kernel on P points, the training points first.
        Y: (N, K) targets of the N training points.
        lam: λ > 0.
        chains: how many, how long, and what is asked of them.
        coordinates: "laplace", in which Laplace's approximation is N(0, I), or "shared", the same N × N matrix for
            every class, from the curvature of a few members of an ensemble: cheaper where NK is in the hundreds. The
            law of the draws is the same.
        progress: whether to show a progress bar.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if R-hat or the effective sample size misses its limit, or any transition diverged.

    Source:
        Hoffman & Gelman 2014; blackjax (Cabezas et al. 2024).

    Example:
        One point, two fair classes: by symmetry the mean probability is ½.

        >>> posterior = bayes.gp_posterior(
        ...     jax.random.key(0), jnp.eye(1), jnp.array([[0.5, 0.5]]),
        ...     progress=False,
        ... )
        >>> p = bayes.sample_probabilities(posterior.logits)
        >>> round(float(p[0, 0]), 1), posterior.divergences
        (0.5, 0)
    """
    _checks.simplex_targets(Y)
    _checks.positive("lam", lam, "the regularization strength λ")
    _checks.choice("coordinates", coordinates, COORDINATES)
    N, K = Y.shape
    check_kernel("Theta", Theta, N)

    L, train = cholesky("Theta", Theta / lam), Theta[:N, :N]
    if coordinates == "shared":
        chosen = shared_coordinates(jax.random.fold_in(key, 1), train, L[:N, :N], Y, lam)
    else:
        chosen = laplace_coordinates(train, L[:N, :N], Y, lam)
    target = (L[:N, :N], Y, *chosen)
    key_start, key_steps, key_new = jax.random.split(key, 3)
    states = _start(jax.random.normal(key_start, (chains.number, N, K)), *target)

    tuning, kept = -(-chains.warmup // BLOCK), -(-chains.draws // BLOCK)
    blocks, divergences = [], 0
    keys = jax.random.split(key_steps, (tuning + kept, chains.number))
    for number, block_keys in enumerate(
        progress_bar(keys, "NUTS", unit="× 100 steps", show=progress, leave=True)
    ):
        states, v, diverged = _advance(block_keys, states, jnp.asarray(number < tuning), *target)
        if number >= tuning:
            blocks.append(v)
            divergences += int(diverged.sum())
    v = jnp.concatenate(blocks, axis=1)  # (chains, draws, N, K)

    rhat, ess = map(float, _diagnose(v, L[:N, :N]))
    if not (rhat <= chains.max_rhat and ess >= chains.min_ess and divergences == 0):
        raise NotConverged(
            f"{chains.number} chains of {v.shape[1]} draws: R-hat {rhat:.4f} (at most {chains.max_rhat:g} is "
            f"accepted), effective sample size {ess:.0f} (at least {chains.min_ess:g}), {divergences} divergent "
            f"transitions (none). Raise `draws` and `warmup` (chains=bayes.Chains(draws=…, warmup=…)); a larger λ "
            f"makes the posterior easier."
        )
    logits = _everywhere(key_new, L, v.reshape(-1, N, K))
    return PosteriorSamples(logits=logits, rhat=rhat, ess=ess, divergences=divergences)


@jax.jit  # one program: draws on all P points are large, and their copies would be too
def _everywhere(key: PRNGKeyArray, L: Float[Array, "P P"], v: Float[Array, "S N K"]) -> Float[Array, "S P K"]:
    """Lv with v continued by fresh draws of N(0, I) to the points after the first N."""
    fresh = jax.random.normal(key, (v.shape[0], L.shape[0] - v.shape[1], v.shape[2]))
    return jnp.einsum("pq,sqk->spk", L, jnp.concatenate([v, fresh], axis=1))


# --- the density: f(X) = Lv with v ~ N(0, I) a priori, and v = v̂ + Ru -------------------------------------


def _log_density(
    u: Float[Array, " NK"],
    L: Float[Array, "N N"],
    Y: Float[Array, "N K"],
    v_mode: Float[Array, "N K"],
    R: Float[Array, "M M"],
) -> Float[Array, ""]:
    """log N(v; 0, I) − C(Lv), up to a constant."""
    v = v_mode + moved(R, u, Y.shape[1])
    return jnp.sum(Y * jax.nn.log_softmax(L @ v)) - 0.5 * jnp.sum(v**2)


# --- chains ----------------------------------------------------------------------------------------------

_tuner_init, _tuner_update, _ = dual_averaging_adaptation(ACCEPTANCE)


@jax.jit
def _start(v: Float[Array, "chains N K"], *target: Any) -> Any:
    """(sampler state, step-size tuner) of every chain, started at v."""
    _, _, v_mode, R = target
    log_density = functools.partial(_log_density_of, target)

    def one_chain(v: Float[Array, "N K"]) -> Any:
        return blackjax.nuts.init(moved_back(R, v - v_mode), log_density), _tuner_init(FIRST_STEP_SIZE)

    return _settled(jax.vmap(one_chain)(v))


@jax.jit
def _advance(
    keys: Key[Array, " chains"], states: Any, tuning: Array, *target: Any
) -> tuple[Any, Float[Array, "chains B N K"], Array]:
    """(states, draws of v, divergences) after a block of steps of every chain. Only while tuning, step sizes move."""
    _, Y, v_mode, R = target
    transition = blackjax.nuts.build_kernel()
    log_density = functools.partial(_log_density_of, target)

    def step(state: Any, key: PRNGKeyArray) -> Any:
        chain, tuner = state
        log_size = jnp.where(tuning, tuner.log_step_size, tuner.log_step_size_avg)
        chain, info = transition(key, chain, log_density, jnp.exp(log_size), jnp.ones(v_mode.size))
        tuned = _tuner_update(tuner, info.acceptance_rate)
        tuner = jax.tree.map(functools.partial(jnp.where, tuning), tuned, tuner)
        v = v_mode + moved(R, chain.position, Y.shape[1])
        return (chain, tuner), (v, info.is_divergent)

    def one_chain(state: Any, key: PRNGKeyArray) -> Any:
        state, (v, diverged) = jax.lax.scan(step, state, jax.random.split(key, BLOCK))
        return _settled(state), v, diverged.sum()

    return jax.vmap(one_chain)(states, keys)


def _settled(state: Any) -> Any:
    """The same state with definite dtypes: weak ones change from block to block, and each change recompiles."""
    return jax.tree.map(lambda leaf: jax.lax.convert_element_type(leaf, jnp.asarray(leaf).dtype), state)


def _log_density_of(target: Any, u: Float[Array, " NK"]) -> Float[Array, ""]:
    return _log_density(u, *target)


@jax.jit
def _diagnose(
    v: Float[Array, "chains draws N K"], L: Float[Array, "N N"]
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """(largest R-hat, least effective sample size) over the training logits f(X) = Lv."""
    z = jnp.einsum("ij,cdjk->cdik", L, v).reshape(*v.shape[:2], -1)
    ess = jnp.minimum(jnp.min(blackjax.ess_bulk(z)), jnp.min(blackjax.ess_tail(z)))
    return jnp.max(blackjax.rhat(z)), ess
