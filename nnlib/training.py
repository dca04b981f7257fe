"""Training: the gradient of a network's loss, and `fit`, which follows it through mini-batches and returns a History.

With K copies everything that is one number for one network is an array (K,) here, and the code is the same: a copy that
diverges or stops early is frozen by putting its parameters back after each step, while the others go on.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Value, as_count, as_float, as_generator, as_number, shown
from nnlib.datasets import batches
from nnlib.losses import binary_cross_entropy
from nnlib.network import Network
from nnlib.optimizers import SGD, Optimizer

PREDICT = 4096  # examples at a time in evaluations, to bound their memory


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
    """
    data = _Data(network, loss, X, y)
    _callable("penalty", penalty)
    with np.errstate(all="ignore"):
        value, penalised = _objective(network, data.loss, data.X, data.y, penalty)
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
    output, numbers, labels = as_float("output", output), as_float("labels", labels), np.asarray(labels)
    if output.ndim not in (1, 2, 3) or output.size == 0:
        raise ValueError(f"output must be (n, units), (n,) or (K, n, units) with at least one example, "
                         f"got shape {output.shape}")
    if output.ndim == 1:
        output = output[:, None]
    units = output.shape[-1]
    answers = output.argmax(-1) if units > 1 else output[..., 0] > 0
    if units == 1 and labels.shape in (output.shape, output.shape[-2:]):
        labels = labels[..., 0]
    if labels.shape not in (answers.shape, answers.shape[-1:]):
        raise ValueError(f"labels must be integers of shape {answers.shape} beside an output of shape {output.shape}, "
                         f"got shape {labels.shape}")
    if labels.dtype.kind not in "iub":
        raise TypeError(f"labels must be integers, got dtype {labels.dtype}; use labels.astype(int)")
    if numbers.min() < 0 or numbers.max() >= max(units, 2):
        raise ValueError(f"labels must lie from 0 to {max(units, 2) - 1}, got {labels.min()} to {labels.max()}")
    answers = np.where(np.isnan(output).any(-1), -1, answers)  # NaN is no answer
    right = (answers == labels).mean(-1)
    return right.item() if right.ndim == 0 else right


