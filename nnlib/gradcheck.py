"""Gradients by finite differences, and their comparison with a formula's: the test that no derivative here escapes."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Value, as_callable, as_finite, as_float, as_number, called, like, shown


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradient` found: how far the gradient is from the finite differences, and where it is worst.

    Parameters
    ----------
    relative_error : float
        The worst entry's: below 1e-6 when all is well, mostly above 1e-3 when the formula is wrong.
    where : tuple of int
        The index of the worst entry.
    gradient : ndarray
        What f returned.
    numerical : ndarray
        What the differences say.

    Examples
    --------
    >>> check_gradient(lambda w: (w @ w, 2 * w), [3.0, -1.0]).relative_error < 1e-6
    True
    """

    relative_error: float  # the worst entry's: below 1e-6 when all is well, mostly above 1e-3 when the formula is wrong
    where: tuple  # index of the worst entry
    gradient: np.ndarray  # what f returned
    numerical: np.ndarray  # what the differences say

    def __str__(self):
        return (f"relative error {self.relative_error:.1e} at {self.where}: "
                f"gradient {self.gradient[self.where]:.8g}, finite difference {self.numerical[self.where]:.8g}")


def numerical_gradient(f: Callable, theta: ArrayLike, h: float = 1e-5) -> Value:
    r"""Central differences: df/dtheta_i = (f(theta + s e_i) - f(theta - s e_i)) / (2s), with s = h max(1, |theta_i|).

    The error is s^2 f'''/6 from the formula plus about eps |f| / s from rounding (eps = 2.2e-16), smallest near
    h = eps^(1/3) = 6e-6.

    Parameters
    ----------
    f : callable
        Called as f(theta); returns a value, or a pair (value, gradient), of which the value is taken.
    theta : array_like
        A number or an array of floats, never changed; f sees float64 copies.
    h : float
        The relative step, positive.

    Returns
    -------
    float or ndarray
        Of theta's shape; a float for a Python number. A value of shape (K,) beside theta (K, P) is taken as K
        functions, each of its own row; a value of theta's own shape as a function of one number, applied to every
        element.

    Raises
    ------
    TypeError
        If theta is not numeric or f is not callable.
    ValueError
        If theta is not finite, h is not positive or too small to move it, or the value's shape does not fit theta's.

    Examples
    --------
    >>> numerical_gradient(lambda w: w @ w, [3.0, -1.0]).round(6)
    array([ 6., -2.])
    """
    called("f", f)
    as_callable("f", f, "as f(theta) -> value or (value, gradient)")
    if not 0 < as_number("h", h) < np.inf:
        raise ValueError(f"h must be a positive number, got {shown(h)}; 1e-5 suits float64")
    start = theta
    theta = as_finite("theta", theta)
    with np.errstate(over="ignore"):
        steps = h * np.maximum(1, np.abs(theta))
        up, down = theta + steps, theta - steps
        width = up - down  # not 2 * steps: theta + steps is rounded
    if not ((width > 0) & np.isfinite(width)).all():
        raise ValueError(f"h must move every entry of theta to another float, got {shown(h)}; 1e-5 suits float64")
    shape = np.shape(_value_at(f, theta.copy()[()]))
    if shape != theta.shape[:len(shape)]:
        raise ValueError(f"f must return one number, or one for each leading index of theta {theta.shape}, "
                         f"got a value of shape {shape}")
    rise = np.empty_like(theta)
    for index in np.ndindex(theta.shape[len(shape):]):
        here = (..., *index)
        right, left = theta.copy(), theta.copy()
        right[here], left[here] = up[here], down[here]
        after, before = _value_at(f, right[()]), _value_at(f, left[()])
        with np.errstate(invalid="ignore"):  # inf - inf is NaN: f is no longer finite there
            rise[here] = after - before
    return like(start, rise / width)


def check_gradient(f: Callable, theta: ArrayLike, h: float = 1e-5) -> GradientCheck:
    r"""Compare the gradient that f returns with finite differences of the value that it returns.

    The relative error of entry i is |g_i - d_i| / max(|g_i|, |d_i|, 0.001 max_j |d_j|): entries that are tiny beside
    the largest are measured against a thousandth of it, because the differences themselves carry an error of that
    scale. It is infinite where an entry is not finite.

    Parameters
    ----------
    f : callable
        Called as f(theta); returns (value, gradient), as every loss, penalty and objective here does.
    theta : array_like
        As for `numerical_gradient`.
    h : float
        As for `numerical_gradient`.

    Returns
    -------
    GradientCheck
        The worst relative error, where it is, and both gradients.

    Raises
    ------
    TypeError
        If f does not return a pair.
    ValueError
        If the gradient does not have theta's shape.

    Examples
    --------
    >>> check_gradient(lambda w: (w @ w, 2 * w), [3.0, -1.0]).relative_error < 1e-9
    True
    >>> check_gradient(lambda w: (w @ w, w), [3.0, -1.0]).relative_error > 0.4
    True
    """
    called("f", f)
    as_callable("f", f, "as f(theta) -> (value, gradient)")
    theta = as_float("theta", theta)
    if theta.size == 0:
        raise ValueError(f"theta must hold at least one parameter, got shape {theta.shape}")
    pair = f(theta.copy()[()])
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise TypeError(f"f must return a pair (value, gradient), got {shown(pair)}")
    gradient = as_float("f's gradient", pair[1]).astype(np.float64)
    if gradient.shape != theta.shape:
        raise ValueError(f"f must return a gradient of theta's shape {theta.shape}, got {gradient.shape}")
    numerical = np.asarray(numerical_gradient(f, theta, h))
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.maximum(np.maximum(np.abs(gradient), np.abs(numerical)), 1e-3 * np.abs(numerical).max(initial=0))
        error = np.where(gradient == numerical, 0, np.abs(gradient - numerical) / scale)
    error = np.where(np.isfinite(gradient) & np.isfinite(numerical), error, np.inf)
    where = np.unravel_index(error.argmax(), error.shape)
    return GradientCheck(error[where].item(), tuple(int(i) for i in where), gradient, numerical)


def _value_at(f, theta):
    result = f(theta)
    return as_float("f's value", result[0] if isinstance(result, tuple) else result).astype(np.float64)
