"""Choosing settings with held-out data: folds, cross-validation, the one-standard-error rule, and sweeps over a grid.

A sweep trains the settings of its grid side by side, as the copies of one ensemble, and hands the ensembles, cut into
chunks, to an executor: the built-in one by default, a process pool, or a cluster's.
"""

import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import (
    LARGEST,
    Diverged,
    as_array,
    as_callable,
    as_count,
    as_data,
    as_finite,
    as_float,
    as_generator,
    called,
    divided,
    shown,
)
from nnlib._run import passing_interrupts_on
from nnlib.network import Network
from nnlib.optimizers import Optimizer
from nnlib.penalties import L2, Penalty
from nnlib.training import fit

Folds = list[tuple[np.ndarray, np.ndarray]]  # (train, validation) indices
SETTINGS = 1_000_000  # in a grid
CHUNK = 200_000  # parameters trained at once; beyond that, arrays outgrow the cache and nothing is gained


def k_fold(n: int, k: int, rng: np.random.Generator) -> Folds:
    """Split n shuffled examples into k parts; each is the validation set once.

    Parameters
    ----------
    n : int
        The number of examples.
    k : int
        The number of parts, from 2 to n.
    rng : numpy.random.Generator
        Shuffles the examples.

    Returns
    -------
    list of tuple of ndarray
        k pairs (train, validation) of index arrays. Validation parts differ by at most one in size.

    Examples
    --------
    >>> [(len(train), len(validation)) for train, validation in k_fold(10, 3, np.random.default_rng(0))]
    [(6, 4), (7, 3), (7, 3)]
    """
    as_generator(rng)
    if as_count("k", k) < 2 or k > as_count("n", n):
        raise ValueError(f"k must be from 2 to the number of examples, {n}, got {k}")
    if n * k > LARGEST:
        raise ValueError(f"n times k, the indices in all folds, must be at most {LARGEST:,}, got n = {n} and k = {k}")
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1:]), parts[i]) for i in range(k)]


def cross_validate(score: Callable, X: ArrayLike, y: ArrayLike, folds: Folds) -> np.ndarray:
    """The scores of a procedure on every fold. Ctrl-C ends it, even from within a `fit`.

    Parameters
    ----------
    score : callable
        (X_train, y_train, X_validation, y_validation) -> a number, or an array (m,) for m settings at once. What it
        learns from data, standardisation included, it must learn from the training part alone.
    X : array_like, (n, d)
        The examples.
    y : array_like, (n, ...)
        The targets.
    folds : list of tuple of ndarray
        As from `k_fold`.

    Returns
    -------
    ndarray, (k,) or (k, m)
        The scores.

    Examples
    --------
    >>> folds = k_fold(6, 3, np.random.default_rng(0))
    >>> X = np.arange(6.0)[:, None]
    >>> cross_validate(lambda X, y, X_val, y_val: abs(y.mean() - y_val.mean()), X, X[:, 0], folds).shape
    (3,)
    """
    X, y = _data_set(X, y)
    as_callable("score", score, "as score(X_train, y_train, X_validation, y_validation)")
    with passing_interrupts_on():  # so that no half-trained network is scored
        scores = [as_float("what score returns", score(X[train], y[train], X[rest], y[rest]))
                  for train, rest in _index_pairs(folds, len(X))]
    shapes = sorted({found.shape for found in scores})
    if len(shapes) > 1:
        raise ValueError(f"score must return an array of the same shape on every fold, got {shapes}")
    return np.array(scores)


