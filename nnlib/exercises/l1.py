"""Chapter 07: the soft threshold, one proximal step for the lasso, and the strength that empties a classifier."""

import numpy as np

from nnlib.exercises.exercise import Exercise
from nnlib.exercises.inputs import LINE, PLANE
from nnlib.objectives import least_squares, logistic_regression
from nnlib.penalties import L1, soft_threshold


def ista_step(X, y, w, lam, eta):
    return L1(lam).prox(w - eta * least_squares(X, y)(w)[1], eta)


def logistic_lambda_max(X, y):
    return np.abs(logistic_regression(X, y)(np.zeros(X.shape[1]))[1]).max()


EXERCISES = {
    "soft_threshold": Exercise(soft_threshold, (
        (3.0, 0.5), (-3.0, 0.5), (0.2, 0.5), (-0.2, 0.5), (0.5, 0.5), (0.0, 0.0), (-2.0, 0.0),
        (np.array([3.0, -0.5, 0.2, -4.0]), 1.0), (np.array([[1.0, -2.0], [0.5, 8.0]]), 0.75),
        (np.array([1.0, -2.0, 3.0]), np.array([2.0, 0.5, 0.0])),  # a threshold for each entry
    )),
    "ista_step": Exercise(ista_step, (
        (*LINE, np.array([0.0, 0.0]), 0.5, 0.1), (*LINE, np.array([3.0, -1.0]), 0.0, 0.2),
        (*LINE, np.array([1.0, 0.125]), 1.0, 0.1), (*LINE, np.array([1.0, -1.0]), 100.0, 0.1),  # all 0
        (*PLANE, np.array([0.5, -0.25, 0.0]), 0.3, 0.05),
    ), tolerance=1e-9),
    "logistic_lambda_max": Exercise(logistic_lambda_max, (
        (np.array([[2.0], [1.0], [-3.0]]), np.array([1, 0, 0])), (LINE[0], np.array([0, 1, 1, 1])),
        (PLANE[0], np.array([1, 0, 0, 1, 0])), (-PLANE[0], np.array([0, 0, 0, 0, 1])),
        (np.array([[1.0, -4.0], [1.0, 0.5]]), np.array([1, 1])),
    ), tolerance=1e-9),
}
