"""Initial weights: ``init(rng, shape)`` draws an array (..., fan_in, fan_out); leading axes are independent copies.

Nearly all of them are one rule, `variance_scaling`: weights of mean 0 whose variance is a constant divided by a number
of inputs or outputs. LeCun, Glorot and He differ in that constant and in which number they use; chapter 14 derives
them.
"""

import math
from dataclasses import dataclass

import numpy as np

from nnlib._check import LARGEST, as_generator, as_number, as_positive, is_whole, shown

Shape = int | tuple[int, ...] | list[int]

# Lower-case classes, as in itertools: calling the name makes a rule, which, being a dataclass, can be pickled.


@dataclass(frozen=True)
class variance_scaling:
    r"""Weights with Var(w) = scale / n, where n is fan_in, fan_out or their mean.

    Parameters
    ----------
    scale : float
        The constant that is divided by n, positive.
    mode : {"fan_in", "fan_out", "fan_avg"}
        Which number n is.
    distribution : {"normal", "uniform"}
        Normal with standard deviation sqrt(scale / n), or uniform on +-sqrt(3 scale / n), which has the same variance.

    Raises
    ------
    ValueError
        If scale, mode or distribution is unusable.

    Examples
    --------
    >>> variance_scaling(2.0, "fan_in", "normal") == he_normal
    True
    >>> he_normal(np.random.default_rng(0), (3, 784, 128)).shape
    (3, 784, 128)
    """

    scale: float
    mode: str
    distribution: str

    def __post_init__(self):
        as_positive("scale", self.scale)
        if not isinstance(self.mode, str) or self.mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"mode must be 'fan_in', 'fan_out' or 'fan_avg', got {shown(self.mode)}")
        if not isinstance(self.distribution, str) or self.distribution not in ("normal", "uniform"):
            raise ValueError(f"distribution must be 'normal' or 'uniform', got {shown(self.distribution)}")

    def __call__(self, rng: np.random.Generator, shape: Shape, fans: tuple[int, int] | None = None) -> np.ndarray:
        """Draw the weights.

        Parameters
        ----------
        rng : numpy.random.Generator
            The source of randomness.
        shape : tuple of int
            As (..., fan_in, fan_out); leading axes are copies.
        fans : tuple of int, optional
            The pair (fan_in, fan_out) where the shape does not end in it. For a convolution each is the number of
            channels times the size of the kernel.

        Returns
        -------
        ndarray
            Of this shape.

        Raises
        ------
        ValueError
            If shape or fans is unusable.
        TypeError
            If rng is not a Generator.
        """
        shape = _sizes_for(rng, shape, least=2 if fans is None else 0)
        fan_in, fan_out = shape[-2:] if fans is None else _fans(fans)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        if n == 0:
            raise ValueError(f"{self.mode} must not be 0, got shape {shape} and fans {fans}")
        std = math.sqrt(float(self.scale) / n)
        if self.distribution == "normal":
            return rng.normal(0, std, shape)
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape)


lecun_normal = variance_scaling(1.0, "fan_in", "normal")  # LeCun, Bottou, Orr & Mueller (1998), eq. 16
lecun_uniform = variance_scaling(1.0, "fan_in", "uniform")
glorot_normal = variance_scaling(1.0, "fan_avg", "normal")  # Glorot & Bengio (2010), eq. 12: Var = 2 / (in + out)
glorot_uniform = variance_scaling(1.0, "fan_avg", "uniform")  # their eq. 16: limit sqrt(6 / (in + out))
he_normal = variance_scaling(2.0, "fan_in", "normal")  # He, Zhang, Ren & Sun (2015), eq. 10
he_uniform = variance_scaling(2.0, "fan_in", "uniform")


@dataclass(frozen=True)
class constant:
    """The same value everywhere: right for biases, the classic mistake for weights, because no two units ever differ.

    Parameters
    ----------
    value : float
        The value, finite.

    Examples
    --------
    >>> constant(0.5)(np.random.default_rng(0), (1, 2))
    array([[0.5, 0.5]])
    """

    value: float

    def __post_init__(self):
        if not math.isfinite(as_number("value", self.value)):
            raise ValueError(f"value must be finite, got {self.value}")

    def __call__(self, rng: np.random.Generator, shape: Shape, fans: tuple[int, int] | None = None) -> np.ndarray:
        return np.full(_sizes_for(rng, shape), float(self.value))


