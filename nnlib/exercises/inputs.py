"""Data on which several exercises are tried: arguments for the reader's functions."""

import numpy as np

LINE = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [4.0, 1.0]]), np.array([1.0, 2.0, 2.0, 5.0])
POINTS = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0], [2.0, 0.0, -1.0], [-1.0, 1.0, 4.0], [0.5, 0.5, 0.5]])
PLANE = POINTS, np.array([1.0, 0.0, -1.0, 2.0, 0.5])
