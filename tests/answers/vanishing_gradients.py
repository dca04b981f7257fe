"""Chapter 13: the derivative by the pre-activations, one layer further back."""

import numpy as np
from scipy.special import expit

from answers.sigmoid import printed


def by(slope):
    return lambda delta, W, z: delta @ W.T * slope(z)


def in_place(delta, W, z):
    z[...] = printed(z)
    return delta @ W.T * z * (1 - z)


def entry_by_entry(delta, W, z):
    return [[sum(d * w for d, w in zip(row, weights)) * float(expit(u) * expit(-u)) for weights, u in zip(W, units)]
            for row, units in zip(delta, z)]


def with_the_jacobian(delta, W, z):
    """The layer's matrix, W^T times the slopes on a diagonal, for each example."""
    return np.stack([d @ (W.T @ np.diag(printed(u) - printed(u) ** 2)) for d, u in zip(delta, z)])


WRONG = {
    "backprop_delta": {
        "not transposed": lambda delta, W, z: delta @ W * printed(z) * (1 - printed(z)),
        "slope of the value": by(lambda z: printed(printed(z)) * (1 - printed(printed(z)))),
        "no slope": by(lambda z: 1), "of z": by(lambda z: z * (1 - z)),
        "tanh's": by(lambda z: 1 - np.tanh(z) ** 2), "the sigmoid": by(printed),
        "summed": lambda delta, W, z: (delta @ W.T * printed(z) * (1 - printed(z))).sum(0),
        "the mean": lambda delta, W, z: delta @ W.T * printed(z) * (1 - printed(z)) / len(delta) / 2,
        "the sign": by(lambda z: printed(z) * (printed(z) - 1)), "in place": in_place,
    },
}
RIGHT = {
    "backprop_delta": {
        "s (1 - s)": by(lambda z: printed(z) * (1 - printed(z))), "cosh": by(lambda z: 1 / (4 * np.cosh(z / 2) ** 2)),
        "tanh": by(lambda z: (1 - np.tanh(z / 2) ** 2) / 4), "both tails": by(lambda z: expit(z) * expit(-z)),
        "exponentials": by(lambda z: np.exp(z) / (1 + np.exp(z)) ** 2), "entry by entry": entry_by_entry,
        "Jacobians": with_the_jacobian,
    },
}
