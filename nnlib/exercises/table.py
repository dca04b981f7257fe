"""The exercises: what is to be written, and the inputs on which it is tried."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.activations import log_sigmoid, sigmoid, softplus
from nnlib.descent import minimize
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.objectives import least_squares, logistic_regression
from nnlib.optimizers import SGD, Adam, Momentum, Nesterov
from nnlib.penalties import L1, L2, soft_threshold
from nnlib.training import accuracy, loss_and_gradient


@dataclass(frozen=True)
class Exercise:
    """A function to be written by the reader: the reference, the arguments to try, the relative error allowed.

    >>> Exercise(np.negative, cases=((1.0,), (-2.0,))).tolerance
    1e-12
    """

    reference: Callable
    cases: tuple  # of tuples of arguments
    tolerance: float = 1e-12


_ONE_NUMBER = (
    (0.0,), (2.0,), (-2.0,), (40.0,), (-40.0,), (1000.0,), (-1000.0,),
    (np.array([-800.0, -1.0, 0.0, 1.0, 800.0]),), (np.array([[0.5, -0.5], [30.0, -30.0]]),),
)

_LINE = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [4.0, 1.0]]), np.array([1.0, 2.0, 2.0, 5.0])
_PLANE = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0], [2.0, 0.0, -1.0], [-1.0, 1.0, 4.0], [0.5, 0.5, 0.5]])


def _gradient_descent(X, y, theta, rate, steps):
    return minimize(least_squares(X, y), theta, SGD(rate), steps).thetas[-1]


def _sgd_epoch(X, y, w, rate, batch_size):
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        w = _gradient_descent(X[rows], y[rows], w, rate, 1)
    return w


def _adam(theta, gradients, rate, beta1, beta2, epsilon):
    theta, rule = theta.copy(), Adam(rate, beta1, beta2, epsilon)
    rule.start(theta)
    for g in gradients:
        rule.step(theta, g)
    return theta


def _logistic_gradient(X, y, theta):
    return logistic_regression(X, y)(theta)[1]


def _ridge(X, y, lam):
    """As least squares with one more example for each weight, which asks it to be 0."""
    n, d = X.shape
    return np.linalg.lstsq(np.vstack([X, np.sqrt(n * lam) * np.eye(d)]), np.append(y, np.zeros(d)))[0]


def _l2_gradient(X, y, theta, lam):
    weights = np.append(theta[:-1], 0)  # the bias, last, is spared
    return least_squares(np.column_stack([X, np.ones(len(X))]), y)(theta)[1] + L2(lam)(weights)[1]


def _ista_step(X, y, w, lam, eta):
    return L1(lam).prox(w - eta * least_squares(X, y)(w)[1], eta)


_HOT = np.eye(2)[[0, 1, 1, 0, 1]]  # of _PLANE's five rows: the labels of a network with two outputs
_NET = (np.array([[0.5, -1.0], [0.25, 1.0], [-0.5, 0.75]]), np.array([0.1, -0.2]),
        np.array([[1.0, -0.5], [-2.0, 1.5]]), np.array([0.3, 0.0]))  # W1, b1, W2, b2


def _hidden_gradient(X, Y, W1, b1, W2, b2, lam):
    network = mlp([*W1.shape, W2.shape[1]], sigmoid, rng=np.random.default_rng(0))
    hidden, _, out = network.layers
    hidden.W[...], hidden.b[...], out.W[...], out.b[...] = W1, b1, W2, b2
    loss_and_gradient(network, cross_entropy, X, Y, L2(lam))
    return hidden.dW.copy()


def _momentum_step(theta, v, g, rate, beta, rule=Momentum):
    theta, rule = theta.copy(), rule(rate, beta=beta)
    rule.start(theta)
    rule.v[...] = v
    rule.step(theta, g)
    return np.stack([theta, rule.v])  # a reader may return the pair


def _nesterov_step(theta, v, g, rate, beta):
    return _momentum_step(theta, v, g, rate, beta, Nesterov)


_MOVING = (
    (np.array([1.0, -2.0]), np.array([0.0, 0.0]), np.array([0.5, 1.5]), 0.1, 0.9),  # from rest
    (np.array([1.0, -2.0]), np.array([3.0, -1.0]), np.array([0.5, 1.5]), 0.1, 0.9),
    (np.array([1.0, -2.0]), np.array([3.0, -1.0]), np.array([0.0, 0.0]), 0.2, 0.5),  # it coasts
    (np.array([0.5]), np.array([2.0]), np.array([4.0]), 0.25, 0.0),  # no memory
    (np.array([1.0, 2.0, 3.0]), np.array([10.0, -20.0, 5.0]), np.array([-1.0, 2.0, 7.0]), 1e-3, 0.99),
)

_BACK = (np.array([[0.5, -1.0, 0.25], [2.0, 0.0, -0.5]]),  # delta of two examples, three units
         np.array([[1.0, -0.5, 2.0], [0.3, 0.7, -1.0]]))  # W from two units to the three


def _backprop_delta(delta, W, z):
    return sigmoid.pull_back(z, delta @ W.T)


def _glorot_std(fan_in, fan_out):
    return np.sqrt(2 / (fan_in + fan_out))


def _he_std(fan_in):
    return np.sqrt(2 / fan_in)


def _variance_recursion(q0, weight_variance, fan_in, depth):
    """Second moment of the activations of ReLU layers, the input's first: (depth + 1,)."""
    return q0 * (fan_in * weight_variance / 2) ** np.arange(depth + 1)


