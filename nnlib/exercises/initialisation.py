"""Chapter 14: standard deviations of initial weights, and what becomes of the signal."""

import numpy as np

from nnlib.exercises.exercise import Exercise


def glorot_std(fan_in, fan_out):
    return np.sqrt(2 / (fan_in + fan_out))


def he_std(fan_in):
    return np.sqrt(2 / fan_in)


def variance_recursion(q0, weight_variance, fan_in, depth):
    """Second moment of the activations of ReLU layers, the input's first: (depth + 1,)."""
    return q0 * (fan_in * weight_variance / 2) ** np.arange(depth + 1)


EXERCISES = {
    "glorot_std": Exercise(glorot_std, ((300, 200), (64, 64), (784, 30), (30, 784), (1, 1))),
    "he_std": Exercise(he_std, ((512,), (2,), (1,), (784,), (3 * 3 * 64,))),
    "variance_recursion": Exercise(variance_recursion, (
        (1.0, 2 / 100, 100, 5), (1.0, 1 / 100, 100, 30), (3.0, 0.01**2, 512, 10), (0.5, 1.0, 64, 3),
        (2.0, 1 / 3 / 50, 50, 1), (7.0, 0.02, 100, 0),
    ), tolerance=1e-9),
}
