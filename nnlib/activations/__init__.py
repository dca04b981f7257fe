"""Activation functions: one number in, one number out, each with its derivative; and softmax, which takes a row.

Every formula is arranged so that no intermediate result overflows and no digits cancel: exp is taken only of negative
numbers, and 1 is never subtracted from 1 + e. So they look a little different from the textbook's; chapter 2 of the
book derives them one by one. All but softmax and its logarithms work element by element on arrays of any shape.
"""

from nnlib.activations.base import Activation, Identity, identity
from nnlib.activations.logits import log_softmax, logsumexp, softmax
from nnlib.activations.rectifiers import ELU, GELU, LeakyReLU, ReLU, SiLU, elu, gelu, leaky_relu, relu, silu
from nnlib.activations.sigmoids import LogSigmoid, Sigmoid, Softplus, Tanh, log_sigmoid, sigmoid, softplus, tanh

__all__ = [
    "Activation", "Sigmoid", "LogSigmoid", "Softplus", "Tanh", "sigmoid", "log_sigmoid", "softplus", "tanh", "ReLU",
    "LeakyReLU", "ELU", "SiLU", "GELU", "relu", "leaky_relu", "elu", "silu", "gelu", "Identity", "identity",
    "softmax", "log_softmax", "logsumexp",
]
