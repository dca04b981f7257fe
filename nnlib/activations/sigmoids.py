"""The sigmoid and its relatives: its logarithm, its integral, and tanh."""

import numpy as np

from nnlib.activations.base import Activation


def sigma(z):
    e = np.exp(-np.abs(z))
    return np.maximum(e, z >= 0) / (1 + e)  # the numerator is 1 for z >= 0 and e, which is at most 1, below


def sigma_slope(z):
    e = np.exp(-np.abs(z))
    q = e / (1 + e)  # the smaller of sigma(z) and sigma(-z): 1 - q loses nothing
    return q * (1 - q)


class Sigmoid(Activation):
    r"""The logistic sigmoid, sigma(z) = 1 / (1 + exp(-z)): log-odds in, probability out.

    sigma'(z) = sigma(z) sigma(-z), at most 1/4, at z = 0. The error is at most 3 units in the last place for the value
    and 4 for the derivative, over all floats.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape: log-odds.

    Returns
    -------
    float or ndarray
        Of z's shape, in [0, 1].

    Examples
    --------
    >>> sigmoid(0), sigmoid.derivative(0)
    (0.5, 0.25)
    >>> sigmoid(-1000.0)
    0.0
    """

    name = "sigmoid"

    def compute(self, z):
        return sigma(z)

    def compute_derivative(self, z):
        return sigma_slope(z)


class LogSigmoid(Activation):
    r"""log sigma(z) = -softplus(-z) = min(z, 0) - log(1 + exp(-|z|)): the logarithm of a probability, from its logit.

    Its derivative is sigma(-z). Range (-inf, 0): it does not squash.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape: log-odds.

    Returns
    -------
    float or ndarray
        Of z's shape, at most 0.

    Examples
    --------
    >>> log_sigmoid(-800.0)
    -800.0
    >>> log_sigmoid.derivative(0)
    0.5
    """

    name = "log_sigmoid"

    def compute(self, z):
        return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))

    def compute_derivative(self, z):
        return sigma(-z)


class Softplus(Activation):
    r"""softplus(z) = log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)): a smooth ReLU (Dugas et al., 2001).

    Its derivative is sigma(z).

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
    >>> round(softplus(0), 6), softplus(1000), softplus.derivative(0)
    (0.693147, 1000.0, 0.5)
    """

    name = "softplus"

    def compute(self, z):
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def compute_derivative(self, z):
        return sigma(z)


class Tanh(Activation):
    r"""tanh(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z)) = 2 sigma(2z) - 1, the sigmoid centred at 0.

    tanh'(z) = 1 - tanh(z)^2 = 4 e / (1 + e)^2 with e = exp(-2|z|); the second form keeps its digits in the tails.

    Parameters
    ----------
    z : array_like
        A number or an array of any shape.

    Returns
    -------
    float or ndarray
        Of z's shape, in [-1, 1].

    Examples
    --------
    >>> tanh(0), tanh.derivative(0)
    (0.0, 1.0)
    """

    name = "tanh"

    def compute(self, z):
        return np.tanh(z)

    def compute_derivative(self, z):
        e = np.exp(-2 * np.minimum(np.abs(z), 400))  # the bound keeps 2|z| finite
        return 4 * e / (1 + e) ** 2


sigmoid = Sigmoid()
log_sigmoid = LogSigmoid()
softplus = Softplus()
tanh = Tanh()
