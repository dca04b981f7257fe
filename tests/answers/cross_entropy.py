"""Chapter 03: logsumexp, and the gradient of softmax cross-entropy with respect to one example's scores."""

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax


def quiet(function):
    def silent(*arguments):
        with np.errstate(all="ignore"):
            return function(*arguments)
    return silent


def printed(z):
    return np.log(np.sum(np.exp(z)))


def one_by_one(z):
    total = -np.inf
    for t in z:
        total = np.logaddexp(total, t)
    return float(total)


def minus_one(p, c):
    p = np.array(p)
    p[c] -= 1
    return p


def in_place(z, c):
    z -= z.max()
    return minus_one(np.exp(z) / np.exp(z).sum(), c)


def through_the_jacobian(z, c):
    p = softmax(z)
    return (-np.eye(len(z))[c] / p) @ (np.diag(p) - np.outer(p, p))


def entry_by_entry(z, c):
    total = one_by_one(z)
    return [float(np.exp(t - total)) - (k == c) for k, t in enumerate(z)]


WRONG = {
    "logsumexp": {
        "overflow": printed, "silent": quiet(printed), "the largest": np.max,
        "a mean": lambda z: logsumexp(z) - np.log(len(z)),
        "the shift forgotten": lambda z: np.log(np.sum(np.exp(z - np.max(z)))),
        "clipped": lambda z: printed(np.clip(z, -700, 700)),
    },
    "softmax_pull": {
        "overflow": lambda z, c: minus_one(np.exp(z) / np.exp(z).sum(), c), "no answer": lambda z, c: softmax(z),
        "the sign": lambda z, c: -minus_one(softmax(z), c), "0/0": quiet(through_the_jacobian), "in place": in_place,
        "a logarithm": lambda z, c: minus_one(log_softmax(z), c),
        "sigmoids": lambda z, c: minus_one(np.exp(-np.logaddexp(0, -z)), c),
    },
}
RIGHT = {
    "logsumexp": {"SciPy's": logsumexp, "one by one": one_by_one,
                  "another shift": lambda z: z[0] + np.log1p(0) - log_softmax(z)[0]},
    "softmax_pull": {"SciPy's": lambda z, c: minus_one(softmax(z), c), "by logarithms": lambda z, c: minus_one(
        np.exp(log_softmax(z)), c), "entry by entry": entry_by_entry},
}
