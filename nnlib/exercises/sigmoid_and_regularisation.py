"""Chapter 08: the gradient for a hidden layer of sigmoids, a comparison in pairs, and the accuracy of a classifier."""

import numpy as np

from nnlib.activations import sigmoid
from nnlib.exercises.exercise import Exercise
from nnlib.exercises.inputs import POINTS
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.penalties import L2
from nnlib.training import accuracy, loss_and_gradient

_HOT = np.eye(2)[[0, 1, 1, 0, 1]]  # labels of the five points
_HIDDEN = np.array([[0.5, -1.0], [0.25, 1.0], [-0.5, 0.75]]), np.array([0.1, -0.2])  # W1, b1
_OUT = np.array([[1.0, -0.5], [-2.0, 1.5]]), np.array([0.3, 0.0])  # W2, b2


def hidden_gradient(X, Y, W1, b1, W2, b2, lam):
    network = mlp([*W1.shape, W2.shape[1]], sigmoid, rng=np.random.default_rng(0))
    hidden, _, out = network.layers
    hidden.W[...], hidden.b[...], out.W[...], out.b[...] = W1, b1, W2, b2
    loss_and_gradient(network, cross_entropy, X, Y, L2(lam))
    return hidden.dW.copy()


def paired_difference(a, b):
    d = a - b
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


EXERCISES = {
    "hidden_gradient": Exercise(hidden_gradient, (
        (POINTS, _HOT, *_HIDDEN, *_OUT, 0.0),
        (POINTS, _HOT, *_HIDDEN, 1000 * _OUT[0], _OUT[1], 0.5),  # the softmax must not overflow
        (POINTS[:1], _HOT[:1], *_HIDDEN, *_OUT, 0.1),
        (POINTS * 500, _HOT, *_HIDDEN, *_OUT, 0.1),  # saturated units: nor may the sigmoid
    ), tolerance=1e-9),
    "paired_difference": Exercise(paired_difference, (
        (np.array([0.5, 0.75, 1.0, 0.25]), np.array([0.25, 0.75, 0.5, 0.25])),
        (np.array([1.0, 2.0]), np.array([4.0, 3.0])),
        (np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.5, 3.0])),  # unequal pairs of the same numbers
    )),
    "accuracy": Exercise(accuracy, (
        (np.array([[5.0, -5.0, -5.0], [-5.0, -5.0, 5.0]]), np.array([0, 2])),
        (np.array([[0.4, 0.1, 0.2], [0.3, 0.2, 0.1], [-9.0, -7.0, -8.0]]), np.array([0, 1, 1])),
        (np.array([[2.0, 2.5], [40.0, -3.0], [0.1, 0.2], [-1.0, -2.0]]), np.array([1, 1, 1, 0])),
        (np.array([[-3.0, -2.0, -1.0]]), np.array([0])),
    )),
}
