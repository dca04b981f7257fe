"""Chapter 13, vanishing gradients: the error signal through a layer, clipping."""


import numpy as np
from scipy.optimize import brentq

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


U = brentq(lambda u: u * np.tanh(u / 2) - 1, 1, 2)
# A unit with the weight 4.7 passes more than it gets from -END to END.
END = brentq(lambda a: 4.7 * sigmoid.derivative(4.7 * a) - 1, 0, 5)

TABLE = {
    "eq-depth-window": equal(2 * END, w=4.7),
    "13_vanishing_gradients: to zero with and gives": equal(..., ..., u=U, sigma=sigmoid),
    "eq-depth-no-rescue": equal(w=U / 1.9, a=1.9, sigma_prime=sigmoid.derivative),
    "eq-depth-delta": equal(BELOW[1], BELOW, **LAYER, i=Index(2)),
    "eq-depth-weights": equal(OF_LOSS, a_ellm1=tanh(Z1), delta_ell=DELTA2),
    "eq-depth-clip": clipped,
    "13_vanishing_gradients: and with its variance is": chain(n=7),
}
