"""Softmax, which takes a row, and the logarithms that go with it."""

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Value, as_float, is_whole, like, shown


def softmax(z: ArrayLike, axis: int = -1) -> np.ndarray:
    r"""Probabilities from logits: softmax(z)_k = exp(z_k) / sum_j exp(z_j) along `axis`.

    Parameters
    ----------
    z : array_like, (..., classes)
        Logits.
    axis : int
        The axis of the classes.

    Returns
    -------
    ndarray
        Of z's shape; the entries along `axis` sum to 1. Two entries of +inf give NaN.

    Raises
    ------
    TypeError
        If z is not numeric.
    ValueError
        If z has no such axis, or no entry along it.

    Examples
    --------
    >>> softmax([0, 0])
    array([0.5, 0.5])
    >>> softmax([1000, 0])
    array([1., 0.])
    """
    with np.errstate(all="ignore"):
        shifted, _, others = _parts(z, axis)
        return np.exp(shifted) / (1 + others)


def log_softmax(z: ArrayLike, axis: int = -1) -> np.ndarray:
    r"""log softmax(z)_k = (z_k - m) - log(1 + r): m is the largest logit, r the sum of exp(z_j - m) over the others.

    The usual log(sum of all) loses every digit of a confident class's log-probability, because 1 + r rounds to 1;
    log1p(r) does not (chapter 2). Where z_k - m is below the smallest float, the result is -inf.

    Parameters
    ----------
    z : array_like, (..., classes)
        Logits.
    axis : int
        The axis of the classes.

    Returns
    -------
    ndarray
        Of z's shape.

    Raises
    ------
    TypeError, ValueError
        As in `softmax`.

    Examples
    --------
    >>> log_softmax([100, 0]) + 0.0
    array([-3.72007598e-44, -1.00000000e+02])
    """
    with np.errstate(all="ignore"):
        shifted, _, others = _parts(z, axis)
        return shifted - np.log1p(others)


def logsumexp(z: ArrayLike, axis: int = -1) -> Value:
    r"""log sum_k exp(z_k) = m + log(1 + r), with m and r as in `log_softmax` (Blanchard, Higham & Higham, 2021).

    Parameters
    ----------
    z : array_like, (..., classes)
        Logits.
    axis : int
        The axis of the classes.

    Returns
    -------
    float or ndarray
        Of z's shape without `axis`.

    Raises
    ------
    TypeError, ValueError
        As in `softmax`.

    Examples
    --------
    >>> logsumexp([1000, 1000]) - 1000
    0.693147...
    """
    with np.errstate(all="ignore"):
        _, top, others = _parts(z, axis)
        total = np.where(np.isinf(top), top, top + np.log1p(others))
    return like(z, np.squeeze(total, axis))


def _parts(z, axis):
    """z - m, m = max z, and the sum of exp(z - m) over all entries but the first largest.

    Where m is infinite, the first entry that reaches it becomes 0, not inf - inf.
    """
    z = as_float("z", z)
    if not is_whole(axis) or axis not in range(-z.ndim, z.ndim) or z.shape[axis] == 0:
        raise ValueError(f"z must have at least one entry along axis {shown(axis)}, got shape {z.shape}; "
                         f"give an array (..., classes) and the axis of its classes")
    top, first = z.max(axis, keepdims=True), z.argmax(axis, keepdims=True)
    shifted = z - top
    if np.isinf(top).any():
        np.put_along_axis(shifted, first, np.where(np.isnan(top), top, 0), axis)
    others = np.exp(shifted)
    np.put_along_axis(others, first, 0, axis)
    return shifted, top, others.sum(axis, keepdims=True)
