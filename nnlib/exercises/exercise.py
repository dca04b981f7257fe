"""What an exercise is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """A function to be written by the reader: the reference, the arguments to try, the relative error allowed.

    Between numbers that differ by two of the smallest float64 above 0, at most, no difference is made: down there a
    rounding error is as large as the number.

    Parameters
    ----------
    reference : callable
        A correct solution.
    cases : tuple of tuple
        The arguments of each call.
    tolerance : float
        The relative error allowed.

    Examples
    --------
    >>> Exercise(abs, cases=((1.0,), (-2.0,))).tolerance
    1e-12
    """

    reference: Callable
    cases: tuple
    tolerance: float = 1e-12
