"""What an explicit predictor says of 500 digits, for a kernel, N training points and λ."""

import functools
from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int
from sklearn import datasets

from ntkbook.chapters.digits.measure.kernels import ALL, SIDE, TEST, all_digits, digit_kernel
from ntkbook.explicit import Newton, regularization_path

LAMS = (1e-3, 1e-2, 0.1, 1.0, 10.0)
POINTS = (50, 200, 700)


@functools.lru_cache(maxsize=64)
def digit_path(kernel: str, N: int, lams: tuple[float, ...]) -> Float[np.ndarray, "L M K"]:
    """Predicted probabilities on the last 500 images of f_λ, fitted to the first N, at each λ.

    Args:
        kernel: "MLP", "CNN" or "ResNet".
        N: how many to fit.
        lams: (L,) λ.
    """
    Theta, Y = digit_kernel(kernel), all_digits().Y[:N]
    path = regularization_path(Theta[:N, :N], Y, None, jnp.asarray(lams), newton=Newton(1e-6))
    return np.asarray(jax.nn.softmax(path.predict(Theta[-TEST:, :N]), axis=-1))


def explore_digits(kernel: str, N: int, lam: float) -> dict[str, Float[np.ndarray, " m"]]:
    """Accuracy and log score along λ, the counts of confusions at this λ, and the image that is most surely misread.

    Args:
        kernel: "MLP", "CNN" or "ResNet".
        N: training images.
        lam: λ.

    Returns:
        named arrays: what the panels show; and for pages, which compute every N and λ of the MLP from them, the images
        (pixels, pixel_sums, classes; see `for_pages`).
    """
    on_path = lam in LAMS
    p = digit_path(kernel, N, LAMS)
    here = p[LAMS.index(lam)] if on_path else digit_path(kernel, N, (lam,))[0]
    classes = np.asarray(all_digits().Y[-TEST:].argmax(axis=1))
    counts = np.zeros((10, 10))
    np.add.at(counts, (classes, here.argmax(axis=1)), 1)
    np.fill_diagonal(counts, 0)
    surprise = _surprise(here, classes)
    worst = int(surprise.argmax())
    return {
        "lam": np.array(LAMS),
        "error": np.array([100 * np.mean(one.argmax(axis=1) != classes) for one in p]),
        "score": np.array([_surprise(one, classes).mean() for one in p]),
        "here": np.array([lam]),
        "error_here": np.array([100 * np.mean(here.argmax(axis=1) != classes)]),
        "score_here": np.array([surprise.mean()]),
        "digit": np.arange(10.0),
        "confusions": counts.ravel(),
        "pixel": np.arange(float(SIDE)),
        "row": np.arange(float(SIDE))[::-1],
        "worst": _images()[0][-TEST + worst].astype(float),
        "verdict": np.array([classes[worst], here[worst].argmax(), here[worst].max()], dtype=float),
    } | for_pages()


@functools.cache
def for_pages() -> dict[str, Float[np.ndarray, " m"]]:
    """The images that pages learn from and read, those to learn from first.

    Returns:
        pixels, four to a number, in base 17; pixel_sums, of each pixel over all images; classes.
    """
    images, labels = _images()
    chosen = np.r_[: max(POINTS), ALL - TEST : ALL]
    return {
        "pixels": (images[chosen].reshape(-1, 4) @ 17.0 ** np.arange(4)),
        "pixel_sums": images.sum(axis=0),
        "classes": labels[chosen].astype(float),
    }


@functools.cache
def _images() -> tuple[Float[np.ndarray, "N d"], Int[np.ndarray, " N"]]:
    """The ink of the images, from 0 to 16, and what they show, in the order of `all_digits`."""
    images, labels = datasets.load_digits(return_X_y=True)
    order = np.asarray(jax.random.permutation(jax.random.key(0), ALL))
    return images[order], labels[order]


def describe_digits(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of the digits shows."""
    counts = arrays["confusions"].reshape(10, 10)
    true, said = np.unravel_index(counts.argmax(), counts.shape)
    right, read, sure = arrays["verdict"]
    worst = (
        f"The worst surprise is a {right:.0f} read as a {read:.0f} with probability {sure:.2f}."
        if read != right
        else f"The worst surprise is a {right:.0f} that was given no more than {sure:.2f}."
    )
    return (
        f"{setting['kernel']} kernel, {setting['N']} training images, λ = {setting['lam']:g}: "
        f"{arrays['error_here'][0]:.1f} % of {TEST} new images are misread, log score {arrays['score_here'][0]:.3f}; "
        f"most often a {true} is read as a {said} ({counts.max():.0f} times). {worst}"
    )


def _surprise(p: Float[np.ndarray, "M K"], classes: Int[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
    """−log p of what is true."""
    return -np.log(p[np.arange(len(p)), classes])
