"""Activation functions: one number in, one number out, each with its derivative; and softmax, which takes a row.

Every formula is arranged so that no intermediate result overflows and no digits cancel: exp is only taken of
negative numbers, and 1 + e is never followed by a subtraction of 1. That is why they look a little different from the
textbook's; chapter 2 of the book derives them one by one. All work element by element on arrays of any shape.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Value, as_float, as_number, like


@dataclass(frozen=True)
class Activation:
    """A function phi of one number, applied to every element: ``phi(z)`` is its value, ``phi.derivative(z)`` its slope.

    Parameters
    ----------
    z : number or array of any shape; float dtypes are kept, integers and booleans become float64.

    Returns
    -------
    A float for a Python number, else an array of z's shape. NaN gives NaN; an infinite z gives the limit, where there
    is one.

    Raises
    ------
    TypeError : z is text, an object, complex or ragged.

    >>> Sigmoid().name, Sigmoid()(0), Sigmoid().derivative(0)
    ('sigmoid', 0.5, 0.25)
    """

    name = "activation"

    def __call__(self, z: ArrayLike) -> Value:
        return _elementwise(self.value, z)

    def derivative(self, z: ArrayLike) -> Value:
        return _elementwise(self.slope, z)

    def value(self, z: np.ndarray) -> np.ndarray:
        """phi(z) of an array of floats; this and the next two check nothing."""
        raise NotImplementedError

    def slope(self, z: np.ndarray) -> np.ndarray:
        """phi'(z)."""
        raise NotImplementedError

    def pull_back(self, z: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """dL/dz from dL/dy, y = phi(z): the chain rule, dy * phi'(z)."""
        return dy * self.slope(z)


def _elementwise(formula, z):
    with np.errstate(under="ignore", invalid="ignore"):  # a tail that underflows to 0 and a NaN are right as they are
        return like(z, formula(as_float("z", z)))


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.maximum(e, z >= 0) / (1 + e)  # the numerator is 1 for z >= 0 and e, which is at most 1, below


def _sigmoid_slope(z):
    e = np.exp(-np.abs(z))
    q = e / (1 + e)  # the smaller one of sigma(z) and sigma(-z): 1 - q loses nothing
    return q * (1 - q)


class Sigmoid(Activation):
    r"""The logistic sigmoid, sigma(z) = 1 / (1 + exp(-z)): log-odds in, probability out.

    sigma'(z) = sigma(z) sigma(-z), at most 1/4, at z = 0. Error: at most 3 (value) and 4 (derivative) units in the
    last place over all floats.

    >>> sigmoid(0), sigmoid.derivative(0)
    (0.5, 0.25)
    >>> sigmoid(-1000.0)
    0.0
    """

    name = "sigmoid"

    def value(self, z):
        return _sigmoid(z)

    def slope(self, z):
        return _sigmoid_slope(z)


class LogSigmoid(Activation):
    r"""log sigma(z) = -softplus(-z) = min(z, 0) - log(1 + exp(-|z|)): the logarithm of a probability, from its logit.

    Its derivative is sigma(-z). Range (-inf, 0): it does not squash.

    >>> log_sigmoid(-800.0)
    -800.0
    >>> log_sigmoid.derivative(0)
    0.5
    """

    name = "log_sigmoid"

    def value(self, z):
        return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))

    def slope(self, z):
        return _sigmoid(-z)


class Softplus(Activation):
    r"""softplus(z) = log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)): a smooth ReLU (Dugas et al., 2001).

    Its derivative is sigma(z).

    >>> round(softplus(0), 6), softplus(1000), softplus.derivative(0)
    (0.693147, 1000.0, 0.5)
    """

    name = "softplus"

    def value(self, z):
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def slope(self, z):
        return _sigmoid(z)


class Tanh(Activation):
    r"""tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z)) = 2 sigma(2z) - 1, the sigmoid centred at 0.

    tanh'(z) = 1 - tanh(z)^2 = 4 e / (1 + e)^2 with e = exp(-2|z|); the second form keeps its digits in the tails.

    >>> tanh(0), tanh.derivative(0)
    (0.0, 1.0)
    """

    name = "tanh"

    def value(self, z):
        return np.tanh(z)

    def slope(self, z):
        e = np.exp(-2 * np.minimum(np.abs(z), 400))  # the bound keeps 2|z| finite
        return 4 * e / (1 + e) ** 2


