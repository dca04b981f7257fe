"""Training times, as ratios of the contestants' processor times."""

import tracemalloc
import warnings
from functools import partial
from time import process_time
from typing import NamedTuple

import numpy as np

from benchmarks import contestants
from benchmarks.contestants import Task
from nnlib.datasets import load_digits, load_mnist, moons
from nnlib.losses import cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import Adam
from nnlib.selection import k_fold, sweep

ROUNDS = 5
SMALL, MNIST, DEEP = (64, 32, 10), (784, 128, 10), (784, 256, 256, 256, 10)
INSTALLED = {
    "nnlib": True, "nnlib one after another": True, "matrix products": True,
    "scikit-learn": contestants.MLPClassifier is not None,
    "PyTorch": contestants.torch is not None, "PyTorch, fused Adam": contestants.torch is not None,
    "PyTorch's matrix products": contestants.torch is not None,
    "JAX, a step a call": contestants.jax is not None, "JAX, vmap and scan": contestants.jax is not None,
}


class Ratio(NamedTuple):
    """The peer's time divided by ours, round by round: the median and the quartiles."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, peer, ours):
        return cls(*np.quantile(peer / ours, (0.5, 0.25, 0.75)).tolist())

    def __str__(self):
        digits = 1 if self.value >= 10 else 2
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def images(shrink=False):
    """2048 images of MNIST, 28 x 28 or, as means of 3 x 3 pixels, 8 x 8; one row each."""
    X, y = load_mnist(dtype=np.float32)
    X, y = X[:2048], y[:2048]
    if shrink:
        X = X.reshape(-1, 28, 28)[:, 2:26, 2:26].reshape(-1, 8, 3, 8, 3).mean((2, 4)).reshape(-1, 64)
    return X, y


def race(task, runners, rounds=ROUNDS):
    """Processor times {name: (rounds,)} of the installed runners, in a new order every round; the first is left out."""
    times = {name: [] for name in runners if INSTALLED[name]}
    rng = np.random.default_rng(0)
    for _ in range(rounds + 1):
        for name in rng.permutation(list(times)):
            train = runners[name](task)
            start = process_time()
            train()
            times[name].append(process_time() - start)
    return {name: np.array(seconds[1:]) for name, seconds in times.items()}


def training():
    """{"net, batch": {peer: Ratio}}; of the matrix products the ratio is the share of our time that they need."""
    (X, y), (shrunk, _) = images(), images(shrink=True)
    runners = {"nnlib": contestants.ours, "scikit-learn": contestants.scikit_learn, "PyTorch": contestants.pytorch,
               "PyTorch, fused Adam": contestants.pytorch_fused, "JAX, a step a call": contestants.jax_jit,
               "matrix products": contestants.matrix_products,
               "PyTorch's matrix products": contestants.pytorch_products}
    table = {}
    for name, sizes, data, batch, epochs in (
            ("small", SMALL, shrunk, 32, 40), ("mnist", MNIST, X, 32, 24), ("mnist", MNIST, X, 128, 24),
            ("mnist", MNIST, X, 1024, 32), ("deep", DEEP, X, 1024, 24)):
        times = race(Task(sizes, batch, epochs, data, y), runners)
        table[f"{name}, {batch}"] = {peer: Ratio.of(times[peer], times["nnlib"]) for peer in times if peer != "nnlib"}
    return table


def ensembles(copies=64):
    """{net: {peer: Ratio}} for K networks at once, per network and step."""
    points, side = moons(2048, noise=0.2, rng=np.random.default_rng(0))
    runners = {"nnlib": contestants.ours, "nnlib one after another": contestants.ours_one,
               "scikit-learn": contestants.scikit_learn, "JAX, vmap and scan": contestants.jax_vmap}
    table = {}
    for name, sizes, data in (("64-32-10", SMALL, images(shrink=True)),
                              ("2-16-2", (2, 16, 2), (points.astype(np.float32), side))):
        times = race(Task(sizes, 32, 16, *data, copies), runners)
        for alone in ("nnlib one after another", "scikit-learn"):
            if alone in times:
                times[alone] *= copies
        table[name] = {peer: Ratio.of(times[peer], times["nnlib"]) for peer in times if peer != "nnlib"}
    return table


def hundred_trainings(rounds=5):
    """Ratio for 20 strengths x 5 folds of 64-32-10 on digits, 20 epochs; scikit-learn does 5 of them, times 20."""
    X, y = load_digits()
    X = X.astype(np.float32)
    strengths, folds = np.logspace(-5, -1, 20), k_fold(len(X), 5, np.random.default_rng(0))
    build = partial(mlp, SMALL, dtype=np.float32)

    def at_once():
        sweep(build, cross_entropy, Adam, X, y, learning_rates=[1e-3], strengths=strengths, folds=folds, epochs=20,
              batch_size=32, rng=np.random.default_rng(0))

    def five_of_them():
        for strength, (train, held_out) in zip(strengths[::4], folds):
            model = contestants.MLPClassifier(SMALL[1:-1], alpha=strength * 32, batch_size=32, max_iter=20, tol=0,
                                              n_iter_no_change=20, random_state=0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(X[train], y[train])
            model.score(X[held_out], y[held_out])

    times = race(None, {"nnlib": lambda _: at_once, "scikit-learn": lambda _: five_of_them}, rounds)
    return Ratio.of(20 * times["scikit-learn"], times["nnlib"])


def memory():
    """Peak of Python's and NumPy's memory in MB, data not counted, of an epoch on all of MNIST, with its evaluation."""
    X, y = load_mnist(dtype=np.float32)
    tracemalloc.start()
    contestants.ours(Task(MNIST, 128, 1, X, y))()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6
