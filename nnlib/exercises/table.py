"""The exercises: what is to be written, and the inputs on which it is tried."""

import numpy as np

from nnlib.exercises import sigmoid, solutions
from nnlib.exercises.exercise import Exercise
from nnlib.penalties import soft_threshold
from nnlib.training import accuracy

_LINE = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [4.0, 1.0]]), np.array([1.0, 2.0, 2.0, 5.0])
_PLANE = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0], [2.0, 0.0, -1.0], [-1.0, 1.0, 4.0], [0.5, 0.5, 0.5]])

_HOT = np.eye(2)[[0, 1, 1, 0, 1]]  # of _PLANE's five rows: the labels of a network with two outputs
_NET = (np.array([[0.5, -1.0], [0.25, 1.0], [-0.5, 0.75]]), np.array([0.1, -0.2]),
        np.array([[1.0, -0.5], [-2.0, 1.5]]), np.array([0.3, 0.0]))  # W1, b1, W2, b2

_MOVING = (
    (np.array([1.0, -2.0]), np.array([0.0, 0.0]), np.array([0.5, 1.5]), 0.1, 0.9),  # from rest
    (np.array([1.0, -2.0]), np.array([3.0, -1.0]), np.array([0.5, 1.5]), 0.1, 0.9),
    (np.array([1.0, -2.0]), np.array([3.0, -1.0]), np.array([0.0, 0.0]), 0.2, 0.5),  # it coasts
    (np.array([0.5]), np.array([2.0]), np.array([4.0]), 0.25, 0.0),  # no memory
    (np.array([1.0, 2.0, 3.0]), np.array([10.0, -20.0, 5.0]), np.array([-1.0, 2.0, 7.0]), 1e-3, 0.99),
)

_BACK = (np.array([[0.5, -1.0, 0.25], [2.0, 0.0, -0.5]]),  # delta of two examples, three units
         np.array([[1.0, -0.5, 2.0], [0.3, 0.7, -1.0]]))  # W from two units to the three

