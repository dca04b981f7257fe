"""Trying a reader's function, and saying what came out."""

import warnings
from collections.abc import Callable

import numpy as np

from nnlib._check import as_float, shown
from nnlib.exercises.table import EXERCISES


def check(name: str, reader_function: Callable) -> bool:
    """Try the reader's function on the cases of an exercise, print what happened, and return whether all went well.

    It never raises: an exception, a warning, a wrong value or shape, a changed argument, or a stub that returns nothing
    is reported as a failed case.

    Parameters
    ----------
    name : str
        An exercise, one of `EXERCISES`.
    reader_function : callable
        The function to try; it gets copies of the arguments.

    Returns
    -------
    bool
        Whether every case went well.

    Examples
    --------
    >>> check("sigmoid", lambda z: 1 / (1 + np.exp(-z)))
    sigmoid: 9 of 14 cases right
      tried    sigmoid(-1000.0)
      got      RuntimeWarning: overflow encountered in exp
      expected 0.0
      (the first of 5 that failed)
    False
    """
    if not isinstance(name, str) or name not in EXERCISES:
        print(f"there is no exercise {shown(name)}; there are: {', '.join(sorted(EXERCISES))}")
        return False
    exercise, failures = EXERCISES[name], []
    for arguments in exercise.cases:
        expected = exercise.reference(*arguments)
        got = _try(reader_function, arguments)
        if not _agree(got, expected, exercise.tolerance):
            failures.append((", ".join(map(_text, arguments)), _text(got), _text(expected)))
    print(f"{name}: {len(exercise.cases) - len(failures)} of {len(exercise.cases)} cases right")
    if failures:
        tried, got, expected = failures[0]
        print(f"  tried    {name}({tried})\n  got      {got}\n  expected {expected}")
        if len(failures) > 1:
            print(f"  (the first of {len(failures)} that failed)")
    return not failures


class _Raised(str):
    """What an exception or a warning said, in place of a result."""


def _try(function, arguments):
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            got = function(*given)
    except (Exception, SystemExit) as error:
        return _Raised(f"{type(error).__name__}: {error}")
    for place, (before, after) in enumerate(zip(arguments, given), start=1):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            return _Raised(f"a changed argument: number {place} has become {_text(after)}; work on a copy")
    return got


def _agree(got, expected, tolerance):
    if got is None or isinstance(got, str):
        return False
    try:
        got = as_float("the result", got).astype(np.float64)
    except TypeError:  # text, complex numbers, rows of different lengths
        return False
    expected = np.asarray(expected)
    return got.shape == expected.shape and np.allclose(got, expected, rtol=tolerance, atol=1e-323, equal_nan=True)


def _text(value):
    if value is None:
        return "None (does the function return its result?)"
    if isinstance(value, _Raised):
        return str(value)
    if isinstance(value, np.ndarray):
        return " ".join(np.array2string(value, separator=", ", threshold=12).split())
    return shown(value.item() if isinstance(value, np.generic) else value)