zeros = constant(0.0)


@dataclass(frozen=True)
class normal:
    """Independent draws from N(0, std^2), whatever the shape.

    Parameters
    ----------
    std : float
        The standard deviation, not negative.

    Examples
    --------
    >>> normal(0.01)(np.random.default_rng(0), (1, 2))
    array([[ 0.0012573 , -0.00132105]])
    """

    std: float

    def __post_init__(self):
        as_positive("std", self.std, zero=True)

    def __call__(self, rng: np.random.Generator, shape: Shape, fans: tuple[int, int] | None = None) -> np.ndarray:
        shape = _sizes_for(rng, shape)
        return rng.normal(0, abs(self.std), shape)  # not -0.0, which NumPy takes for negative


@dataclass(frozen=True)
class uniform:
    """Independent draws from the uniform distribution on [-limit, limit], whose variance is limit^2 / 3.

    Parameters
    ----------
    limit : float
        The largest size of a weight, not negative.

    Examples
    --------
    >>> abs(uniform(0.1)(np.random.default_rng(0), (4, 5))).max() <= 0.1
    np.True_
    """

    limit: float

    def __post_init__(self):
        as_positive("limit", self.limit, zero=True)

    def __call__(self, rng: np.random.Generator, shape: Shape, fans: tuple[int, int] | None = None) -> np.ndarray:
        shape = _sizes_for(rng, shape)
        return self.limit * rng.uniform(-1, 1, shape)


@dataclass(frozen=True)
class orthogonal:
    r"""Random matrices with all singular values equal to the gain (Saxe, McClelland & Ganguli, 2014).

    Q of the QR decomposition of a normal matrix, with the signs of R's diagonal moved into Q: otherwise Q would not be
    uniform over the orthogonal matrices (Mezzadri, 2007). A matrix that is not square has orthonormal rows or columns.

    Parameters
    ----------
    gain : float
        The singular values, not negative.

    Examples
    --------
    >>> W = orthogonal(2.0)(np.random.default_rng(0), (5, 3))
    >>> np.allclose(W.T @ W, 4 * np.eye(3))
    True
    """

    gain: float = 1.0

    def __post_init__(self):
        as_positive("gain", self.gain, zero=True)

    def __call__(self, rng: np.random.Generator, shape: Shape, fans: tuple[int, int] | None = None) -> np.ndarray:
        shape = _sizes_for(rng, shape, least=2)
        tall = shape[-2] >= shape[-1]
        a = rng.normal(size=shape if tall else (*shape[:-2], shape[-1], shape[-2]))
        q, r = np.linalg.qr(a)
        q *= np.where(np.diagonal(r, axis1=-2, axis2=-1) < 0, -1, 1)[..., None, :]
        return self.gain * (q if tall else q.mT)


def _sizes_for(rng, shape, least=0):
    as_generator(rng)
    sizes = _sizes("shape", (shape,) if is_whole(shape) else shape)
    if len(sizes) < least:
        raise ValueError(f"shape must end in (fan_in, fan_out), got {shown(shape)}")
    if len(sizes) > 64 or math.prod(max(n, 1) for n in sizes) > LARGEST:
        raise ValueError(f"shape must have at most {LARGEST:,} entries and 64 axes, got {shown(shape)}")
    return sizes


def _fans(fans):
    fans = _sizes("fans", fans)
    if len(fans) != 2:
        raise ValueError(f"fans must be the pair (fan_in, fan_out), got {shown(fans)}")
    return fans


def _sizes(name, value):
    if not isinstance(value, (tuple, list)) or not all(is_whole(n) and 0 <= n <= 2**53 for n in value):
        raise ValueError(f"{name} must be a tuple of whole numbers from 0 to 2**53, got {shown(value)}")
    return tuple(int(n) for n in value)
