"""XOR from many starts: which networks of two switches, h hidden units and one output learn it (chapter 4).

Gradient descent on the four corners at once, 500 starts in each setting, 5,000 steps. The usual start has weights of
Glorot's size for sigmoid and tanh, of He's for ReLU, and biases of 0; the usual loss is cross-entropy, the rate 1. One
thing at a time is changed: width; loss and rate; size of the starting weights. A start counts as solved when all four
corners are on the right side at the end. The two-unit sigmoid networks then go on to 100,000 steps.
Takes about ten minutes on one free core. Writes xor_starts.json.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnlib.activations import relu, sigmoid, tanh
from nnlib.datasets import xor
from nnlib.initializers import glorot_normal, he_normal, normal
from nnlib.losses import binary_cross_entropy, squared_error
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.training import accuracy, fit
from store import fingerprint, store

STARTS, STEPS, LONG = 500, 5000, (5000, 20_000, 100_000)
USUAL = {"sigmoid": (sigmoid, glorot_normal), "tanh": (tanh, glorot_normal), "ReLU": (relu, he_normal)}
WIDTHS, RATES, SIZES = (2, 3, 4, 8), (0.1, 0.3, 1.0, 3.0, 10.0), (0.0, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0)


def squared_error_of_p(z, y):
    """Half the squared distance of the probability, sigma(z), from the answer."""
    p = sigmoid(z)
    value, gradient = squared_error(p, y)
    return value, gradient * sigmoid.derivative(z)


def train(phi, inits, hidden=2, rates=(1.0,), loss=binary_cross_entropy, steps=STEPS, starts=STARTS, seed=4):
    """Solved or not, and the final loss: two arrays (initializers x rates, starts)."""
    X, y = xor()
    net = mlp([2, hidden, 1], phi, rng=np.random.default_rng(seed), copies=len(inits) * len(rates) * starts)
    first = [mlp([2, hidden, 1], phi, init, rng=np.random.default_rng(seed), copies=starts) for init in inits]
    net.params[...] = np.concatenate([one.params for one in first for _ in rates])
    rate = np.tile(np.repeat(rates, starts), len(inits))[:, None]
    history = fit(net, loss, SGD(rate), X, y[:, None], epochs=steps, batch_size=4, rng=np.random.default_rng(seed),
                  evaluate_every=steps)
    return (accuracy(net(X), y) == 1).reshape(-1, starts), history.train_loss[-1].reshape(-1, starts)


def ends(solved, loss):
    """How many starts are solved, and how many of the others end at each of the three places, or elsewhere."""
    places = {"0.347": np.log(2) / 2, "0.477": 0.75 * np.log(3) - 0.5 * np.log(2), "0.693": np.log(2)}
    at = {name: abs(loss - value) < 0.01 for name, value in places.items()}
    counted = {name: int(np.sum(~solved & here)) for name, here in at.items()}
    return {"solved": int(solved.sum()), **counted, "elsewhere": int(np.sum(~solved)) - sum(counted.values())}


def main():
    result = {"script_sha256": fingerprint(__file__), "starts": STARTS, "widths": WIDTHS, "rates": RATES,
              "sizes": SIZES, "long": LONG, "width": {}, "loss": {}, "size": {}}
    for name, (phi, init) in USUAL.items():
        result["width"][name] = [ends(*(part[0] for part in train(phi, [init], hidden))) for hidden in WIDTHS]
        result["loss"][name] = {
            loss.__name__ if loss is squared_error_of_p else "cross_entropy":
                train(phi, [init], rates=RATES, loss=loss)[0].sum(axis=1).tolist()
            for loss in (binary_cross_entropy, squared_error_of_p)}
        result["size"][name] = [ends(*pair) for pair in zip(*train(phi, [normal(size) for size in SIZES]))]
        print(name, {key: result[key][name] for key in ("width", "loss", "size")}, flush=True)
    result["later"] = [ends(*(part[0] for part in train(sigmoid, [glorot_normal], steps=steps))) for steps in LONG]
    store(__file__, result)


if __name__ == "__main__":
    main()
