"""Chapter 04, XOR: the perceptron's step, the two units by hand, forward and backward, and a curve drawn with units."""

import numpy as np

from guards.formulas.entries import all_of, equal, rng
from nnlib.activations import relu, sigmoid
from nnlib.datasets import xor
from nnlib.exercises import EXERCISES
from nnlib.gradcheck import numerical_gradient
from nnlib.initializers import normal
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.training import loss_and_gradient

X, LAMP = xor()
BOTH = {"x_1": X[:, 0], "x_2": X[:, 1]}
ONE, TWO = X.max(axis=1), X.min(axis=1)                         # at least one, both

SWITCHES, WEIGHTS = rng.normal(size=3), rng.normal(size=3)
SAID = float(SWITCHES @ WEIGHTS > 0)

INPUTS, ANSWERS = rng.normal(size=(4, 2)), LAMP[:, None]
NET = mlp([2, 2, 1], sigmoid, normal(1.3), rng=rng)
NET.params[...] = rng.normal(size=NET.params.size)
FIRST, _, LAST = NET.layers
SUMS = FIRST.forward(INPUTS, train=False)[0]
H = sigmoid(SUMS)
SCORES = NET(INPUTS)
loss_and_gradient(NET, binary_cross_entropy, INPUTS, ANSWERS)
Z_SLOPE = binary_cross_entropy(SCORES, ANSWERS)[1]
H_SLOPE = np.asarray(numerical_gradient(
    lambda hidden: binary_cross_entropy(LAST.forward(hidden, train=False)[0], ANSWERS)[0], H))
NETWORK = {"X": INPUTS, "W_1": FIRST.W, "b_1": FIRST.b, "Z": SUMS, "H": H, "W_2": LAST.W, "b_2": LAST.b, "z": SCORES,
           "sigma": sigmoid, "y": ANSWERS, "p": sigmoid(SCORES), "dz": Z_SLOPE, "dH": H_SLOPE}
NETWORK["dZ"] = sigmoid.pull_back(SUMS, np.asarray(H_SLOPE))

CURVE = np.array([0.7, -1.9, 0.4, 1.3, -0.6])                   # at the points t, and straight between them
T = np.array([0.1, 0.5, 1.2, 1.6, 2.3])
DRAWN = {"f": lambda x: np.interp(x, T, CURVE), "n": 4, "t": dict(enumerate(T)), "t_0": T[0], "k": 1000.0,
         "m": (T[1:] + T[:-1]) / 2, "r": np.diff(CURVE), "s": dict(enumerate(np.r_[0, np.diff(CURVE) / np.diff(T)])),
         "sigma": sigmoid, "relu": relu}

TABLE = {
    "eq-perceptron": all_of(*(equal(EXERCISES["perceptron_pass"].reference(WEIGHTS, SWITCHES[None], [answer]),
                                    w=WEIGHTS, y=answer, hat_y=SAID, x=SWITCHES) for answer in (1 - SAID, SAID))),
    "eq-xor-shrug": equal(..., ..., ..., e=sigmoid(np.zeros(4)) - LAMP, **BOTH),
    "eq-xor-by-hand": equal(ONE, TWO, LAMP, h_1=ONE, h_2=TWO, **BOTH),
    "eq-xor-forward": equal(SUMS, H, SCORES, sigmoid(SCORES), **NETWORK),
    "eq-xor-backward": equal(Z_SLOPE, LAST.dW, H_SLOPE, NETWORK["dZ"], FIRST.dW, **NETWORK),
    "eq-draw": all_of(*(equal(..., ..., x=x, **DRAWN) for x in T[1:])),
}
