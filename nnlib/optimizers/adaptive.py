"""The adaptive methods: each parameter has a step size of its own, set by its past gradients."""

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from nnlib._check import as_float, as_fraction, as_positive, fits, shown
from nnlib.optimizers.base import Optimizer, Schedule, average


class Adaptive(Optimizer):
    """A rule that divides by the root of sums or averages of squares, plus epsilon.

    Where such a square overflows, beyond gradients of 1e19 in float32 and 1e154 in float64, the parameter would stand
    still: it becomes NaN, and `step` raises FloatingPointError. Squares of less than 1e-19 or 1e-154 underflow: epsilon
    is then at least that large, and 0/0 is 0, even where epsilon is 0.
    """

    epsilon: float
    overflowed = False

    def __post_init__(self):
        super().__post_init__()
        as_positive("epsilon", self.epsilon, zero=True)

    def start(self, params: np.ndarray) -> None:
        super().start(params)
        self.least = math.sqrt(np.finfo(params.dtype).tiny)  # the smallest number whose square keeps its digits

    def step(self, params: np.ndarray, grad: np.ndarray) -> None:
        super().step(params, grad)
        if self.overflowed:
            raise FloatingPointError(f"the square of a gradient overflows {params.dtype} at step {self.t}; "
                                     f"scale the objective down, or clip the gradient with clip_by_norm")

    def errstate(self) -> np.errstate:
        return np.errstate(all="ignore", over="call", call=self._overflow)

    def compute_step(self, params: np.ndarray, grad: np.ndarray) -> None:
        self.overflowed = False
        super().compute_step(params, grad)
        if self.overflowed:  # somewhere in the step; did it reach the memory?
            lost = ~np.logical_and.reduce([np.isfinite(getattr(self, name)) for name in self.memory])
            params[lost] = np.nan
            self.overflowed = lost.any()

    def _overflow(self, *_):
        self.overflowed = True

    def _scaled(self, m, v, rate, epsilon):
        """rate m / (sqrt(v) + epsilon), computed in the scratch array, which may be v itself."""
        out = np.sqrt(v, out=self.scratch)
        out += max(epsilon, self.least)
        np.divide(m, out, out=out)
        out *= rate
        return out


@dataclass
class AdaGrad(Adaptive):
    """s <- s + g^2, theta <- theta - rate g / (sqrt(s) + epsilon) (Duchi, Hazan & Singer, 2011).

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    epsilon : float
        Keeps the denominator away from 0; not negative.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = AdaGrad(1.0)
    >>> rule.start(theta)
    >>> for g in [5.0, 5.0, 5.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-1.]
    [-1.7071]
    [-2.2845]
    """

    epsilon: float = 1e-10
    memory: ClassVar[tuple[str, ...]] = ("s",)
    s: np.ndarray = field(init=False, repr=False, compare=False)

    def _move(self, g, rate, theta):
        self.s += np.multiply(g, g, out=self.scratch)
        return self._scaled(g, self.s, rate, self.epsilon)


@dataclass
class RMSProp(Adaptive):
    """v <- rho v + (1 - rho) g^2, theta <- theta - rate g / (sqrt(v) + epsilon) (Tieleman & Hinton, 2012).

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    rho : float
        The weight of the past in v, in [0, 1).
    epsilon : float
        Keeps the denominator away from 0; not negative.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = RMSProp(0.01)
    >>> rule.start(theta)
    >>> for g in [5.0, 5.0, 0.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-0.1]
    [-0.1709]
    [-0.1709]
    """

    rho: float = 0.99
    epsilon: float = 1e-8
    memory: ClassVar[tuple[str, ...]] = ("v",)
    v: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        super().__post_init__()
        as_fraction("rho", self.rho)

    def _move(self, g, rate, theta):
        square = np.multiply(g, g, out=self.scratch)
        average(self.v, square, self.rho, tmp=self.scratch)
        return self._scaled(g, self.v, rate, self.epsilon)


@dataclass
class AdaDelta(Adaptive):
    """d = g sqrt(u + epsilon) / sqrt(v + epsilon), theta <- theta - rate d (Zeiler, 2012).

    v and u are running averages of g^2 and d^2, with weight rho for the past: v before the step, u after it.

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    rho : float
        The weight of the past in v and u, in [0, 1).
    epsilon : float
        Sets the size of the first steps; not negative.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = AdaDelta()
    >>> rule.start(theta)
    >>> for g in [5.0, 5.0, 0.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-0.0032]
    [-0.0064]
    [-0.0064]
    """

    learning_rate: float | Schedule = 1.0
    rho: float = 0.9
    epsilon: float = 1e-6
    memory: ClassVar[tuple[str, ...]] = ("v", "u")
    v: np.ndarray = field(init=False, repr=False, compare=False)
    u: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        super().__post_init__()
        as_fraction("rho", self.rho)

    def _move(self, g, rate, theta):
        epsilon = max(self.epsilon, self.least**2)
        average(self.v, np.multiply(g, g, out=self.scratch), self.rho, tmp=self.scratch)
        d = g * np.sqrt((self.u + epsilon) / (self.v + epsilon))
        average(self.u, np.multiply(d, d, out=self.scratch), self.rho, tmp=self.scratch)
        return np.multiply(d, rate, out=self.scratch)


