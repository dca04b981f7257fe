"""Losses: ``loss(output, target) -> (value, gradient)``, the mean over the examples and its gradient by the output.

An output is (n, units), or (n,) where there is one unit, or (K, n, units) for K networks at once; rows are examples.
The value is a float, or an array (K,) of one value per network; the gradient has the output's shape. NaN in the output
gives NaN. The two entropies take logits, never probabilities: only a logit distinguishes a confident answer from a
certain one, and gives the gradient without the cancellation in "probability minus label".
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import Computing, Value, all_finite, as_array, as_float, as_labels, shown
from nnlib._memory import ones, row_starts
from nnlib.activations import log_softmax, sigmoid, softmax, softplus


@dataclass(frozen=True)
class Loss(Computing):
    """What all losses share: ``loss(output, target)`` is ``loss.compute(*loss.check(output, target))``.

    `labels` says what a target holds: "classes" (numbers of classes, or their probabilities), "binary" (from 0 to 1) or
    "values". `fit` checks its targets once and calls only `compute` after that.

    Examples
    --------
    >>> cross_entropy.labels, cross_entropy.check([[0.0, 1.0]], [1])
    ('classes', (array([[0., 1.]]), array([1])))
    """

    __name__: ClassVar[str]  # as a function has one
    labels: ClassVar[str]

    def __call__(self, output: ArrayLike, target: ArrayLike) -> tuple[Value, np.ndarray]:
        """The loss and its gradient by the output.

        Parameters
        ----------
        output : array_like, (n, units), (n,) or (K, n, units)
            The network's output.
        target : array_like
            The targets.

        Returns
        -------
        value : float or ndarray
            A float, or an array (K,).
        gradient : ndarray
            Of the output's shape.
        """
        with np.errstate(all="ignore"):  # a diverging network's inf or NaN is a value for the caller to judge
            return self.compute(*self.check(output, target))

    def check(self, output: ArrayLike, target: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
        """Output and target as arrays that fit each other, as `compute` takes them.

        Parameters
        ----------
        output : array_like, (n, units), (n,) or (K, n, units)
            The network's output.
        target : array_like
            The targets.

        Returns
        -------
        tuple of ndarray
            Both, as arrays.

        Raises
        ------
        TypeError, ValueError
            If they do not fit.
        """
        raise NotImplementedError

    def compute(self, output: np.ndarray, target: np.ndarray) -> tuple[Value, np.ndarray]:
        """Value and gradient without the checks.

        Parameters
        ----------
        output : ndarray, (n, units), (n,) or (K, n, units)
            The network's output.
        target : ndarray
            The targets.

        Returns
        -------
        value : float or ndarray
            A float, or an array (K,).
        gradient : ndarray
            Of the output's shape.
        """
        raise NotImplementedError


class SquaredError(Loss):
    r"""Half the squared distance, averaged over the examples: 1/(2n) sum_i ||output_i - target_i||^2.

    Its gradient is (output - target) / n.

    Parameters
    ----------
    output : array_like, (n, units), (n,) or (K, n, units)
        The network's output.
    target : array_like
        Of exactly the output's shape, or (n, units), shared by the K networks.

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        Of the output's shape.

    Raises
    ------
    TypeError
        If output or target is not numeric.
    ValueError
        If the shapes differ, or there is no example.

    Examples
    --------
    >>> squared_error([1.0, 4.0], [1.0, 2.0])
    (1.0, array([0., 1.]))
    """

    __name__ = "squared_error"
    labels = "values"

    def check(self, output, target):
        return _same_shapes(output, target)

    def compute(self, output, target):
        n = _number_of_examples(output)
        residual = output - target
        return _per_network(residual * residual / 2, n), residual / n


class BinaryCrossEntropy(Loss):
    r"""Minus the log-likelihood of labels in [0, 1] under sigma(z), z the output: y softplus(-z) + (1 - y) softplus(z).

    Averaged over the examples, summed over the units. The gradient is (sigma(z) - y) / n, computed as
    ((1 - y) sigma(z) - y sigma(-z)) / n, which keeps its digits where sigma(z) is close to y.

    Parameters
    ----------
    output : array_like, (n, units), (n,) or (K, n, units)
        Logits.
    target : array_like
        Of exactly the output's shape, or (n, units), shared by the K networks; entries in [0, 1].

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        Of the output's shape.

    Raises
    ------
    TypeError
        If output or target is not numeric.
    ValueError
        If the shapes differ, a label is outside [0, 1], or there is no example.

    Examples
    --------
    >>> binary_cross_entropy([40.0], [1.0])
    (4.248354255291589e-18, array([-4.24835426e-18]))
    """

    __name__ = "binary_cross_entropy"
    labels = "binary"

    def check(self, output, target):
        z, y = _same_shapes(output, target)
        wrong = y[(y < 0) | (y > 1)]
        if wrong.size:
            raise ValueError(f"target must lie in [0, 1], got {shown(wrong[0].item())}; "
                             f"encode the two classes as 0 and 1")
        return z, y

    def compute(self, output, target):
        z = output
        y = target
        n = _number_of_examples(output)
        loss = _weighted(y, softplus.compute(-z)) + _weighted(1 - y, softplus.compute(z))
        return _per_network(loss, n), ((1 - y) * sigmoid.compute(z) - y * sigmoid.compute(-z)) / n


class CrossEntropy(Loss):
    r"""Minus the log-likelihood of the classes under softmax(z), z the output: -sum_k t_k log softmax(z)_k.

    Averaged over the examples. The gradient is (softmax(z) - t) / n. For an integer label y, with r the sum of
    exp(z_k - z_y) over the other classes, they are computed as log(1 + r), and exp(z_k - z_y) / (1 + r) for the others
    but -r / (1 + r) for y itself, which keeps all digits where the network is confident.

    Parameters
    ----------
    output : array_like, (n, classes) or (K, n, classes)
        Logits.
    target : array_like
        Integer labels, (n,) or (K, n), from 0 to classes - 1; or probabilities shaped like the output (soft targets),
        or (n, classes), shared by the K networks.

    Returns
    -------
    value : float or ndarray
        A float, or an array (K,).
    gradient : ndarray
        Of the output's shape.

    Raises
    ------
    TypeError
        If output or target is not numeric, or labels are not integers.
    ValueError
        If the shapes do not fit, a label is not one of the classes, probabilities are negative or do not sum to 1, or
        there is no example.

    Examples
    --------
    >>> value, gradient = cross_entropy([[2.0, 2.0]], [0])
    >>> round(value, 6), gradient
    (0.693147, array([[-0.5,  0.5]]))
    """

    __name__ = "cross_entropy"
    labels = "classes"

    def check(self, output, target):
        """Output and target as arrays: labels as integers, probabilities in the output's dtype.

        Parameters
        ----------
        output : array_like, (n, classes) or (K, n, classes)
            Logits.
        target : array_like
            Labels or probabilities.

        Returns
        -------
        tuple of ndarray
            Both, as arrays.
        """
        z = as_float("output", output)
        t = as_array("target", target)
        if z.ndim not in (2, 3) or z.shape[-1] < 2:
            raise ValueError(f"output must be (n, classes) or (K, n, classes) with at least two classes, got shape "
                             f"{z.shape}; for one logit per example use binary_cross_entropy")
        _some_examples(z)
        if t.shape == z.shape or (t.dtype.kind == "f" and t.shape == z.shape[1:] and z.ndim == 3):
            return z, _probabilities(as_float("target", target)).astype(z.dtype, copy=False)
        if t.shape not in (z.shape[:-1], z.shape[-2:-1]):
            raise ValueError(f"target must be integer labels of shape {z.shape[:-1]} or probabilities of shape "
                             f"{z.shape} beside an output of shape {z.shape}, got shape {t.shape}")
        return z, as_labels("target", target, z.shape[-1])

    def compute(self, output, target):
        if target.dtype.kind == "f":
            return _of_probabilities(output, target)
        value, gradient = _of_labels(output, target)
        return (value, gradient) if all_finite(value) else _of_far_labels(output, target)


squared_error = SquaredError()
binary_cross_entropy = BinaryCrossEntropy()
cross_entropy = CrossEntropy()


def _of_labels(z, labels):
    """Cross-entropy of integer labels, from the exponentials of z minus the true class's own."""
    n, classes = z.shape[-2:]
    true = labels + row_starts(z.shape)  # their positions in the flattened array
    e = z - z.take(true)[..., None]
    np.exp(e, out=e)
    e.put(true, 0)
    r = e @ ones((classes, 1), e.dtype)  # (..., n, 1): a sum over the other classes
    value = _per_network(np.log1p(r), n)
    e.put(true, -r)
    e /= 1 + r
    e /= n
    return value, e


