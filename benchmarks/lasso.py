"""The lasso by `coordinate_descent` and by scikit-learn, each given the loosest tolerance that reaches the same gap."""

import warnings
from functools import partial
from time import process_time

import numpy as np

from benchmarks.speed import Ratio
from nnlib.descent import coordinate_descent
from nnlib.penalties import L1

GAPS = (1e-4, 1e-8)  # duality gaps, by |y|^2 / n: scikit-learn's default, and one that shows the solution's digits


def design(n, d, correlation=0.0, doubled=False, apart=0.0):
    """Normal columns, correlated like correlation^|i - j| or there twice, this far apart; 20 make y, with noise."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d))
    if correlation:
        X = X @ np.linalg.cholesky(correlation ** np.abs(np.subtract.outer(range(d), range(d)))).T
    y = X[:, :20].sum(axis=1) + 0.5 * rng.normal(size=n)
    return (np.hstack([X, X + apart * rng.normal(size=X.shape)]) if doubled else X), y


DESIGNS = {  # name: X and y, the strength as a share of the one from which on all is 0
    "200 x 1000, few on": (design(200, 1000), 0.1),
    "200 x 1000": (design(200, 1000), 1e-2),
    "100 x 500": (design(100, 500), 1e-3),
    "64 x 128": (design(64, 128), 1e-3),
    "150 x 300, correlated": (design(150, 300, correlation=0.95), 1e-2),
    "5000 x 200, correlated": (design(5000, 200, correlation=0.99), 1e-2),
    "100 x 200, doubled": (design(100, 200, doubled=True), 1e-2),
    "1000 x 5000, few on": (design(1000, 5000), 0.1),
    "400 x 400": (design(400, 400), 1e-3),
    "2000 x 300": (design(2000, 300), 1e-3),
    "200 x 200, doubled": (design(200, 200, doubled=True), 1e-3),
    "200 x 200, nearly doubled": (design(200, 200, doubled=True, apart=0.01), 1e-3),
}


def duality_gap(X, y, theta, strength):
    """By |y|^2 / n; the dual point is the residual, shrunk until it is feasible."""
    residual = y - X @ theta
    u = residual * min(1, strength / (np.abs(residual @ X).max() / len(y)))
    return ((residual @ residual - y @ y + (y - u) @ (y - u)) / 2 + len(y) * strength * np.abs(theta).sum()) / (y @ y)


def ratios(rounds=5):
    """{"design, gap": {"scikit-learn": Ratio, "its ms": milliseconds}}."""
    table = {}
    for name, ((X, y), share) in DESIGNS.items():
        strength = share * np.abs(X.T @ y).max() / len(y)
        solvers = partial(_ours, X, y, strength), partial(_theirs, np.asfortranarray(X), y, strength)
        for gap in GAPS:
            calls = [partial(solve, next(tolerance for tolerance in 10.0 ** -np.arange(1, 15)
                                         if duality_gap(X, y, solve(tolerance), strength) <= gap)) for solve in solvers]
            ours, theirs = np.array([[_seconds(call) for call in calls] for _ in range(rounds)]).T
            table[f"{name}, {gap:g}"] = {"scikit-learn": Ratio.of(theirs, ours), "its ms": 1000 * np.median(theirs)}
    return table


def _ours(X, y, strength, tolerance):
    return coordinate_descent(X, y, L1(strength), tolerance=tolerance)


def _theirs(X, y, strength, tolerance):
    from sklearn.linear_model import Lasso

    model = Lasso(alpha=strength, fit_intercept=False, tol=tolerance, max_iter=100_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y).coef_


def _seconds(call):
    start = process_time()
    call()
    return process_time() - start
