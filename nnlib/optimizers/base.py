"""What all optimisers share: when to step and how far."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from nnlib._check import Computing, Value, as_float, called, fits, shown
from nnlib._memory import aligned_zeros

Schedule = Callable[[int], Value]


@dataclass
class Optimizer(Computing):
    """What all rules share: when to step and how far. A rule says which way, in `_move`, and what it remembers.

    A rule checks the fields that it adds in a `__post_init__` of its own, and may use `scratch`, an array like params,
    for anything not needed after `_move` returns. What it remembers is declared as fields without init.

    Parameters
    ----------
    learning_rate : float, ndarray or callable
        A positive number, an array (K, 1), or a schedule, called with t = 1 at the first step.

    Raises
    ------
    ValueError
        If a parameter of the rule is out of range, or `step` is called before `start` or with another shape or dtype.
    TypeError
        If params is not an array of floats, or grad is not numeric.

    Examples
    --------
    >>> from nnlib.optimizers import SGD
    >>> isinstance(SGD(0.1), Optimizer)
    True
    """

    learning_rate: float | Schedule

    call, rule = "step", "compute_step"

    memory: ClassVar[tuple[str, ...]] = ()  # the arrays that a rule keeps, of the shape of params, 0 at the start

    def __post_init__(self):
        called("learning_rate", self.learning_rate)
        if not callable(self.learning_rate):
            rate = as_float("learning_rate", self.learning_rate)
            if not ((rate > 0) & np.isfinite(rate)).all():
                raise ValueError(f"learning_rate must be positive and finite, got {shown(self.learning_rate)}")

    def start(self, params: np.ndarray) -> None:
        """Forget everything and get ready for parameters of this shape and dtype.

        Parameters
        ----------
        params : ndarray
            The parameters to come, of floats; left as they are.
        """
        _changeable(params)
        self.t = 0
        self.scratch = aligned_zeros(params.shape, params.dtype)
        for name in self.memory:
            setattr(self, name, aligned_zeros(params.shape, params.dtype))

    def step(self, params: np.ndarray, grad: np.ndarray) -> None:
        """Move params, in place, by one step of the rule.

        Parameters
        ----------
        params : ndarray
            The parameters, changed in place.
        grad : ndarray
            Their gradient, of the same shape; left as it is.
        """
        _changeable(params)
        if not hasattr(self, "scratch") or self.scratch.shape != params.shape or self.scratch.dtype != params.dtype:
            raise ValueError(f"start(params) must come before step, with {params.dtype} params of shape {params.shape}")
        grad = as_float("grad", grad)
        if grad.shape != params.shape:
            raise ValueError(f"grad must have the shape of params {params.shape}, got {grad.shape}")
        with self.errstate():
            self.compute_step(params, grad)

    def errstate(self) -> np.errstate:
        """The floating-point error handling for `compute_step`; `fit` enters it once, for all steps.

        Returns
        -------
        numpy.errstate
            Nothing warns: the caller notices divergence in the loss.
        """
        return np.errstate(all="ignore")

    def compute_step(self, params: np.ndarray, grad: np.ndarray) -> None:
        """`step` without the checks, for callers that have made them; within `errstate`.

        Parameters
        ----------
        params : ndarray
            The parameters, changed in place.
        grad : ndarray
            Their gradient, of the same shape and dtype.
        """
        rate = self._rate(self.t + 1, params)
        self.rate = rate  # kept for callers that need it, such as proximal steps
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
        if rate.ndim != params.ndim or not fits(rate.shape, params.shape):
            raise ValueError(f"learning_rate must be one number, or an array (K, 1) beside params (K, P), "
                             f"got shape {rate.shape} beside params {params.shape}")
        return rate

    def _move(self, g, rate, theta):
        raise NotImplementedError


def average(m: np.ndarray, x: np.ndarray, beta: float, *, tmp: np.ndarray) -> None:
    """m <- beta m + (1 - beta) x, in place; overwrites `tmp`, an array like m, which may be x itself."""
    m *= beta
    m += np.multiply(x, 1 - beta, out=tmp)


def _changeable(params):
    if not isinstance(params, np.ndarray) or params.dtype.kind != "f":
        raise TypeError(f"params must be an array of floats, got {shown(params)}; it is changed in place")
    as_float("params", params)  # float32 or float64
    if not params.flags.writeable:
        raise ValueError("params must be writeable, got a read-only array; it is changed in place, so give a copy")
