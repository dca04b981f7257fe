"""Learning-rate schedules: ``schedule(t) -> rate`` for step t, counted from 1. An optimiser takes one as its rate.

Rates may be arrays of shape (K, 1), one for each of K networks trained at once.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib._check import Value, as_float, as_rate, as_step, called, like, shown

# Lower-case classes, as in itertools: calling the name makes a schedule, which, being a dataclass, can be pickled.


@dataclass(frozen=True)
class constant:
    """rate(t) = rate.

    Parameters
    ----------
    rate : float or ndarray
        The learning rate, positive.

    Examples
    --------
    >>> constant(0.1)(1000)
    0.1
    """

    rate: float

    def __post_init__(self):
        vars(self).update(rate=as_rate("rate", self.rate))  # a frozen dataclass forbids assignment

    def __call__(self, t: int) -> Value:
        as_step("t", t)
        return self.rate


@dataclass(frozen=True)
class step_decay:
    """rate(t) = rate * factor^floor((t - 1) / every): multiplied by the factor at regular intervals.

    Parameters
    ----------
    rate : float or ndarray
        The first learning rate, positive.
    factor : float or ndarray
        What it is multiplied by, above 0 and at most 1.
    every : int
        The number of steps between two multiplications.

    Examples
    --------
    >>> [step_decay(0.8, 0.5, every=2)(t) for t in (1, 2, 3, 5)]
    [0.8, 0.8, 0.4, 0.2]
    """

    rate: float
    factor: float
    every: int

    def __post_init__(self):
        vars(self).update(rate=as_rate("rate", self.rate), factor=as_rate("factor", self.factor),
                          every=as_step("every", self.every))
        if np.any(self.factor > 1):
            raise ValueError(f"factor must be at most 1, got {shown(self.factor)}; a schedule lowers the rate")

    def __call__(self, t: int) -> Value:
        return self.rate * self.factor ** ((as_step("t", t) - 1) // self.every)


@dataclass(frozen=True)
class exponential:
    """rate(t) = rate * exp(-decay (t - 1)).

    Parameters
    ----------
    rate : float or ndarray
        The first learning rate, positive.
    decay : float or ndarray
        How fast it falls, not negative; after 1 / decay steps the rate is divided by e.

    Examples
    --------
    >>> exponential(0.1, math.log(2))(2)
    0.05
    """

    rate: float
    decay: float

    def __post_init__(self):
        vars(self).update(rate=as_rate("rate", self.rate), decay=as_rate("decay", self.decay, zero=True))

    def __call__(self, t: int) -> Value:
        with np.errstate(over="ignore", under="ignore"):
            return like(self.rate, self.rate * np.exp(-self.decay * (as_step("t", t) - 1)))


@dataclass(frozen=True)
class inverse_time:
    """rate(t) = rate / (1 + decay (t - 1)): the classical schedule of Robbins & Monro (1951).

    Parameters
    ----------
    rate : float or ndarray
        The first learning rate, positive.
    decay : float or ndarray
        How fast it falls, not negative; after 1 / decay steps the rate is halved.

    Examples
    --------
    >>> inverse_time(0.1, 1.0)(4)
    0.025
    """

    rate: float
    decay: float

    def __post_init__(self):
        vars(self).update(rate=as_rate("rate", self.rate), decay=as_rate("decay", self.decay, zero=True))

    def __call__(self, t: int) -> Value:
        with np.errstate(over="ignore", under="ignore"):
            return self.rate / (1 + self.decay * (as_step("t", t) - 1))


@dataclass(frozen=True)
class cosine:
    """Half a cosine from `rate` at t = 1 to `final` at t = steps + 1, then constant (Loshchilov & Hutter, 2017).

    Parameters
    ----------
    rate : float or ndarray
        The first learning rate, positive.
    steps : int
        The number of steps to the final one.
    final : float or ndarray
        The last learning rate, not negative.

    Examples
    --------
    >>> [round(cosine(1.0, 4)(t), 4) for t in (1, 3, 5, 6)]
    [1.0, 0.5, 0.0, 0.0]
    """

    rate: float
    steps: int
    final: float = 0.0

    def __post_init__(self):
        vars(self).update(rate=as_rate("rate", self.rate), steps=as_step("steps", self.steps),
                          final=as_rate("final", self.final, zero=True))

    def __call__(self, t: int) -> Value:
        return _half_cosine(self.rate, self.final, (as_step("t", t) - 1) / self.steps)


@dataclass(frozen=True)
class warmup:
    """Another schedule, multiplied by t / steps during the first `steps` steps (Goyal et al., 2017).

    Parameters
    ----------
    schedule : callable
        The schedule to warm up to.
    steps : int
        The number of warm-up steps.

    Examples
    --------
    >>> [warmup(constant(0.8), 4)(t) for t in (1, 2, 4, 9)]
    [0.2, 0.4, 0.8, 0.8]
    """

    schedule: Callable
    steps: int

    def __post_init__(self):
        called("schedule", self.schedule)
        if not callable(self.schedule):
            raise TypeError(f"schedule must be callable, got {shown(self.schedule)}; wrap a rate in constant(rate)")
        vars(self).update(steps=as_step("steps", self.steps))

    def __call__(self, t: int) -> Value:
        rate = self.schedule(t)
        as_float("what schedule returns", rate)
        return rate * min(1, as_step("t", t) / self.steps)


@dataclass(frozen=True)
class one_cycle:
    """Half a cosine up from peak / 25 to the peak in the first 30 % of the steps, then one down to peak / 250,000.

    The shape of Smith & Topin (2019), with the proportions made usual by PyTorch's OneCycleLR and optax.

    Parameters
    ----------
    peak : float or ndarray
        The largest learning rate, positive.
    steps : int
        The number of steps in the cycle.

    Examples
    --------
    >>> [round(one_cycle(1.0, 10)(t), 4) for t in (1, 4, 11)]
    [0.04, 1.0, 0.0]
    """

    peak: float
    steps: int

    def __post_init__(self):
        vars(self).update(peak=as_rate("peak", self.peak), steps=as_step("steps", self.steps))

    def __call__(self, t: int) -> Value:
        done = (as_step("t", t) - 1) / self.steps
        rise = 0.3
        if done < rise:
            return _half_cosine(self.peak / 25, self.peak, done / rise)
        return _half_cosine(self.peak, self.peak / 250_000, (done - rise) / (1 - rise))


def _half_cosine(start, end, part):
    w = (1 + math.cos(math.pi * min(part, 1))) / 2
    return w * start + (1 - w) * end