class ReLU(Activation):
    r"""The rectified linear unit, relu(z) = max(z, 0) (Nair & Hinton, 2010).

    relu'(z) = 1 for z > 0, else 0; relu'(0) = 0 by convention.

    >>> relu([-2, 0, 3])
    array([0., 0., 3.])
    """

    name = "relu"

    def value(self, z):
        return np.maximum(z, 0)

    def slope(self, z):
        return np.heaviside(z, 0)  # NaN at NaN

    def pull_back(self, z: np.ndarray, dy: np.ndarray) -> np.ndarray:
        return (z > 0).astype(dy.dtype) * dy  # heaviside is ten times slower, a product with booleans half as fast


@dataclass(frozen=True)
class LeakyReLU(Activation):
    r"""leaky_relu(z) = max(z, leak z) with 0 < leak < 1 (Maas, Hannun & Ng, 2013); the derivative at 0 is the leak.

    `leaky_relu` has the leak 0.01; another one is made by ``LeakyReLU(leak=0.2)``.

    >>> leaky_relu(-2), leaky_relu.derivative(-2), leaky_relu(3)
    (-0.02, 0.01, 3.0)
    """

    leak: float = 0.01
    name = "leaky_relu"

    def __post_init__(self):
        if not 0 < as_number("leak", self.leak) < 1:
            raise ValueError(f"leak must lie between 0 and 1, got {self.leak}; use relu for 0, identity for 1")

    def value(self, z):
        return np.maximum(z, self.leak * z)

    def slope(self, z):
        return np.maximum(np.heaviside(z, 0), self.leak)


class ELU(Activation):
    r"""The exponential linear unit, elu(z) = z for z > 0, else exp(z) - 1 (Clevert, Unterthiner & Hochreiter, 2016).

    elu'(z) = 1 for z > 0, else exp(z): continuous at 0.

    >>> elu(2), elu(-1e-20), elu.derivative(0)
    (2.0, -1e-20, 1.0)
    """

    name = "elu"

    def value(self, z):
        return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))

    def slope(self, z):
        return np.exp(np.minimum(z, 0))


class SiLU(Activation):
    r"""silu(z) = z sigma(z), also called swish (Elfwing, Uchibe & Doya, 2018; Ramachandran, Zoph & Le, 2017).

    silu'(z) = sigma(z) + z sigma'(z). It dips to -0.2785 at z = -1.2785 and tends to 0 as z -> -inf.

    >>> silu(0), silu.derivative(0), silu(-np.inf)
    (0.0, 0.5, -0.0)
    """

    name = "silu"

    def value(self, z):
        return np.maximum(z, -1000) * _sigmoid(z)  # sigma(-1000) is 0 already; -inf * 0 would be NaN

    def slope(self, z):
        return _sigmoid(z) + np.clip(z, -1000, 1000) * _sigmoid_slope(z)


_SLOPE, _CUBE = 2 * np.sqrt(2 / np.pi).item(), 0.044715  # of 2u, Hendrycks & Gimpel's fit to the normal distribution


class GELU(Activation):
    r"""The Gaussian error linear unit in its tanh form (Hendrycks & Gimpel, 2016), not the form with erf.

    gelu(z) = z (1 + tanh u) / 2 = z sigma(2u) with u = sqrt(2/pi) (z + 0.044715 z^3); the sigmoid keeps the left tail,
    which 1 + tanh u rounds to 0. It differs from z Phi(z), Phi the normal distribution, by at most 4.8e-4.

    >>> gelu(0), gelu.derivative(0), round(gelu(1), 4)
    (0.0, 0.5, 0.8412)
    """

    name = "gelu"

    def value(self, z):
        near = np.clip(z, -30, 30)  # beyond, sigma(2u) is 0 or 1 already, and z^3 would overflow
        return np.maximum(z, -30) * _sigmoid(_SLOPE * near * (1 + _CUBE * near**2))

    def slope(self, z):
        z = np.clip(z, -30, 30)
        twice_u = _SLOPE * z * (1 + _CUBE * z**2)
        return _sigmoid(twice_u) + z * _sigmoid_slope(twice_u) * _SLOPE * (1 + 3 * _CUBE * z**2)


