"""Ten optimisers on 5,000 images of MNIST, each tuned with the same budget (chapter 12).

784-30-10 with ReLU and He's weights, ten epochs, batches of 50, float32. Each method has six learning rates, a factor
of sqrt(10) apart; the one with the lowest mean validation loss (2,000 images) of three trainings is taken, and must not
lie at an edge. Then five trainings from new weights, evaluated on the test set. Takes about two minutes on one free
core. Writes optimizer_race.json.
"""

import os
from functools import partial

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnlib import optimizers
from nnlib.datasets import load_mnist
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.selection import sweep
from nnlib.training import accuracy, fit
from store import fingerprint, store

FIRST_RATE = {"SGD": 0.03, "Momentum": 0.003, "Nesterov": 0.003, "AdaGrad": 0.003, "RMSProp": 1e-4, "AdaDelta": 0.1,
              "Adam": 3e-4, "AMSGrad": 3e-4, "NAdam": 3e-4, "AdamW": 3e-4}
BUILD = partial(mlp, [784, 30, 10], dtype=np.float32)
SETTING = {"epochs": 10, "batch_size": 50}


def data():
    """5,000 images to train on and 2,000 to validate, drawn at random from the training file."""
    X, y = load_mnist(dtype=np.float32)
    rows = np.random.default_rng(12).permutation(len(y))[:7000]
    return (X[rows[:5000]], y[rows[:5000]]), (X[rows[5000:]], y[rows[5000:]])


def race(name, train, validation, test):
    """The best rate, the validation losses of all six, and five accuracies on the test set."""
    method, rates = getattr(optimizers, name), FIRST_RATE[name] * np.sqrt(10) ** np.arange(6)
    found = sweep(BUILD, cross_entropy, method, *train, learning_rates=rates, seeds=3, validation=validation,
                  rng=np.random.default_rng(0), **SETTING)
    losses = found.validation_loss[:, 0, 0].mean(axis=1)
    best = int(np.nanargmin(losses))
    assert 0 < best < 5, f"{name}: the best rate, {rates[best]}, lies at an edge"
    rng = np.random.default_rng(1)
    network = BUILD(rng=rng, copies=5)
    history = fit(network, cross_entropy, method(rates[best]), *train, rng=rng, evaluate_every=10, **SETTING)
    return {"rate": rates[best], "validation_losses": np.nan_to_num(losses, nan=1e9).round(4).tolist(),
            "train_loss": history.train_loss[-1].round(5).tolist(),
            "test": accuracy(network(test[0]), test[1]).tolist()}


def main():
    train, validation = data()
    test = load_mnist("test", dtype=np.float32)
    result = {"script_sha256": fingerprint(__file__)}
    result |= {name: race(name, train, validation, test) for name in FIRST_RATE}
    store(__file__, result)


if __name__ == "__main__":
    main()
