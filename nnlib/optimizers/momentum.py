"""Plain gradient descent, and what it becomes when steps have memory."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from nnlib._check import as_fraction
from nnlib.optimizers.base import Optimizer


@dataclass
class SGD(Optimizer):
    """theta <- theta - rate g (Robbins & Monro, 1951).

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.

    Examples
    --------
    >>> theta = np.array([1.0, -2.0])
    >>> sgd = SGD(learning_rate=0.1)
    >>> sgd.start(theta)
    >>> sgd.step(theta, grad=theta.copy())
    >>> theta
    array([ 0.9, -1.8])
    """

    def _move(self, g, rate, theta):
        return np.multiply(g, rate, out=self.scratch)


@dataclass
class Momentum(Optimizer):
    """v <- beta v + g, theta <- theta - rate v: the heavy ball (Polyak, 1964), in the form of PyTorch and Keras.

    In the long run a constant gradient is amplified by 1 / (1 - beta).

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    beta : float
        The weight of the past, in [0, 1).

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = Momentum(0.1, beta=0.5)
    >>> rule.start(theta)
    >>> for g in [1.0, 1.0, 1.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-0.1]
    [-0.25]
    [-0.425]
    """

    beta: float = 0.9
    memory: ClassVar[tuple[str, ...]] = ("v",)
    v: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        super().__post_init__()
        as_fraction("beta", self.beta)

    def _move(self, g, rate, theta):
        self.v *= self.beta
        self.v += g
        return np.multiply(self.v, rate, out=self.scratch)


@dataclass
class Nesterov(Momentum):
    """v <- beta v + g, theta <- theta - rate (g + beta v): Nesterov (1983), as rewritten by Sutskever et al. (2013).

    The form is PyTorch's: g is taken at theta, which plays the role of Nesterov's look-ahead point.

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    beta : float
        The weight of the past, in [0, 1).

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = Nesterov(0.1, beta=0.5)
    >>> rule.start(theta)
    >>> for g in [1.0, 1.0, 1.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-0.15]
    [-0.325]
    [-0.5125]
    """

    def _move(self, g, rate, theta):
        self.v *= self.beta
        self.v += g
        np.multiply(self.v, self.beta, out=self.scratch)
        self.scratch += g
        self.scratch *= rate
        return self.scratch
