"""Chapter 02: the sigmoid, its derivative and its logarithm."""

import numpy as np
from scipy.special import expit, log_expit  # expit ends at -709.8, and is no right answer


def printed(z):
    return 1 / (1 + np.exp(-z))


def quiet(function):
    def silent(z):
        with np.errstate(all="ignore"):
            return function(z)
    return silent


def number_by_number(function):
    def of_all(z):
        return np.reshape([function(float(t)) for t in np.ravel(z)], np.shape(z))
    return of_all


def two_branches(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


def masks(z):
    z = np.asarray(z, float)
    out = np.empty_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out


def in_place(function):
    """Right, and it writes into what it was given."""
    def writes(z):
        if isinstance(z, np.ndarray):
            z[...] = function(z)
            return z
        return function(z)
    return writes


def both_branches(z):
    z = np.asarray(z)
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def both_tails(z):
    return masks(z) * masks(-np.asarray(z))


def no_log1p(z):
    return np.log(1 + np.exp(-np.abs(z)))


def threshold(z):
    return np.where(np.asarray(z) > 20, z, np.log1p(np.exp(np.minimum(z, 20))))


WRONG = {
    "sigmoid": {
        "overflow": printed, "silent, and 0 too early": quiet(printed), "SciPy's": expit,
        "no left tail": lambda z: 0.5 + np.tanh(z / 2) / 2, "clipped": lambda z: printed(np.clip(z, -700, 700)),
        "overflow of both branches": both_branches, "numbers only": two_branches,
        "the sign": lambda z: masks(-np.asarray(z)),
        "in place": in_place(masks), "one more axis": lambda z: np.atleast_2d(masks(z)),
        "text": lambda z: masks(z).astype(str), "complex": lambda z: masks(z).astype(complex),
    },
    "sigmoid_derivative": {
        "s (1 - s)": lambda z: masks(z) * (1 - masks(z)), "of the value": lambda z: np.asarray(z) * (1 - np.asarray(z)),
        "no square": lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))), "in place": in_place(both_tails),
    },
    "log_sigmoid": {
        "log of sigmoid": quiet(lambda z: np.log(printed(z))), "of the safe one": quiet(lambda z: np.log(masks(z))),
        "an epsilon": lambda z: np.log(masks(z) + 1e-12), "no log1p": lambda z: np.minimum(z, 0) - no_log1p(z),
        "softplus": lambda z: np.logaddexp(0, z), "in place": in_place(log_expit),
    },
    "softplus": {
        "silent": quiet(lambda z: np.log(1 + np.exp(z))), "clipped": lambda z: np.log1p(np.exp(np.minimum(z, 700))),
        "relu": lambda z: np.maximum(z, 0.0), "a threshold": threshold,
        "no log1p": lambda z: np.maximum(z, 0) + no_log1p(z), "in place": in_place(lambda z: np.logaddexp(0, z)),
    },
}
RIGHT = {
    "sigmoid": {"masks": masks, "by logarithms": lambda z: np.exp(-np.logaddexp(0, -np.asarray(z))),
                "number by number": number_by_number(two_branches)},
    "sigmoid_derivative": {"both tails": both_tails, "by logarithms": lambda z: np.exp(
        log_expit(np.asarray(z, float)) + log_expit(-np.asarray(z, float)))},
    "log_sigmoid": {"SciPy's": log_expit, "logaddexp": lambda z: -np.logaddexp(0, -np.asarray(z)),
                    "number by number": number_by_number(lambda t: min(t, 0) - np.log1p(np.exp(-abs(t))))},
    "softplus": {"SciPy's": lambda z: -log_expit(-np.asarray(z, float)), "logaddexp": lambda z: np.logaddexp(z, 0),
                 "number by number": number_by_number(lambda t: max(t, 0) + np.log1p(np.exp(-abs(t))))},
}
