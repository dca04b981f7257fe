"""ReLU and its relatives: the identity on the right, next to nothing on the left."""

from dataclasses import dataclass

import numpy as np

from nnlib._check import as_number
from nnlib.activations.base import Activation
from nnlib.activations.sigmoids import sigma, sigma_slope

_SLOPE, _CUBE = 2 * np.sqrt(2 / np.pi).item(), 0.044715  # of 2u, Hendrycks & Gimpel's fit to the normal distribution


class ReLU(Activation):
    r"""The rectified linear unit, relu(z) = max(z, 0) (Nair & Hinton, 2010).

    relu'(z) = 1 for z > 0, else 0; relu'(0) = 0 by convention.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape.

    Returns
    -------
    float or ndarray
        Of z's shape, not below 0.

    Examples
    --------
    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    """

    name = "relu"

    def compute(self, z):
        return np.maximum(z, np.zeros(z.shape, z.dtype))  # up to three times as fast as with the number 0

    def compute_derivative(self, z):
        return np.heaviside(z, 0)  # NaN at NaN

    def pull_back(self, z: np.ndarray, dy: np.ndarray) -> np.ndarray:
        dz = (z > 0).astype(dy.dtype)  # heaviside is ten times slower, multiplying by booleans half as fast
        dz *= dy
        return dz


@dataclass(frozen=True)
class LeakyReLU(Activation):
    r"""leaky_relu(z) = max(z, leak z) with 0 < leak < 1 (Maas, Hannun & Ng, 2013); the derivative at 0 is the leak.

    `leaky_relu` has the leak 0.01; ``LeakyReLU(leak=0.2)`` makes another.

    Parameters
    ----------
    leak : float
        The slope on the left, between 0 and 1.

    Examples
    --------
    >>> leaky_relu(-2), leaky_relu.derivative(-2), leaky_relu(3)
    (-0.02, 0.01, 3.0)
    """

    leak: float = 0.01
    name = "leaky_relu"

    def __post_init__(self):
        if not 0 < as_number("leak", self.leak) < 1:
            raise ValueError(f"leak must lie between 0 and 1, got {self.leak}; use relu for 0, identity for 1")

    def compute(self, z):
        return np.maximum(z, self.leak * z)

    def compute_derivative(self, z):
        return np.maximum(np.heaviside(z, 0), self.leak)


class ELU(Activation):
    r"""The exponential linear unit, elu(z) = z for z > 0, else exp(z) - 1 (Clevert, Unterthiner & Hochreiter, 2016).

    elu'(z) = 1 for z > 0, else exp(z): continuous at 0.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape.

    Returns
    -------
    float or ndarray
        Of z's shape, in [-1, inf).

    Examples
    --------
    >>> elu(2), elu(-1e-20), elu.derivative(0)
    (2.0, -1e-20, 1.0)
    """

    name = "elu"

    def compute(self, z):
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))

    def compute_derivative(self, z):
        return np.exp(np.minimum(z, 0))


class SiLU(Activation):
    r"""silu(z) = z sigma(z), also called swish (Elfwing, Uchibe & Doya, 2018; Ramachandran, Zoph & Le, 2017).

    silu'(z) = sigma(z) + z sigma'(z). It dips to -0.2785 at z = -1.2785 and tends to 0 as z -> -inf.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape.

    Returns
    -------
    float or ndarray
        Of z's shape.

    Examples
    --------
    >>> silu(0), silu.derivative(0), silu(-np.inf)
    (0.0, 0.5, -0.0)
    """

    name = "silu"

    def compute(self, z):
        return np.maximum(z, -1000) * sigma(z)  # sigma(-1000) is already 0; -inf * 0 would be NaN

    def compute_derivative(self, z):
        return sigma(z) + np.clip(z, -1000, 1000) * sigma_slope(z)


class GELU(Activation):
    r"""The Gaussian error linear unit in its tanh form (Hendrycks & Gimpel, 2016), not the form with erf.

    gelu(z) = z (1 + tanh u) / 2 = z sigma(2u) with u = sqrt(2/pi) (z + 0.044715 z^3); the sigmoid keeps the left tail,
    which 1 + tanh u rounds to 0. It differs from z Phi(z), Phi the normal distribution, by at most 4.8e-4.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape.

    Returns
    -------
    float or ndarray
        Of z's shape.

    Examples
    --------
    >>> gelu(0), gelu.derivative(0), round(gelu(1), 4)
    (0.0, 0.5, 0.8412)
    """

    name = "gelu"

    def compute(self, z):
        near = np.clip(z, -30, 30)  # beyond that, sigma(2u) is already 0 or 1, and z^3 would overflow
        return np.maximum(z, -30) * sigma(_SLOPE * near * (1 + _CUBE * near**2))

    def compute_derivative(self, z):
        z = np.clip(z, -30, 30)
        twice_u = _SLOPE * z * (1 + _CUBE * z**2)
        return sigma(twice_u) + z * sigma_slope(twice_u) * _SLOPE * (1 + 3 * _CUBE * z**2)


relu = ReLU()
leaky_relu = LeakyReLU()
elu = ELU()
silu = SiLU()
gelu = GELU()
