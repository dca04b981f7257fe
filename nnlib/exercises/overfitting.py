"""Chapter 05: the one-standard-error rule, and the error of a paired comparison."""

import numpy as np

from nnlib.exercises.exercise import Exercise
from nnlib.selection import one_standard_error

RNG = np.random.default_rng(5)
RIGHT = RNG.random((2, 40)) < 0.8


def simplest_within_one(strengths, losses):
    return one_standard_error(strengths, losses)[0]


def paired_error(right_a, right_b):
    difference = np.asarray(right_b, float) - np.asarray(right_a, float)
    return np.sqrt(np.mean((difference - difference.mean()) ** 2) / len(difference))


EXERCISES = {
    "one_standard_error": Exercise(simplest_within_one, (
        (np.array([0.01, 0.1, 1.0]), np.array([[1.0, 1.1, 3.0], [1.4, 1.5, 3.2]])),
        (np.array([1.0, 0.01, 0.1]), np.array([[1.2, 1.0, 1.15], [1.4, 1.4, 1.35]])),  # in another order
        (np.array([0.01, 0.1]), np.array([[1.0, 1.3], [1.4, 1.44]])),  # just within
        (np.array([0.01, 0.1, 1.0]), np.array([[2.0, 1.0, 1.6], [2.2, 1.6, 1.8], [2.1, 1.3, 1.4]])),  # not the last
        (np.array([0.01, 0.1, 1.0]), np.array([[1.0, 9.0, 1.5], [1.2, 0.0, 1.7]])),  # a column that scatters more
        (np.geomspace(1e-4, 1, 5), RNG.uniform(1, 2, (10, 5)) + np.array([0.6, 0.3, 0.0, 0.1, 0.9])),
        (np.array([0.5]), np.array([[1.0], [2.0]])),
    )),
    "paired_error": Exercise(paired_error, (
        (np.array([True, True, False, False]), np.array([True, False, True, True])),
        tuple(RIGHT), (RIGHT[0], RIGHT[0]), (RIGHT[0], ~RIGHT[0]), (np.zeros(9, bool), np.ones(9, bool)),
        (np.array([1, 0, 1, 1, 0]), np.array([1, 1, 1, 0, 1])),
    ), tolerance=1e-9),
}
