"""Descent on an objective ``f(theta) -> (value, gradient)``, and the two methods that make exact zeros under L1.

`minimize` runs any optimiser and keeps the whole path, for pictures and rates. `proximal_gradient` (ISTA, FISTA) and
`coordinate_descent` solve the lasso and the elastic net.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import as_callable, as_count, as_finite, as_flag, as_float, as_number, as_pair, as_shaped, shown
from nnlib.objectives import least_squares
from nnlib.optimizers import Optimizer
from nnlib.penalties import L1, L2, ElasticNet


@dataclass(frozen=True, eq=False)
class Path:
    """Where a descent went: `thetas` (steps + 1, d) from the start on, with `values` (steps + 1,) of the objective.

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
    f : objective, theta -> (value, gradient). theta : start, (d,) or (K, d); not changed. optimizer : from
        `nnlib.optimizers`; started afresh. steps : at most so many.
    tolerance : stop as soon as the gradient's norm (every one, with K starts) is at most this; None to make all steps.

    Returns
    -------
    Path, of steps + 1 points or fewer.

    Raises
    ------
    FloatingPointError : value or gradient is no longer finite; the error carries the path so far as `.path`.

    >>> from nnlib.objectives import quadratic
    >>> from nnlib.optimizers import SGD
    >>> minimize(quadratic([1.0, 4.0]), [1.0, 1.0], SGD(0.25), 2).thetas
    array([[1.    , 1.    ],
           [0.75  , 0.    ],
           [0.5625, 0.    ]])
    """
    as_callable("f", f, "as f(theta) -> (value, gradient)")
    theta = _start(theta)
    if not all(callable(getattr(optimizer, name, None)) for name in ("start", "step")):
        raise TypeError(f"optimizer must be one of nnlib.optimizers, got {shown(optimizer)}")
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
    f : smooth objective without the penalty. penalty : from `nnlib.penalties`. theta : start (d,). step : positive; at
        most 1 / L, L the largest curvature of f, for the guarantees to hold. steps : how many.

    Returns
    -------
    Path, whose values are f + penalty.

    >>> f = least_squares(np.eye(2), [3.0, 0.5])
    >>> proximal_gradient(f, L1(0.5), [0.0, 0.0], step=2.0, steps=1).thetas[-1]
    array([2., 0.])
    """
    step = as_number("step", step)
    if not 0 < step < np.inf:
        raise ValueError(f"step must be a positive number, got {step}")
    if not callable(penalty) or not callable(getattr(penalty, "prox", None)):
        raise TypeError(f"penalty must be one of nnlib.penalties, got {shown(penalty)}")
    as_callable("f", f, "as f(theta) -> (value, gradient)")
    as_flag("accelerated", accelerated)
    theta = _start(theta)
    ahead, t = theta.copy(), 1.0

    def objective(theta):
        return _evaluated(f, theta)[0] + penalty(theta)[0], theta

    def forward_backward(theta, _):
        nonlocal ahead, t
        new = as_shaped("penalty.prox", penalty.prox(ahead - step * _evaluated(f, ahead)[1], step), theta.shape)
        t, before = ((1 + np.sqrt(1 + 4 * t * t)) / 2, t) if accelerated else (1.0, 1.0)
        ahead = new + (before - 1) / t * (new - theta)
        return new

    return _walk(objective, theta, forward_backward, steps, None, lambda: f"step {step}")


