"""Chapter 06: ridge regression in closed form, the gradient that spares the bias, decay through and beside a step."""

import numpy as np

from nnlib.exercises.exercise import Exercise
from nnlib.exercises.inputs import LINE, PLANE, POINTS
from nnlib.objectives import least_squares
from nnlib.penalties import L2


def ridge(X, y, lam):
    """As least squares with one more example for each weight, which asks it to be 0."""
    n, d = X.shape
    return np.linalg.lstsq(np.vstack([X, np.sqrt(n * lam) * np.eye(d)]), np.append(y, np.zeros(d)))[0]


def l2_gradient(X, y, theta, lam):
    weights = np.append(theta[:-1], 0)  # the bias, last, is spared
    return least_squares(np.column_stack([X, np.ones(len(X))]), y)(theta)[1] + L2(lam)(weights)[1]


def decayed_step(w, g, v, lam, rate, coupled):
    """Where the step is coupled, its pull has been divided, too."""
    pull = lam * w / np.sqrt(v) if coupled else lam * w
    return w - rate * (g / np.sqrt(v) + pull)


W, G, V = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.0, -4.0]), np.array([0.01, 4.0, 25.0])

EXERCISES = {
    "ridge": Exercise(ridge, (
        (*LINE, 0.0), (*LINE, 1.0), (*PLANE, 0.3),
        (np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([1.0, 3.0]), 0.1),  # equal features
        (POINTS[:2], np.array([1.0, -1.0]), 0.5),  # more weights than examples
    ), tolerance=1e-9),
    "l2_gradient": Exercise(l2_gradient, (
        (*PLANE, np.array([1.0, -2.0, 0.5, 3.0]), 0.0), (*PLANE, np.array([1.0, -2.0, 0.5, 3.0]), 0.1),
        (POINTS[:, :1], np.array([3.0, 1.0, 0.0, 2.0, -1.0]), np.array([0.0, 10.0]), 2.0),
        (POINTS[:1], np.array([4.0]), np.array([5.0, 0.0, -1.0, 1.0]), 1.0),
    ), tolerance=1e-9),
    "decayed_step": Exercise(decayed_step, (
        (W, G, V, 0.1, 0.5, True), (W, G, V, 0.1, 0.5, False), (W, G, np.ones(3), 0.2, 0.1, True),
        (W, G, V, 0.0, 0.5, True), (W, np.zeros(3), V, 1.0, 0.25, False),
    ), tolerance=1e-9),
}
