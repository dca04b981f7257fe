"""Chapter 14, initialisation: the variances that nnlib's initializers draw with."""

import numpy as np

from guards.formulas.entries import equal
from nnlib.activations import relu
from nnlib.initializers import glorot_normal, he_normal, lecun_normal, variance_scaling


class Asked(np.random.Generator):
    """A generator that notes which standard deviation it was asked for."""

    def normal(self, loc=0.0, scale=1.0, size=None):
        self.std = scale
        return np.zeros(size)


def variance(init, fan_in=5, fan_out=8):
    rng = Asked(np.random.PCG64())
    init(rng, (fan_in, fan_out))
    return rng.std**2


FANS = {"n_in": 5.0, "n_out": 8.0}
BACKWARDS = variance_scaling(2.0, "fan_out", "normal")

# The moments of a ReLU of a normal number, by Gauss's rule.
SPREAD = 0.7
NODES, WEIGHTS = np.polynomial.legendre.leggauss(100)
Z = (NODES + 1) * 5 * SPREAD
DENSITY = 5 * WEIGHTS * np.exp(-(Z**2) / (2 * SPREAD**2)) / np.sqrt(2 * np.pi)
MEAN, SQUARE = DENSITY @ relu(Z), DENSITY @ relu(Z) ** 2

TABLE = {
    "eq-init-moments": equal(MEAN, SQUARE - MEAN**2, s=SPREAD),
    "eq-init-lecun": equal(variance(lecun_normal), **FANS),
    "eq-init-glorot": equal(variance(glorot_normal), **FANS),
    "eq-init-he": equal(variance(he_normal), variance(BACKWARDS), **FANS),
}