def coordinate_descent(X: ArrayLike, y: ArrayLike, penalty: Any, *, start: ArrayLike | None = None,
                       tolerance: float = 1e-10, sweeps: int = 100_000) -> np.ndarray:
    r"""Minimise 1/(2n) ||X theta - y||^2 + penalty(theta), one coordinate after the other, each exactly.

    theta_j <- soft_threshold(c_j - sum_(i != j) G_ji theta_i, l1) / (G_jj + l2), G = X^T X / n, c = X^T y / n
    (Friedman, Hastie & Tibshirani, 2010). No bias: centre X and y, or give X a column of ones, which is then penalised.

    Parameters
    ----------
    X : (n, d). y : (n,). penalty : L1, L2 or ElasticNet. start : (d,), or None for 0. tolerance : stop when no
        optimality condition is violated by more than this times the largest |c_j|. sweeps : give up after so many.

    Returns
    -------
    theta (d,), with exact zeros where the penalty makes them.

    Raises
    ------
    FloatingPointError : not converged after `sweeps` sweeps.

    >>> coordinate_descent([[1.0, 0.0], [0.0, 1.0]], [3.0, 0.2], L1(0.5))
    array([2., 0.])
    """
    data = least_squares(X, y)  # checks them
    X, y = data.X, data.y
    l1, l2 = _strengths(penalty)
    if not 0 < as_number("tolerance", tolerance) < np.inf:
        raise ValueError(f"tolerance must be a positive number, got {tolerance}")
    as_count("sweeps", sweeps, least=1)
    with np.errstate(all="ignore"):
        G, c = X.T @ X / len(y), X.T @ y / len(y)
    curved = np.diagonal(G) > 0
    if not (np.isfinite(G).all() and np.isfinite(c).all()) or (curved != X.any(axis=0)).any():
        raise ValueError("X and y must have squares within the range of floats; standardize them first")
    theta = np.zeros(X.shape[1]) if start is None else as_finite("start", start)
    if theta.shape != c.shape:
        raise ValueError(f"start must have shape {c.shape}, got {theta.shape}")
    theta[~curved] = 0  # a column of zeros has no say
    enough = tolerance * max(np.abs(c).max(), np.finfo(float).tiny)
    for _ in range(sweeps):
        slope = c - G @ theta  # minus the gradient of the squared error
        for j in np.flatnonzero(curved):
            new = slope[j] + G[j, j] * theta[j]
            new = (new - min(max(new, -l1), l1)) / (G[j, j] + l2)  # no -0.0, unlike a sign
            if new != theta[j]:
                slope -= G[j] * (new - theta[j])
                theta[j] = new
        pull = slope - l2 * theta
        violation = np.where(theta == 0, np.maximum(np.abs(pull) - l1, 0), np.abs(pull - l1 * np.sign(theta)))
        if violation.max() <= enough:
            return theta
    raise FloatingPointError(f"coordinate descent did not converge in {sweeps} sweeps: the optimality conditions are "
                             f"violated by {violation.max():.2g}; allow more sweeps, or a larger tolerance")


def lasso_path(X: ArrayLike, y: ArrayLike, strengths: ArrayLike) -> np.ndarray:
    """The lasso's solutions, 1/(2n) ||X theta - y||^2 + strength ||theta||_1, for many strengths.

    Parameters
    ----------
    X : (n, d). y : (n,). strengths : (m,), not negative, in any order; each starts from the solution of the
        stronger one before it.

    Returns
    -------
    thetas (m, d), in the order of the strengths.

    >>> lasso_path(np.eye(2), [3.0, 0.5], strengths=[2.0, 0.5, 0.0])
    array([[0. , 0. ],
           [2. , 0. ],
           [3. , 0.5]])
    """
    data, strengths = least_squares(X, y), as_finite("strengths", strengths)
    if strengths.ndim != 1:
        raise ValueError(f"strengths must be a list of numbers, got shape {strengths.shape}")
    thetas, theta = np.empty((len(strengths), data.X.shape[1])), None
    for i in np.argsort(-strengths):
        thetas[i] = theta = coordinate_descent(data.X, data.y, L1(strengths[i]), start=theta)
    return thetas


def _walk(f, theta, step, steps, tolerance, how):
    """The points that `step` leads through, until so many steps are made or the gradient, f's second part, is small."""
    as_count("steps", steps, least=0)
    if tolerance is not None and not 0 <= as_number("tolerance", tolerance):
        raise ValueError(f"tolerance must be None or a number not below 0, got {tolerance}")
    thetas, values = [], []
    with np.errstate(all="ignore"):  # divergence is noticed in the numbers
        for k in range(steps + 1):
            value, gradient = _evaluated(f, theta)
            if not all(np.isfinite(part).all() for part in (theta, value, gradient)):
                remedy = f"with {how()}; lower it" if k else "at the start; start elsewhere"
                error = FloatingPointError(f"the descent diverged at step {k}: the value became "
                                           f"{shown(np.asarray(value).tolist())} {remedy}")
                error.path = Path(np.array(thetas), np.array(values))
                raise error
            thetas.append(theta.copy())
            values.append(value)
            if tolerance is not None and np.linalg.norm(gradient, axis=-1).max() <= tolerance:
                break
            if k < steps:
                theta = step(theta, gradient)
    return Path(np.array(thetas), np.array(values))


def _evaluated(f, theta):
    """f(theta), once it is sure that it is one value a point, and a gradient."""
    return as_pair("f", f(theta), theta.shape[:-1], theta.shape)


def _start(theta):
    theta = as_float("theta", theta).copy()
    if theta.ndim not in (1, 2) or not np.isfinite(theta).all():
        raise ValueError(f"theta must be a finite vector (d,) or (K, d), got {shown(theta)}")
    return theta


def _strengths(penalty):
    """How much L1 and how much L2 a penalty is."""
    if not isinstance(penalty, (L1, L2, ElasticNet)):
        raise TypeError(f"penalty must be L1, L2 or ElasticNet, got {shown(penalty)}")
    ratio = penalty.l1_ratio if isinstance(penalty, ElasticNet) else float(isinstance(penalty, L1))
    if np.ndim(penalty.strength) or np.ndim(ratio):
        raise ValueError(f"penalty must have one strength, got {shown(penalty)}; solve for one after the other")
    return float(penalty.strength * ratio), float(penalty.strength * (1 - ratio))
