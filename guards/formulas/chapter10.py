"""Chapter 10, mini-batches: the mean gradient, its error, the noise floor."""

import numpy as np

from guards.formulas.entries import X, chain, equal, eta, n, w, y
from nnlib.descent import minimize
from nnlib.objectives import least_squares, quadratic
from nnlib.optimizers import SGD

EACH = np.array([least_squares(X[[i]], y[[i]])(w)[1] for i in range(n)])
NOISE = np.array([0.7, -1.9, 0.4])
STEP = {"theta": w, "eta": eta, "h": 1.7, "xi": NOISE}

SHRUNK = (1 - eta * 1.7) ** 2
FLOOR = eta**2 * 0.7**2 / (1 - SHRUNK)
HOVER = {"eta": eta, "h": 1.7, "s": 0.7, "v": FLOOR}
BATCH = {"B": 5, "d": 3, "eta_B": 5 / 9}

TABLE = {
    "eq-sgd-recursion": chain(..., **HOVER),
    "eq-sgd-floor": chain(..., **HOVER),
    "eq-sgd-contraction": chain(1 - 2 * eta + eta**2 * 9 / 5, **BATCH, eta=eta),
    "eq-sgd-best": chain(..., 1 - 2 * 5 / 9 + (5 / 9) ** 2 * 9 / 5, **BATCH),
    "eq-sgd-full": equal(least_squares(X, y)(w)[1], n=n, g=EACH),
    "eq-sgd-finite": chain(..., B=5, S=1.9, n=n),
    "eq-sgd-ar": equal(minimize(quadratic(np.full(3, 1.7), -NOISE), w, SGD(eta), 1).thetas[1], **STEP),
    "eq-sgd-mean": chain(..., theta=w, t=5, x_t=NOISE),
    "eq-sgd-wishart": chain(..., B=5, d=3, I=np.eye(3)),
}
