"""Chapter 09: dropout there and back, and the epochs at which early stopping ends and which it keeps."""

import numpy as np

from nnlib.exercises.exercise import Exercise

_HIDDEN = np.array([[2.0, -1.0, 4.0, 0.5], [0.0, 3.0, -2.5, 1.0]])
_STAYS = np.array([[1, 0, 1, 1], [0, 1, 0, 1]])
_ABOVE = np.array([[1.0, 1.0, -2.0, 0.0], [0.5, -1.0, 2.0, 3.0]])


def dropout_pass(h, stays, p, da):
    mask = stays / (1 - p)
    return h * mask, da * mask


def stopping(losses, patience):
    kept, ended = 1, len(losses)
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[kept - 1]:
            kept = epoch
        if epoch - kept == patience:
            ended = epoch
            break
    return kept, ended


EXERCISES = {
    "dropout_pass": Exercise(dropout_pass, (
        (_HIDDEN, _STAYS, 0.2, _ABOVE), (_HIDDEN, _STAYS, 0.5, _ABOVE), (_HIDDEN[:1], _STAYS[1:], 0.75, _ABOVE[1:]),
        (_HIDDEN, np.ones((2, 4), int), 0.0, _ABOVE), (_HIDDEN, np.zeros((2, 4), int), 0.9, _ABOVE),
        (_HIDDEN, _STAYS > 0, 0.3, _ABOVE),
    )),
    "stopping": Exercise(stopping, (
        (np.array([0.9, 0.7, 0.6, 0.65, 0.7, 0.5]), 2), (np.array([0.9, 0.7, 0.6, 0.65, 0.7, 0.5]), 3),
        (np.array([0.9, 0.8, 0.7]), 1), (np.array([0.5, 0.6, 0.4, 0.45, 0.41, 0.42, 0.3]), 2),
        (np.array([5, 5, 5, 4]), 2),  # as low is not lower
        (np.array([1.0, 2.0]), 1), (np.array([3.0, 2.0, 2.5, 2.4, 2.3, 2.2, 2.1]), 4), (np.array([0.7]), 5),
    )),
}
