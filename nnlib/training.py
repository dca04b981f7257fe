"""Training: the gradient of a network's loss, and `fit`, which follows it through mini-batches and returns a History.

What happens within a step, and who stops when, stands in `_run.py`.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Value, as_array, as_count, as_data, as_flag, as_float, as_generator, as_number, shown
from nnlib._run import Data, Run, penalised_loss, penalty_formula, share_right
from nnlib.datasets import batches
from nnlib.network import Network
from nnlib.optimizers import SGD, Optimizer


def loss_and_gradient(network: Network, loss: Callable, X: ArrayLike, y: ArrayLike,
                      penalty: Callable | None = None) -> tuple[Value, np.ndarray]:
    """The objective in training mode, loss plus penalty, and its gradient by the parameters.

    Parameters
    ----------
    network : Network. loss : from `nnlib.losses`. X, y : examples and targets. penalty : from `nnlib.penalties`, or
        None; it acts on the weights, not on biases.

    Returns
    -------
    value : float, or (K,). gradient : a new array of the shape of network.params.

    Dropout draws new masks at each call; ``network.reseed(0)`` before it makes the same ones come again. Batch norm's
    running statistics move at each call, as in training.

    >>> from nnlib.initializers import zeros
    >>> from nnlib.losses import cross_entropy
    >>> from nnlib.network import mlp
    >>> network = mlp([1, 2], init=zeros, rng=np.random.default_rng(0))
    >>> loss_and_gradient(network, cross_entropy, [[4.0]], [1])
    (0.6931471805599453, array([ 2. , -2. ,  0.5, -0.5]))
    """
    data = Data(network, loss, X, y)
    _callable("penalty", penalty)
    with np.errstate(all="ignore"):
        value, penalised = penalised_loss(network, data.loss, data.X, data.y, penalty_formula(penalty))
    return value + penalised, network.grad.copy()


def accuracy(output: ArrayLike, labels: ArrayLike) -> Value:
    """The share of right answers: argmax over several units, the sign of the logit where there is one.

    Parameters
    ----------
    output : (n, units), (n,) or (K, n, units) of logits. labels : integers (n,) or (K, n); for one unit 0 or 1, also in
        the output's shape.

    Returns
    -------
    A float, or an array (K,).

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
        raise ValueError(f"labels must lie from 0 to {max(units, 2) - 1}, got {labels.min()} to {labels.max()}")
    right = share_right(output, labels)
    return right.item() if right.ndim == 0 else right


@dataclass
class EarlyStopping:
    """Stop when the validation loss has not fallen by more than `min_delta` for `patience` evaluations; keep the best.

    Parameters
    ----------
    patience : evaluations to wait, at least 1. min_delta : not below 0.

    >>> EarlyStopping(patience=5)
    EarlyStopping(patience=5, min_delta=0.0)
    """

    patience: int
    min_delta: float = 0.0

    def __post_init__(self):
        as_count("patience", self.patience)
        if not 0 <= as_number("min_delta", self.min_delta) < np.inf:
            raise ValueError(f"min_delta must be finite and not negative, got {self.min_delta}")


@dataclass
class History:
    """What `fit` saw. Arrays have one row an epoch, (epochs,) or (epochs, K).

    loss, penalty, objective : means over the epoch's batches, in training mode, weighted by their size.
    evaluated : the epochs at whose end the following were computed in prediction mode: train_loss, train_accuracy,
    validation_loss, validation_accuracy (the accuracies where labels are integers; else empty).
    epochs : epochs done. stopped : "finished", "early", "interrupted" or "diverged"; with K copies an array of them.
    A copy's values after it has stopped are NaN.

    >>> History().stopped
    'finished'
    """

    loss: list = field(default_factory=list)
    penalty: list = field(default_factory=list)
    objective: list = field(default_factory=list)
    evaluated: list = field(default_factory=list)
    train_loss: list = field(default_factory=list)
    train_accuracy: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    epochs: int | np.ndarray = 0
    stopped: str | np.ndarray = "finished"


