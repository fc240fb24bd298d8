"""From laws of logits to predictive probabilities and what they say about doubt."""

import functools

import jax
import jax.numpy as jnp
from jax.scipy.special import entr
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._spectrum import psd_root
from ntkbook.bayes.gaussian import GaussianLogits
from ntkbook.errors import InvalidInput


@takes_arrays
def sample_probabilities(logits: Float[Array, "S P K"]) -> Float[Array, "P K"]:
    r"""The predictive probabilities of S draws: of an ensemble, or of posterior samples.

    .. math:: E\, \mathrm{softmax}(f(x))

    Args:
        logits: (S, P, K) S draws on P points.

    Raises:
        InvalidInput: for logits of another shape, or not finite.

    Source:
        Rasmussen & Williams 2006, section 3.5.

    Example:
        >>> logits = jnp.array([[[2.0, 0.0]], [[0.0, 2.0]]])
        >>> bayes.sample_probabilities(logits).round(6).tolist()
        [[0.5, 0.5]]
    """
    if logits.ndim != 3 or 0 in logits.shape:
        raise InvalidInput(
            f"logits have shape {logits.shape}; expected (S, P, K): draws, points, classes. "
            f"For one predictor, take jax.nn.softmax of its logits."
        )
    _checks.finite("logits", logits)
    return jax.nn.softmax(logits, axis=-1).mean(axis=0)


def gaussian_probabilities(
    key: PRNGKeyArray, law: GaussianLogits, *, draws: int = 10_000
) -> Float[Array, "P K"]:
    r"""The predictive probabilities under a Gaussian law, from antithetic pairs of draws at each point.

    .. math:: E\, \mathrm{softmax}(f(x))

    The standard error is at most 1/√(2·draws), and much below where the law is narrow. All points share the
    draws, so that the result varies smoothly with x.

    Args:
        key: a JAX random key; the same key gives the same numbers.
        law: of the logits.
        draws: how many, rounded up to pairs.

    Raises:
        InvalidInput: for draws below 1.

    Source:
        Antithetic draws, Hammersley & Morton 1956.

    Example:
        >>> law = bayes.laplace(jnp.eye(1), Y=jnp.array([[0.5, 0.5]]))
        >>> p = bayes.gaussian_probabilities(jax.random.key(0), law, draws=100)
        >>> p.round(6).tolist()
        [[0.5, 0.5]]
    """
    _checks.positive_integer("draws", draws, "the number of draws")
    return _antithetic(key, law.mean, psd_root(law.marginals()), -(-draws // 2))


@functools.partial(jax.jit, static_argnums=3)
def _antithetic(
    key: PRNGKeyArray, mean: Float[Array, "P K"], root: Float[Array, "P K K"], pairs: int
) -> Float[Array, "P K"]:
    def one_pair(total: Float[Array, "P K"], key: PRNGKeyArray) -> tuple[Float[Array, "P K"], None]:
        shift = root @ jax.random.normal(key, (mean.shape[1],))
        pair = jax.nn.softmax(mean + shift, axis=-1) + jax.nn.softmax(mean - shift, axis=-1)
        return total + pair / 2, None

    total, _ = jax.lax.scan(one_pair, jnp.zeros_like(mean), jax.random.split(key, pairs))
    return total / pairs


@takes_arrays
def entropy(probabilities: Float[Array, "*P K"]) -> Float[Array, "*P"]:
    r"""The whole doubt of a prediction, in nats, at most log K.

    .. math:: H(p) = -\sum_k p_k \log p_k

    −∞ for a p_k below 0, which is no probability; raises nothing.

    Args:
        probabilities: (…, K) the classes on the last axis.

    Source:
        Shannon 1948.

    Example:
        >>> fair = jnp.full(4, 1 / 4)
        >>> bool(jnp.isclose(bayes.entropy(fair), jnp.log(4)))
        True
    """
    return entr(probabilities).sum(axis=-1)


@takes_arrays
def mutual_information(logits: Float[Array, "S P K"]) -> Float[Array, " P"]:
    r"""The part of the doubt that comes from not knowing f, in nats.

    .. math:: H(E\, \mathrm{softmax} f) - E\, H(\mathrm{softmax} f) \ge 0

    Large where draws disagree, as far from the data; zero where all draws give the same, if doubtful,
    prediction.

    Args:
        logits: (S, P, K) S draws on P points.

    Raises:
        InvalidInput: for logits of another shape, or not finite.

    Source:
        Houlsby et al. 2011.

    Example:
        Two certain draws that contradict each other leave log 2:

        >>> logits = jnp.array([[[100.0, 0.0]], [[0.0, 100.0]]])
        >>> bool(jnp.isclose(bayes.mutual_information(logits)[0], jnp.log(2)))
        True
    """
    return entropy(sample_probabilities(logits)) - entropy(jax.nn.softmax(logits, axis=-1)).mean(axis=0)
