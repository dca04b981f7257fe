"""Chapter 00: the shape of a sum, and the relative error of a gradient."""

from itertools import zip_longest

import numpy as np


def flush_left(first, second):
    return tuple(q if p == 1 else p for p, q in zip_longest(first, second, fillvalue=1))


def flush_right(first, second):
    pairs = zip_longest(reversed(first), reversed(second), fillvalue=1)
    return tuple(q if p == 1 else p for p, q in pairs)[::-1]


def largest(first, second):
    return tuple(max(pair) for pair in zip_longest(reversed(first), reversed(second), fillvalue=1))[::-1]


def scale(g, D, least=1e-3):
    return np.maximum(np.maximum(np.abs(g), np.abs(D)), least * np.abs(D).max())


def quiet(function):
    def silent(g, D):
        with np.errstate(all="ignore"):
            return function(g, D)
    return silent


def entry_by_entry(g, D):
    floor = max(abs(d) for d in D.flat) / 1000
    return max(0.0 if a == d else abs(a - d) / max(abs(a), abs(d), floor) for a, d in zip(g.flat, D.flat))


def in_place(g, D):
    g -= D
    return np.nanmax(np.abs(g) / np.maximum(scale(g + D, D), 1e-300))


WRONG = {
    "broadcast_shape": {
        "flush left": flush_left, "the larger, also of 0 and 1": largest,
        "no ones": lambda first, second: tuple(map(max, first, second)),
        "the longer": lambda first, second: max(first, second, key=len),
        "back to front": lambda first, second: flush_right(first, second)[::-1],
    },
    "relative_error": {
        "0 / 0": lambda g, D: np.max(np.abs(g - D) / scale(g, D)), "in place": in_place,
        "0 / 0, silently": quiet(lambda g, D: np.max(np.abs(g - D) / scale(g, D))),
        "absolute": lambda g, D: np.max(np.abs(g - D)),
        "no floor": quiet(lambda g, D: np.nanmax(np.abs(g - D) / scale(g, D, 0))),
        "the mean": quiet(lambda g, D: np.mean(np.nan_to_num(np.abs(g - D) / scale(g, D)))),
        "without the sign": quiet(lambda g, D: np.max(np.nan_to_num((g - D) / scale(g, D)))),
        "of D alone": quiet(lambda g, D: np.nanmax(np.nan_to_num(np.abs(g - D) / np.abs(D)))),
        "an epsilon": lambda g, D: np.max(np.abs(g - D) / (scale(g, D) + 1e-8)),
        "entry by entry, unsummed": lambda g, D: np.nan_to_num(np.abs(g - D) / np.maximum(scale(g, D), 1e-300)),
    },
}
RIGHT = {
    "broadcast_shape": {
        "flush right": flush_right, "a list": lambda first, second: list(flush_right(first, second)),
        "NumPy's arrays": lambda first, second: (np.empty(first) + np.empty(second)).shape,
    },
    "relative_error": {
        "entry by entry": entry_by_entry, "0 / 0 replaced": quiet(
            lambda g, D: np.max(np.nan_to_num(np.abs(g - D) / scale(g, D)))),
        "sorted": lambda g, D: np.sort((np.abs(g - D) / np.maximum(scale(g, D), 1e-300)).ravel())[-1],
    },
}
