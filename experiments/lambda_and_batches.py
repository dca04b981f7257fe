"""The best lambda against the number of images, and what lambda and mini-batches each contribute (chapter 8).

784-30-10 with a sigmoid hidden layer on MNIST, Glorot's weights, softmax cross-entropy, L2 on the weights, momentum
0.9; everything is measured on the last 10,000 images of the training file.
First 1,000 full-batch steps or 15 epochs of mini-batches of 50 on 2,000 images, five seeds, each at the best of its
learning rates (seed 0, lambda 3e-4), with lambda 1e-3 or 3e-4.
Then 4,000 steps with mini-batches of 50, the rate falling from 0.3 to 0 along a cosine, for 500 to 32,000 images and
seven strengths; each of the five seeds draws its own images.
Last the run of sensible_run.py, 784-128-10 on 50,000 images, with the lambda 1e-3 of first_document.py's repaired
program. Takes about seven minutes on one free core (float32). Writes lambda_and_batches.json.
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
from nnlib.training import fit
from sensible_run import train as train_sensibly
from store import fingerprint, store

SEEDS, STEPS, BATCH, RATE = 5, 4000, 50, 0.3
IMAGES = (500, 2000, 8000, 32_000)
SHARES = (0.02, 0.06, 0.2, 0.6, 2.0, 6.0, 20.0)  # of 1/n: the strength is share / n
SMALL = 2000
RATES = {"full batch": (1.0, 3.0, 10.0), "mini-batches": (0.05, 0.1, 0.3, 1.0)}
STRENGTHS = (1e-3, 3e-4)


def train(X, y, validation, *, strength, rate, batch, epochs, seed):
    """The loss and the accuracy on the validation images after `epochs`."""
    rng = np.random.default_rng([8, seed])
    net = mlp([784, 30, 10], sigmoid, glorot_normal, rng=rng, dtype=X.dtype)
    history = fit(net, cross_entropy, Momentum(rate), X, y, epochs=epochs, batch_size=batch, rng=rng,
                  penalty=L2(strength), validation=validation, evaluate_every=epochs)
    return round(float(history.validation_loss[-1]), 5), round(float(history.validation_accuracy[-1]), 5)


def draw(X, y, n, seed):
    """The n images of a seed, out of the first 50,000."""
    rows = np.random.default_rng([88, seed]).permutation(50_000)[:n]
    return X[rows], y[rows]


def by_images(X, y, validation):
    """Validation losses [n][strength][seed]."""
    losses = []
    for n in IMAGES:
        epochs = max(round(STEPS * BATCH / n), 1)
        schedule = cosine(RATE, epochs * -(-n // BATCH))
        losses.append([[train(*draw(X, y, n, seed), validation, strength=share / n, rate=schedule, batch=BATCH,
                              epochs=epochs, seed=seed)[0] for seed in range(SEEDS)] for share in SHARES])
        print(f"{n} images: {np.mean(losses[-1], axis=1).round(4)}", file=sys.stderr, flush=True)
    return losses


def contributions(X, y, validation):
    """The best rate of each way to cut batches, and accuracies [batches][strength][seed]."""
    ways = {"full batch": (SMALL, 1000), "mini-batches": (BATCH, 15)}
    best, reached = {}, {}
    for name, (batch, epochs) in ways.items():
        def run(rate, strength, seed, batch=batch, epochs=epochs):
            return train(*draw(X, y, SMALL, seed), validation, strength=strength, rate=rate, batch=batch, epochs=epochs,
                         seed=seed)

        losses = [run(rate, STRENGTHS[-1], 0)[0] for rate in RATES[name]]
        best[name] = RATES[name][int(np.argmin(losses))]
        print(f"{name}: losses by rate {losses}", file=sys.stderr, flush=True)
        reached[name] = [[run(best[name], strength, seed)[1] for seed in range(SEEDS)] for strength in STRENGTHS]
        print(f"{name}: {reached[name]}", file=sys.stderr, flush=True)
    return {"rates": best, "accuracy": reached}


def sensible(X, y, validation, seeds=range(SEEDS)):
    """Validation accuracies with the repaired program's lambda, by seed."""
    runs = [train_sensibly(X[:50_000], y[:50_000], validation, STRENGTHS[0], seed)[1] for seed in seeds]
    return [round(float(history.validation_accuracy[-1]), 5) for history in runs]


def main():
    X, y = load_mnist(dtype=np.float32)
    validation = X[50_000:], y[50_000:]
    result = {"script_sha256": fingerprint(__file__), "images": IMAGES, "shares": SHARES, "strengths": STRENGTHS,
              "contributions": contributions(X, y, validation), "losses": by_images(X, y, validation),
              "sensible": sensible(X, y, validation)}
    store(__file__, result)


if __name__ == "__main__":
    main()