def _of_far_labels(z, labels):
    """The same where a wrong class leads by so much that its exponential overflows: 700, or 88 in float32."""
    n = _number_of_examples(z)
    hit = np.arange(z.shape[-1]) == labels[..., None]
    p_others = np.where(hit, 0, softmax(z))
    gradient = np.where(hit, -p_others.sum(-1, keepdims=True), p_others) / n
    return _per_network(np.where(hit, -log_softmax(z), 0), n), gradient


def _of_probabilities(z, t):
    n = _number_of_examples(z)
    return _per_network(_weighted(t, -log_softmax(z)), n), (softmax(z) - t) / n


def _same_shapes(output, target):
    output = as_float("output", output)
    target = as_float("target", target)
    if output.ndim not in (1, 2, 3):
        raise ValueError(f"output must be (n, units), (n,) or (K, n, units), got shape {output.shape}")
    if target.shape != output.shape and not (output.ndim == 3 and target.shape == output.shape[1:]):
        raise ValueError(f"target must have the output's shape {output.shape}, got {target.shape}; a shape (n,) beside "
                         f"(n, 1) would broadcast to (n, n): use target[:, None] or output[:, 0]")
    _some_examples(output)
    return output, target.astype(output.dtype, copy=False)


def _probabilities(t):
    total = t.sum(-1)
    if (t < 0).any() or (np.abs(total - 1) > 1e-5).any():
        raise ValueError(f"target must hold probabilities that sum to 1 over the classes, got a smallest entry of "
                         f"{t.min():g} and sums from {total.min():g} to {total.max():g}")
    return t


def _some_examples(output):
    if output.size == 0:
        raise ValueError(f"output must hold at least one example, got shape {output.shape}")


def _number_of_examples(output):
    return output.shape[0 if output.ndim == 1 else -2]


def _per_network(loss, n):
    """The sum over examples and units divided by n: a float, or one value per network for a loss (K, n, units)."""
    return (loss.sum((-2, -1)) if loss.ndim == 3 else np.add.reduce(loss, axis=None).item()) / n


def _weighted(weight, loss):
    """weight * loss, and 0 where the weight is 0 even if the loss is infinite: what cannot happen costs nothing."""
    return np.where(weight == 0, 0, weight * loss)
