"""What the operations of a formula compute; letters are numbers, arrays, or functions.

A product of matrices and vectors is theirs, any other goes entry by entry.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Names = dict[str, Any]
Closure = Callable[[Names], Any]

CONSTANTS = {"e": np.e, "pi": np.pi, "infty": np.inf}
FUNCTIONS = {"log": np.log, "ln": np.log, "exp": np.exp, "cos": np.cos, "sin": np.sin, "tanh": np.tanh,
             "sign": np.sign, "sqrt": np.sqrt, "floor": np.floor}
COMPARED = {"=": np.equal, r"\ne": np.not_equal, "<": np.less, ">": np.greater, r"\le": np.less_equal,
            r"\ge": np.greater_equal}


class Unreadable(ValueError):
    """TeX that this reader does not know, or a letter that has no value."""


class Index(int):
    """A whole number that, as a subscript, takes an entry."""


def of(function, *parts: Closure) -> Closure:
    return lambda names: function(*(part(names) for part in parts))


def constantly(value) -> Closure:
    return lambda names: value


def product(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return a @ b if a.ndim and b.ndim and max(a.ndim, b.ndim) > 1 else a * b


def transposed(a):
    return a.T if np.ndim(a) > 1 else np.asarray(a)[None]


def inverse(a):
    return np.linalg.inv(a) if np.ndim(a) == 2 else 1 / a


def norm(x, kind):
    order = {"": None, "1": 1, "2": 2}[kind]
    return np.linalg.norm(x, order) if np.ndim(x) == 2 and order else np.linalg.norm(np.ravel(x), order)


def cases(*parts):
    values, conditions = parts[::2], [np.asarray(condition) == 1 for condition in parts[1::2]]
    if (sum(condition.astype(int) for condition in conditions) != 1).any():
        raise Unreadable("of the conditions not exactly one holds")
    return np.select(conditions, np.broadcast_arrays(*values))