class Identity(Activation):
    r"""identity(z) = z: a layer without a non-linearity.

    >>> identity(3), identity.derivative(3)
    (3.0, 1.0)
    """

    name = "identity"

    def value(self, z):
        return +z

    def slope(self, z):
        return np.where(np.isnan(z), z, 1)


sigmoid = Sigmoid()
log_sigmoid = LogSigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
softplus = Softplus()
elu = ELU()
gelu = GELU()
silu = SiLU()
identity = Identity()


def softmax(z: ArrayLike, axis: int = -1) -> np.ndarray:
    r"""Probabilities from logits: softmax(z)_k = exp(z_k) / sum_j exp(z_j) along `axis`.

    Parameters
    ----------
    z : array (..., classes) of logits; axis : the axis of the classes.

    Returns
    -------
    Array of z's shape whose entries along `axis` sum to 1. Two entries of +inf give NaN.

    Raises
    ------
    TypeError : z is not numeric. ValueError : z has no such axis, or no entry along it.

    >>> softmax([0, 0])
    array([0.5, 0.5])
    >>> softmax([1000, 0])
    array([1., 0.])
    """
    with np.errstate(all="ignore"):
        shifted, _, others = _parts(z, axis)
        return np.exp(shifted) / (1 + others)


def log_softmax(z: ArrayLike, axis: int = -1) -> np.ndarray:
    r"""log softmax(z)_k = (z_k - m) - log(1 + r): m the largest logit, r the sum of exp(z_j - m) over the others.

    Arguments as in `softmax`. The usual log(sum of all) loses every digit of a confident class's log-probability, for
    1 + r rounds to 1; log1p(r) does not (chapter 2). Where z_k - m is below the smallest float, the result is -inf.

    >>> log_softmax([100, 0]) + 0.0
    array([-3.72007598e-44, -1.00000000e+02])
    """
    with np.errstate(all="ignore"):
        shifted, _, others = _parts(z, axis)
        return shifted - np.log1p(others)


def logsumexp(z: ArrayLike, axis: int = -1) -> Value:
    r"""log sum_k exp(z_k) = m + log(1 + r), with m and r as in `log_softmax` (Blanchard, Higham & Higham, 2021).

    Arguments as in `softmax`; the result has z's shape without `axis`.

    >>> logsumexp([1000, 1000]) - 1000
    0.693147...
    """
    with np.errstate(all="ignore"):
        _, top, others = _parts(z, axis)
        total = np.where(np.isinf(top), top, top + np.log1p(others))
    return like(z, np.squeeze(total, axis))


def minus_max(z: np.ndarray, axis: int = -1) -> tuple[np.ndarray, np.ndarray]:
    """z - m and m, the largest entry along `axis`, kept as an axis of length 1: what every safe softmax starts with.

    z is an array of floats, unchecked. Where m is infinite, the first entry that reaches it becomes 0, not inf - inf.

    >>> minus_max(np.array([1000.0, 999.0]))
    (array([ 0., -1.]), array([1000.]))
    """
    top = z.max(axis, keepdims=True)
    shifted = z - top
    if np.isinf(top).any():
        np.put_along_axis(shifted, z.argmax(axis, keepdims=True), np.where(np.isnan(top), top, 0), axis)
    return shifted, top


def _parts(z, axis):
    """z - m, m = max z, and the sum of exp(z - m) over all entries but one largest."""
    z = as_float("z", z)
    if axis not in range(-z.ndim, z.ndim) or z.shape[axis] == 0:
        raise ValueError(f"z must have at least one entry along axis {axis}, got shape {z.shape}; "
                         f"give an array (..., classes) and the axis of its classes")
    shifted, top = minus_max(z, axis)
    others = np.exp(shifted)
    np.put_along_axis(others, z.argmax(axis, keepdims=True), 0, axis)
    return shifted, top, others.sum(axis, keepdims=True)
