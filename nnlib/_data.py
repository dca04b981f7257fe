"""The ingredients of a training step: checked examples and targets, the loss, the penalty. Not public."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib._check import as_float, as_pair, called, shown
from nnlib.losses import Loss
from nnlib.network import Network
from nnlib.penalties import Penalty


class Data:
    """Examples and targets, checked once for shape, finite numbers, and labels that the loss accepts."""

    def __init__(self, network, loss, X, y, of=""):
        if not isinstance(called("network", network), Network):
            raise TypeError(f"network must be a Network, got {shown(network)}")
        if not callable(called("loss", loss)):
            raise TypeError(f"loss must be one of nnlib.losses, called as loss(output, target), got {shown(loss)}")
        self.loss = loss if isinstance(loss, Loss) else OwnLoss(loss)
        self.X = network._input(X, f"{of}X")
        numbers = as_float(f"{of}y", y)
        y = np.asarray(y)
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
        own = network.copies is not None and (
            y.ndim == 3 or (y.shape == (network.copies, n) and (y.shape != (n, units) or self._classes(whole, y, of))))
        lead = (network.copies,) if own else ()
        if y.shape[:own + 1] != (*lead, n):
            raise ValueError(f"{of}X and y must hold the same number of examples, "
                             f"got shapes {self.X.shape} and {y.shape}")
        self.axis = int(own)
        self.y = self._target(np.zeros((*lead, n, units), self.X.dtype), y, of)  # raises here, not midway
        labels = whole and (y.ndim == own + 1 or (units == 1 and self.loss.labels == "binary"))
        self.labels = y.reshape(*lead, n) if labels and y.min() >= 0 and y.max() < max(units, 2) else None

    def _classes(self, whole, y, of):
        """Whether y of shape (K, n) with n = units holds labels for each copy, not targets (n, units) shared by all."""
        if whole and self.loss.labels == "anything":
            raise ValueError(f"{of}y of shape {y.shape} is ambiguous: labels for each copy, (K, n), or targets shared "
                             f"by all, (n, units); for targets use y.astype(float), for labels make the loss a "
                             f"subclass of nnlib.losses.Loss with labels = 'classes'")
        return whole and self.loss.labels == "classes"

    def _target(self, output, y, of):
        """y as the loss wants it; its error messages say `target`, and here they say y."""
        try:
            return self.loss.check(output, y)[1]
        except (ValueError, TypeError) as error:
            words = re.sub(r"\btarget(?=[,.\[)])", "y", str(error))  # in a remedy: target.astype(int)
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(re.sub(r"\btarget\b", f"{of}y", words)) from error

    def __len__(self):
        return self.X.shape[-2]

    def batch(self, rows):
        return self.X.take(rows, axis=-2, mode="clip"), self.y.take(rows, axis=self.axis, mode="clip")


@dataclass(frozen=True)
class OwnLoss(Loss):
    """A loss that is not from the library: it checks its own targets, and we check its answers."""

    function: Callable
    labels = "anything"

    def check(self, output, target):
        return output, target

    def compute(self, output, target):
        return answered("loss", self.function(output, target), output, output.shape[:-2])


def penalised_loss(network, loss, X, y, penalty):
    """Loss and penalty of a batch in training mode; the gradient of their sum is left in network.grad."""
    output, backward = network.compute(X, train=True)
    value, d_output = loss.compute(output, y)
    backward(d_output)
    if penalty is None:
        return value, 0.0
    penalised, gradient = penalty(network.weights)
    dweights = network.dweights
    dweights += gradient
    return value, penalised


def fraction_correct(output, labels):
    """The fraction of correct predictions; an output with NaN counts as wrong."""
    answers = output.argmax(-1) if output.shape[-1] > 1 else output[..., 0] > 0
    return (np.where(np.isnan(output).any(-1), -1, answers) == labels).mean(-1)


def answered(name, answer, x, value_shape):
    """The (value, gradient) of a loss or penalty that is not from the library; raises unless they fit x."""
    value, gradient = as_pair(name, answer, value_shape, x.shape)
    return value, gradient.astype(x.dtype, copy=False)


def unchecked(penalty):
    """The penalty as a function of the weights; one from the library skips its checks, which any network passes."""
    if penalty is None:
        return None
    if isinstance(penalty, Penalty):
        return penalty.compute
    return lambda w: answered("penalty", penalty(w), w, w.shape[:-1])
