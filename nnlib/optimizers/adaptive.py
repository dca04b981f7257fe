"""The adaptive methods: each parameter has a step of its own, from the gradients that it has had."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnlib._check import as_float, shown
from nnlib.optimizers.base import Optimizer, Schedule


@dataclass
class AdaGrad(Optimizer):
    """s <- s + g^2, theta <- theta - rate g / (sqrt(s) + epsilon) (Duchi, Hazan & Singer, 2011).

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

    def _move(self, g, rate, theta):
        self.s += np.multiply(g, g, out=self.scratch)
        return _scaled(rate, g, self.s, self.epsilon, self.scratch)


@dataclass
class RMSProp(Optimizer):
    """v <- rho v + (1 - rho) g^2, theta <- theta - rate g / (sqrt(v) + epsilon) (Tieleman & Hinton, 2012).

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

    def _move(self, g, rate, theta):
        self._average(self.v, self.rho, np.multiply(g, g, out=self.scratch))
        return _scaled(rate, g, self.v, self.epsilon, self.scratch)


@dataclass
class AdaDelta(Optimizer):
    """d = g sqrt(u + epsilon) / sqrt(v + epsilon), theta <- theta - rate d (Zeiler, 2012).

    v and u are running averages of g^2 and d^2, with weight rho for the past: v before the step, u after it.

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

    def _move(self, g, rate, theta):
        self._average(self.v, self.rho, np.multiply(g, g, out=self.scratch))
        d = g * np.sqrt((self.u + self.epsilon) / (self.v + self.epsilon))
        self._average(self.u, self.rho, np.multiply(d, d, out=self.scratch))
        return np.multiply(d, rate, out=self.scratch)


@dataclass
class Adam(Optimizer):
    r"""Adaptive moments (Kingma & Ba, 2015, algorithm 1).

    m <- beta1 m + (1 - beta1) g and v <- beta2 v + (1 - beta2) g^2; as both start at 0 they are too small by factors
    1 - beta1^t and 1 - beta2^t, so m_hat = m / (1 - beta1^t), v_hat = v / (1 - beta2^t), and
    theta <- theta - rate m_hat / (sqrt(v_hat) + epsilon). Under a constant gradient every step is `rate` long.

    The last line is computed as at the end of the paper's section 2, which spares a pass over all parameters:
    rate_t m / (sqrt(v) + epsilon_t), where rate_t = rate c / (1 - beta1^t), epsilon_t = epsilon c, c^2 = 1 - beta2^t.

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

    def _move(self, g, rate, theta):
        m, v = self._moments(g)
        c = math.sqrt(1 - self.beta2**self.t)
        rate_t, epsilon_t = rate * c / (1 - self.beta1**self.t), self.epsilon * c
        return _scaled(rate_t, m, v, epsilon_t, self.scratch)

    def _moments(self, g):
        self._average(self.m, self.beta1, g)
        self._average(self.v, self.beta2, np.multiply(g, g, out=self.scratch))
        return self.m, self.v


@dataclass
class AMSGrad(Adam):
    """Adam with the largest v so far for v (Reddi, Kale & Kumar, 2018), taken before bias correction, as PyTorch.

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

    def _moments(self, g):
        m, v = super()._moments(g)
        return m, np.maximum(self.v_max, v, out=self.v_max)


@dataclass
class NAdam(Adam):
    """Adam with Nesterov's look-ahead (Dozat, 2016), as in optax.

    m_hat = beta1 m / (1 - beta1^(t+1)) + (1 - beta1) g / (1 - beta1^t), the rest as in Adam.

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
        (m, v), b, t = self._moments(g), self.beta1, self.t
        m_hat = b / (1 - b ** (t + 1)) * m + (1 - b) / (1 - b**t) * g
        v_hat = np.multiply(v, 1 / (1 - self.beta2**t), out=self.scratch)
        return _scaled(rate, m_hat, v_hat, self.epsilon, self.scratch)


@dataclass
class AdamW(Adam):
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2019): theta <- theta - rate decay theta as well.

    decay : a number not below 0, which decays all parameters, or an array: ``0.01 * network.weight_mask`` spares
    biases.

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
        if len(shape) > params.ndim or any(n not in (1, m) for n, m in zip(shape[::-1], params.shape[::-1])):
            raise ValueError(f"decay must be one number or fit params of shape {params.shape}, got shape {shape}")

    def _move(self, g, rate, theta):
        move = super()._move(g, rate, theta)
        move += rate * np.asarray(self.decay, dtype=theta.dtype) * theta
        return move


def _scaled(rate, m, v, epsilon, out):
    """rate m / (sqrt(v) + epsilon), computed in `out`, which may be v itself."""
    np.sqrt(v, out=out)
    out += epsilon
    np.divide(m, out, out=out)
    out *= rate
    return out
