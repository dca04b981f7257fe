"""Chapter 13: the derivative by the pre-activations, one layer further back."""

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.exercise import Exercise

_BACK = (np.array([[0.5, -1.0, 0.25], [2.0, 0.0, -0.5]]),  # delta of two examples, three units
         np.array([[1.0, -0.5, 2.0], [0.3, 0.7, -1.0]]))  # W from two units to the three


def backprop_delta(delta, W, z):
    return sigmoid.pull_back(z, delta @ W.T)


EXERCISES = {
    "backprop_delta": Exercise(backprop_delta, (
        (np.array([[3.0]]), np.array([[0.5], [-2.0]]), np.array([[0.0, 1.0]])),  # one example, from 2 units to 1
        (np.array([[0.1, -0.2]]), np.array([[2.0, -1.0], [-3.0, 0.5]]), np.array([[0.3, -0.7]])),  # W is square
        (*_BACK, np.zeros((2, 2))), (*_BACK, np.array([[1.0, -2.0], [0.5, 3.0]])),
        (*_BACK, np.array([[8.0, -8.0], [10.0, -3.0]])),  # flat, but not so flat that s (1 - s) loses its digits
    ), tolerance=1e-9),
}
