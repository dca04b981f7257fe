"""Chapter 04: the perceptron's rule, and a curve drawn with the kinks of ReLUs."""

import numpy as np

from nnlib.exercises.exercise import Exercise

_CORNERS = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])  # with the constant 1
_POINTS = np.array([[1.5, -0.3, 1.0], [-0.7, 2.1, 1.0], [0.4, 0.9, 1.0], [-1.2, -0.8, 1.0], [2.2, 1.7, 1.0]])


def perceptron_pass(w, X, y):
    for x, answer in zip(X, y):
        w = w + (answer - (x @ w > 0)) * x
    return w


def kink_weights(t, values):
    return np.diff(np.diff(values) / np.diff(t), prepend=0)


EXERCISES = {
    "perceptron_pass": Exercise(perceptron_pass, (
        (np.zeros(3), _CORNERS, np.array([0, 0, 0, 1])), (np.array([1, 1, 1]), _CORNERS, np.array([0, 0, 0, 1])),
        (np.array([2, 1, -2]), _CORNERS, np.array([0, 0, 0, 1])),  # nothing to do
        (np.array([-1, 0, 1]), _CORNERS, np.array([0, 1, 1, 0])),  # all wrong, and back again
        (np.array([0.3, -0.6, 0.1]), _POINTS, np.array([0, 1, 0, 1, 0])), (np.zeros(3), _POINTS, np.ones(5, int)),
    )),
    "kink_weights": Exercise(kink_weights, (
        (np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0])),
        (np.array([0.0, 0.5, 2.0, 3.0]), np.array([1.0, 3.0, 2.5, -4.0])),
        (np.array([-1.0, 1.0]), np.array([5.0, 1.0])), (np.linspace(0, 3, 8), np.linspace(0, 3, 8) ** 3),
    ), tolerance=1e-9),
}
