"""Chapter 00: the shape of a sum, and the relative error of a gradient."""

import numpy as np

from nnlib.exercises.exercise import Exercise


def relative_error(g, D):
    scale = np.maximum(np.maximum(np.abs(g), np.abs(D)), 1e-3 * np.abs(D).max())
    return np.divide(np.abs(g - D), scale, out=np.zeros(np.shape(g)), where=scale > 0).max()


EXERCISES = {
    "broadcast_shape": Exercise(np.broadcast_shapes, (
        ((4, 1), (3,)), ((3,), (4, 1)), ((5,), (5, 1)), ((7,), (7,)), ((1,), (1, 1, 1)), ((8, 1, 6, 1), (7, 1, 5)),
        ((0,), (4, 1)), ((1, 0), (1,)),
    )),
    "relative_error": Exercise(relative_error, (
        (np.array([1.0, -2.0, 3.0]), np.array([1.0, 2.0, 3.0])),
        (np.array([1000.0, 1.0]), np.array([1000.1, 1.0])),
        (np.array([1.0, 0.0, 5.0]), np.array([1.0, 0.0, 5.5])),
        (np.array([1e3, 1e-9]), np.array([1e3, 3e-9])),          # beside 1000, these two are equal
        (np.array([5.0, 1.0]), np.array([1.0, 1.0])),            # the gradient is the larger
        (np.zeros(3), np.zeros(3)),
        (np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0], [3.3, 4.0]])),
    ), tolerance=1e-9),
}
