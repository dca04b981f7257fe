"""Chapter 06: ridge regression in closed form, the gradient that spares the bias, decay through and beside a step."""

import numpy as np


def ridge_by(n_of):
    """The closed form, with something in the place of n in front of the strength."""
    return lambda X, y, lam: np.linalg.lstsq(X.T @ X + n_of(X) * lam * np.eye(X.shape[1]), X.T @ y)[0]


def ridge_in_place(X, y, lam):
    X *= 1 / np.sqrt(len(X))
    return np.linalg.lstsq(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y / np.sqrt(len(X)))[0]


def by_the_dual(X, y, lam):
    """As many unknowns as examples, where the strength allows it."""
    if lam == 0:
        return np.linalg.pinv(X) @ y
    return X.T @ np.linalg.solve(X @ X.T + len(y) * lam * np.eye(len(y)), y)


def by_singular_values(X, y, lam):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return list(Vt.T @ (s / (s**2 + len(y) * lam) * (U.T @ y)))


def gradient(X, y, theta, lam):
    residual = X @ theta[:-1] + theta[-1] - y
    return np.append(X.T @ residual / len(y) + lam * theta[:-1], residual.mean())


def gradient_in_place(X, y, theta, lam):
    y -= X @ theta[:-1] + theta[-1]
    return np.append(-X.T @ y / len(y) + lam * theta[:-1], -y.mean())


def with_a_column(X, y, theta, lam):
    A = np.c_[X, np.ones(len(X))]
    spared = np.r_[np.ones(X.shape[1]), 0]
    return np.mean((A @ theta - y)[:, None] * A, axis=0) + lam * spared * theta


def entry_by_entry(X, y, theta, lam):
    *w, b = (float(t) for t in theta)
    residuals = [b + sum(x * u for x, u in zip(row, w)) - t for row, t in zip(X, y)]
    return [sum(residuals * X[:, j]) / len(y) + lam * w[j] for j in range(len(w))] + [sum(residuals) / len(y)]


def step(w, g, v, lam, rate, coupled):
    if coupled:
        return w - rate * (g + lam * w) / np.sqrt(v)
    return (1 - rate * lam) * w - rate * g / np.sqrt(v)


def step_in_place(w, g, v, lam, rate, coupled):
    w -= rate * ((g + lam * w) / np.sqrt(v) if coupled else g / np.sqrt(v) + lam * w)
    return w


def step_entry_by_entry(w, g, v, lam, rate, coupled):
    return [float(a - rate * (b / c**0.5 + lam * a / (c**0.5 if coupled else 1))) for a, b, c in zip(w, g, v)]


WRONG = {
    "ridge": {
        "no n": ridge_by(lambda X: 1), "n too often": ridge_by(lambda X: len(X) ** 2),
        "the features": ridge_by(lambda X: X.shape[1]), "no penalty": ridge_by(lambda X: 0),
        "the sign": ridge_by(lambda X: -len(X)), "half": ridge_by(lambda X: len(X) / 2),
        "shrunk": lambda X, y, lam: np.linalg.pinv(X) @ y / (1 + lam), "in place": ridge_in_place,
    },
    "l2_gradient": {
        "no half": lambda X, y, theta, lam: gradient(X, y, theta, 2 * lam),
        "lam / n": lambda X, y, theta, lam: gradient(X, y, theta, lam / len(y)),
        "bias penalised": lambda X, y, theta, lam: gradient(X, y, theta, 0) + lam * theta,
        "the sum": lambda X, y, theta, lam: len(y) * gradient(X, y, theta, lam / len(y)),
        "the sign": lambda X, y, theta, lam: gradient(X, y, theta, -lam),
        "no bias": lambda X, y, theta, lam: gradient(X, y, theta, lam)[:-1],
        "bias first": lambda X, y, theta, lam: np.roll(gradient(X, y, theta, lam), 1), "in place": gradient_in_place,
    },
    "decayed_step": {
        "always coupled": lambda w, g, v, lam, rate, coupled: step(w, g, v, lam, rate, True),
        "always beside": lambda w, g, v, lam, rate, coupled: step(w, g, v, lam, rate, False),
        "the other way round": lambda w, g, v, lam, rate, coupled: step(w, g, v, lam, rate, not coupled),
        "no root": lambda w, g, v, lam, rate, coupled: step(w, g, v**2, lam, rate, coupled),
        "decay without the rate": lambda w, g, v, lam, rate, coupled:
            step(w, g, v, lam, rate, coupled) - (0 if coupled else (1 - rate) * lam * w),
        "the sign": lambda w, g, v, lam, rate, coupled: step(w, g, v, -lam, rate, coupled), "in place": step_in_place,
        "decay of the new weight": lambda w, g, v, lam, rate, coupled: step(w, g, v, lam, rate, True) if coupled
            else (1 - rate * lam) * (w - rate * g / np.sqrt(v)),
    },
}
RIGHT = {
    "ridge": {"as printed": ridge_by(len), "the dual": by_the_dual, "singular values": by_singular_values},
    "l2_gradient": {"as printed": gradient, "a column of ones": with_a_column, "entry by entry": entry_by_entry},
    "decayed_step": {"as printed": step, "entry by entry": step_entry_by_entry,
                     "two steps": lambda w, g, v, lam, rate, coupled:
                         step(w, g, v, 0, rate, coupled) + step(w, 0, v, lam, rate, coupled) - w},
}
