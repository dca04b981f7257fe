"""Penalties on weights: ``penalty(w) -> (value, gradient)`` and ``penalty.prox(w, step)``.

They sum over the last axis: w of shape (P,) gives one float, w of shape (K, P) an array of K values, one per network,
and a strength may then be an array of shape (K, 1). Nothing is divided by the number of examples. Which weights are
penalised is up to the caller: biases, by this book's convention, are not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Computing, Value, as_float, like, shown


def soft_threshold(w: ArrayLike, t: ArrayLike) -> Value:
    r"""sign(w) max(|w| - t, 0): moves every entry towards 0 by t, and to exactly 0 if it is no further away than t.

    It is the proximal map of t ||.||_1, the minimiser of ||x - w||^2 / 2 + t ||x||_1 over x.

    Parameters
    ----------
    w : array_like
        The weights, of any shape.
    t : array_like
        The threshold, not negative: a number, or an array that broadcasts against w.

    Returns
    -------
    float or ndarray
        Of w's shape and dtype.

    Raises
    ------
    ValueError
        If t is negative or does not broadcast.
    TypeError
        If w or t is not numeric.

    Examples
    --------
    >>> soft_threshold([3.0, -0.5, 0.2], 0.5)
    array([2.5, 0. , 0. ])
    """
    array = as_float("w", w)
    t = as_float("t", t)
    if (t < 0).any():
        raise ValueError(f"t must not be negative, got {shown(t.min().item())}")
    _broadcasting("t", t, "w", array)
    with np.errstate(all="ignore"):
        t = t.astype(array.dtype)
        return like(w, array - np.clip(array, -t, t))


@dataclass(frozen=True)
class Penalty(Computing):
    """What all penalties share: the strength, and the checks before the formula.

    Parameters
    ----------
    strength : float or ndarray
        Not negative: a number, or an array (K, 1) beside weights (K, P).

    Examples
    --------
    >>> isinstance(L2(0.1), Penalty)
    True
    """

    strength: Any

    def __post_init__(self):
        strength = as_float("strength", self.strength)
        if not (strength >= 0).all() or np.isinf(strength).any():
            raise ValueError(f"strength must be finite and not negative, got {shown(self.strength)}")
        if strength.ndim == 0:
            object.__setattr__(self, "strength", strength.item())

    def __call__(self, w: ArrayLike) -> tuple[Value, np.ndarray]:
        """The penalty and its gradient.

        Parameters
        ----------
        w : array_like, (P,) or (K, P)
            The weights.

        Returns
        -------
        value : float or ndarray
            A float, or an array (K,).
        gradient : ndarray
            Of w's shape and dtype.
        """
        w = as_float("w", w)
        if w.ndim == 0:
            raise ValueError(f"w must be a vector (P,) or (K, P), got the number {w}; wrap it in a list")
        with np.errstate(all="ignore"):
            return self.compute(w)

    def compute(self, w: np.ndarray) -> tuple[Value, np.ndarray]:
        """Value and gradient without the checks.

        Parameters
        ----------
        w : ndarray, (P,) or (K, P)
            Of floats.

        Returns
        -------
        value : float or ndarray
            A float, or an array (K,).
        gradient : ndarray
            Of w's shape and dtype.
        """
        raise NotImplementedError


class L1(Penalty):
    r"""strength * sum |w_i|, with the subgradient strength * sign(w), 0 at 0 (Tibshirani, 1996).

    Parameters
    ----------
    strength : float or ndarray
        Not negative: a number, or an array (K, 1) beside weights (K, P).

    Examples
    --------
    >>> L1(0.1)([3.0, -1.0, 0.0])
    (0.4, array([ 0.1, -0.1,  0. ]))
    >>> L1(0.1).prox([3.0, -1.0, 0.05], step=1.0)
    array([ 2.9, -0.9,  0. ])
    """

    def compute(self, w):
        strength = _beside(w, self.strength)
        return _one_or_each(w, (strength * np.abs(w)).sum(-1)), strength * np.sign(w)

    def prox(self, w: ArrayLike, step: ArrayLike) -> Value:
        """The minimiser over x of ||x - w||^2 / (2 step) + strength ||x||_1: `soft_threshold(w, step * strength)`.

        Parameters
        ----------
        w : array_like
            The point to start from.
        step : array_like
            The length of the step, not negative.

        Returns
        -------
        float or ndarray
            Of w's shape and dtype.
        """
        array = as_float("w", w)
        return soft_threshold(w, _beside(array, _prox_length(step, self.strength)))


class L2(Penalty):
    r"""strength / 2 * sum w_i^2, with the gradient strength * w (Hoerl & Kennard, 1970; Krogh & Hertz, 1992).

    Parameters
    ----------
    strength : float or ndarray
        Not negative: a number, or an array (K, 1) beside weights (K, P).

    Examples
    --------
    >>> L2(0.5)([3.0, -1.0])
    (2.5, array([ 1.5, -0.5]))
    >>> L2(1.0).prox([3.0, -1.0], step=1.0)
    array([ 1.5, -0.5])
    """

    def compute(self, w):
        gradient = _beside(w, self.strength) * w
        return _one_or_each(w, np.vecdot(gradient, w) / 2), gradient

    def prox(self, w: ArrayLike, step: ArrayLike) -> Value:
        """The minimiser over x of ||x - w||^2 / (2 step) + strength/2 ||x||^2: w / (1 + step * strength).

        Parameters
        ----------
        w : array_like
            The point to start from.
        step : array_like
            The length of the step, not negative.

        Returns
        -------
        float or ndarray
            Of w's shape and dtype.
        """
        array = as_float("w", w)
        with np.errstate(all="ignore"):
            return like(w, array / _beside(array, 1 + _prox_length(step, self.strength)))


@dataclass(frozen=True)
class ElasticNet(Penalty):
    r"""strength * (l1_ratio * sum |w_i| + (1 - l1_ratio) / 2 * sum w_i^2), as in scikit-learn (Zou & Hastie, 2005).

    Parameters
    ----------
    strength : float or ndarray
        Not negative: a number, or an array (K, 1) beside weights (K, P).
    l1_ratio : float or ndarray
        From 0 (all L2) to 1 (all L1).

    Examples
    --------
    >>> ElasticNet(0.1, l1_ratio=0.5)([2.0, -1.0])
    (0.275, array([ 0.15, -0.1 ]))
    """

    l1_ratio: Any = 0.5

    def __post_init__(self):
        super().__post_init__()
        ratio = as_float("l1_ratio", self.l1_ratio)
        if not ((ratio >= 0) & (ratio <= 1)).all():
            raise ValueError(f"l1_ratio must lie in [0, 1], got {shown(self.l1_ratio)}")

    @property
    def _parts(self):
        strength = as_float("strength", self.strength)
        ratio = as_float("l1_ratio", self.l1_ratio)
        _broadcasting("l1_ratio", ratio, "strength", strength)
        return L1(strength * ratio), L2(strength * (1 - ratio))

    def compute(self, w):
        (a, da), (b, db) = (part.compute(w) for part in self._parts)
        return a + b, da + db

    def prox(self, w: ArrayLike, step: ArrayLike) -> Value:
        """Soft threshold first, then shrink: `L2.prox` of `L1.prox`.

        Parameters
        ----------
        w : array_like
            The point to start from.
        step : array_like
            The length of the step, not negative.

        Returns
        -------
        float or ndarray
            Of w's shape and dtype.
        """
        l1, l2 = self._parts
        return l2.prox(l1.prox(w, step), step)


def _beside(w, strength):
    """The strength in w's dtype, so that float32 weights stay float32; raises unless it fits w's shape."""
    if type(strength) is float:  # the usual case; a built-in float leaves w's dtype alone
        return strength
    strength = as_float("strength", strength)
    if strength.ndim not in (0, w.ndim) or any(n not in (1, m) for n, m in zip(strength.shape, w.shape)):
        raise ValueError(f"strength (and step) must be one number, or an array (K, 1) beside w (K, P), "
                         f"got shape {strength.shape} beside w of shape {w.shape}")
    with np.errstate(over="ignore"):
        return strength.astype(w.dtype)


def _one_or_each(w, total):
    """A float for one vector, an array (K,) for K."""
    return total.item() if w.ndim == 1 else total


def _prox_length(step, strength):
    """step * strength, the length of a proximal step."""
    step = as_float("step", step)
    strength = as_float("strength", strength)
    if not ((step >= 0) & np.isfinite(step)).all():
        raise ValueError(f"step must be finite and not negative, got {shown(step.tolist())}")
    _broadcasting("step", step, "strength", strength)
    with np.errstate(over="ignore"):
        return step * strength


def _broadcasting(name, a, other, b):
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ValueError(f"{name} must be one number or fit {other} of shape {b.shape}, got shape {a.shape}") from None
