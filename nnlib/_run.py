"""One call of `fit`: the data, checked once, and the run through them. Not public; `training` is.

With K copies everything that is one number for one network is an array (K,) here, and the code is the same: a copy that
diverges or stops early is frozen by putting its parameters back after each step, while the others go on.
"""

import numpy as np

from nnlib._check import all_finite, as_float, as_pair, as_shaped, shown
from nnlib.losses import binary_cross_entropy, cross_entropy
from nnlib.network import Network
from nnlib.penalties import Penalty

PREDICT = 4096  # examples at a time in evaluations, to bound their memory


class Data:
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
        whole = y.dtype.kind in "iub"
        classes = whole and loss is cross_entropy  # integers (K, n) are labels, also where n = units
        own = network.copies is not None and (
            y.ndim == 3 or (y.shape == (network.copies, n) and (classes or y.shape != (n, units))))
        lead = (network.copies,) if own else ()
        if y.shape[:own + 1] != (*lead, n):
            raise ValueError(f"{of}X and y must hold the same number of examples, "
                             f"got shapes {self.X.shape} and {y.shape}")
        self.axis, self.loss, self.y = int(own), getattr(loss, "compute", custom("loss", loss, axes=2)), y
        if hasattr(loss, "compute"):
            _, self.y = loss.check(np.zeros((*lead, n, units), self.X.dtype), y)  # told here, not midway
        labels = whole and (y.ndim == own + 1 or (units == 1 and loss is binary_cross_entropy))
        self.labels = y.reshape(*lead, n) if labels and y.min() >= 0 and y.max() < max(units, 2) else None

    def __len__(self):
        return self.X.shape[-2]

    def batch(self, rows):
        return self.X.take(rows, axis=-2, mode="clip"), self.y.take(rows, axis=self.axis, mode="clip")


class Run:
    """One call of `fit`: who is still going, where to go back to, and what was seen."""

    def __init__(self, network, history, loss, optimizer, penalty, proximal, clip, early_stopping):
        self.network, self.loss, self.optimizer, self.penalty = network, loss, optimizer, penalty_formula(penalty)
        self.proximal, self.clip, self.early_stopping = proximal, clip, early_stopping
        lead = network.params.shape[:-1]  # () or (K,)
        self.going, self.some_stopped, self.all_stopped = np.ones(lead, bool), False, False
        self.stopped = np.full(lead, "finished", dtype=object)
        self.state = [array for array in (network.params, network.statistics) if array.size]  # what training changes
        self.good = [array.copy() for array in self.state]  # the state at the last finite objective
        self.best, self.best_loss = [array.copy() for array in self.state], np.full(lead, np.inf)
        self.waited = np.zeros(lead, int)
        self.history, self.last = history, None
        self.move = optimizer.compute_step if clip is None else optimizer.step
        optimizer.start(network.params)

    def step(self, X, y):
        """One step of the optimiser; returns loss and penalty of the batch before it."""
        network = self.network
        loss, penalty = penalised_loss(network, self.loss, X, y, self.penalty)
        objective = loss + penalty
        watched = objective
        for array in self.state:
            watched = watched + np.vecdot(array, array)  # a ReLU hides what is not finite from the objective
        if not all_finite(watched):
            self.diverge(~np.isfinite(objective) | self.tainted(), objective)
        if not self.all_stopped:
            self.save(self.good, self.going)
            self.move(network.params, network.grad if self.clip is None else self.clip(network.grad))
            if self.proximal is not None:
                moved = self.proximal.prox(network.weights, self.optimizer.rate)
                network.weights[...] = as_shaped("proximal.prox", moved, network.weights.shape)
            if self.some_stopped:
                self.put_back(self.good, ~self.going)
        return loss, penalty

    def tainted(self):
        """Where a parameter or statistic is not finite: a ReLU or tanh may hide that from the objective."""
        return ~np.logical_and.reduce([np.isfinite(array).all(-1) for array in self.state])

    def close_epoch(self, loss, penalty):
        """Write the epoch's means down; parameters that overflowed in its last step count as divergence, too."""
        self.diverge(self.tainted(), loss + penalty)
        loss, penalty = np.where(self.going, (loss, penalty), np.nan)
        for name, value in (("loss", loss), ("penalty", penalty), ("objective", loss + penalty)):
            getattr(self.history, name).append(value)

    def evaluate(self, epoch, data):
        """Loss and accuracy in prediction mode, and what early stopping makes of them."""
        seen = {}
        for name, part in data.items():
            output = self.predict(part.X)
            seen[f"{name}_loss"] = np.where(self.going, self.loss(output, part.y)[0], np.nan)
            if part.labels is not None:
                seen[f"{name}_accuracy"] = np.where(self.going, share_right(output, part.labels), np.nan)
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
            self.put_back(self.good, ~self.going | self.tainted())
        self.stop(self.going, "interrupted")

    def stop(self, which, why):
        self.stopped[which] = why
        self.going = self.going & ~which
        self.some_stopped, self.all_stopped = not self.going.all(), not self.going.any()

    def save(self, kept, which):
        everyone = which is self.going and not self.some_stopped
        for old, now in zip(kept, self.state):
            if everyone:
                old[...] = now
            else:
                np.copyto(old, now, where=which[..., None])

    def put_back(self, kept, which):
        if which.any():
            for old, now in zip(kept, self.state):
                np.copyto(now, old, where=which[..., None])

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


def penalised_loss(network, loss, X, y, penalty):
    """Loss and penalty of a batch in training mode; the gradient of their sum is left in network.grad."""
    output, backward = network._pass(X, train=True)
    value, d_output = loss(output, y)
    backward(d_output)
    if penalty is None:
        return value, 0.0
    penalised, gradient = penalty(network.weights)
    network.dweights += gradient
    return value, penalised


def share_right(output, labels):
    """The share of right answers; an output with NaN is none."""
    answers = output.argmax(-1) if output.shape[-1] > 1 else output[..., 0] > 0
    return (np.where(np.isnan(output).any(-1), -1, answers) == labels).mean(-1)


def custom(name, function, axes):
    """A loss or penalty that is not from the library, whose every answer is checked; a network's part has `axes`."""
    def checked(x, *target):
        value, gradient = as_pair(name, function(x, *target), x.shape[:x.ndim - axes], x.shape)
        return value, gradient.astype(x.dtype, copy=False)

    return checked


def penalty_formula(penalty):
    """Of a penalty of the library its formula: what it would check holds for every network."""
    if isinstance(penalty, Penalty) and type(penalty).__call__ is Penalty.__call__:
        return penalty.compute
    return None if penalty is None else custom("penalty", penalty, axes=1)