EXERCISES = {
    **sigmoid.EXERCISES,
    "backprop_delta": Exercise(solutions.backprop_delta, (
        (np.array([[3.0]]), np.array([[0.5], [-2.0]]), np.array([[0.0, 1.0]])),  # one example, from 2 units to 1
        (np.array([[0.1, -0.2]]), np.array([[2.0, 1.0], [-3.0, 0.5]]), np.array([[0.3, -0.7]])),  # W is square
        (*_BACK, np.zeros((2, 2))), (*_BACK, np.array([[1.0, -2.0], [0.5, 3.0]])),
        (*_BACK, np.array([[40.0, -40.0], [800.0, -3.0]])),  # sigma' of 40 is not 0
    ), tolerance=1e-9),
    "gradient_descent": Exercise(solutions.gradient_descent, (
        (*_LINE, np.array([0.0, 0.0]), 0.1, 1), (*_LINE, np.array([0.0, 0.0]), 0.1, 2),
        (*_LINE, np.array([3.0, -1.0]), 0.2, 100), (*_LINE, np.array([3.0, -1.0]), 0.1, 0),
        (np.array([[2.0]]), np.array([6.0]), np.array([1.0]), 0.25, 1),  # arrives in one step
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -1.0, 0.5]), 0.05, 30),
        (*_LINE, np.array([1.0, 1.0]), 1.0, 5),  # too long a step: it diverges
    ), tolerance=1e-9),
    "sgd_epoch": Exercise(solutions.sgd_epoch, (
        (*_LINE, np.array([0.0, 0.0]), 0.1, 4), (*_LINE, np.array([3.0, -1.0]), 0.1, 2),
        (*_LINE, np.array([0.0, 1.0]), 0.05, 1),
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -1.0, 0.5]), 0.05, 2),  # the last is smaller
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -1.0, 0.5]), 0.05, 100),
    ), tolerance=1e-9),
    "adam": Exercise(solutions.adam, (
        (np.array([1.0, -2.0, 0.0]), _PLANE[:1], 0.1, 0.9, 0.999, 1e-8),
        (np.array([1.0, -2.0, 0.0]), _PLANE, 0.1, 0.9, 0.999, 1e-8),
        (np.array([0.0, 0.0, 0.0]), 1e-6 * _PLANE, 0.01, 0.9, 0.999, 1e-3),  # epsilon counts here, outside the root
        (np.array([5.0]), np.array([[3.0], [-1.0], [0.0], [0.0]]), 0.5, 0.0, 0.9, 1e-8),
    ), tolerance=1e-9),
    "logistic_gradient": Exercise(solutions.logistic_gradient, (
        (_LINE[0], np.array([0, 0, 1, 1]), np.array([0.0, 0.0])),
        (_LINE[0], np.array([0, 1, 0, 1]), np.array([1.5, -2.0])),
        (_PLANE, np.array([1, 0, 0, 1, 1]), np.array([0.3, -0.7, 2.0])),
        (_PLANE, np.array([0, 0, 1, 1, 1]), np.array([400.0, -300.0, 0.0])),  # the sigmoid must not overflow
        (np.array([[1.0, 2.0]]), np.array([0]), np.array([0.5, -0.5])),
    ), tolerance=1e-9),
    "ridge": Exercise(solutions.ridge, (
        (*_LINE, 0.0), (*_LINE, 1.0), (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), 0.3),
        (np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([1.0, 3.0]), 0.1),  # equal features
        (_PLANE[:2], np.array([1.0, -1.0]), 0.5),  # more weights than examples
    ), tolerance=1e-9),
    "l2_gradient": Exercise(solutions.l2_gradient, (
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -2.0, 0.5, 3.0]), 0.0),
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -2.0, 0.5, 3.0]), 0.1),
        (_PLANE[:, :1], np.array([3.0, 1.0, 0.0, 2.0, -1.0]), np.array([0.0, 10.0]), 2.0),
        (_PLANE[:1], np.array([4.0]), np.array([5.0, 0.0, -1.0, 1.0]), 1.0),
    ), tolerance=1e-9),
    "soft_threshold": Exercise(soft_threshold, (
        (3.0, 0.5), (-3.0, 0.5), (0.2, 0.5), (-0.2, 0.5), (0.5, 0.5), (0.0, 0.0), (-2.0, 0.0),
        (np.array([3.0, -0.5, 0.2, -4.0]), 1.0), (np.array([[1.0, -2.0], [0.5, 8.0]]), 0.75),
        (np.array([1.0, -2.0, 3.0]), np.array([2.0, 0.5, 0.0])),  # a threshold for each entry
    )),
    "ista_step": Exercise(solutions.ista_step, (
        (*_LINE, np.array([0.0, 0.0]), 0.5, 0.1), (*_LINE, np.array([3.0, -1.0]), 0.0, 0.2),
        (*_LINE, np.array([1.0, 0.125]), 1.0, 0.1), (*_LINE, np.array([1.0, -1.0]), 100.0, 0.1),  # all 0
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([0.5, -0.25, 0.0]), 0.3, 0.05),
    ), tolerance=1e-9),
    "hidden_gradient": Exercise(solutions.hidden_gradient, (
        (_PLANE, _HOT, *_NET, 0.0), (_PLANE, _HOT, *_NET, 0.5),
        (_PLANE[:1], _HOT[:1], *_NET, 0.1),
        (_PLANE * 500, _HOT, *_NET, 0.1),  # saturated units: neither exponential may overflow
    ), tolerance=1e-9),
    "accuracy": Exercise(accuracy, (
        (np.array([[5.0, -5.0, -5.0], [-5.0, -5.0, 5.0]]), np.array([0, 2])),
        (np.array([[0.4, 0.1, 0.2], [0.3, 0.2, 0.1], [-9.0, -7.0, -8.0]]), np.array([0, 1, 1])),
        (np.array([[2.0, 2.5], [40.0, -3.0], [0.1, 0.2], [-1.0, -2.0]]), np.array([1, 1, 1, 0])),
        (np.array([[-3.0, -2.0, -1.0]]), np.array([0])),
    )),
    "momentum_step": Exercise(solutions.momentum_step, _MOVING),
    "nesterov_step": Exercise(solutions.nesterov_step, _MOVING),
    "glorot_std": Exercise(solutions.glorot_std, ((300, 200), (64, 64), (784, 30), (30, 784), (1, 1))),
    "he_std": Exercise(solutions.he_std, ((512,), (2,), (1,), (784,), (3 * 3 * 64,))),
    "variance_recursion": Exercise(solutions.variance_recursion, (
        (1.0, 2 / 100, 100, 5), (1.0, 1 / 100, 100, 30), (3.0, 0.01**2, 512, 10), (0.5, 1.0, 64, 3),
        (2.0, 1 / 3 / 50, 50, 1), (7.0, 0.02, 100, 0),
    ), tolerance=1e-9),
}
