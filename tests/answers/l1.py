"""Chapter 07: the soft threshold, one proximal step for the lasso, and the strength that empties a classifier."""

import numpy as np


def soft(v, t):
    return np.sign(v) * np.maximum(np.abs(v) - t, 0)


def soft_in_place(v, t):
    if isinstance(v, np.ndarray):
        v -= np.clip(v, -t, t)
        return v
    return soft(v, t)


def branches(v, t):
    if v > t:
        return v - t
    return v + t if v < -t else 0.0


def target(X, y, w, eta):
    return w - eta * X.T @ (X @ w - y) / len(y)


def ista_in_place(X, y, w, lam, eta):
    w -= eta * X.T @ (X @ w - y) / len(y)
    return soft(w, eta * lam)


def ista_by_entries(X, y, w, lam, eta):
    moved = target(X, y, w, eta)
    return [float(max(u - eta * lam, 0) + min(u + eta * lam, 0)) for u in moved]


def empty_in_place(X, y):
    y = np.subtract(y, 0.5, out=y) if y.dtype == float else y - 0.5
    X *= y[:, None]
    return np.abs(X.mean(axis=0)).max()


WRONG = {
    "soft_threshold": {
        "the hard one": lambda v, t: v * (np.abs(v) > t), "over 0": lambda v, t: v - t * np.sign(v),
        "one side": lambda v, t: np.maximum(v - t, 0), "no sign": lambda v, t: np.maximum(np.abs(v) - t, 0),
        "clipped": lambda v, t: np.clip(v, -t, t), "numbers only": branches, "in place": soft_in_place,
    },
    "ista_step": {
        "no rate": lambda X, y, w, lam, eta: soft(target(X, y, w, eta), lam),
        "a subgradient": lambda X, y, w, lam, eta: target(X, y, w, eta) - eta * lam * np.sign(w),
        "threshold first": lambda X, y, w, lam, eta: target(X, y, soft(w, eta * lam), eta),
        "the sum": lambda X, y, w, lam, eta: soft(target(X, y, w, len(y) * eta), eta * lam),
        "no threshold": lambda X, y, w, lam, eta: target(X, y, w, eta),
        "the sign": lambda X, y, w, lam, eta: soft(target(X, y, w, -eta), eta * lam), "in place": ista_in_place,
    },
    "logistic_lambda_max": {
        "as for least squares": lambda X, y: np.abs(X.T @ y).max() / len(y),
        "with a bias": lambda X, y: np.abs(X.T @ (y - y.mean())).max() / len(y),
        "the sum": lambda X, y: np.abs(X.T @ (y - 0.5)).max(), "no size": lambda X, y: (X.T @ (y - 0.5)).max() / len(y),
        "the smallest": lambda X, y: np.abs(X.T @ (y - 0.5)).min() / len(y), "in place": empty_in_place,
    },
}
RIGHT = {
    "soft_threshold": {
        "as printed": soft, "two halves": lambda v, t: np.maximum(v - t, 0) + np.minimum(v + t, 0),
        "number by number": np.vectorize(branches, otypes=[float]), "a difference": lambda v, t: v - np.clip(v, -t, t),
        "a list": lambda v, t: np.where(np.abs(v) > t, v - t * np.sign(v), 0).tolist(),
    },
    "ista_step": {
        "as printed": lambda X, y, w, lam, eta: soft(target(X, y, w, eta), eta * lam),
        "entry by entry": ista_by_entries,
        "scaled": lambda X, y, w, lam, eta: eta * soft(w / eta - X.T @ (X @ w) / len(y) + X.T @ y / len(y), lam),
    },
    "logistic_lambda_max": {
        "labels of plus and minus one": lambda X, y: np.abs(X.T @ (2 * y - 1)).max() / (2 * len(y)),
        "the largest norm": lambda X, y: np.linalg.norm(X.T @ (1 / (1 + np.exp(-0.0)) - y), np.inf) / len(y),
        "feature by feature": lambda X, y: max(abs(float(np.mean(x * (y - 0.5)))) for x in X.T),
    },
}
