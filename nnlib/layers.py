"""Layers: ``forward(X, train) -> (Y, backward)``; ``backward(dY)`` fills the layer's gradients and returns dX.

Backward is defined inside forward and shares its locals, so there is no cache to go stale. Rows are examples: X is
(n, features), or (K, n, features) when the network is K copies at once; every line below serves both. A layer declares
the shapes of its arrays; its `Network` lays them out in one vector and gives the layer views of it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnlib._check import as_count, as_number, called, shown
from nnlib._memory import LONG, Bound, ones, product_in_pieces
from nnlib.activations import Activation
from nnlib.initializers import constant, he_normal, zeros

Arrays = dict[str, tuple[tuple[int, ...], Callable]]  # name -> (shape, initializer)


class Layer(Bound):
    """What all layers share. A layer lives in one Network, which sets its arrays and its generator `rng`.

    Attributes
    ----------
    weights, others, statistics : dict
        From the name of an array to (shape, initializer). Penalties act on weights alone; statistics are remembered but
        not trained. An array `W` has its gradient in `dW`. The arrays are views of the network's: assign into them
        (``W[...] = new``); rebinding one is an error.
    fan_in, fan_out : int or None
        The features that it takes and gives, or None where it takes any number and leaves it as it is.
    arguments : tuple of str
        Names of the attributes that make a layer like this one, for its repr and for ``network.save``.
    least : int
        Examples that a batch must have in training.
    input_gradient : bool
        Whether backward has to return dX; the network clears it where dX is not needed.

    Examples
    --------
    >>> isinstance(Dense(2, 3), Layer), Dense(2, 3).weights["W"][0]
    (True, (2, 3))
    """

    weights: Arrays = {}
    others: Arrays = {}
    statistics: Arrays = {}
    fan_in: int | None = None
    fan_out: int | None = None
    arguments: tuple[str, ...] = ()
    least = 1
    rng: Any = None
    copies: int | None = None
    input_gradient = True

    def forward(self, X: np.ndarray, train: bool) -> tuple[np.ndarray, Callable]:
        """The output, and the function that takes a gradient back.

        Parameters
        ----------
        X : ndarray, (n, features) or (K, n, features)
            The input.
        train : bool
            Whether the network is training.

        Returns
        -------
        Y : ndarray
            The output.
        backward : callable
            Called as ``backward(dY)``: fills the layer's gradients and returns dX.
        """
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(X, train) -> (Y, backward)")

    def __getattr__(self, name):
        if name.removeprefix("d") in self.weights | self.others or name in self.statistics:
            raise AttributeError(f"{type(self).__name__} has {name} only once it is in a Network")
        raise AttributeError(f"{type(self).__name__} has no attribute {name}")

    def __getstate__(self):
        """All but the views, which the network binds again after a copy or a pickle."""
        return {name: value for name, value in vars(self).items() if name not in (*self.bound, "bound")}

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in self.arguments)})"


class Dense(Layer):
    r"""Y = X W + b.

    Backward: dW = X^T dY, db = sum of dY over the examples, dX = dY W^T.

    Parameters
    ----------
    fan_in : int
        The number of inputs.
    fan_out : int
        The number of outputs.
    init : callable
        The initializer of W; b starts at 0.

    Attributes
    ----------
    W, dW : ndarray, (fan_in, fan_out)
        The weights and their gradient; in an ensemble with a leading axis K.
    b, db : ndarray, (fan_out,)
        The biases and their gradient, likewise.

    Examples
    --------
    >>> from nnlib.network import Network
    >>> dense = Dense(2, 1, init=constant(3.0))
    >>> Network([dense], rng=np.random.default_rng(0))([[1.0, 10.0]])
    array([[33.]])
    """

    W: np.ndarray
    b: np.ndarray
    dW: np.ndarray
    db: np.ndarray
    arguments = ("fan_in", "fan_out")

    def __init__(self, fan_in: int, fan_out: int, init: Callable = he_normal):
        self.fan_in = as_count("fan_in", fan_in)
        self.fan_out = as_count("fan_out", fan_out)
        if not callable(called("init", init)):
            raise TypeError(f"init must be an initializer, called as init(rng, shape), got {shown(init)}")
        self.weights = {"W": ((self.fan_in, self.fan_out), init)}
        self.others = {"b": ((self.fan_out,), zeros)}

    def forward(self, X: np.ndarray, train: bool) -> tuple[np.ndarray, Callable]:
        Y = X @ self.W
        Y += self.b[..., None, :]

        def backward(dY):
            n = X.shape[-2]
            product = np.matmul if n <= LONG else product_in_pieces
            product(X.mT, dY, out=self.dW)  # (..., fan_in, n) @ (..., n, fan_out)
            product(ones(n, X.dtype), dY, out=self.db)
            return dY @ self.W.mT if self.input_gradient else None

        return Y, backward


class Activate(Layer):
    """Y = phi(X), element by element; backward: dX = dY phi'(X).

    Parameters
    ----------
    activation : Activation
        One of `nnlib.activations`.

    Examples
    --------
    >>> from nnlib.activations import relu
    >>> Y, backward = Activate(relu).forward(np.array([[2.0, -3.0]]), train=True)
    >>> Y, backward(np.array([[5.0, 5.0]]))
    (array([[2., 0.]]), array([[5., 0.]]))
    """

    arguments = ("activation",)

    def __init__(self, activation: Activation):
        if not isinstance(called("activation", activation), Activation):
            raise TypeError(f"activation must be one of nnlib.activations, got {shown(activation)}")
        self.activation = activation

    def forward(self, X: np.ndarray, train: bool) -> tuple[np.ndarray, Callable]:
        return self.activation.compute(X), lambda dY: self.activation.pull_back(X, dY)


class Dropout(Layer):
    """In training Y = X mask, where an entry of mask is 0 with probability p, else 1 / (1 - p); otherwise Y = X.

    Backward uses the same mask: dX = dY mask. The scaling keeps the expectation of Y at X ("inverted" dropout;
    Srivastava et al., 2014, scale at prediction instead). Each of K copies has its own masks, even where X is shared.

    Parameters
    ----------
    p : float
        The probability of dropping an entry, in [0, 1).

    Examples
    --------
    >>> from nnlib.network import Network
    >>> network = Network([Dropout(0.5)], rng=np.random.default_rng(0))
    >>> network.forward(np.ones((2, 4)), train=True)[0]
    array([[0., 0., 0., 2.],
           [0., 0., 2., 2.]])
    >>> network(np.ones((1, 4)))
    array([[1., 1., 1., 1.]])
    """

    arguments = ("p",)

    def __init__(self, p: float):
        if not 0 <= as_number("p", p) < 1:
            raise ValueError(f"p, the probability of dropping, must be in [0, 1), got {p}")
        self.p = float(p)

    def forward(self, X: np.ndarray, train: bool) -> tuple[np.ndarray, Callable]:
        if not train or self.p == 0:
            return X, lambda dY: dY
        shape = X.shape if X.ndim == 3 or self.copies is None else (self.copies, *X.shape)
        mask = (self.rng.random(shape, dtype=np.float32) >= self.p) * X.dtype.type(1 / (1 - self.p))
        return X * mask, lambda dY: dY * mask


class BatchNorm(Layer):
    r"""Y = gamma (X - mean) / sqrt(variance + epsilon) + beta, feature by feature (Ioffe & Szegedy, 2015).

    In training, mean and variance are the batch's, the variance divided by n, and the running ones follow them:
    running <- momentum running + (1 - momentum) batch. In prediction they are the running ones. (Keras' conventions;
    PyTorch's momentum is 1 minus ours, and its running variance is divided by n - 1.) With xhat the normalised X and
    g = dY gamma, backward is dX = (g - mean g - xhat mean(g xhat)) / sqrt(variance + epsilon).

    Parameters
    ----------
    units : int
        The number of features.
    momentum : float
        The weight of the old running value, in [0, 1).
    epsilon : float
        Keeps the denominator away from 0; positive.

    Attributes
    ----------
    gamma, dgamma, beta, dbeta : ndarray, (units,)
        Scale and shift, and their gradients; in an ensemble with a leading axis K.
    running_mean, running_var : ndarray, (units,)
        The statistics for prediction, likewise.

    Raises
    ------
    ValueError
        If a batch in training has only one example: its variance is 0.

    Examples
    --------
    >>> from nnlib.network import Network
    >>> network = Network([BatchNorm(1)], rng=np.random.default_rng(0))
    >>> network.forward([[8.0], [12.0]], train=True)[0].round(3)
    array([[-1.],
           [ 1.]])
    >>> network.layers[0].running_mean
    array([1.])
    """

    gamma: np.ndarray
    beta: np.ndarray
    dgamma: np.ndarray
    dbeta: np.ndarray
    running_mean: np.ndarray
    running_var: np.ndarray
    arguments = ("units", "momentum", "epsilon")
    least = 2

    def __init__(self, units: int, momentum: float = 0.9, epsilon: float = 1e-5):
        self.units = self.fan_in = self.fan_out = as_count("units", units)
        if not 0 <= as_number("momentum", momentum) < 1:
            raise ValueError(f"momentum, the weight of the old running value, must be in [0, 1), got {momentum}")
        if not 0 < as_number("epsilon", epsilon) < np.inf:
            raise ValueError(f"epsilon must be a positive number, got {epsilon}")
        self.momentum = float(momentum)
        self.epsilon = float(epsilon)
        shape = (self.units,)
        self.others = {"gamma": (shape, constant(1.0)), "beta": (shape, zeros)}
        self.statistics = {"running_mean": (shape, zeros), "running_var": (shape, constant(1.0))}

    def forward(self, X: np.ndarray, train: bool) -> tuple[np.ndarray, Callable]:
        if train and X.shape[-2] < self.least:
            raise ValueError(f"X must hold at least {self.least} examples to train BatchNorm, got shape {X.shape}; "
                             f"the variance of one is 0")
        mean = _mean(X) if train else self.running_mean[..., None, :]
        centred = X - mean
        variance = _mean(centred * centred) if train else self.running_var[..., None, :]
        if train:
            for running, batch in ((self.running_mean, mean), (self.running_var, variance)):
                running[...] = self.momentum * running + (1 - self.momentum) * batch[..., 0, :]
        scale = 1 / np.sqrt(variance + self.epsilon)
        xhat = centred * scale

        def backward(dY):
            self.dgamma[...] = _sum(dY * xhat)[..., 0, :]
            self.dbeta[...] = _sum(dY)[..., 0, :]
            g = dY * self.gamma[..., None, :]
            if train:
                g = g - _mean(g) - xhat * _mean(g * xhat)
            return g * scale

        return xhat * self.gamma[..., None, :] + self.beta[..., None, :], backward


def _mean(X):
    return (_sum(X) / X.shape[-2]).astype(X.dtype, copy=False)


def _sum(X):
    """The sum over the examples, (..., n, d) -> (..., 1, d), in float64: float32 loses digits in long sums."""
    return ones((1, X.shape[-2]), np.dtype(np.float64)) @ X.astype(np.float64, copy=False)