def one_standard_error(strengths: ArrayLike, losses: ArrayLike) -> tuple[float, float]:
    """The strongest penalty whose mean loss is within one standard error of the best (Breiman et al., 1984).

    Parameters
    ----------
    strengths : array_like, (m,)
        The strengths tried.
    losses : array_like, (k, m)
        A row per fold or seed, at least 2.

    Returns
    -------
    chosen : float
        The strength to use.
    best : float
        The strength of the lowest mean loss.

    Examples
    --------
    >>> one_standard_error([0.01, 0.1, 1.0], [[1.0, 1.1, 3.0], [1.4, 1.5, 3.2]])
    (0.1, 0.01)
    """
    strengths, losses = as_finite("strengths", strengths), as_finite("losses", losses)
    if losses.ndim != 2 or len(losses) < 2 or losses.shape[1:] != strengths.shape or strengths.size == 0:
        raise ValueError(f"losses must be (k, m), k at least 2, beside strengths (m,), "
                         f"got shapes {losses.shape} and {strengths.shape}")
    mean = losses.mean(axis=0)
    best = mean.argmin()
    error = losses[:, best].std(ddof=1) / np.sqrt(len(losses))
    return strengths[mean <= mean[best] + error].max().item(), strengths[best].item()


@dataclass(frozen=True, eq=False)
class Sweep:
    """What a sweep found, at the end of each training run: arrays (rates, strengths, folds, seeds).

    Parameters
    ----------
    learning_rates : ndarray, (rates,)
        The learning rates tried.
    strengths : ndarray, (strengths,)
        The strengths tried.
    train_loss : ndarray
        NaN where training diverged.
    train_accuracy : ndarray
        NaN where the labels are not classes.
    validation_loss : ndarray
        NaN without validation data, or where training diverged.
    validation_accuracy : ndarray
        NaN without validation data, or where the labels are not classes.
    stopped : ndarray
        How each training run ended, as in `History`.

    Examples
    --------
    >>> loss, right = np.array([0.3, 0.7]).reshape(2, 1, 1, 1), np.ones((2, 1, 1, 1))
    >>> found = Sweep(np.array([0.1, 0.5]), np.zeros(1), loss, right, loss, right, np.full(right.shape, "finished"))
    >>> found.learning_rates[found.validation_loss.mean(axis=(1, 2, 3)).argmin()]
    np.float64(0.1)
    """

    learning_rates: np.ndarray
    strengths: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray
    stopped: np.ndarray


