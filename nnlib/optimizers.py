"""Optimisers: ``start(params)``, then ``step(params, grad)`` as often as wanted; params is one array, changed in place.

A rule is written for one array, in the letters of its paper: g the gradient, m and v running averages, t the number of
the step. The arithmetic goes into the memory arrays and one scratch array: fresh memory costs more than sums do.
Parameters may have a leading axis of K networks; the learning rate may then be an array (K, 1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnlib._check import Value, as_float, as_number, shown
from nnlib._memory import aligned_zeros

Schedule = Callable[[int], Value]


@dataclass
class Optimizer:
    """What all rules share: when to step and how far. A rule says which way, in `_move`, and what it remembers.

    Parameters
    ----------
    learning_rate : a positive number, an array (K, 1), or a schedule, called with t = 1 at the first step.

    Raises
    ------
    ValueError : a parameter of the rule is out of range; `step` before `start`, or with another shape or dtype.
    TypeError : params is not an array of floats, grad not numeric.
    """

    learning_rate: float | Schedule

    memory: ClassVar[tuple[str, ...]] = ()  # the arrays that a rule keeps, of the shape of params, 0 at the start

    def __post_init__(self):
        if not callable(self.learning_rate):
            rate = as_float("learning_rate", self.learning_rate)
            if not ((rate > 0) & np.isfinite(rate)).all():
                raise ValueError(f"learning_rate must be positive and finite, got {shown(self.learning_rate)}")
        for name in ("beta", "beta1", "beta2", "rho"):
            if hasattr(self, name) and not 0 <= as_number(name, getattr(self, name)) < 1:
                raise ValueError(f"{name} must be in [0, 1), got {getattr(self, name)}")
        if hasattr(self, "epsilon") and not 0 <= as_number("epsilon", self.epsilon) < np.inf:
            raise ValueError(f"epsilon must be finite and not negative, got {self.epsilon}")

    def start(self, params: np.ndarray) -> None:
        """Forget everything and get ready for parameters of this shape and dtype."""
        _changeable(params)
        self.t = 0
        self.scratch = aligned_zeros(params.shape, params.dtype)
        for name in self.memory:
            setattr(self, name, aligned_zeros(params.shape, params.dtype))

    def step(self, params: np.ndarray, grad: np.ndarray) -> None:
        """Move params, in place, by one step of the rule; grad is left as it is."""
        _changeable(params)
        if not hasattr(self, "scratch") or self.scratch.shape != params.shape or self.scratch.dtype != params.dtype:
            raise ValueError(f"start(params) must come before step, with {params.dtype} params of shape {params.shape}")
        grad = as_float("grad", grad)
        if grad.shape != params.shape:
            raise ValueError(f"grad must have the shape of params {params.shape}, got {grad.shape}")
        self.rate = rate = self._rate(self.t + 1, params)  # kept for whoever asks, as proximal steps do
        self.t += 1
        with np.errstate(all="ignore"):  # a diverging run is for the caller to notice, in the loss
            params -= self._move(grad, rate, params)

    def _rate(self, t, params):
        rate = self.learning_rate(t) if callable(self.learning_rate) else self.learning_rate
        if isinstance(rate, float) and 0 <= rate < np.inf:
            return float(rate)
        rate = as_float("learning_rate", rate)
        with np.errstate(over="ignore"):
            rate = rate.astype(params.dtype if rate.ndim else np.float64, copy=False)
        if not ((rate >= 0) & np.isfinite(rate)).all():
            raise ValueError(f"learning_rate must be finite and not negative, got {shown(rate.tolist())} at step {t}")
        if rate.ndim == 0:
            return float(rate)
        if rate.ndim != params.ndim or any(n not in (1, m) for n, m in zip(rate.shape, params.shape)):
            raise ValueError(f"learning_rate must be one number, or an array (K, 1) beside params (K, P), "
                             f"got shape {rate.shape} beside params {params.shape}")
        return rate

    def _move(self, g, rate, theta):
        raise NotImplementedError

    def _average(self, m, beta, x):
        """m <- beta m + (1 - beta) x."""
        m *= beta
        m += np.multiply(x, 1 - beta, out=self.scratch)


@dataclass
class SGD(Optimizer):
    """theta <- theta - rate g (Robbins & Monro, 1951).

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

    A constant gradient is amplified 1 / (1 - beta) times in the long run.

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

    def _move(self, g, rate, theta):
        self.v *= self.beta
        self.v += g
        return np.multiply(self.v, rate, out=self.scratch)


