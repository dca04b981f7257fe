"""The state and the logic of one call of `fit`. Not public; `training` is.

With K copies, what would be one number for one network is an array (K,), and the same code serves both. A copy that
diverges or stops early is frozen: its parameters are put back after each step, while the others go on.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from typing import Any

import numpy as np

from nnlib._check import all_finite, as_shaped, shown
from nnlib._data import fraction_correct, penalised_loss, unchecked

PREDICT = 4096  # examples at a time in evaluations, to bound their memory
MEANS = ("loss", "penalty", "objective")  # of each epoch; the objective comes last, so its length counts the epochs
EVALUATED = ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")


class Run:
    """One call of `fit`: which copies are still going, the states to fall back on, and the records."""

    def __init__(self, network, data, optimizer, penalty, proximal, clip, early_stopping):
        self.network = network
        self.data = data
        self.loss = data["train"].loss
        self.optimizer = optimizer
        self.penalty = unchecked(penalty)
        self.proximal = proximal
        self.clip = clip
        self.early_stopping = early_stopping
        lead = network.params.shape[:-1]  # () or (K,)
        self.going = np.ones(lead, bool)
        self.some_stopped = False
        self.all_stopped = False
        self.stopped = np.full(lead, "finished", dtype=object)
        self.last = np.nan  # the objective of the latest divergence
        self.state = [array for array in (network.params, network.statistics) if array.size]  # what training changes
        self.start = network.snapshot()
        self.good = [array.copy() for array in self.state]  # the state at the last finite objective
        self.best = [array.copy() for array in self.state]
        self.best_loss = np.full(lead, np.inf)
        self.level = np.full(lead, np.inf)  # the validation loss that must be undercut by min_delta
        self.waited = np.zeros(lead, int)
        self.seen: dict[str, list] = {name: [] for name in (*MEANS, *EVALUATED, "evaluated")}
        self.loss_sum = self.penalty_sum = 0.0  # over the examples of this epoch so far
        optimizer.start(network.params)

    @property
    def epoch(self):
        """The number of epochs done."""
        return len(self.seen["objective"])

    @property
    def lost(self):
        """Whether every copy has diverged."""
        return (self.stopped == "diverged").all()

    def step(self, X, y):
        """One step of the optimiser; the batch's loss and penalty before it are summed, weighted by batch size."""
        network = self.network
        loss, penalty = penalised_loss(network, self.loss, X, y, self.penalty)
        objective = loss + penalty
        watched = objective
        for array in self.state:
            watched = watched + np.vecdot(array, array)  # a ReLU can hide NaN and infinity from the objective
        if not all_finite(watched):
            self.diverge(~np.isfinite(objective) | self.tainted(), objective)
        if not self.all_stopped:
            self.save(self.good, self.going)
            self.move()
            if self.some_stopped:
                self.put_back(self.good, ~self.going)
        n = X.shape[-2]
        self.loss_sum = self.loss_sum + n * loss
        self.penalty_sum = self.penalty_sum + n * penalty

    def move(self):
        network = self.network
        if self.clip is None:
            self.optimizer.compute_step(network.params, network.grad)
        else:
            self.optimizer.step(network.params, self.clip(network.grad))
        if self.proximal is not None:
            moved = self.proximal.prox(network.weights, self.optimizer.rate)
            network.weights[...] = as_shaped("proximal.prox", moved, network.weights.shape)

    def tainted(self):
        """Which copies have a parameter or statistic that is not finite; a ReLU can hide it from the objective."""
        return ~np.logical_and.reduce([np.isfinite(array).all(-1) for array in self.state])

    def close_epoch(self):
        """Record the epoch's means; parameters that overflowed in its last step count as divergence, too."""
        n = len(self.data["train"])
        loss = self.loss_sum / n
        penalty = self.penalty_sum / n
        self.diverge(self.tainted(), loss + penalty)
        loss = np.where(self.going, loss, np.nan)
        penalty = np.where(self.going, penalty, np.nan)
        self.loss_sum = self.penalty_sum = 0.0
        for name, value in zip(MEANS, (loss, penalty, loss + penalty)):
            self.seen[name].append(value)

    def evaluate(self):
        """Record loss and accuracy in prediction mode, and apply early stopping."""
        seen = {}
        for name, part in self.data.items():
            output = self.predict(part.X)
            seen[f"{name}_loss"] = np.where(self.going, self.loss.compute(output, part.y)[0], np.nan)
            if part.labels is not None:
                seen[f"{name}_accuracy"] = np.where(self.going, fraction_correct(output, part.labels), np.nan)
        for name, value in (seen | {"evaluated": self.epoch}).items():  # "evaluated" last: Ctrl-C may fall in between
            self.seen[name].append(value)
        self.diverge(~np.isfinite(seen["train_loss"]), seen["train_loss"])
        if self.early_stopping is not None:
            self.judge(seen["validation_loss"])

    def judge(self, loss):
        """Early stopping: the lowest loss is the best, but only a fall by more than min_delta earns new patience."""
        lowest = self.going & (loss < self.best_loss)
        self.save(self.best, lowest)
        self.best_loss = np.where(lowest, loss, self.best_loss)
        fallen = self.going & (loss < self.level - self.early_stopping.min_delta)
        self.level = np.where(fallen, loss, self.level)
        self.waited = np.where(fallen, 0, self.waited + 1)
        done = self.going & (self.waited >= self.early_stopping.patience)
        self.save(self.good, done)
        self.stop(done, "early")

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
        """After Ctrl-C, which comes at any point: stopped copies may have moved, and others may have overflowed."""
        with np.errstate(all="ignore"):
            self.put_back(self.good, ~self.going | self.tainted())
        self.stop(self.going, "interrupted")

    def stop(self, which, why):
        self.stopped[which] = why
        self.going = self.going & ~which
        self.some_stopped = not self.going.all()
        self.all_stopped = not self.going.any()

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

    def finish(self) -> dict[str, Any]:
        """Restore the best parameters if early stopping kept any; return the fields of the History."""
        if self.early_stopping is not None:
            self.put_back(self.best, (self.stopped != "diverged") & np.isfinite(self.best_loss))
        lead, evaluations = self.going.shape, len(self.seen["evaluated"])
        history: dict[str, Any] = {}
        for names, rows in ((MEANS, self.epoch), (EVALUATED, evaluations)):
            history |= {name: np.array(self.seen[name][:rows], float).reshape(-1, *lead) for name in names}
        history["evaluated"] = np.array(self.seen["evaluated"], int)
        done = (~np.isnan(history["objective"])).sum(0)
        history["epochs"] = done if lead else done.item()
        history["stopped"] = self.stopped.astype(str) if lead else self.stopped.item()
        return history

    def why(self):
        """The message of the error raised when every copy has diverged."""
        became = (f"the objective became {self.last}" if not np.isfinite(self.last) else
                  f"a parameter overflowed after an objective of {self.last:.4g}")
        rate = self.optimizer.rate if self.optimizer.t else self.optimizer.learning_rate
        return (f"training diverged in epoch {self.epoch}: {became} at learning rate {shown(rate)}; the network has "
                f"its last finite parameters. Lower the learning rate, or clip the gradient")

    # Checkpoints

    KEPT = ("going", "some_stopped", "all_stopped", "stopped", "last", "good", "best", "best_loss", "level", "waited",
            "seen")

    def checkpoint(self, rng):
        """Everything that determines the rest of the run, as copies."""
        return copy.deepcopy({
            "epoch": self.epoch, "run": {name: getattr(self, name) for name in self.KEPT}, "data": [*self.data],
            "network": self.network.snapshot(), "generators": [layer.rng for layer in self.network.layers],
            "rule": type(self.optimizer).__name__, "optimizer": _memory_of(self.optimizer),
            "shuffling": rng.bit_generator.state})

    def resume(self, kept, rng):
        """Continue from a checkpoint; if it is from another network, rule or generator, ValueError, all unchanged."""
        layers = self.network.layers
        for name, now, then in (
                ("arrays", _forms(self.start), _forms(kept["network"])),
                ("layers", len(layers), len(kept["generators"])), ("data", [*self.data], kept["data"]),
                ("optimizer", type(self.optimizer).__name__, kept["rule"]),
                ("rng", rng.bit_generator.state["bit_generator"], kept["shuffling"]["bit_generator"])):
            if now != then:
                raise ValueError(f"resume must come from a run with the same settings, got other {name}: {then} there, "
                                 f"{now} here; start afresh with resume=Checkpoint()")
        kept = copy.deepcopy(kept)
        vars(self).update(kept["run"])
        vars(self.optimizer).update(kept["optimizer"])
        self.network.restore(kept["network"])
        for layer, generator in zip(layers, kept["generators"]):
            layer.rng = generator
        rng.bit_generator.state = kept["shuffling"]


def _forms(arrays):
    return [(str(array.dtype), array.shape) for array in arrays]


def _memory_of(optimizer):
    """What the optimiser remembers of its steps, without its settings."""
    settings = {field.name for field in fields(optimizer) if field.init}
    return {name: value for name, value in vars(optimizer).items() if name not in settings}


_INSIDE = ContextVar("inside", default=False)


@contextmanager
def passing_interrupts_on() -> Iterator[None]:
    """Within this block `fit` re-raises KeyboardInterrupt, so that Ctrl-C also ends the sweep or fit around it."""
    before = _INSIDE.set(True)
    try:
        yield
    finally:
        _INSIDE.reset(before)


def interrupts_pass_on() -> bool:
    return _INSIDE.get()
