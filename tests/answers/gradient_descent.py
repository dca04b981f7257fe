"""Chapter 01: steps down the squared error, with one rate or one for each parameter; the gradient of a classifier."""

import numpy as np
from scipy.special import expit

from answers.sigmoid import printed


def descended(X, y, theta, rate, steps):
    for _ in range(steps):
        theta = theta - rate * X.T @ (X @ theta - y) / len(y)
    return theta


def in_place(X, y, theta, rate, steps):
    for _ in range(steps):
        theta -= rate * X.T @ (X @ theta - y) / len(y)
    return theta


def entry_by_entry(X, y, theta, rate, steps):
    """Plain numbers in lists."""
    rows, theta = [[float(x) for x in row] for row in X], [float(t) for t in theta]
    for _ in range(steps):
        residuals = [sum(x * t for x, t in zip(row, theta)) - target for row, target in zip(rows, y)]
        theta = [t - rate * sum(r * row[j] for r, row in zip(residuals, rows)) / len(rows) for j, t in enumerate(theta)]
    return theta


def moments(X, y, theta, rate, steps):
    """The data come in once, before the loop."""
    H, c = X.T @ X / len(X), X.T @ y / len(X)
    for _ in range(steps):
        theta = theta - rate * (H @ theta - c)
    return theta


def by_the_diagonal(X, y, theta, rate, steps):
    h = np.mean(X**2, axis=0)
    for _ in range(steps):
        theta = theta - rate * X.T @ (X @ theta - y) / len(y) / h
    return theta


def by_the_sums(X, y, theta, rate, steps):
    """Both means are sums over n, so n cancels."""
    for _ in range(steps):
        theta = theta - rate * ((X @ theta - y) @ X) / np.einsum("ij,ij->j", X, X)
    return theta


def diagonal_of_the_whole(X, y, theta, rate, steps):
    D = np.diag(1 / np.diag(X.T @ X / len(X)))
    for _ in range(steps):
        theta = theta - rate * D @ (X.T @ (X @ theta - y)) / len(X)
    return theta.tolist()


def diagonal_in_place(X, y, theta, rate, steps):
    for _ in range(steps):
        theta -= rate * X.T @ (X @ theta - y) / len(y) / np.mean(X**2, axis=0)
    return theta


def newton(X, y, theta, rate, steps):
    for _ in range(steps):
        theta = theta - rate * np.linalg.solve(X.T @ X, X.T @ (X @ theta - y))
    return theta


def both_labels(X, y, theta):
    """The same by the two sides of the label, example by example."""
    z = X @ theta
    return np.sum([x * ((1 - t) * expit(s) - t * expit(-s)) for x, t, s in zip(X, y, z)], axis=0) / len(X)


def centred(X, y, theta):
    X -= X.mean(axis=0)
    return X.T @ (expit(X @ theta) - y) / len(y)


WRONG = {
    "gradient_descent": {
        "in place": in_place,
        "uphill": lambda X, y, theta, rate, steps: descended(X, y, theta, -rate, steps),
        "no half": lambda X, y, theta, rate, steps: descended(X, y, theta, 2 * rate, steps),
        "the sum": lambda X, y, theta, rate, steps: descended(X, y, theta, len(y) * rate, steps),
        "one step more": lambda X, y, theta, rate, steps: descended(X, y, theta, rate, steps + 1),
        "one step": lambda X, y, theta, rate, steps: descended(X, y, theta, rate, 1),
        "a column": lambda X, y, theta, rate, steps: descended(X, y[:, None], theta, rate, steps),
        "the minimum": lambda X, y, theta, rate, steps: np.linalg.lstsq(X, y)[0],
    },
    "diagonal_descent": {
        "in place": diagonal_in_place,
        "all of H": newton,
        "not divided": descended,
        "by the root": lambda X, y, theta, rate, steps: by_the_diagonal(
            X / np.mean(X**2, axis=0) ** 0.25, y, theta * np.mean(X**2, axis=0) ** 0.25, rate, steps),
        "by the variance": lambda X, y, theta, rate, steps: theta if steps == 0 else theta - rate * X.T @ (
            X @ theta - y) / len(y) / (X.var(axis=0) + 1),
        "the sum": lambda X, y, theta, rate, steps: by_the_diagonal(X, y, theta, len(y) * rate, steps),
        "one step more": lambda X, y, theta, rate, steps: by_the_diagonal(X, y, theta, rate, steps + 1),
    },
    "logistic_gradient": {
        "overflow": lambda X, y, theta: X.T @ (printed(X @ theta) - y) / len(y),
        "in place": centred,
        "the sign": lambda X, y, theta: X.T @ (y - expit(X @ theta)) / len(y),
        "the sum": lambda X, y, theta: X.T @ (expit(X @ theta) - y),
        "over the features": lambda X, y, theta: X.T @ (expit(X @ theta) - y) / X.shape[1],
        "no sigmoid": lambda X, y, theta: X.T @ (X @ theta - y) / len(y),
        "squared error": lambda X, y, theta: X.T @ (
            (expit(X @ theta) - y) * expit(X @ theta) * expit(-X @ theta)) / len(y),
    },
}
RIGHT = {
    "gradient_descent": {"as printed": descended, "entry by entry": entry_by_entry, "moments first": moments},
    "diagonal_descent": {"as printed": by_the_diagonal, "sums": by_the_sums, "a list": diagonal_of_the_whole},
    "logistic_gradient": {
        "as printed": lambda X, y, theta: X.T @ (expit(X @ theta) - y) / len(y), "both labels": both_labels,
        "signs": lambda X, y, theta: np.mean([s * expit(s * (x @ theta)) * x for x, s in zip(X, 1 - 2 * y)], axis=0),
        "a list": lambda X, y, theta: [float(np.mean(x * (expit(X @ theta) - y))) for x in X.T],
    },
}
