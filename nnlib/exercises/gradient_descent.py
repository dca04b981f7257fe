"""Chapter 01: steps down the squared error, with one rate or one for each parameter; the gradient of a classifier."""

import numpy as np

from nnlib.descent import minimize
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.inputs import LINE, PLANE, POINTS
from nnlib.objectives import least_squares, logistic_regression
from nnlib.optimizers import SGD


def gradient_descent(X, y, theta, rate, steps):
    return minimize(least_squares(X, y), theta, SGD(rate), steps).thetas[-1]


def diagonal_descent(X, y, theta, rate, steps):
    scale = np.sqrt((X**2).mean(axis=0))  # descent in scaled parameters is the same
    return gradient_descent(X / scale, y, theta * scale, rate, steps) / scale


def logistic_gradient(X, y, theta):
    return logistic_regression(X, y)(theta)[1]


EXERCISES = {
    "gradient_descent": Exercise(gradient_descent, (
        (*LINE, np.array([0.0, 0.0]), 0.1, 1), (*LINE, np.array([0.0, 0.0]), 0.1, 2),
        (*LINE, np.array([3.0, -1.0]), 0.2, 100), (*LINE, np.array([3.0, -1.0]), 0.1, 0),
        (np.array([[2.0]]), np.array([6.0]), np.array([1.0]), 0.25, 1),  # arrives in one step
        (*PLANE, np.array([1.0, -1.0, 0.5]), 0.05, 30),
        (*LINE, np.array([1.0, 1.0]), 1.0, 5),  # too long a step: it diverges
    ), tolerance=1e-9),
    "diagonal_descent": Exercise(diagonal_descent, (
        (*LINE, np.array([0.0, 0.0]), 0.5, 1), (*LINE, np.array([3.0, -1.0]), 1.0, 60),
        (*LINE, np.array([3.0, -1.0]), 0.1, 0),
        (np.array([[2.0, 1.0], [2.0, -1.0]]), np.array([1.0, 5.0]), np.array([7.0, 7.0]), 1.0, 1),  # arrives
        (*PLANE, np.array([1.0, -1.0, 0.5]), 0.3, 30),
    ), tolerance=1e-9),
    "logistic_gradient": Exercise(logistic_gradient, (
        (LINE[0], np.array([0, 0, 1, 1]), np.array([0.0, 0.0])),
        (LINE[0], np.array([0, 1, 0, 1]), np.array([1.5, -2.0])),
        (POINTS, np.array([1, 0, 0, 1, 1]), np.array([0.3, -0.7, 2.0])),
        (POINTS, np.array([0, 0, 1, 1, 1]), np.array([400.0, -300.0, 0.0])),  # the sigmoid must not overflow
        (np.array([[1.0, 2.0]]), np.array([0]), np.array([0.5, -0.5])),
    ), tolerance=1e-9),
}