def fit(network: Network, loss: Callable, optimizer: Optimizer, X: ArrayLike, y: ArrayLike, *, epochs: int,
        batch_size: int, rng: np.random.Generator, penalty: Callable | None = None, proximal: Any = None,
        validation: tuple[ArrayLike, ArrayLike] | None = None, early_stopping: EarlyStopping | None = None,
        clip: Callable | None = None, evaluate_every: int = 1, progress: bool = False) -> History:
    """Train a network on mini-batches, shuffled anew in every epoch.

    Parameters
    ----------
    network : Network, changed in place. loss : from `nnlib.losses`, or one of your own that returns (value, gradient).
    optimizer : from `nnlib.optimizers`; started afresh.
    X : (n, features), or (K, n, features) for copies with data of their own; y : targets, likewise. Integers (K, n) are
        each copy's own labels to cross-entropy, whatever else their shape might mean.
    epochs, batch_size : whole numbers; the last batch of an epoch may be smaller. rng : Generator of the shuffling.
    penalty : added to the loss, on the weights. proximal : a penalty whose prox is applied to the weights after each
        step, for exact zeros; only with SGD.
    validation : (X, y) to evaluate on, or None. early_stopping : EarlyStopping, which needs validation, or None.
    clip : callable, gradient -> gradient, from `nnlib.optimizers`. evaluate_every : epochs between evaluations; the
        last epoch is always evaluated. progress : show a line that counts epochs.

    Returns
    -------
    History. Ctrl-C ends the training early and returns it, too.

    Raises
    ------
    FloatingPointError : the objective is no longer finite (of all copies); it names epoch, loss and learning rate. The
        network keeps its last finite parameters, and the error carries the History as `.history`.
    ValueError, TypeError : an argument is unusable; the network has not been changed.

    >>> from nnlib.losses import binary_cross_entropy
    >>> from nnlib.network import mlp
    >>> X, y = np.array([[-1.0], [1.0]]), np.array([[0], [1]])
    >>> rng = np.random.default_rng(0)
    >>> network = mlp([1, 1], rng=rng)
    >>> history = fit(network, binary_cross_entropy, SGD(1.0), X, y, epochs=20, batch_size=2, rng=rng)
    >>> history.train_accuracy[-1], history.stopped
    (np.float64(1.0), 'finished')
    """
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("evaluate_every", evaluate_every)):
        as_count(name, value)
    as_generator(rng)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one of nnlib.optimizers, such as SGD(0.1), got {shown(optimizer)}")
    _callable("penalty", penalty)
    _callable("clip", clip)
    as_flag("progress", progress)
    if proximal is not None and not hasattr(proximal, "prox"):
        raise TypeError(f"proximal must be a penalty of nnlib.penalties, got {shown(proximal)}")
    if proximal is not None and type(optimizer) is not SGD:
        raise ValueError(f"proximal steps belong to SGD, got {type(optimizer).__name__}; "
                         f"other rules scale the gradient")
    if not isinstance(early_stopping, (EarlyStopping, type(None))):
        raise TypeError(f"early_stopping must be EarlyStopping(patience) or None, got {shown(early_stopping)}")
    if early_stopping is not None and validation is None:
        raise ValueError("early_stopping needs validation=(X, y) to watch, got None")
    data = {"train": Data(network, loss, X, y)}
    if validation is not None:
        as_data("validation", validation)
        data["validation"] = Data(network, loss, *validation, of="validation ")
    run = Run(network, History(), data["train"].loss, optimizer, penalty, proximal, clip, early_stopping)
    n, start = len(data["train"]), network.snapshot()
    try:
        with np.errstate(all="ignore"):  # divergence is noticed in the objective
            for epoch in range(1, epochs + 1):
                total_loss = total_penalty = np.zeros(network.params.shape[:-1])
                for rows in batches(n, min(batch_size, n), rng):
                    loss_now, penalty_now = run.step(*data["train"].batch(rows))
                    total_loss = total_loss + len(rows) * loss_now
                    total_penalty = total_penalty + len(rows) * penalty_now
                    if run.all_stopped:
                        break
                run.close_epoch(total_loss / n, total_penalty / n)
                if not run.all_stopped and (epoch % evaluate_every == 0 or epoch == epochs):
                    run.evaluate(epoch, data)
                if run.all_stopped:
                    break
                if progress:
                    mean = np.nanmean(run.history.loss[-1])
                    print(f"\repoch {epoch} of {epochs}: loss {mean:.4g} ", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        run.interrupt()
    except Exception:  # a callable that was given is unusable
        network.restore(start)
        raise
    return run.finish()


def _callable(name, value):
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be callable or None, got {shown(value)}")