@dataclass
class Adam(Adaptive):
    r"""Adaptive moments (Kingma & Ba, 2015, algorithm 1).

    m <- beta1 m + (1 - beta1) g and v <- beta2 v + (1 - beta2) g^2; as both start at 0 they are too small by factors
    1 - beta1^t and 1 - beta2^t, so m_hat = m / (1 - beta1^t), v_hat = v / (1 - beta2^t), and
    theta <- theta - rate m_hat / (sqrt(v_hat) + epsilon). Under a constant gradient every step is `rate` long.

    The last line is computed as at the end of the paper's section 2, which saves a pass over all parameters:
    rate_t m / (sqrt(v) + epsilon_t), where rate_t = rate c / (1 - beta1^t), epsilon_t = epsilon c, c^2 = 1 - beta2^t.

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    beta1 : float
        The weight of the past in m, in [0, 1).
    beta2 : float
        The weight of the past in v, in [0, 1).
    epsilon : float
        Keeps the denominator away from 0; not negative.

    Examples
    --------
    >>> theta = np.array([1.0, 1.0])
    >>> adam = Adam(learning_rate=0.1)
    >>> adam.start(theta)
    >>> adam.step(theta, grad=np.array([1e-3, -1e3]))
    >>> theta.round(4)
    array([0.9, 1.1])
    """

    learning_rate: float | Schedule = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    memory: ClassVar[tuple[str, ...]] = ("m", "v")
    m: np.ndarray = field(init=False, repr=False, compare=False)
    v: np.ndarray = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        super().__post_init__()
        as_fraction("beta1", self.beta1)
        as_fraction("beta2", self.beta2)

    def _move(self, g, rate, theta):
        m, v = self._moments(g)
        c = math.sqrt(1 - self.beta2**self.t)
        rate_t = rate * c / (1 - self.beta1**self.t)
        return self._scaled(m, v, rate_t, epsilon=self.epsilon * c)

    def _moments(self, g):
        average(self.m, g, self.beta1, tmp=self.scratch)
        square = np.multiply(g, g, out=self.scratch)
        average(self.v, square, self.beta2, tmp=self.scratch)
        return self.m, self.v


@dataclass
class AMSGrad(Adam):
    """Adam with the largest v so far in place of v, before bias correction, as in PyTorch (Reddi, Kale & Kumar, 2018).

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    beta1 : float
        The weight of the past in m, in [0, 1).
    beta2 : float
        The weight of the past in v, in [0, 1).
    epsilon : float
        Keeps the denominator away from 0; not negative.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = AMSGrad(0.1, beta1=0.0)
    >>> rule.start(theta)
    >>> for g in [1.0, 100.0, 1.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-0.1]
    [-0.2414]
    [-0.2431]
    """

    memory: ClassVar[tuple[str, ...]] = ("m", "v", "v_max")
    v_max: np.ndarray = field(init=False, repr=False, compare=False)

    def _moments(self, g):
        m, v = super()._moments(g)
        return m, np.maximum(self.v_max, v, out=self.v_max)


@dataclass
class NAdam(Adam):
    """Adam with Nesterov's look-ahead (Dozat, 2016), as in optax.

    m_hat = beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t), the rest as in Adam.

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    beta1 : float
        The weight of the past in m, in [0, 1).
    beta2 : float
        The weight of the past in v, in [0, 1).
    epsilon : float
        Keeps the denominator away from 0; not negative.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> rule = NAdam(0.1)
    >>> rule.start(theta)
    >>> for g in [1.0, 1.0, -1.0]:
    ...     rule.step(theta, np.array([g]))
    ...     print(theta.round(4))
    [-0.1474]
    [-0.2631]
    [-0.2448]
    """

    def _move(self, g, rate, theta):
        m, v = self._moments(g)
        beta1, t = self.beta1, self.t
        m_hat = beta1 / (1 - beta1 ** (t + 1)) * m + (1 - beta1) / (1 - beta1**t) * g
        v_hat = np.multiply(v, 1 / (1 - self.beta2**t), out=self.scratch)
        return self._scaled(m_hat, v_hat, rate, self.epsilon)


@dataclass
class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2019): theta <- theta - rate decay theta as well.

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule.
    beta1 : float
        The weight of the past in m, in [0, 1).
    beta2 : float
        The weight of the past in v, in [0, 1).
    epsilon : float
        Keeps the denominator away from 0; not negative.
    decay : float or ndarray
        Not negative: a number, which decays all parameters, or an array: ``0.01 * network.weight_mask`` spares biases.

    Examples
    --------
    >>> theta = np.array([1.0, 1.0])
    >>> rule = AdamW(0.1, decay=np.array([0.5, 0.0]))
    >>> rule.start(theta)
    >>> rule.step(theta, grad=np.zeros(2))
    >>> theta
    array([0.95, 1.  ])
    """

    decay: float | np.ndarray = 0.01

    def __post_init__(self):
        super().__post_init__()
        decay = as_float("decay", self.decay)
        if not ((decay >= 0) & np.isfinite(decay)).all():
            raise ValueError(f"decay must be finite and not negative, got {shown(self.decay)}")

    def start(self, params: np.ndarray) -> None:
        super().start(params)
        shape = np.shape(self.decay)
        if not fits(shape, params.shape):
            raise ValueError(f"decay must be one number or fit params of shape {params.shape}, got shape {shape}")

    def _move(self, g, rate, theta):
        move = super()._move(g, rate, theta)
        move += rate * np.asarray(self.decay, dtype=theta.dtype) * theta
        return move
