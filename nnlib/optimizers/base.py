"""What all optimisers share: when to step and how far."""

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
        with np.errstate(all="ignore"):  # a diverging run is for the caller to notice, in the loss
            self.advance(params, grad)

    def advance(self, params: np.ndarray, grad: np.ndarray) -> None:
        """The same without the checks; `fit` calls this, whose network they are true of."""
        self.rate = rate = self._rate(self.t + 1, params)  # kept for whoever asks, as proximal steps do
        self.t += 1
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


def _changeable(params):
    if not isinstance(params, np.ndarray) or params.dtype.kind != "f":
        raise TypeError(f"params must be an array of floats, got {shown(params)}; it is changed in place")
    if not params.flags.writeable:
        raise ValueError("params must be writeable, got a read-only array; it is changed in place, give a copy")
