"""Chapter 13, vanishing gradients: the error signal through a layer, clipping."""


import numpy as np

from guards.formulas.chapter08 import DELTA2, OF_LOSS, Z1
from guards.formulas.entries import chain, d, equal, executed, rng, same, units, w
from guards.tex import Index
from nnlib.activations import sigmoid, tanh
from nnlib.optimizers import clip_by_norm

ABOVE, W, Z = rng.normal(size=d), rng.normal(size=(units, d)), rng.normal(size=units)
BELOW = sigmoid.pull_back(Z, ABOVE @ W.T)
LAYER = {"phi_prime": sigmoid.derivative, "delta_ellp1": ABOVE, "W_ellp1": W, "z_ell": Z}


@executed
def clipped(display):
    (_, new), = display.statements
    for limit in (0.1, 100.0):
        same(display(new, {"g": w, "c": limit}), clip_by_norm(limit)(w), f"with the limit {limit}, the gradient")


# Where u tanh(u/2) = 1: at 1.5434, by Newton's method.
U = 1.5434
for _ in range(5):
    U -= (U * np.tanh(U / 2) - 1) / (np.tanh(U / 2) + U / 2 * (1 - np.tanh(U / 2) ** 2))

@executed
def window(display):
    """Within it a unit with the weight w passes more than it gets, so that at its ends w sigma'(w a) is 1."""
    width = display(display.statements[0][1], {"w": 5.3})
    same(5.3 * sigmoid.derivative(5.3 * width / 2), 1.0, "the factor at the ends")


TABLE = {
    "eq-depth-window": window,
    "13_vanishing_gradients: to zero with and gives": equal(..., ..., u=U, sigma=sigmoid),
    "eq-depth-no-rescue": equal(w=U / 1.9, a=1.9, sigma_prime=sigmoid.derivative),
    "eq-depth-delta": equal(BELOW[1], BELOW, **LAYER, i=Index(2)),
    "eq-depth-weights": equal(OF_LOSS, a_ellm1=tanh(Z1), delta_ell=DELTA2),
    "eq-depth-clip": clipped,
    "13_vanishing_gradients: and with its variance is": chain(n=7),
}