@dataclass
class Nesterov(Momentum):
    """v <- beta v + g, theta <- theta - rate (g + beta v): Nesterov (1983), as rewritten by Sutskever et al. (2013).

    The form is PyTorch's: g is taken at theta, which plays the part of Nesterov's look-ahead point.

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
        self._average(self.m, self.beta1, g)
        self._average(self.v, self.beta2, np.multiply(g, g, out=self.scratch))
        v_hat = np.multiply(self.v, 1 / (1 - self.beta2**self.t), out=self.scratch)
        return _scaled(rate / (1 - self.beta1**self.t), self.m, v_hat, self.epsilon, self.scratch)


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

    def _move(self, g, rate, theta):
        self._average(self.m, self.beta1, g)
        self._average(self.v, self.beta2, np.multiply(g, g, out=self.scratch))
        np.maximum(self.v_max, self.v, out=self.v_max)
        v_hat = np.multiply(self.v_max, 1 / (1 - self.beta2**self.t), out=self.scratch)
        return _scaled(rate / (1 - self.beta1**self.t), self.m, v_hat, self.epsilon, self.scratch)


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
        b, t = self.beta1, self.t
        self._average(self.m, b, g)
        self._average(self.v, self.beta2, np.multiply(g, g, out=self.scratch))
        m_hat = b / (1 - b ** (t + 1)) * self.m + (1 - b) / (1 - b**t) * g
        v_hat = np.multiply(self.v, 1 / (1 - self.beta2**t), out=self.scratch)
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


def _changeable(params):
    if not isinstance(params, np.ndarray) or params.dtype.kind != "f":
        raise TypeError(f"params must be an array of floats, got {shown(params)}; it is changed in place")
    if not params.flags.writeable:
        raise ValueError("params must be writeable, got a read-only array; it is changed in place, give a copy")


def _scaled(rate, m, v, epsilon, out):
    """rate m / (sqrt(v) + epsilon), computed in `out`, which may be v itself."""
    np.sqrt(v, out=out)
    out += epsilon
    np.divide(m, out, out=out)
    out *= rate
    return out


@dataclass(frozen=True)
class clip_by_norm:
    """clip(grad) -> the gradient, scaled down to the norm `limit` where it is longer (Pascanu et al., 2013).

    The direction stays. With a leading axis of K networks each has its own norm. A gradient that is not finite is left
    as it is, for the caller to notice.

    >>> clip_by_norm(1.0)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    limit: float

    def __post_init__(self):
        _limit(self.limit)

    def __call__(self, grad: np.ndarray) -> np.ndarray:
        grad = as_float("grad", grad)
        if grad.ndim == 0:
            raise ValueError(f"grad must be a vector (P,) or (K, P), got the number {grad}; put it into a list")
        limit = float(self.limit)
        with np.errstate(all="ignore"):
            largest = np.abs(grad).max(axis=-1, keepdims=True, initial=0)
            unit = grad / largest  # squares of 1e200 would overflow
            norm = np.linalg.norm(unit, axis=-1, keepdims=True)
            return np.where(largest * norm > limit, unit / norm * limit, grad)


@dataclass(frozen=True)
class clip_by_value:
    """clip(grad) -> the gradient with every entry moved into [-limit, limit]; the direction changes.

    >>> clip_by_value(1.0)(np.array([3.0, -0.4]))
    array([ 1. , -0.4])
    """

    limit: float

    def __post_init__(self):
        _limit(self.limit)

    def __call__(self, grad: np.ndarray) -> np.ndarray:
        limit = float(self.limit)
        with np.errstate(over="ignore"):
            return np.clip(as_float("grad", grad), -limit, limit)


def _limit(limit):
    if not 0 < as_number("limit", limit) < np.inf:
        raise ValueError(f"limit must be a positive number, got {limit}")