EXERCISES = {
    "sigmoid": Exercise(sigmoid, _ONE_NUMBER),
    "sigmoid_derivative": Exercise(sigmoid.derivative, _ONE_NUMBER),
    "log_sigmoid": Exercise(log_sigmoid, _ONE_NUMBER),
    "softplus": Exercise(softplus, _ONE_NUMBER),
    "backprop_delta": Exercise(_backprop_delta, (
        (np.array([[3.0]]), np.array([[0.5], [-2.0]]), np.array([[0.0, 1.0]])),  # one example, from 2 units to 1
        (np.array([[0.1, -0.2]]), np.array([[2.0, 1.0], [-3.0, 0.5]]), np.array([[0.3, -0.7]])),  # W is square
        (*_BACK, np.zeros((2, 2))), (*_BACK, np.array([[1.0, -2.0], [0.5, 3.0]])),
        (*_BACK, np.array([[40.0, -40.0], [800.0, -3.0]])),  # sigma' of 40 is not 0
    ), tolerance=1e-9),
    "gradient_descent": Exercise(_gradient_descent, (
        (*_LINE, np.array([0.0, 0.0]), 0.1, 1), (*_LINE, np.array([0.0, 0.0]), 0.1, 2),
        (*_LINE, np.array([3.0, -1.0]), 0.2, 100), (*_LINE, np.array([3.0, -1.0]), 0.1, 0),
        (np.array([[2.0]]), np.array([6.0]), np.array([1.0]), 0.25, 1),  # arrives in one step
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -1.0, 0.5]), 0.05, 30),
        (*_LINE, np.array([1.0, 1.0]), 1.0, 5),  # too long a step: it diverges
    ), tolerance=1e-9),
    "sgd_epoch": Exercise(_sgd_epoch, (
        (*_LINE, np.array([0.0, 0.0]), 0.1, 4), (*_LINE, np.array([3.0, -1.0]), 0.1, 2),
        (*_LINE, np.array([0.0, 1.0]), 0.05, 1),
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -1.0, 0.5]), 0.05, 2),  # the last is smaller
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([1.0, -1.0, 0.5]), 0.05, 100),
    ), tolerance=1e-9),
    "adam": Exercise(_adam, (
        (np.array([1.0, -2.0, 0.0]), _PLANE[:1], 0.1, 0.9, 0.999, 1e-8),
        (np.array([1.0, -2.0, 0.0]), _PLANE, 0.1, 0.9, 0.999, 1e-8),
        (np.array([0.0, 0.0, 0.0]), 1e-6 * _PLANE, 0.01, 0.9, 0.999, 1e-3),  # epsilon counts here, outside the root
        (np.array([5.0]), np.array([[3.0], [-1.0], [0.0], [0.0]]), 0.5, 0.0, 0.9, 1e-8),
    ), tolerance=1e-9),
    "logistic_gradient": Exercise(_logistic_gradient, (
        (_LINE[0], np.array([0, 0, 1, 1]), np.array([0.0, 0.0])),
        (_LINE[0], np.array([0, 1, 0, 1]), np.array([1.5, -2.0])),
        (_PLANE, np.array([1, 0, 0, 1, 1]), np.array([0.3, -0.7, 2.0])),
        (_PLANE, np.array([0, 0, 1, 1, 1]), np.array([400.0, -300.0, 0.0])),  # the sigmoid must not overflow
        (np.array([[1.0, 2.0]]), np.array([0]), np.array([0.5, -0.5])),
    ), tolerance=1e-9),
    "ridge": Exercise(_ridge, (
        (*_LINE, 0.0), (*_LINE, 1.0), (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), 0.3),
        (np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([1.0, 3.0]), 0.1),  # equal features
        (_PLANE[:2], np.array([1.0, -1.0]), 0.5),  # more weights than examples
    ), tolerance=1e-9),
    "l2_gradient": Exercise(_l2_gradient, (
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
    "ista_step": Exercise(_ista_step, (
        (*_LINE, np.array([0.0, 0.0]), 0.5, 0.1), (*_LINE, np.array([3.0, -1.0]), 0.0, 0.2),
        (*_LINE, np.array([1.0, 0.125]), 1.0, 0.1), (*_LINE, np.array([1.0, -1.0]), 100.0, 0.1),  # all 0
        (_PLANE, np.array([1.0, 0.0, -1.0, 2.0, 0.5]), np.array([0.5, -0.25, 0.0]), 0.3, 0.05),
    ), tolerance=1e-9),
    "hidden_gradient": Exercise(_hidden_gradient, (
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
    "momentum_step": Exercise(_momentum_step, _MOVING),
    "nesterov_step": Exercise(_nesterov_step, _MOVING),
    "glorot_std": Exercise(_glorot_std, ((300, 200), (64, 64), (784, 30), (30, 784), (1, 1))),
    "he_std": Exercise(_he_std, ((512,), (2,), (1,), (784,), (3 * 3 * 64,))),
    "variance_recursion": Exercise(_variance_recursion, (
        (1.0, 2 / 100, 100, 5), (1.0, 1 / 100, 100, 30), (3.0, 0.01**2, 512, 10), (0.5, 1.0, 64, 3),
        (2.0, 1 / 3 / 50, 50, 1), (7.0, 0.02, 100, 0),
    ), tolerance=1e-9),
}
