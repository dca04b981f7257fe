"""`minimize`, which runs any optimiser and keeps the whole path, and proximal gradient descent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import (
    Diverged,
    as_callable,
    as_count,
    as_flag,
    as_float,
    as_number,
    as_pair,
    as_positive,
    as_shaped,
    called,
    shown,
)
from nnlib.optimizers import Optimizer


@dataclass(frozen=True, eq=False)
class Path:
    """Where a descent went.

    Parameters
    ----------
    thetas : ndarray, (steps + 1, d) or (steps + 1, K, d)
        The points, from the start on.
    values : ndarray, (steps + 1,) or (steps + 1, K)
        The objective at each.

    Examples
    --------
    >>> path = Path(thetas=np.array([[1.0], [0.5]]), values=np.array([1.0, 0.25]))
    >>> path.thetas[-1], path.values[-1].item()
    (array([0.5]), 0.25)
    """

    thetas: np.ndarray
    values: np.ndarray


def minimize(f: Callable, theta: ArrayLike, optimizer: Optimizer, steps: int, *,
             tolerance: float | None = None) -> Path:
    """Follow an optimiser for a number of steps.

    Parameters
    ----------
    f : callable
        The objective, theta -> (value, gradient).
    theta : array_like, (d,) or (K, d)
        The start; not changed.
    optimizer : Optimizer
        From `nnlib.optimizers`; started afresh.
    steps : int
        The largest number of steps.
    tolerance : float, optional
        Stop as soon as the gradient's norm (all of them, with K starts) is at most this; None to make all steps.

    Returns
    -------
    Path
        Of steps + 1 points or fewer.

    Raises
    ------
    FloatingPointError
        If value or gradient is no longer finite, or too large for the rule; the error, a `Diverged`, carries the path
        so far as `.path`.

    Examples
    --------
    >>> from nnlib.objectives import quadratic
    >>> from nnlib.optimizers import SGD
    >>> minimize(quadratic([1.0, 4.0]), [1.0, 1.0], SGD(0.25), 2).thetas
    array([[1.    , 1.    ],
           [0.75  , 0.    ],
           [0.5625, 0.    ]])
    """
    called("f", f)
    as_callable("f", f, "as f(theta) -> (value, gradient)")
    theta = _first_point(theta)
    called("optimizer", optimizer)
    if not all(callable(getattr(optimizer, name, None)) for name in ("start", "step")):
        raise TypeError(f"optimizer must be one of nnlib.optimizers, such as SGD(0.1), got {shown(optimizer)}")
    optimizer.start(theta)

    def step(theta, gradient):
        optimizer.step(theta, gradient)
        return theta

    return _walk(f, theta, step, steps, tolerance, lambda: f"learning rate {shown(getattr(optimizer, 'rate', None))}")


def proximal_gradient(f: Callable, penalty: Any, theta: ArrayLike, *, step: float, steps: int,
                      accelerated: bool = False) -> Path:
    r"""Minimise f(theta) + penalty(theta): theta <- prox(theta - step grad f(theta), step).

    Plain (ISTA) or accelerated (FISTA; Beck & Teboulle, 2009), which takes the step from a point ahead,
    theta_k + (t_k - 1) / t_(k+1) (theta_k - theta_(k-1)), with t_1 = 1 and t_(k+1) = (1 + sqrt(1 + 4 t_k^2)) / 2.

    Parameters
    ----------
    f : callable
        The smooth part of the objective, theta -> (value, gradient).
    penalty : Penalty
        From `nnlib.penalties`.
    theta : array_like, (d,) or (K, d)
        The start; not changed.
    step : float
        Positive; at most 1 / L, where L is the largest curvature of f, for the guarantees to hold.
    steps : int
        The number of steps.
    accelerated : bool
        FISTA in place of ISTA.

    Returns
    -------
    Path
        Whose values are f + penalty.

    Raises
    ------
    FloatingPointError
        As in `minimize`.

    Examples
    --------
    >>> from nnlib.objectives import least_squares
    >>> from nnlib.penalties import L1
    >>> f = least_squares(np.eye(2), [3.0, 0.5])
    >>> proximal_gradient(f, L1(0.5), [0.0, 0.0], step=2.0, steps=1).thetas[-1]
    array([2., 0.])
    """
    step = as_positive("step", step)
    called("penalty", penalty)
    if not callable(penalty) or not callable(getattr(penalty, "prox", None)):
        raise TypeError(f"penalty must be one of nnlib.penalties, got {shown(penalty)}")
    called("f", f)
    as_callable("f", f, "as f(theta) -> (value, gradient)")
    as_flag("accelerated", accelerated)
    theta = _first_point(theta)
    ahead = theta.copy()
    t = 1.0

    def objective(theta):
        return _evaluated(f, theta)[0] + penalty(theta)[0], theta

    def forward_backward(theta, _):
        nonlocal ahead, t
        _, gradient = _evaluated(f, ahead)
        new = as_shaped("penalty.prox", penalty.prox(ahead - step * gradient, step), theta.shape)
        before = t
        if accelerated:
            t = (1 + np.sqrt(1 + 4 * t * t)) / 2
        ahead = new + (before - 1) / t * (new - theta)
        return new

    return _walk(objective, theta, forward_backward, steps, None, lambda: f"step {step}")


def _walk(f, theta, step, steps, tolerance, how):
    """The path that `step` takes, for this many steps or until the gradient, f's second part, is small."""
    as_count("steps", steps, least=0)
    if tolerance is not None and not 0 <= as_number("tolerance", tolerance):
        raise ValueError(f"tolerance must be None or a non-negative number, got {tolerance}")
    thetas: list[np.ndarray] = []
    values: list[np.ndarray] = []

    def so_far():
        return Path(np.array(thetas), np.array(values))

    with np.errstate(all="ignore"):  # divergence shows in the numbers
        for k in range(steps + 1):
            value, gradient = _evaluated(f, theta)
            if not all(np.isfinite(part).all() for part in (theta, value, gradient)):
                remedy = f"with {how()}; lower it" if k else "at the start; start elsewhere"
                raise Diverged(f"the descent diverged at step {k}: the value became "
                               f"{shown(np.asarray(value).tolist())} {remedy}", path=so_far())
            thetas.append(theta.copy())
            values.append(value)
            if tolerance is not None and np.linalg.norm(gradient, axis=-1).max() <= tolerance:
                break
            if k < steps:
                try:
                    theta = step(theta, gradient)
                except FloatingPointError as error:  # the rule cannot continue
                    raise Diverged(str(error), path=so_far()) from error
    return so_far()


def _evaluated(f, theta):
    """f(theta); raises unless it is one value per point, and a gradient."""
    return as_pair("f", f(theta), theta.shape[:-1], theta.shape)


def _first_point(theta):
    theta = as_float("theta", theta).copy()
    if theta.ndim not in (1, 2) or not np.isfinite(theta).all():
        raise ValueError(f"theta must be a finite vector (d,) or (K, d), got {shown(theta)}")
    return theta
