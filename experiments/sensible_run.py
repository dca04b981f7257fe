"""The first document's network, trained sensibly on 50,000 images of MNIST (chapter 8).

784-128-10 with a sigmoid hidden layer, Glorot's weights, softmax cross-entropy, L2 on the weights, mini-batches of 50,
momentum 0.9 with a learning rate that falls from 0.1 to 0 along a cosine, 15 epochs. The strength lambda is chosen on
the last 10,000 images of the training file, five seeds each; the test set is then read once, for the chosen lambda.
Takes about 10 minutes on one free core (float32). Writes sensible_run.json.
"""

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnlib.activations import sigmoid
from nnlib.datasets import load_mnist
from nnlib.initializers import glorot_normal
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import Momentum
from nnlib.penalties import L2
from nnlib.schedules import cosine
from nnlib.training import accuracy, fit
from store import fingerprint, store

SEEDS, EPOCHS, BATCH, RATE = 5, 15, 50, 0.1
STRENGTHS = (0.0, 1e-5, 3e-5, 1e-4)


def train(X, y, validation, strength, seed, epochs=EPOCHS):
    """One network and its History; the rate falls to 0 over all EPOCHS, however many of them are run."""
    rng = np.random.default_rng([8, seed])
    net = mlp([784, 128, 10], sigmoid, glorot_normal, rng=rng, dtype=X.dtype)
    schedule = cosine(RATE, EPOCHS * len(X) // BATCH)
    history = fit(net, cross_entropy, Momentum(schedule), X, y, epochs=epochs, batch_size=BATCH, rng=rng,
                  penalty=L2(strength), validation=validation, evaluate_every=epochs)
    return net, history


def main():
    X, y = load_mnist(dtype=np.float32)
    data, validation = (X[:50_000], y[:50_000]), (X[50_000:], y[50_000:])
    names = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
    seen, networks = {name: [] for name in names}, []
    for strength in STRENGTHS:
        runs = [train(*data, validation, strength, seed) for seed in range(SEEDS)]
        networks.append([net for net, _ in runs])
        for name in names:
            seen[name].append([round(float(getattr(history, name)[-1]), 5) for _, history in runs])  # [strength][seed]
        print(f"lambda {strength:g}: {seen['validation_accuracy'][-1]}", file=sys.stderr, flush=True)
    chosen = int(np.mean(seen["validation_loss"], axis=1).argmin())
    X_test, y_test = load_mnist("test", dtype=np.float32)
    test = [round(accuracy(net(X_test), y_test), 5) for net in networks[chosen]]
    result = {"script_sha256": fingerprint(__file__), "strengths": STRENGTHS,
              "chosen": STRENGTHS[chosen], "test_accuracy": test, **seen}
    store(__file__, result)


if __name__ == "__main__":
    main()
