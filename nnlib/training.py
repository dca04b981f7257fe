"""Training: the gradient of a network's loss, and `fit`, which follows it through mini-batches and returns a History.

What a step computes is in `_data.py`; stopping logic is in `_run.py`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import (
    Diverged,
    Value,
    as_array,
    as_count,
    as_data,
    as_flag,
    as_float,
    as_generator,
    as_number,
    called,
    shown,
)
from nnlib._data import Data, fraction_correct, penalised_loss, unchecked
from nnlib._run import Run, interrupts_pass_on, passing_interrupts_on
from nnlib.datasets import batches
from nnlib.network import Network
from nnlib.optimizers import SGD, Optimizer


def loss_and_gradient(network: Network, loss: Callable, X: ArrayLike, y: ArrayLike,
                      penalty: Callable | None = None) -> tuple[Value, np.ndarray]:
    """The objective in training mode, loss plus penalty, and its gradient by the parameters.

    Dropout draws new masks at each call; call ``network.reseed(0)`` first, so dropout masks repeat. The running
    statistics of batch norm move at each call, as in training.

    Parameters
    ----------
    network : Network
        The network; its `grad` is overwritten.
    loss : callable
        From `nnlib.losses`.
    X : array_like
        The examples.
    y : array_like
        The targets.
    penalty : callable, optional
        From `nnlib.penalties`; it acts on the weights, not on biases.

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        A new array of the shape of network.params.

    Examples
    --------
    >>> from nnlib.initializers import zeros
    >>> from nnlib.losses import cross_entropy
    >>> from nnlib.network import mlp
    >>> network = mlp([1, 2], init=zeros, rng=np.random.default_rng(0))
    >>> loss_and_gradient(network, cross_entropy, [[4.0]], [1])
    (0.6931471805599453, array([ 2. , -2. ,  0.5, -0.5]))
    """
    data = Data(network, loss, X, y)
    network.changeable()
    _callable_or_none("penalty", penalty)
    with np.errstate(all="ignore"):
        value, penalised = penalised_loss(network, data.loss, data.X, data.y, unchecked(penalty))
    return value + penalised, network.grad.copy()


def accuracy(output: ArrayLike, labels: ArrayLike) -> Value:
    """The fraction of correct predictions: argmax over several units, the sign of the logit where there is one.

    Parameters
    ----------
    output : array_like, (n, units), (n,) or (K, n, units)
        Logits.
    labels : array_like, (n,) or (K, n)
        Integers; for one unit, 0 or 1, also in the shape of the output.

    Returns
    -------
    float or ndarray
        A float, or an array (K,).

    Examples
    --------
    >>> accuracy([[2.0, 1.0], [0.0, 3.0]], [0, 0])
    0.5
    """
    output, numbers, labels = as_float("output", output), as_float("labels", labels), as_array("labels", labels)
    if output.ndim not in (1, 2, 3) or output.size == 0:
        raise ValueError(f"output must be (n, units), (n,) or (K, n, units) with at least one example, "
                         f"got shape {output.shape}")
    if output.ndim == 1:
        output = output[:, None]
    units = output.shape[-1]
    if units == 1 and labels.shape in (output.shape, output.shape[-2:]):
        labels = labels[..., 0]
    if labels.shape not in (output.shape[:-1], output.shape[-2:-1]):
        raise ValueError(f"labels must be integers of shape {output.shape[:-1]} beside an output of shape "
                         f"{output.shape}, got shape {labels.shape}")
    if labels.dtype.kind not in "iub":
        raise TypeError(f"labels must be integers, got dtype {labels.dtype}; use labels.astype(int)")
    if numbers.min() < 0 or numbers.max() >= max(units, 2):
        raise ValueError(f"labels must be from 0 to {max(units, 2) - 1}, got {labels.min()} to {labels.max()}")
    right = fraction_correct(output, labels)
    return right.item() if right.ndim == 0 else right


@dataclass
class EarlyStopping:
    """Stop when the validation loss has not fallen by more than `min_delta` for `patience` evaluations; keep the best.

    The best is the lowest, by however little. Falls add up: each is measured from the last one that counted.

    Parameters
    ----------
    patience : int
        Evaluations to wait, at least 1.
    min_delta : float
        Not negative.

    Examples
    --------
    >>> EarlyStopping(patience=5)
    EarlyStopping(patience=5, min_delta=0.0)
    """

    patience: int
    min_delta: float = 0.0

    def __post_init__(self):
        as_count("patience", self.patience)
        if not 0 <= as_number("min_delta", self.min_delta) < np.inf:
            raise ValueError(f"min_delta must be finite and not negative, got {self.min_delta}")


@dataclass(frozen=True, eq=False)
class History:
    """What `fit` saw. Arrays have one row per epoch, (epochs,) or (epochs, K).

    A copy's values after it has stopped are NaN. Accuracies are empty unless the labels are integers.

    Parameters
    ----------
    loss, penalty, objective : ndarray
        Means over the epoch's batches, in training mode, weighted by batch size.
    evaluated : ndarray
        The epochs after which the following four were computed, in prediction mode.
    train_loss, train_accuracy, validation_loss, validation_accuracy : ndarray
        One row per evaluation.
    epochs : int or ndarray
        Epochs done; with K copies an array of them.
    stopped : str or ndarray
        "finished", "early", "interrupted" or "diverged"; with K copies an array of them.

    Examples
    --------
    >>> from nnlib.losses import squared_error
    >>> from nnlib.network import mlp
    >>> rng = np.random.default_rng(0)
    >>> history = fit(mlp([1, 1], rng=rng), squared_error, SGD(0.1), [[1.0], [2.0]], [[2.0], [4.0]],
    ...               epochs=3, batch_size=2, rng=rng)
    >>> history.loss.shape, history.stopped
    ((3,), 'finished')
    """

    loss: np.ndarray
    penalty: np.ndarray
    objective: np.ndarray
    evaluated: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray
    epochs: int | np.ndarray
    stopped: str | np.ndarray


@dataclass(eq=False)
class Checkpoint:
    """The state of a training run: ``fit(..., resume=checkpoint)`` writes it after every epoch, and continues from it.

    Start with an empty one. A training run that was cut in two, or ended by Ctrl-C or an error, and is called again
    with the same arguments (except `epochs`), ends with the same bits as an uninterrupted one. It holds copies of
    parameters, statistics, generators and the optimiser's memory, and can be pickled.

    Examples
    --------
    >>> from nnlib.losses import squared_error
    >>> from nnlib.network import mlp
    >>> rng, checkpoint = np.random.default_rng(0), Checkpoint()
    >>> network = mlp([1, 1], rng=rng)
    >>> for epochs in (3, 5):
    ...     history = fit(network, squared_error, SGD(0.1), [[1.0], [2.0]], [[2.0], [4.0]],
    ...                   epochs=epochs, batch_size=1, rng=rng, resume=checkpoint)
    ...     print(checkpoint, history.epochs)
    Checkpoint(epoch=3) 3
    Checkpoint(epoch=5) 5
    """

    kept: dict[str, Any] | None = field(default=None, init=False, repr=False)

    @property
    def epoch(self) -> int:
        """The number of epochs done."""
        return 0 if self.kept is None else self.kept["epoch"]

    def __repr__(self) -> str:
        return f"Checkpoint(epoch={self.epoch})"


def fit(network: Network, loss: Callable, optimizer: Optimizer, X: ArrayLike, y: ArrayLike, *, epochs: int,
        batch_size: int, rng: np.random.Generator, penalty: Callable | None = None, proximal: Any = None,
        validation: tuple[ArrayLike, ArrayLike] | None = None, early_stopping: EarlyStopping | None = None,
        clip: Callable | None = None, evaluate_every: int = 1, progress: bool = False,
        resume: Checkpoint | None = None) -> History:
    """Train a network on mini-batches, shuffled anew in every epoch.

    Parameters
    ----------
    network : Network
        Changed in place.
    loss : callable
        From `nnlib.losses`, or one of your own that returns (value, gradient).
    optimizer : Optimizer
        From `nnlib.optimizers`; started afresh unless training resumes.
    X : array_like, (n, features) or (K, n, features)
        The examples; the second form for copies with data of their own.
    y : array_like
        The targets, likewise. Cross-entropy takes integers (K, n) as each copy's own labels, whatever else their shape
        might mean.
    epochs : int
        The number of passes over the examples.
    batch_size : int
        Examples in a batch; the last of an epoch may be smaller.
    rng : numpy.random.Generator
        Shuffles the examples.
    penalty : callable, optional
        Added to the loss, on the weights.
    proximal : Penalty, optional
        A penalty whose prox is applied to the weights after each step, for exact zeros; only with SGD.
    validation : tuple of array_like, optional
        (X, y) to evaluate on.
    early_stopping : EarlyStopping, optional
        When to stop; needs validation.
    clip : callable, optional
        From `nnlib.optimizers`, gradient -> gradient.
    evaluate_every : int
        Epochs between evaluations, each a pass over all of X and the validation data, which takes up to a fifth of a
        short training: ``evaluate_every=epochs`` evaluates once, at the end. The last epoch is always evaluated, and
        `History.loss`, which is free, has every epoch.
    progress : bool
        Whether to show a line that counts epochs.
    resume : Checkpoint, optional
        Written after every epoch, and continued from; `epochs` and History count from its start.

    Returns
    -------
    History
        Also after Ctrl-C, which ends training early; within a sweep, a cross-validation or another `fit` it is
        passed on to the caller.

    Raises
    ------
    Diverged
        If the objective is no longer finite (for all copies). This FloatingPointError names epoch, loss and learning
        rate, and carries the History as `.history`; the network keeps its last finite parameters.
    ValueError, TypeError
        If an argument is unusable; the network has not been changed.

    Examples
    --------
    >>> from nnlib.losses import binary_cross_entropy
    >>> from nnlib.network import mlp
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([[0], [1]])
    >>> rng = np.random.default_rng(0)
    >>> network = mlp([1, 1], rng=rng)
    >>> history = fit(network, binary_cross_entropy, SGD(1.0), X, y, epochs=20, batch_size=2, rng=rng)
    >>> history.train_accuracy[-1], history.stopped
    (np.float64(1.0), 'finished')
    """
    _check_options(epochs, batch_size, rng, optimizer, penalty, proximal, validation, early_stopping, clip,
                   evaluate_every, progress, resume)
    train = Data(network, loss, X, y)
    data = {"train": train}
    if validation is not None:
        data["validation"] = Data(network, loss, *validation, of="validation ")
    size = _batch_size(batch_size, len(train), network.least)
    network.changeable()
    run = Run(network, data, optimizer, penalty, proximal, clip, early_stopping)
    try:
        if resume is not None and resume.kept is not None:
            run.resume(resume.kept, rng)
        with optimizer.errstate(), passing_interrupts_on(), _status_line() as show:
            while run.epoch < epochs and not run.all_stopped:
                for rows in batches(len(train), size, rng):
                    run.step(*train.batch(rows))  # detects divergence in the objective
                    if run.all_stopped:
                        break
                run.close_epoch()
                if run.epoch % evaluate_every == 0 and not run.all_stopped:
                    run.evaluate()
                if resume is not None and not run.lost:
                    resume.kept = run.checkpoint(rng)
                if progress and not run.lost:
                    show(f"epoch {run.epoch} of {epochs}: loss {np.nanmean(run.seen['loss'][-1]):.4g}")
            if run.epoch not in run.seen["evaluated"][-1:] and not run.all_stopped:
                run.evaluate()
    except KeyboardInterrupt:
        run.interrupt()
        if interrupts_pass_on():
            run.finish()
            raise
    except Exception:  # a callable argument is unusable
        network.restore(run.start)
        raise
    history = History(**run.finish())
    if run.lost:
        raise Diverged(run.why(), history=history)
    return history


def _check_options(epochs, batch_size, rng, optimizer, penalty, proximal, validation, early_stopping, clip,
                   evaluate_every, progress, resume):
    """Check all arguments of `fit` except the data."""
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("evaluate_every", evaluate_every)):
        as_count(name, value)
    as_generator(rng)
    as_flag("progress", progress)
    if not isinstance(called("optimizer", optimizer), Optimizer):
        raise TypeError(f"optimizer must be one of nnlib.optimizers, such as SGD(0.1), got {shown(optimizer)}")
    _callable_or_none("penalty", penalty)
    _callable_or_none("clip", clip)
    if proximal is not None and not callable(getattr(called("proximal", proximal), "prox", None)):
        raise TypeError(f"proximal must be a penalty from nnlib.penalties, got {shown(proximal)}")
    if proximal is not None and not isinstance(optimizer, SGD):
        raise ValueError(f"proximal steps belong to SGD, got {type(optimizer).__name__}; "
                         f"other rules scale the gradient")
    if validation is not None:
        as_data("validation", validation)
    if not isinstance(called("early_stopping", early_stopping), (EarlyStopping, type(None))):
        raise TypeError(f"early_stopping must be EarlyStopping(patience) or None, got {shown(early_stopping)}")
    if early_stopping is not None and validation is None:
        raise ValueError("early_stopping needs validation=(X, y) to watch, got None")
    if not isinstance(called("resume", resume), (Checkpoint, type(None))):
        raise TypeError(f"resume must be a Checkpoint() or None, got {shown(resume)}")
    if resume is not None and epochs < resume.epoch:
        raise ValueError(f"epochs, counted from the start, must be at least the {resume.epoch} that resume has seen, "
                         f"got {epochs}")


def _callable_or_none(name, value):
    if value is not None and not callable(called(name, value)):
        raise TypeError(f"{name} must be callable or None, got {shown(value)}")


def _batch_size(size, n, least):
    """The number of examples in a batch; raises if cutting up n would leave a batch of fewer than `least`."""
    def smallest(size):
        return min(size, n % size or size)

    if n < least:
        raise ValueError(f"X must hold at least {least} examples to train BatchNorm, got {n}")
    if smallest(min(size, n)) < least:
        better = next(more for more in range(min(size, n), n + 1) if smallest(more) >= least)
        raise ValueError(f"batch_size must not leave BatchNorm a batch of one example, whose variance is 0, got {size} "
                         f"for {n} examples; use batch_size={better}")
    return min(size, n)


@contextmanager
def _status_line() -> Iterator[Callable[[str], None]]:
    """A line on stderr that is overwritten in place, and ended on exit."""
    length = 0

    def show(text):
        nonlocal length
        print("\r" + text.ljust(length), end="", file=sys.stderr, flush=True)
        length = len(text)

    try:
        yield show
    finally:
        if length:
            print(file=sys.stderr)
