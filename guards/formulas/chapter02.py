"""Chapter 02, the sigmoid: its forms, its derivative, its logarithm, its relatives."""

import numpy as np

from guards.formulas.entries import chain, equal, z
from nnlib.activations import log_sigmoid, sigmoid, softplus, tanh
from nnlib.losses import binary_cross_entropy

SIGMOID = {"sigma": sigmoid, "sigma_prime": sigmoid.derivative, "softplus": softplus, "z": z, "p": sigmoid(z)}
SMALL = np.exp(-np.abs(z))
LABEL = np.array([0.29])
LOSSES, SLOPES = zip(*(binary_cross_entropy(np.array([score]), LABEL) for score in z))

TABLE = {
    "eq-sigmoid": equal(**SIGMOID),
    "eq-logit": equal(**SIGMOID),
    "02_sigmoid: take exponentials collect and divide": equal(..., ..., ..., **SIGMOID),
    "eq-symmetry": equal(**SIGMOID),
    "eq-derivative": equal(**SIGMOID),
    "eq-quarter": chain(..., p=sigmoid(z), d=sigmoid(z) - 0.5),
    "eq-printed-loss": equal(LOSSES, y=LABEL, p=sigmoid(z)),
    "eq-saturation": chain(None, ...),
    "eq-softplus": equal(..., ..., **SIGMOID),
    "eq-score-gradient": equal(np.ravel(SLOPES), y=LABEL, p=sigmoid(z)),
    "eq-safe": equal(**SIGMOID),
    "eq-safe-derivative": equal(..., ..., **SIGMOID, e=SMALL, q=np.minimum(sigmoid(z), sigmoid(-z))),
    "eq-bayes": equal(sigma=sigmoid, x=z, f_1=np.cosh, f_0=np.exp),
    "eq-log-sigmoid": equal(log_sigmoid(z), **SIGMOID),
    "02_sigmoid_deeper: safe form for derived as": equal(log_sigmoid(z), z=z),
    "eq-log-sigmoid-safe": equal(log_sigmoid(z), **SIGMOID),
    "eq-log-derivative": equal(log_sigmoid.derivative(z), softplus.derivative(z), **SIGMOID),
    "eq-tanh": equal(tanh(z), **SIGMOID),
}
