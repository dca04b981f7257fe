"""Chapter 12: Adam, from its first step on."""

import numpy as np

from nnlib.exercises.exercise import Exercise
from nnlib.exercises.inputs import POINTS
from nnlib.optimizers import Adam


def adam(theta, gradients, rate, beta1, beta2, epsilon):
    theta, rule = theta.copy(), Adam(rate, beta1, beta2, epsilon)
    rule.start(theta)
    for g in gradients:
        rule.step(theta, g)
    return theta


EXERCISES = {
    "adam": Exercise(adam, (
        (np.array([1.0, -2.0, 0.0]), POINTS[:1], 0.1, 0.9, 0.999, 1e-8),
        (np.array([1.0, -2.0, 0.0]), POINTS, 0.1, 0.9, 0.999, 1e-8),
        (np.array([0.0, 0.0, 0.0]), 1e-6 * POINTS, 0.01, 0.9, 0.999, 1e-3),  # epsilon counts here, outside the root
        (np.array([5.0]), np.array([[3.0], [-1.0], [0.0], [0.0]]), 0.5, 0.0, 0.9, 1e-8),
    ), tolerance=1e-9),
}
