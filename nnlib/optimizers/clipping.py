"""Clipping: a gradient that is too long is shortened before the step."""

from dataclasses import dataclass

import numpy as np

from nnlib._check import as_float, as_positive


@dataclass(frozen=True)
class clip_by_norm:
    """clip(grad) -> the gradient, scaled down to the norm `limit` where it is longer (Pascanu et al., 2013).

    The direction stays. With a leading axis of K networks each has its own norm. A gradient that is not finite is left
    as it is, for the caller to notice.

    Parameters
    ----------
    limit : float
        The largest norm, positive.

    Examples
    --------
    >>> clip_by_norm(1.0)(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """

    limit: float

    def __post_init__(self):
        as_positive("limit", self.limit)

    def __call__(self, grad: np.ndarray) -> np.ndarray:
        grad = as_float("grad", grad)
        if grad.ndim == 0:
            raise ValueError(f"grad must be a vector (P,) or (K, P), got the number {grad}; wrap it in a list")
        limit = float(self.limit)
        with np.errstate(all="ignore"):
            largest = np.abs(grad).max(axis=-1, keepdims=True, initial=0)
            unit = grad / largest  # squares of 1e200 would overflow
            norm = np.linalg.norm(unit, axis=-1, keepdims=True)
            return np.where(largest * norm > limit, unit / norm * limit, grad)


@dataclass(frozen=True)
class clip_by_value:
    """clip(grad) -> the gradient with every entry moved into [-limit, limit]; the direction changes.

    Parameters
    ----------
    limit : float
        The largest size of an entry, positive.

    Examples
    --------
    >>> clip_by_value(1.0)(np.array([3.0, -0.4]))
    array([ 1. , -0.4])
    """

    limit: float

    def __post_init__(self):
        as_positive("limit", self.limit)

    def __call__(self, grad: np.ndarray) -> np.ndarray:
        limit = float(self.limit)
        with np.errstate(over="ignore"):
            return np.clip(as_float("grad", grad), -limit, limit)