@dataclass
class EarlyStopping:
    """Stop when the validation loss has not fallen by more than `min_delta` for `patience` evaluations; keep the best.

    Parameters
    ----------
    patience : evaluations to wait, at least 1. min_delta : not below 0.
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
    X : (n, features), or (K, n, features) for copies with data of their own; y : targets, likewise.
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
    """
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("evaluate_every", evaluate_every)):
        as_count(name, value)
    as_generator(rng)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one of nnlib.optimizers, such as SGD(0.1), got {shown(optimizer)}")
    _callable("penalty", penalty)
    _callable("clip", clip)
    if proximal is not None and not hasattr(proximal, "prox"):
        raise TypeError(f"proximal must be a penalty of nnlib.penalties, got {shown(proximal)}")
    if proximal is not None and type(optimizer) is not SGD:
        raise ValueError(f"proximal steps belong to SGD, got {type(optimizer).__name__}; "
                         f"other rules scale the gradient")
    if not isinstance(early_stopping, (EarlyStopping, type(None))):
        raise TypeError(f"early_stopping must be EarlyStopping(patience) or None, got {shown(early_stopping)}")
    if early_stopping is not None and validation is None:
        raise ValueError("early_stopping needs validation=(X, y) to watch, got None")
    data = {"train": _Data(network, loss, X, y)}
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise ValueError(f"validation must be a pair (X, y), got {shown(validation)}")
        data["validation"] = _Data(network, loss, *validation, of="validation ")
    run = _Run(network, data["train"].loss, optimizer, penalty, proximal, clip, early_stopping)
    n, start = len(data["train"]), network.snapshot()
    try:
        with np.errstate(all="ignore"):  # divergence is noticed in the objective
            for epoch in range(1, epochs + 1):
                total = 0
                for rows in batches(n, min(batch_size, n), rng):
                    total = total + len(rows) * run.step(*data["train"].batch(rows))
                    if run.all_stopped:
                        break
                run.close_epoch(total / n)
                if not run.all_stopped and (epoch % evaluate_every == 0 or epoch == epochs):
                    run.evaluate(epoch, data)
                if run.all_stopped:
                    break
                if progress:
                    loss_now = np.nanmean(run.history.loss[-1])
                    print(f"\repoch {epoch} of {epochs}: loss {loss_now:.4g} ", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        run.interrupt()
    except Exception:  # a callable that was given is unusable
        network.restore(start)
        raise
    return run.finish()


class _Data:
    """Examples and targets, checked once: shapes, finite numbers, labels that the loss accepts."""

    def __init__(self, network, loss, X, y, of=""):
        if not isinstance(network, Network):
            raise TypeError(f"network must be a Network, got {shown(network)}")
        if not callable(loss):
            raise TypeError(f"loss must be one of nnlib.losses, called as loss(output, target), got {shown(loss)}")
        self.X, numbers, y = network._input(X, f"{of}X"), as_float(f"{of}y", y), np.asarray(y)
        if y.dtype.kind == "f":
            with np.errstate(over="ignore"):
                y = numbers.astype(self.X.dtype)
        for name, array in ((f"{of}X", self.X), (f"{of}y", y)):
            if not np.isfinite(array).all():
                bad = array[~np.isfinite(array)][0].item()
                raise ValueError(f"{name} must hold finite {self.X.dtype} numbers, got {bad}; "
                                 f"remove or repair these examples first")
        n, units = len(self), network(self.X[..., :1, :]).shape[-1]
        own = network.copies is not None and (y.ndim == 3 or (n, units) != y.shape == (network.copies, n))
        lead = (network.copies,) if own else ()
        if y.shape[:own + 1] != (*lead, n):
            raise ValueError(f"{of}X and y must hold the same number of examples, "
                             f"got shapes {self.X.shape} and {y.shape}")
        self.axis, self.loss, self.y = int(own), getattr(loss, "formula", _custom(loss)), y
        if hasattr(loss, "formula"):
            _, self.y = loss.check(np.zeros((*lead, n, units), self.X.dtype), y)  # told here, not midway
        labels = y.dtype.kind in "iub" and (y.ndim == own + 1 or (units == 1 and loss is binary_cross_entropy))
        self.labels = y if labels and y.min() >= 0 and y.max() < max(units, 2) else None

    def __len__(self):
        return self.X.shape[-2]

    def batch(self, rows):
        return self.X.take(rows, axis=-2, mode="clip"), self.y.take(rows, axis=self.axis, mode="clip")


class _Run:
    """One call of `fit`: who is still going, where to go back to, and what was seen."""

    def __init__(self, network, loss, optimizer, penalty, proximal, clip, early_stopping):
        self.network, self.loss, self.optimizer, self.penalty = network, loss, optimizer, penalty
        self.proximal, self.clip, self.early_stopping = proximal, clip, early_stopping
        lead = network.params.shape[:-1]  # () or (K,)
        self.going, self.some_stopped, self.all_stopped = np.ones(lead, bool), False, False
        self.stopped = np.full(lead, "finished", dtype=object)
        self.good = network.snapshot()  # the state at the last finite objective
        self.best, self.best_loss, self.waited = network.snapshot(), np.full(lead, np.inf), np.zeros(lead, int)
        self.watched = [(a, np.zeros(a.shape[-1], a.dtype)) for a in (network.params, network.statistics) if a.size]
        self.history, self.last = History(), None
        optimizer.start(network.params)

    def step(self, X, y):
        """One step of the optimiser; returns loss and penalty of the batch before it, as an array (2,) or (2, K)."""
        network, seen = self.network, np.empty((2, *self.going.shape))
        seen[0], seen[1] = _objective(network, self.loss, X, y, self.penalty)
        objective = seen[0] + seen[1]
        finite = np.isfinite(objective + self.taint())
        if not finite.all():
            self.diverge(~finite, objective)
        if not self.all_stopped:
            self.save(self.good, self.going)
            self.optimizer.step(network.params, network.grad if self.clip is None else self.clip(network.grad))
            if self.proximal is not None:
                network.weights[...] = self.proximal.prox(network.weights, self.optimizer.rate)
            if self.some_stopped:
                self.put_back(self.good, ~self.going)
        return seen

    def taint(self):
        """0, or NaN where a parameter or statistic is not finite: a ReLU or tanh may hide that from the objective."""
        return sum(np.vecdot(now, zeros) for now, zeros in self.watched)

    def close_epoch(self, means):
        """Write the epoch's means down; parameters that overflowed in its last step count as divergence, too."""
        self.diverge(~np.isfinite(self.taint()), means.sum(0))
        loss, penalty = np.where(self.going, means, np.nan)
        for name, value in (("loss", loss), ("penalty", penalty), ("objective", loss + penalty)):
            getattr(self.history, name).append(value)

    def evaluate(self, epoch, data):
        """Loss and accuracy in prediction mode, and what early stopping makes of them."""
        seen = {}
        for name, part in data.items():
            output = self.predict(part.X)
            seen[f"{name}_loss"] = np.where(self.going, self.loss(output, part.y)[0], np.nan)
            if part.labels is not None:
                seen[f"{name}_accuracy"] = np.where(self.going, accuracy(output, part.labels), np.nan)
        for name, value in (seen | {"evaluated": epoch}).items():  # "evaluated" last: Ctrl-C may fall between them
            getattr(self.history, name).append(value)
        self.diverge(~np.isfinite(seen["train_loss"]), seen["train_loss"])
        if self.early_stopping is not None:
            loss = seen["validation_loss"]
            better = self.going & (loss < self.best_loss - self.early_stopping.min_delta)
            self.save(self.best, better)
            self.best_loss = np.where(better, loss, self.best_loss)
            self.waited = np.where(better, 0, self.waited + 1)
            patient = self.waited < self.early_stopping.patience
            self.save(self.good, self.going & ~patient)
            self.stop(self.going & ~patient, "early")

    def predict(self, X):
        """The output for all of X, a bounded number of examples at a time."""
        return np.concatenate([self.network(X[..., i:i + PREDICT, :]) for i in range(0, X.shape[-2], PREDICT)], axis=-2)

    def diverge(self, which, objective):
        which = which & self.going
        if which.any():
            self.last = np.asarray(objective)[which].flat[0].item()
            self.put_back(self.good, which)
            self.stop(which, "diverged")

    def interrupt(self):
        """Ctrl-C falls anywhere: copies that have stopped may have moved, and others have overflowed."""
        with np.errstate(all="ignore"):
            self.put_back(self.good, ~self.going | np.isnan(self.taint()))
        self.stop(self.going, "interrupted")

    def stop(self, which, why):
        self.stopped[which] = why
        self.going = self.going & ~which
        self.some_stopped, self.all_stopped = not self.going.all(), not self.going.any()

    def save(self, state, which):
        where = which[..., None] if self.some_stopped or which is not self.going else True
        for kept, now in zip(state, (self.network.params, self.network.statistics)):
            np.copyto(kept, now, where=where)

    def put_back(self, state, which):
        if which.any():
            for kept, now in zip(state, (self.network.params, self.network.statistics)):
                np.copyto(now, kept, where=which[..., None])

    def finish(self):
        """The History as arrays, the best parameters where early stopping kept them; raises if nothing is left."""
        history, lead = self.history, self.going.shape
        if self.early_stopping is not None:
            self.put_back(self.best, (self.stopped != "diverged") & np.isfinite(self.best_loss))
        epochs, evaluations = len(history.objective), len(history.evaluated)
        for name in ("loss", "penalty", "objective"):
            setattr(history, name, np.array(getattr(history, name)[:epochs]).reshape(-1, *lead))
        for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
            setattr(history, name, np.array(getattr(history, name)[:evaluations]).reshape(-1, *lead))
        history.evaluated = np.array(history.evaluated, dtype=int)
        done = (~np.isnan(history.objective)).sum(0)
        history.epochs = done if lead else done.item()
        history.stopped = self.stopped.astype(str) if lead else self.stopped.item()
        if (self.stopped == "diverged").all():
            became = (f"the objective became {self.last}" if not np.isfinite(self.last) else
                      f"a parameter overflowed after an objective of {self.last:.4g}")
            rate = self.optimizer.rate if self.optimizer.t else self.optimizer.learning_rate
            error = FloatingPointError(
                f"training diverged in epoch {epochs}: {became} at learning rate {shown(rate)}; the network has its "
                f"last finite parameters. Lower the learning rate, or clip the gradient")
            error.history = history
            raise error
        return history


def _objective(network, loss, X, y, penalty):
    """Loss and penalty of a batch in training mode; the gradient of their sum is left in network.grad."""
    output, backward = network._pass(X, train=True)
    value, d_output = loss(output, y)
    backward(d_output)
    if penalty is None:
        return value, 0.0
    penalised, gradient = penalty(network.weights)
    network.grad[..., :network.weights.shape[-1]] += gradient
    return value, penalised


def _custom(loss):
    """A loss that is not from `nnlib.losses`, whose every answer is checked."""
    def checked(output, target):
        answer = loss(output, target)
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise TypeError(f"loss must return a pair (value, gradient), got {shown(answer)}")
        value, gradient = (as_float("what loss returns", part) for part in answer)
        if value.shape != output.shape[:-2] or gradient.shape != output.shape:
            raise ValueError(f"loss must return a value of shape {output.shape[:-2]} and a gradient of shape "
                             f"{output.shape} for an output of this shape, got {value.shape} and {gradient.shape}")
        return value[()], gradient.astype(output.dtype, copy=False)

    return checked


def _callable(name, value):
    if value is not None and not callable(value):
        raise TypeError(f"{name} must be callable or None, got {shown(value)}")
