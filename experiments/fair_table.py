"""Ten ways against over-fitting on equal terms, beside none at all (chapter 9).

Three tasks: 400 of scikit-learn's digits, the same with a fifth of the labels wrong (in training and validation alike),
and 5,000 images of MNIST. One hidden layer of 64 ReLU units, batches of 50, momentum 0.9.
Every method has the same budget, five runs: "nothing" tries five learning rates, an ensemble has five members, and each
of the others tries five values of its one setting. Each of ten seeds (split, wrong labels, start and order of its own)
chooses the run with the best validation accuracy, and reads the test set for that one alone.
Takes about 12 minutes on one free core (float32). Writes fair_table.json.
"""

import os
import sys
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnlib.activations import relu, softmax
from nnlib.datasets import load_digits, load_mnist, one_hot
from nnlib.layers import Activate, Dense, Dropout, Layer
from nnlib.losses import cross_entropy
from nnlib.network import Network
from nnlib.optimizers import Momentum
from nnlib.penalties import L2
from nnlib.training import Checkpoint, EarlyStopping, accuracy, fit
from store import fingerprint, store

SEEDS, UNITS, BATCH = 10, 64, 50
TASKS = {  # examples to train on and to choose with, epochs, learning rate of all methods but the first
    "digits": (400, 400, 100, 0.03),
    "digits, a fifth of the labels wrong": (400, 400, 100, 0.03),
    "MNIST": (5000, 1000, 15, 0.1),
}
METHODS = {  # the name of what varies, and its five values
    "nothing": ("rate", (0.001, 0.003, 0.01, 0.03, 0.1)),
    "L2": ("strength", (3e-5, 3e-4, 3e-3, 1e-2, 3e-2)),
    "early stopping": ("patience", (1, 2, 5, 10, 20)),
    "dropout": ("drop", (0.1, 0.25, 0.5, 0.65, 0.8)),
    "noise on inputs": ("noise", (0.05, 0.1, 0.2, 0.3, 0.5)),
    "label smoothing": ("smoothing", (0.05, 0.1, 0.2, 0.4, 0.6)),
    "max-norm": ("limit", (0.3, 0.5, 0.8, 1.2, 2.0)),
    "weight averaging": ("averaged", (0.1, 0.25, 0.5, 0.75, 1.0)),
    "shifted images": ("pixels", (1, 2, 3, 4, 5)),
    "dropout and L2": ("both", (1e-5, 1e-4, 1e-3, 3e-3, 1e-2)),
    "ensemble": ("member", (0, 1, 2, 3, 4)),
}


class Noise(Layer):
    """In training X plus normal noise of standard deviation sigma."""

    def __init__(self, sigma):
        self.sigma = sigma

    def forward(self, X, train):
        noise = self.rng.normal(0, self.sigma, X.shape).astype(X.dtype) if train else 0
        return X + noise, lambda dY: dY


class Shift(Layer):
    """In training every image is moved by up to `most` pixels, down or up and right or left; what moves in is black."""

    def __init__(self, most):
        self.most = most

    def forward(self, X, train):
        if not train:
            return X, None
        n, side = len(X), int(X.shape[1] ** 0.5)
        framed = np.pad(X.reshape(n, side, side), ((0, 0), (self.most,) * 2, (self.most,) * 2))
        down, right = self.rng.integers(2 * self.most + 1, size=(2, n, 1, 1))
        grid = np.arange(side)
        return framed[np.arange(n)[:, None, None], grid[:, None] + down, grid + right].reshape(n, -1), None


@dataclass
class MaxNorm(Momentum):
    """After each step no hidden unit has incoming weights longer than `limit`."""

    hidden: Any = None
    limit: float = np.inf

    def compute_step(self, params, grad):
        super().compute_step(params, grad)
        lengths = np.linalg.norm(self.hidden.W, axis=0)
        self.hidden.W[...] *= np.minimum(1, self.limit / np.maximum(lengths, 1e-12))


def train(train_set, validation, rng, epochs, rate, *, strength=0.0, patience=None, drop=0.0, noise=0.0, smoothing=0.0,
          limit=np.inf, averaged=0.0, pixels=0, both=None, member=None):
    """One network, trained; `averaged` is the last share of the epochs over whose ends the weights are averaged."""
    if both is not None:
        drop, strength = 0.5, both
    X, y = train_set
    first = [Noise(noise)] if noise else [Shift(pixels)] if pixels else []
    hidden = Dense(X.shape[1], UNITS)
    net = Network([*first, hidden, Activate(relu), Dropout(drop), Dense(UNITS, 10)], rng=rng, dtype=X.dtype)
    y = (1 - smoothing) * one_hot(y, 10) + smoothing / 10 if smoothing else y
    options = {"batch_size": BATCH, "rng": rng, "penalty": L2(strength), "resume": Checkpoint()}
    if patience:
        options |= {"validation": validation, "early_stopping": EarlyStopping(patience)}
    optimizer, total, apart = MaxNorm(rate, hidden=hidden, limit=limit), 0.0, round(averaged * epochs)
    for end in range(epochs - apart + 1, epochs + 1) if averaged else [epochs]:
        fit(net, cross_entropy, optimizer, X, y, epochs=end, evaluate_every=1 if patience else end, **options)
        total = total + net.params / max(apart, 1)
    net.params[...] = total
    return net


def draw(name, seed, sizes, files):
    """Training, validation and test data of one seed."""
    rng = np.random.default_rng([9, seed])
    X, y = files["MNIST" if name == "MNIST" else "digits"]
    order, (n, m) = rng.permutation(len(X)), sizes
    X, y = X[order], y[order]
    test = files["test"] if name == "MNIST" else (X[n + m:], y[n + m:])
    given = y[:n + m].copy()
    if "wrong" in name:
        wrong = rng.random(n + m) < 0.2
        given[wrong] = (given[wrong] + rng.integers(1, 10, wrong.sum())) % 10
    return (X[:n], given[:n]), (X[n:n + m], given[n:]), test


def main():
    digits = load_digits()
    files = {"digits": (digits[0].astype(np.float32), digits[1]), "MNIST": load_mnist(dtype=np.float32),
             "test": load_mnist("test", dtype=np.float32)}
    result: dict[str, Any] = {"script_sha256": fingerprint(__file__), "seeds": SEEDS, "tasks": {}}
    for name, (n, m, epochs, usual) in TASKS.items():
        rows: dict[str, Any] = {method: {"chosen": [], "test": [], "train": [], "validation": []} for method in METHODS}
        for seed in range(SEEDS):
            train_set, validation, test = draw(name, seed, (n, m), files)
            for method, (what, values) in METHODS.items():
                nets = [train(train_set, validation, np.random.default_rng([9, seed, value if what == "member" else 0]),
                              epochs, **({"rate": usual} | {what: value})) for value in values]
                groups = [nets] if method == "ensemble" else [[net] for net in nets]
                right = np.array([[accuracy(sum(softmax(net(X)) for net in group), y)
                                   for X, y in (train_set, validation, test)] for group in groups])
                best = int(right[:, 1].argmax())
                rows[method]["chosen"].append(values[best] if len(groups) > 1 else None)
                for part, value in zip(("train", "validation", "test"), right[best]):
                    rows[method][part].append(round(float(value), 4))
            print(name, seed, {k: v["test"][-1] for k, v in rows.items()}, file=sys.stderr, flush=True)
        result["tasks"][name] = rows
    result["methods"] = {method: {"varies": what, "values": values} for method, (what, values) in METHODS.items()}
    store(__file__, result)


if __name__ == "__main__":
    main()
