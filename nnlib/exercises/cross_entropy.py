"""Chapter 03: logsumexp, and the gradient of softmax cross-entropy with respect to one example's scores."""

import numpy as np

from nnlib.activations import logsumexp
from nnlib.exercises.exercise import Exercise
from nnlib.losses import cross_entropy


def softmax_pull(z, c):
    return cross_entropy(z[None], [c])[1][0]


_SCORES = tuple(np.array(z) for z in (
    [2.0, 1.0, -1.0], [0.0, 0.0], [1000.0, 999.0, -1000.0], [-1000.0, -1001.0], [0.0, 800.0],
    [3.0, 3.0, 3.0, 3.0], [-750.0, 0.0, 20.0]))

EXERCISES = {
    "logsumexp": Exercise(logsumexp, tuple((z,) for z in _SCORES)),
    "softmax_pull": Exercise(softmax_pull, tuple(zip(_SCORES, (1, 0, 1, 0, 0, 3, 1)))),
}
