"""Chapter 10: an epoch of mini-batches, in the order of the rows."""

import numpy as np

from nnlib.exercises.exercise import Exercise
from nnlib.exercises.inputs import LINE, PLANE
from nnlib.objectives import least_squares


def sgd_epoch(X, y, w, rate, batch_size):
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        w = w - rate * least_squares(X[rows], y[rows])(w)[1]
    return w


EXERCISES = {
    "sgd_epoch": Exercise(sgd_epoch, (
        (*LINE, np.array([0.0, 0.0]), 0.1, 4), (*LINE, np.array([3.0, -1.0]), 0.1, 2),
        (*LINE, np.array([0.0, 1.0]), 0.05, 1),
        (*PLANE, np.array([1.0, -1.0, 0.5]), 0.05, 4),  # 4 and 1: equal parts would be 3 and 2
        (*PLANE, np.array([1.0, -1.0, 0.5]), 0.05, 100),
    ), tolerance=1e-9),
}
