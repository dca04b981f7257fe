"""Chapter 08, networks with a penalty: forwards, backwards, and what is said of the penalty."""

import numpy as np

from guards.formulas.entries import X, d, equal, lam, n
from nnlib.activations import sigmoid, softmax, tanh
from nnlib.losses import binary_cross_entropy, cross_entropy
from nnlib.network import mlp
from nnlib.penalties import L2
from nnlib.training import loss_and_gradient

CLASSES = np.array([0, 1, 1, 0, 1, 1, 0])
NETWORK = mlp([d, 4, 2], tanh, rng=np.random.default_rng(1))
FIRST, _, SECOND = NETWORK.layers
FIRST.b[...], SECOND.b[...] = np.linspace(0.1, 0.5, 4), [0.2, -0.7]
LOSS = loss_and_gradient(NETWORK, cross_entropy, X, CLASSES)[0]
OF_LOSS = SECOND.dW.copy()
OBJECTIVE = loss_and_gradient(NETWORK, cross_entropy, X, CLASSES, L2(lam))[0]   # fills dW and db
Z1 = X @ FIRST.W + FIRST.b
DELTA2 = (softmax(NETWORK(X)) - np.eye(2)[CLASSES]) / n
DELTA1 = tanh.pull_back(Z1, DELTA2 @ SECOND.W.T)
LETTERS = {"X": X, "W_1": FIRST.W, "W_2": SECOND.W, "b_1": FIRST.b, "b_2": SECOND.b, "lam": lam, "Z_1": Z1,
           "A": tanh(Z1), "phi": tanh, "phi_prime": tanh.derivative, "mathbf_1": np.ones(n)}

# Minus the gradient of the cross-entropy by the weights of a network that gives every example the classes' shares.
LABELS = np.eye(2)[CLASSES]
SHARES = np.log(LABELS.mean(0)) + np.zeros((n, 1))
COVARIANCE = equal(-X.T @ cross_entropy(SHARES, CLASSES)[1], n=n, X=X, Y=LABELS, bar_Y=LABELS.mean(0))
UP_TO = 1.7
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
NODES, WEIGHTS = (NODES + 1) * UP_TO / 2, WEIGHTS * UP_TO / 2

A = 0.7                                                     # the size of two weights
PAIR = mlp([1, 1, 1], tanh, rng=np.random.default_rng(2))
PAIR.layers[0].W[...] = PAIR.layers[2].W[...] = A
COSTS, PULLS = loss_and_gradient(PAIR, binary_cross_entropy, np.array([[1.0], [-1.0]]), np.array([[1.0], [0.0]]),
                                 L2(lam))
SCORE = PAIR(np.array([[1.0]])).item()
SLOPE = (tanh(A) - tanh(-A)) / 2 + A * tanh.derivative(A)
TWO = {"a": A, "lam": lam, "phi": tanh, "s": SCORE, "sigma": sigmoid}

TABLE = {
    "eq-reg-one": equal(SCORE, COSTS, **TWO),
    "eq-reg-pulls": equal(PULLS[:2].sum(), **TWO, s_prime=SLOPE, L_prime=-sigmoid(-SCORE) * SLOPE),
    "eq-breaking-strength": COVARIANCE,
    "eq-false-penalty": equal(WEIGHTS @ (NODES * sigmoid.derivative(NODES)), w=UP_TO, sigma=sigmoid),
    "eq-reg-objective": equal(Z1, tanh(Z1), NETWORK(X), OBJECTIVE, **LETTERS, L=LOSS),
    "eq-reg-backprop": equal(DELTA2, SECOND.dW, DELTA1, FIRST.dW, **LETTERS, n=n, P=softmax(NETWORK(X)),
                             Y=np.eye(2)[CLASSES], Delta_1=DELTA1, Delta_2=DELTA2),
    "eq-sigmoid-as-tanh": equal(**LETTERS | {"sigma": sigmoid, "tanh": tanh, "mathbf_1": np.ones(4)}),
}
