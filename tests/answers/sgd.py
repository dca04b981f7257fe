"""Chapter 10: an epoch of mini-batches, in the order of the rows."""

import numpy as np


def descended(w, batches, rate, n=None):
    for A, t in batches:
        w = w - rate * A.T @ (A @ w - t) / (n or len(t))
    return w


def cut(X, y, size):
    return [(X[i:i + size], y[i:i + size]) for i in range(0, len(X), size)]


def in_place(X, y, w, rate, size):
    for A, t in cut(X, y, size):
        w -= rate * A.T @ (A @ w - t) / len(t)
    return w


def standing_still(X, y, w, rate, size):
    """The gradients of all batches at the first weights."""
    return w - rate * sum(A.T @ (A @ w - t) / len(t) for A, t in cut(X, y, size))


def equal_parts(X, y, w, rate, size):
    parts = -(-len(X) // size)
    return descended(w, zip(np.array_split(X, parts), np.array_split(y, parts)), rate)


def without_the_rest(X, y, w, rate, size):
    whole = len(X) // size * size
    return descended(w, cut(X[:whole], y[:whole], size), rate)


def split_at(X, y, w, rate, size):
    places = range(size, len(X), size)
    return descended(w, zip(np.split(X, places), np.split(y, places)), rate)


def row_by_row(X, y, w, rate, size):
    """Sums up the gradient of one example after the other, and steps when a batch is full, or the data end."""
    w, gradient, seen = [float(u) for u in w], [0.0] * len(w), 0
    for i, (row, target) in enumerate(zip(X, y), start=1):
        error = sum(x * u for x, u in zip(row, w)) - target
        gradient, seen = [g + error * x for g, x in zip(gradient, row)], seen + 1
        if seen == size or i == len(X):
            w, gradient, seen = [u - rate * g / seen for u, g in zip(w, gradient)], [0.0] * len(w), 0
    return w


WRONG = {
    "sgd_epoch": {
        "in place": in_place, "equal parts": equal_parts, "without the rest": without_the_rest,
        "standing still": standing_still,
        "the full size": lambda X, y, w, rate, size: descended(w, cut(X, y, size), rate, n=size),
        "all the data": lambda X, y, w, rate, size: descended(w, cut(X, y, size), rate, n=len(X)),
        "one step": lambda X, y, w, rate, size: descended(w, [(X, y)], rate),
        "uphill": lambda X, y, w, rate, size: descended(w, cut(X, y, size), -rate),
        "no half": lambda X, y, w, rate, size: descended(w, cut(X, y, size), 2 * rate),
        "backwards": lambda X, y, w, rate, size: descended(w, cut(X, y, size)[::-1], rate),
    },
}
RIGHT = {
    "sgd_epoch": {
        "as printed": lambda X, y, w, rate, size: descended(w, cut(X, y, size), rate),
        "split": split_at, "row by row": row_by_row,
    },
}
