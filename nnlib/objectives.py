"""Objectives: functions to be minimised, ``f(theta) -> (value, gradient)``, as `descent.minimize` and SciPy take them.

``scipy.optimize.minimize(f, theta, jac=True)`` works with each of them. Two are built from data, the others are test
surfaces for optimisers. theta may be (d,), or (K, d) for K points at once: then the value is (K,). The gradient has
theta's dtype.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Value, as_finite, as_float, as_pair, called, shown
from nnlib.losses import binary_cross_entropy


@dataclass(frozen=True, eq=False)
class quadratic:
    r"""f(theta) = theta^T A theta / 2 - b^T theta, with the gradient A theta - b, 0 at A^-1 b where A is invertible.

    Parameters
    ----------
    A : array_like, (d, d) or (d,)
        A symmetric matrix, or the eigenvalues of a diagonal one.
    b : array_like, (d,), optional
        The linear part; None for 0.

    Examples
    --------
    >>> quadratic([1.0, 10.0])([2.0, 1.0])
    (7.0, array([ 2., 10.]))
    """

    A: Any
    b: Any = None

    def __post_init__(self):
        A = as_finite("A", self.A)
        A = np.diag(A) if A.ndim == 1 else A
        if A.ndim != 2 or A.shape[0] != A.shape[1] or A.size == 0:
            raise ValueError(f"A must be a symmetric matrix (d, d) or its eigenvalues (d,), got shape {A.shape}")
        if np.abs(A / 2 - A.T / 2).max(initial=0) > 1e-12 * np.abs(A).max(initial=0):
            raise ValueError(f"A must be symmetric, got {shown(A.tolist())}; use (A + A.T) / 2")
        b = np.zeros(len(A)) if self.b is None else as_finite("b", self.b)
        if b.shape != (len(A),):
            raise ValueError(f"b must have shape {(len(A),)} beside A {A.shape}, got {b.shape}")
        object.__setattr__(self, "A", A)
        object.__setattr__(self, "b", b)

    def __call__(self, theta: ArrayLike) -> tuple[Value, np.ndarray]:
        theta = _point(theta, len(self.A))
        with np.errstate(all="ignore"):
            product = theta @ self.A
            return _pair(theta, np.vecdot(theta, product / 2 - self.b), product - self.b)


def rosenbrock(theta: ArrayLike) -> tuple[Value, np.ndarray]:
    r"""(1 - x)^2 + 100 (y - x^2)^2 (Rosenbrock, 1960): a curved valley; minimum 0 at (1, 1).

    Parameters
    ----------
    theta : array_like, (2,) or (K, 2)
        The point, or K points at once.

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        Of theta's shape and dtype.

    Examples
    --------
    >>> rosenbrock([0.0, 0.0])
    (1.0, array([-2.,  0.]))
    """
    theta = _point(theta, 2)
    x, y = theta.T
    with np.errstate(all="ignore"):
        bend = y - x**2
        value = (1 - x) ** 2 + 100 * bend**2
        return _pair(theta, value, -2 * (1 - x) - 400 * x * bend, 200 * bend)


def beale(theta: ArrayLike) -> tuple[Value, np.ndarray]:
    r"""Sum over i = 1, 2, 3 of (c_i - x + x y^i)^2, c = (1.5, 2.25, 2.625) (Beale, 1958); minimum 0 at (3, 0.5).

    Parameters
    ----------
    theta : array_like, (2,) or (K, 2)
        The point, or K points at once.

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        Of theta's shape and dtype.

    Examples
    --------
    >>> beale([3.0, 0.5])
    (0.0, array([0., 0.]))
    """
    theta = _point(theta, 2)
    x, y = theta.T
    with np.errstate(all="ignore"):
        rests = [c - x + x * y**i for i, c in ((1, 1.5), (2, 2.25), (3, 2.625))]
        by_x = sum(2 * r * (y**i - 1) for i, r in enumerate(rests, 1))
        by_y = sum(2 * r * x * i * y ** (i - 1) for i, r in enumerate(rests, 1))
        return _pair(theta, sum(r**2 for r in rests), by_x, by_y)


def himmelblau(theta: ArrayLike) -> tuple[Value, np.ndarray]:
    r"""(x^2 + y - 11)^2 + (x + y^2 - 7)^2 (Himmelblau, 1972): four minima of value 0, one at (3, 2).

    Parameters
    ----------
    theta : array_like, (2,) or (K, 2)
        The point, or K points at once.

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        Of theta's shape and dtype.

    Examples
    --------
    >>> himmelblau([3.0, 2.0])
    (0.0, array([0., 0.]))
    """
    theta = _point(theta, 2)
    x, y = theta.T
    with np.errstate(all="ignore"):
        a, b = x**2 + y - 11, x + y**2 - 7
        return _pair(theta, a**2 + b**2, 4 * x * a + 2 * b, 2 * a + 4 * y * b)


@dataclass(frozen=True, eq=False)
class least_squares:
    r"""f(theta) = 1/(2n) ||X theta - y||^2 + penalty(theta), with the gradient X^T (X theta - y) / n + the penalty's.

    Parameters
    ----------
    X : array_like, (n, d)
        The data, finite; there is no bias unless X has a column of ones.
    y : array_like, (n,)
        The targets.
    penalty : callable, optional
        From `nnlib.penalties`.

    Examples
    --------
    >>> least_squares([[1.0], [2.0]], [1.0, 2.0])([0.0])
    (1.25, array([-2.5]))
    """

    X: Any
    y: Any
    penalty: Any = None

    def __post_init__(self):
        _keep_data(self)

    def __call__(self, theta: ArrayLike) -> tuple[Value, np.ndarray]:
        theta = _point(theta, self.X.shape[1])
        with np.errstate(all="ignore"):
            residual = theta @ self.X.T - self.y  # (..., n)
            value = np.vecdot(residual, residual) / (2 * len(self.y))
            return _penalised(self.penalty, theta, value, residual @ self.X / len(self.y))


@dataclass(frozen=True, eq=False)
class logistic_regression:
    r"""f(theta) = mean over i of binary_cross_entropy(x_i^T theta, y_i) + penalty(theta).

    Parameters
    ----------
    X : array_like, (n, d)
        The data, finite; there is no bias unless X has a column of ones.
    y : array_like, (n,)
        The labels, 0 or 1.
    penalty : callable, optional
        From `nnlib.penalties`.

    Examples
    --------
    >>> value, gradient = logistic_regression([[1.0], [2.0]], [0, 1])([0.0])
    >>> round(value, 6), gradient
    (0.693147, array([-0.25]))
    """

    X: Any
    y: Any
    penalty: Any = None

    def __post_init__(self):
        _keep_data(self)
        if not np.isin(self.y, (0, 1)).all():
            raise ValueError(f"y must hold 0 and 1, got {shown(self.y[~np.isin(self.y, (0, 1))][0].item())}")

    def __call__(self, theta: ArrayLike) -> tuple[Value, np.ndarray]:
        theta = _point(theta, self.X.shape[1])
        with np.errstate(all="ignore"):
            logits = (theta @ self.X.T)[..., None]  # (..., n, 1)
            value, slope = binary_cross_entropy(logits, self.y[:, None])
            return _penalised(self.penalty, theta, np.asarray(value), slope[..., 0] @ self.X)


def _keep_data(objective):
    X, y = as_finite("X", objective.X), as_finite("y", objective.y)
    if X.ndim != 2 or y.shape != X.shape[:1] or X.size == 0:
        raise ValueError(f"X must be (n, d) and y (n,), with at least one example, got shapes {X.shape} and {y.shape}")
    called("penalty", objective.penalty)
    if objective.penalty is not None and not callable(objective.penalty):
        raise TypeError(f"penalty must be one of nnlib.penalties or None, got {shown(objective.penalty)}")
    object.__setattr__(objective, "X", X)
    object.__setattr__(objective, "y", y)


def _penalised(penalty, theta, value, gradient):
    if penalty is None:
        return _pair(theta, value, gradient)
    extra, slope = as_pair("penalty", penalty(theta), theta.shape[:-1], theta.shape)
    return _pair(theta, value + extra, gradient + slope)


def _point(theta, d):
    theta = as_float("theta", theta)
    if theta.ndim not in (1, 2) or theta.shape[-1] != d or len(theta) == 0:
        raise ValueError(f"theta must have shape ({d},), or (K, {d}) for K points at once, got {theta.shape}")
    return theta


def _pair(theta, value, *gradient):
    """(value, gradient): a built-in float for one point, and theta's dtype; the gradient whole, or entry by entry."""
    gradient = gradient[0] if len(gradient) == 1 else np.stack(gradient, axis=-1)
    value = float(value) if theta.ndim == 1 else value.astype(theta.dtype, copy=False)
    return value, gradient.astype(theta.dtype, copy=False)
