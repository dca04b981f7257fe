"""What is to be written, from the parts of the library, where it has no such function itself."""

import numpy as np

from nnlib.activations import sigmoid
from nnlib.descent import minimize
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.objectives import least_squares, logistic_regression
from nnlib.optimizers import SGD, Adam, Momentum, Nesterov
from nnlib.penalties import L1, L2
from nnlib.training import loss_and_gradient


def gradient_descent(X, y, theta, rate, steps):
    return minimize(least_squares(X, y), theta, SGD(rate), steps).thetas[-1]


def sgd_epoch(X, y, w, rate, batch_size):
    for start in range(0, len(X), batch_size):
        rows = slice(start, start + batch_size)
        w = gradient_descent(X[rows], y[rows], w, rate, 1)
    return w


def adam(theta, gradients, rate, beta1, beta2, epsilon):
    theta, rule = theta.copy(), Adam(rate, beta1, beta2, epsilon)
    rule.start(theta)
    for g in gradients:
        rule.step(theta, g)
    return theta


def logistic_gradient(X, y, theta):
    return logistic_regression(X, y)(theta)[1]


def ridge(X, y, lam):
    """As least squares with one more example for each weight, which asks it to be 0."""
    n, d = X.shape
    return np.linalg.lstsq(np.vstack([X, np.sqrt(n * lam) * np.eye(d)]), np.append(y, np.zeros(d)))[0]


def l2_gradient(X, y, theta, lam):
    weights = np.append(theta[:-1], 0)  # the bias, last, is spared
    return least_squares(np.column_stack([X, np.ones(len(X))]), y)(theta)[1] + L2(lam)(weights)[1]


def ista_step(X, y, w, lam, eta):
    return L1(lam).prox(w - eta * least_squares(X, y)(w)[1], eta)


def hidden_gradient(X, Y, W1, b1, W2, b2, lam):
    network = mlp([*W1.shape, W2.shape[1]], sigmoid, rng=np.random.default_rng(0))
    hidden, _, out = network.layers
    hidden.W[...], hidden.b[...], out.W[...], out.b[...] = W1, b1, W2, b2
    loss_and_gradient(network, cross_entropy, X, Y, L2(lam))
    return hidden.dW.copy()


def momentum_step(theta, v, g, rate, beta, rule=Momentum):
    theta, rule = theta.copy(), rule(rate, beta=beta)
    rule.start(theta)
    rule.v[...] = v
    rule.step(theta, g)
    return np.stack([theta, rule.v])  # a reader may return the pair


def nesterov_step(theta, v, g, rate, beta):
    return momentum_step(theta, v, g, rate, beta, Nesterov)


def backprop_delta(delta, W, z):
    return sigmoid.pull_back(z, delta @ W.T)


def glorot_std(fan_in, fan_out):
    return np.sqrt(2 / (fan_in + fan_out))


def he_std(fan_in):
    return np.sqrt(2 / fan_in)


def variance_recursion(q0, weight_variance, fan_in, depth):
    """Second moment of the activations of ReLU layers, the input's first: (depth + 1,)."""
    return q0 * (fan_in * weight_variance / 2) ** np.arange(depth + 1)
