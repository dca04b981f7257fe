"""Trying a reader's function, and saying what came out."""

import sys
import warnings
from collections.abc import Callable

import numpy as np

from nnlib._check import as_array, shown
from nnlib.exercises.limit import limited
from nnlib.exercises.table import EXERCISES

SECONDS = 5  # for one call; right answers take milliseconds


def check(name: str, reader_function: Callable) -> bool:
    """Try the reader's function on the cases of an exercise, print what happened, and return whether all went well.

    It never raises: an exception, a warning, a wrong value or shape, a changed argument, a stub that returns nothing or
    a loop that never ends is reported as a failed case.

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
    exercise, right, failures = EXERCISES[name], 0, []
    for arguments in exercise.cases:
        expected = exercise.reference(*arguments)
        got = _try(reader_function, arguments)
        if isinstance(got, _Endless):
            failures = [(arguments, got, expected)]
            break
        if _agree(got, expected, exercise.tolerance):
            right += 1
        else:
            failures.append((arguments, got, expected))
    print(f"{name}: {right} of {len(exercise.cases)} cases right")
    if failures:
        arguments, got, expected = failures[0]
        tried, (got_text, expected_text) = ", ".join(map(_text, arguments)), _told_apart(got, expected)
        print(f"  tried    {name}({tried})\n  got      {got_text}\n  expected {expected_text}")
        if isinstance(got, _Endless):
            print("  (no other case was tried after it)")
        elif len(failures) > 1:
            print(f"  (the first of {len(failures)} that failed)")
    return not failures


class _Raised(str):
    """What an exception or a warning said, in place of a result."""


class _Endless(_Raised):
    """The same, when time was up."""


def _try(function, arguments):
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got, error = limited(SECONDS, function, *given)
    if isinstance(error, TimeoutError):
        return _Endless(error)
    if type(error) is NameError:
        return _Raised(f"NameError: {error}; if it is not a slip, run the chapter's first code cell, which imports, "
                       "and the cells above this one")
    if error is not None:
        return _Raised(f"{type(error).__name__}: {error}")
    for place, (before, after) in enumerate(zip(arguments, given), start=1):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            return _Raised(f"a changed argument: number {place} has become {_told_apart(after, before)[0]}; "
                           "work on a copy")
    return got


def _agree(got, expected, tolerance):
    got, expected = _numbers(got), np.asarray(expected)
    return (got is not None and got.shape == expected.shape
            and np.allclose(got, expected, rtol=tolerance, atol=1e-323, equal_nan=True))


def _numbers(value):
    """`value` as an array of float64; None if it is text, complex, of rows of different lengths, or nothing."""
    try:
        array = as_array("the result", value)
    except TypeError:
        return None
    return array.astype(np.float64) if array.dtype.kind in "fiub" else None


def _told_apart(got, expected):
    """The texts of both, with as many digits as it takes to see how they differ."""
    own = np.get_printoptions()["precision"]
    looks: list[dict] = [{}, *({"precision": digits, "suppress": False} for digits in range(own, 17)),
                         {"floatmode": "unique", "suppress": False, "threshold": sys.maxsize}]
    for look in looks:
        with np.printoptions(**{"threshold": 12, **look}):
            texts = _text(got), _text(expected)
        if texts[0] != texts[1]:
            break
    return texts


def _text(value):
    if value is None:
        return "None (does the function return its result?)"
    if isinstance(value, _Raised):
        return str(value)
    if isinstance(value, (list, tuple)):
        numbers = _numbers(value)
        value = value if numbers is None else numbers
    if isinstance(value, np.ndarray):
        return " ".join(np.array2string(value, separator=", ").split())
    return shown(value.item() if isinstance(value, np.generic) else value)