def sweep(build: Callable, loss: Callable, optimizer: Callable, X: ArrayLike, y: ArrayLike, *,
          learning_rates: ArrayLike, strengths: ArrayLike = (0.0,), penalty: Callable = L2, folds: Folds | None = None,
          validation: tuple[ArrayLike, ArrayLike] | None = None, seeds: int = 1, epochs: int, batch_size: int,
          rng: np.random.Generator, executor: Executor | None = None) -> Sweep:
    """Train a network for every combination of learning rate, strength, fold and seed.

    The combinations of one fold are copies of one ensemble: own initial weights, one order of the batches. They are
    trained in chunks of about 200,000 parameters, so neither speed nor memory depends on the size of the grid. Ctrl-C
    ends a sweep; chunks not yet started are cancelled.

    Parameters
    ----------
    build : callable
        ``build(rng=..., copies=K) -> Network``; for an executor of processes it must be picklable, such as
        ``functools.partial(mlp, [64, 32, 10])``.
    loss : callable
        From `nnlib.losses`.
    optimizer : callable
        Learning rate -> optimiser, such as Adam.
    X : array_like, (n, d)
        The examples.
    y : array_like, (n, ...)
        The targets.
    learning_rates : array_like, (r,)
        The learning rates to try.
    strengths : array_like, (s,)
        The strengths to try.
    penalty : callable
        Strength -> penalty, such as L2 or L1.
    folds : list of tuple of ndarray, optional
        As from `k_fold`.
    validation : tuple of array_like, optional
        (X, y) to evaluate on, without folds; with neither there is no evaluation.
    seeds : int
        How many times to train each combination, from different initial weights.
    epochs : int
        As in `fit`.
    batch_size : int
        As in `fit`.
    rng : numpy.random.Generator
        Gives every chunk its own; the result does not depend on the executor.
    executor : concurrent.futures.Executor, optional
        Where the chunks are trained; None to train them here.

    Returns
    -------
    Sweep
        Losses and accuracies of all training runs.

    Examples
    --------
    >>> from functools import partial
    >>> from nnlib.losses import cross_entropy
    >>> from nnlib.network import mlp
    >>> from nnlib.optimizers import SGD
    >>> X, y, rng = np.array([[-1.0], [1.0]]), np.array([0, 1]), np.random.default_rng(0)
    >>> found = sweep(partial(mlp, [1, 2]), cross_entropy, SGD, X, y, learning_rates=[0.1, 0.5], strengths=[0.0, 1.0],
    ...               seeds=3, epochs=50, batch_size=2, rng=rng)
    >>> found.train_loss.shape, (found.train_loss[:, 1] > found.train_loss[:, 0]).all()
    ((2, 2, 1, 3), np.True_)
    """
    as_generator(rng)
    as_callable("build", build, "as build(rng=..., copies=K) -> Network")
    as_callable("optimizer", optimizer, "as optimizer(learning_rate), like Adam")
    as_callable("penalty", penalty, "as penalty(strength), like L2")
    if not (executor is None or hasattr(called("executor", executor), "submit")):
        raise TypeError(f"executor must be a concurrent.futures.Executor or None, got {shown(executor)}")
    learning_rates, strengths = as_finite("learning_rates", learning_rates), as_finite("strengths", strengths)
    for name, values in (("learning_rates", learning_rates), ("strengths", strengths)):
        if values.ndim != 1 or values.size == 0:
            raise ValueError(f"{name} must be a list of at least one number, got shape {values.shape}")
    if folds is not None and validation is not None:
        raise ValueError("validation must be None with folds: each fold brings its own")
    X, y = _data_set(X, y)
    if validation is not None:
        as_data("validation", validation)
        validation = _data_set(*validation, of="validation ")
    parts = [(X, y, validation)] if folds is None else [
        (X[train], y[train], (X[held_out], y[held_out])) for train, held_out in _index_pairs(folds, len(X))]
    most = max(SETTINGS // (len(learning_rates) * len(strengths)), 1)
    grid = np.array(list(product(learning_rates, strengths, range(as_count("seeds", seeds, most=most)))))  # (copies, 3)
    trial, other = _ensemble(build, np.random.default_rng(0), 1), _ensemble(build, np.random.default_rng(0), 1)
    if trial is other:
        raise ValueError(f"build must make a new network at each call, got {shown(build)}, "
                         f"which returned the same one twice")
    _made("optimizer=Adam", optimizer, Optimizer, grid[:, :1])
    _made("penalty=L2", penalty, Callable, grid[:, 1:2])
    chunks = np.array_split(grid, -(-len(grid) * trial.params.size // CHUNK))
    jobs = [(build, loss, optimizer, penalty, *part, chunk, epochs, batch_size, generator)
            for (part, chunk), generator in zip(product(parts, chunks), divided(rng, len(parts) * len(chunks)))]
    if executor is not None and _starts_processes(executor):
        for name, value in (("build", build), ("loss", loss), ("optimizer", optimizer), ("penalty", penalty)):
            _picklable(name, value)
    futures: list[Future] = []
    try:
        for job in jobs:
            futures.append((executor or _Here()).submit(_train, *job))
        rows = [future.result() for future in futures]  # one per chunk: five arrays (copies of the chunk,)
    finally:
        for future in futures:
            future.cancel()  # after an error or Ctrl-C: those not yet started
    shape = (len(parts), len(learning_rates), len(strengths), seeds)
    found = [np.moveaxis(np.concatenate(column).reshape(shape), 0, 2) for column in zip(*rows)]
    return Sweep(learning_rates, strengths, *found)


def _train(build, loss, optimizer, penalty, X, y, validation, grid, epochs, batch_size, rng):
    """One chunk: its settings (K, 3) as the K copies of one network."""
    network = _ensemble(build, rng, len(grid))
    rates, strengths = grid[:, :1], grid[:, 1:2]
    try:
        with passing_interrupts_on():
            history = fit(network, loss, optimizer(rates), X, y, epochs=epochs, batch_size=batch_size, rng=rng,
                          penalty=penalty(strengths) if strengths.any() else None, validation=validation,
                          evaluate_every=epochs)
    except Diverged as error:  # all copies of this chunk diverged; others may not have
        history = error.history
    last = [getattr(history, f"{part}_{value}") for part in ("train", "validation") for value in ("loss", "accuracy")]
    return [values[-1] if len(values) else np.full(len(grid), np.nan) for values in last] + [history.stopped]


class _Here(Executor):
    """Runs each job synchronously in the caller."""

    def submit(self, function, /, *arguments, **options):
        future: Future = Future()
        future.set_result(function(*arguments, **options))
        return future


def _ensemble(build, rng, copies):
    network = _made("build=partial(mlp, [64, 32, 10])", build, Network, rng=rng, copies=copies)
    if network.copies != copies:
        raise ValueError(f"build must return a network with copies={copies} when asked for them, got {network}")
    return network


def _made(like, make, kind, *arguments, **options):
    """What the factory `make` returns in a trial before any training; raises unless it is of this kind."""
    name = like.partition("=")[0]
    if isinstance(make, (Network, Optimizer, Penalty)):
        raise TypeError(f"{name} must be a factory, got {shown(make)}, which is an instance; "
                        f"leave out the parentheses, as in {like}")
    try:
        made = make(*arguments, **options)
    except TypeError as error:
        raise TypeError(f"{name} must be a factory, as in {like}, got {shown(make)}: {error}") from error
    if not isinstance(called(f"what {name} returns", made), kind):
        raise TypeError(f"{name} must return an instance of {kind.__name__}, as in {like}, got {shown(made)}")
    return made


def _picklable(name, value):
    try:
        pickle.dumps(value)
    except Exception as error:  # every kind of object fails in its own way
        raise TypeError(f"{name} must be picklable for a pool of processes, got {shown(value)}; define it at the top "
                        f"of a module, or make it with functools.partial") from error


def _data_set(X, y, of=""):
    """X and y as arrays; raises unless they are one data set: of several, `fit` would give each copy its own."""
    X, y = as_array(f"{of}X", X), as_array(f"{of}y", y)
    as_float(f"{of}X", X)
    if y.dtype.kind == "f":
        as_float(f"{of}y", y)
    if X.ndim != 2:
        raise ValueError(f"{of}X must have shape (n, d), got {X.shape}")
    if y.shape[:1] != X.shape[:1]:
        raise ValueError(f"{of}X and y must hold the same number of examples, got shapes {X.shape} and {y.shape}")
    return X, y


def _starts_processes(executor):
    from concurrent.futures import ProcessPoolExecutor  # here, as Python in a browser has none

    return isinstance(executor, ProcessPoolExecutor)


def _index_pairs(folds, n):
    """The folds, one by one; raises unless each is a pair of arrays of indices below n."""
    try:
        pairs = list(folds)  # scikit-learn's splitters are generators
    except TypeError:
        pairs = []
    if not pairs:
        raise ValueError(f"folds must be a list of at least one pair, as from k_fold({n}, k, rng), got {shown(folds)}")
    for fold in pairs:
        if not isinstance(fold, (tuple, list)) or len(fold) != 2:
            raise ValueError(f"folds must be pairs of index arrays, as from k_fold({n}, k, rng), got {shown(fold)}")
        yield _indices(fold[0], n), _indices(fold[1], n)


def _indices(part, n):
    """One part of a fold, given as indices or as n booleans."""
    indices = as_array("folds", part)
    if indices.dtype.kind == "b" and indices.shape == (n,):
        indices = np.flatnonzero(indices)
    if indices.dtype.kind not in "iu" or indices.ndim != 1 or indices.size == 0 or not (
            0 <= indices.min() and indices.max() < n):
        raise ValueError(f"folds must hold indices from 0 to {n - 1}, as k_fold({n}, k, rng) makes them, "
                         f"got {shown(part)}")
    return indices
