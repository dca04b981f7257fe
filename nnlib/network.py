"""A network: a sequence of layers whose parameters are one vector; with ``copies=K``, K such networks side by side.

`params` holds all weights first, then biases and the rest, and `grad` their gradient in the same order; the layers work
on reshaped views. So an optimiser step, a penalty, a checkpoint or a gradient check is one line on one array.
"""

import copy
import math
import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib import _file
from nnlib._check import LARGEST, as_count, as_finite, as_flag, as_float, as_generator, called, divided, is_whole, shown
from nnlib._memory import Bound, aligned_zeros
from nnlib.activations import Activation, relu
from nnlib.initializers import he_normal
from nnlib.layers import Activate, Dense, Layer

TRAINED = ("weights", "others")


class Network(Bound):
    """Layers applied one after the other.

    Parameters
    ----------
    layers : list of Layer
        From `nnlib.layers`, each new: a layer lives in one network only.
    rng : numpy.random.Generator
        Gives every layer a generator of its own, for its initial weights and its masks.
    dtype : dtype
        That of all arrays: np.float64 or np.float32.
    copies : int, optional
        None for one network, or K for K at once, each with its own weights and masks.

    Attributes
    ----------
    params, grad : ndarray, (P,) or (K, P)
        Parameters and gradient. Assign into them (``params[...] = new``): rebinding one, or any other array of a
        network or layer, is an error.
    weights, dweights : ndarray
        Views of the part of params that penalties act on, and of its gradient.
    weight_mask : ndarray, (P,)
        1 for weights and 0 for the rest.
    layers : tuple of Layer
        The layers, whose arrays (W, b, dW, ...) are views of params and grad.

    Raises
    ------
    ValueError
        If layers do not fit or already belong to a network, the dtype is unknown, or copies is below 1. The layers then
        remain free.
    TypeError
        If an item of layers is not a Layer, or rng is not a Generator.

    Examples
    --------
    >>> net = Network([Dense(2, 3), Activate(relu), Dense(3, 1)], rng=np.random.default_rng(0))
    >>> net.params.shape, net.weights.shape, net(np.zeros((5, 2))).shape
    ((13,), (9,), (5, 1))
    >>> net
    <Network of 13 parameters, float64: Dense(2, 3), Activate(ReLU()), Dense(3, 1)>
    """

    def __init__(self, layers: Sequence[Layer], *, rng: np.random.Generator, dtype: DTypeLike = np.float64,
                 copies: int | None = None):
        as_generator(rng)
        if not isinstance(dtype, (type, np.dtype)) or dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype must be np.float32 or np.float64, got {shown(dtype)}")
        self.layers = _fitting(layers)
        self.copies = None if copies is None else as_count("copies", copies)
        lead = () if self.copies is None else (self.copies,)
        trained = (i for i, layer in enumerate(self.layers) if layer.weights or layer.others)
        self._first_trained = next(trained, 0)
        self._n_weights = _numbers_in(self._places("weights"))
        size = _numbers_in(self._places(*TRAINED))
        if size * math.prod(lead) > LARGEST:
            raise ValueError(f"layers must have at most {LARGEST:,} parameters in all copies, got {size} in each")
        self.params = aligned_zeros((*lead, size), dtype)
        self.grad = aligned_zeros((*lead, size), dtype)
        self.statistics = np.zeros((*lead, _numbers_in(self._places("statistics"))), dtype)
        generators = divided(rng, len(self.layers))
        for vector, kinds in ((self.params, TRAINED), (self.statistics, ("statistics",))):
            for i, name, part, shape, init in self._places(*kinds):
                first = as_finite(f"what init returns for {name}", init(generators[i], (*lead, *shape)))
                if first.shape != (*lead, *shape):
                    raise ValueError(f"init must return an array of the requested shape {(*lead, *shape)}, "
                                     f"got {first.shape} for {name}")
                vector[..., part].reshape(*lead, *shape, copy=False)[...] = first
        for layer, generator in zip(self.layers, generators):  # nothing from here on can fail
            layer.rng = generator
            layer.copies = self.copies
        self._bind()

    def _places(self, *kinds):
        """Where each array lies in its vector: (number of the layer, name, slice, shape, initializer)."""
        at = 0
        for kind in kinds:
            for i, layer in enumerate(self.layers):
                for name, (shape, init) in getattr(layer, kind).items():
                    yield i, name, slice(at, at := at + math.prod(shape)), shape, init

    def _bind(self):
        """Give every layer its views of the vectors, also after a copy or a pickle, which drop them."""
        lead = self.params.shape[:-1]
        for prefix, vector, kinds in (("", self.params, TRAINED), ("d", self.grad, TRAINED),
                                      ("", self.statistics, ("statistics",))):
            for i, name, part, shape, _ in self._places(*kinds):
                self.layers[i].bind(**{prefix + name: vector[..., part].reshape(*lead, *shape, copy=False)})
        self.bind(
            layers=self.layers, copies=self.copies, params=self.params, grad=self.grad, statistics=self.statistics,
            weights=self.params[..., :self._n_weights], dweights=self.grad[..., :self._n_weights],
            weight_mask=(np.arange(self.params.shape[-1]) < self._n_weights).astype(self.params.dtype))

    def __getstate__(self):
        """All but what `_bind` makes."""
        made = ("weights", "dweights", "weight_mask", "bound")
        return {name: value for name, value in vars(self).items() if name not in made}

    def __setstate__(self, state):
        vars(self).update(state)
        self._bind()

    def __repr__(self):
        copies = "" if self.copies is None else f"{self.copies} copies of "
        return (f"<Network of {copies}{self.params.shape[-1]:,} parameters, {self.params.dtype}: "
                f"{', '.join(map(repr, self.layers))}>")

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """The output in prediction mode; for classes, logits.

        Parameters
        ----------
        X : array_like, (n, fan_in) or (K, n, fan_in)
            The examples; with copies, their own or shared.

        Returns
        -------
        ndarray, (n, fan_out) or (K, n, fan_out)
            The output.
        """
        with np.errstate(all="ignore"):
            return self.compute(self._input(X), train=False)[0]

    def forward(self, X: ArrayLike, train: bool) -> tuple[np.ndarray, Callable]:
        """The output and the backward pass, in the form that every layer gives them.

        Parameters
        ----------
        X : array_like, (n, fan_in) or (K, n, fan_in)
            The examples; with copies, their own or shared.
        train : bool
            Whether to drop out and use the batch's statistics.

        Returns
        -------
        Y : ndarray, (n, fan_out) or (K, n, fan_out)
            The output.
        backward : callable
            ``backward(dY, input_gradient=False)`` fills `grad`, and returns dX if asked for it: of X's shape, or
            (K, n, fan_in), one for each copy, where X is shared.
        """
        if as_flag("train", train):
            self.changeable()
        with np.errstate(all="ignore"):
            Y, way_back = self.compute(self._input(X), bool(train))

        def backward(dY, input_gradient=False):
            self.changeable()
            dY = as_float("dY", dY)
            if dY.shape != Y.shape:
                raise ValueError(f"dY must have the output's shape {Y.shape}, got {dY.shape}")
            with np.errstate(all="ignore"):
                return way_back(dY.astype(Y.dtype, copy=False), input_gradient)

        return Y, backward

    def compute(self, X: np.ndarray, train: bool) -> tuple[np.ndarray, Callable]:
        """`forward` without the checks.

        Parameters
        ----------
        X : ndarray
            As in `forward`, in the network's dtype.
        train : bool
            As in `forward`.

        Returns
        -------
        Y : ndarray
            As in `forward`.
        backward : callable
            As in `forward`.
        """
        ways_back = []
        for layer in self.layers:
            X, way_back = layer.forward(X, train)
            ways_back.append(way_back)

        def backward(dY, input_gradient=False):
            first = self.layers[self._first_trained]  # nothing before it needs a gradient
            if first.input_gradient != input_gradient:
                first.input_gradient = input_gradient
            for way_back in reversed(ways_back[0 if input_gradient else self._first_trained:]):
                dY = way_back(dY)
            return dY if input_gradient else None

        return X, backward

    def _input(self, X, name="X"):
        X = as_float(name, X)
        fan_in = next((layer.fan_in for layer in self.layers if layer.fan_in), None)
        if X.ndim not in (2, 3) or fan_in not in (None, X.shape[-1]) or (X.ndim == 3 and X.shape[0] != self.copies):
            wanted = f"(n, {fan_in or 'features'})"
            ensemble = "" if self.copies is None else f" or ({self.copies}, n, {fan_in or 'features'})"
            raise ValueError(f"{name} must have shape {wanted}{ensemble}, got {X.shape}; one example is X[None, :]")
        if X.size == 0:
            raise ValueError(f"{name} must hold at least one example, got shape {X.shape}")
        with np.errstate(over="ignore"):
            return X.astype(self.params.dtype, copy=False)

    def changeable(self) -> None:
        """Check that the arrays may be changed: joblib and memory maps load them read-only.

        Raises
        ------
        ValueError
            If they are read-only.
        """
        if not (self.params.flags.writeable and self.grad.flags.writeable and self.statistics.flags.writeable):
            raise ValueError("network must be writeable, got read-only arrays, as joblib loads with mmap_mode='r'; "
                             "take a copy: network = copy.deepcopy(network)")

    @property
    def least(self) -> int:
        """The number of examples that a batch must have in training."""
        return max(layer.least for layer in self.layers)

    def member(self, k: int) -> "Network":
        """One of the K networks, as a network of its own.

        Parameters
        ----------
        k : int
            Its number, below K.

        Returns
        -------
        Network
            A copy.
        """
        if self.copies is None:
            raise ValueError("k must be the number of a copy, but the network is a single one; "
                             "copy it with copy.deepcopy(network)")
        if not is_whole(k) or k not in range(self.copies):
            raise ValueError(f"k must be the number of a copy, below {self.copies}, got {shown(k)}")
        single = copy.deepcopy(self)
        vectors = {name: getattr(self, name)[k].copy() for name in ("params", "grad", "statistics")}
        vars(single).update(vectors, copies=None)
        for layer in single.layers:
            layer.copies = None
        single._bind()
        return single

    def snapshot(self) -> tuple[np.ndarray, np.ndarray]:
        """All that training changes.

        Returns
        -------
        tuple of ndarray
            Copies of the parameters and of the running statistics.
        """
        return self.params.copy(), self.statistics.copy()

    def restore(self, snapshot: tuple[np.ndarray, np.ndarray]) -> None:
        """Put a snapshot back, in place.

        Parameters
        ----------
        snapshot : tuple of ndarray
            As from `snapshot`.
        """
        if not isinstance(snapshot, (tuple, list)) or len(snapshot) != 2:
            raise TypeError(f"snapshot must be a pair (params, statistics), as from network.snapshot(), "
                            f"got {shown(snapshot)}; parameters alone are set by params[...] = new")
        self.changeable()
        params, statistics = (as_float("snapshot", part) for part in snapshot)
        if params.shape != self.params.shape or statistics.shape != self.statistics.shape:
            raise ValueError(f"snapshot must come from a network with parameters {self.params.shape} and statistics "
                             f"{self.statistics.shape}, got {params.shape} and {statistics.shape}")
        self.params[...], self.statistics[...] = params, statistics

    def reseed(self, seed: int) -> None:
        """Restart the layers' generators, so dropout masks repeat; for gradient checks.

        Parameters
        ----------
        seed : int
            Not negative.
        """
        generators = divided(np.random.default_rng(as_count("seed", seed, least=0)), len(self.layers))
        for layer, generator in zip(self.layers, generators):
            layer.rng = generator

    def save(self, path: str | os.PathLike) -> None:
        """Write the network to one .npz file: layers, parameters, statistics and generators; `load` reads it.

        The file holds no pickle and no initializer. Gradients are left out.

        Parameters
        ----------
        path : str or os.PathLike
            The name of the file, taken as it is; an older file is replaced once the new one is complete.

        Raises
        ------
        TypeError
            If a layer or activation is not from the library, so that no file could describe it.
        """
        about = {"copies": self.copies, "layers": [_file.described(i, layer) for i, layer in enumerate(self.layers)],
                 "generators": [layer.rng.bit_generator.state for layer in self.layers]}
        _file.write(path, about, params=self.params, statistics=self.statistics)


def load(path: str | os.PathLike) -> Network:
    """The network that ``network.save(path)`` wrote, to the bit, with the masks that it would have drawn next.

    Parameters
    ----------
    path : str or os.PathLike
        The name of the file.

    Returns
    -------
    Network
        A new one.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is damaged, of another kind, or from a later version.

    Examples
    --------
    >>> import os, tempfile
    >>> network = mlp([2, 3, 1], rng=np.random.default_rng(0))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "network.npz")
    ...     network.save(path)
    ...     np.array_equal(load(path)([[1.0, 2.0]]), network([[1.0, 2.0]]))
    True
    """
    with _file.reading(path) as (about, arrays):
        params = arrays["params"]
        statistics = arrays["statistics"]
        network = Network([_file.built(layer) for layer in about["layers"]], rng=np.random.default_rng(0),
                          dtype=params.dtype.newbyteorder("="), copies=about["copies"])
        network.restore((params, statistics))
        for layer, state in zip(network.layers, about["generators"], strict=True):
            layer.rng.bit_generator.state = state
    return network


def mlp(sizes: Sequence[int], activation: Activation = relu, init: Callable = he_normal, *, rng: np.random.Generator,
        dtype: DTypeLike = np.float64, copies: int | None = None) -> Network:
    """A multilayer perceptron: dense layers of these sizes with an activation after each but the last.

    Parameters
    ----------
    sizes : list of int
        As [inputs, hidden, ..., outputs], at least two.
    activation : Activation
        Of all layers but the last.
    init : callable
        The initializer of all layers.
    rng : numpy.random.Generator
        As in `Network`.
    dtype : dtype
        As in `Network`.
    copies : int, optional
        As in `Network`.

    Returns
    -------
    Network
        A new one.

    Examples
    --------
    >>> mlp([64, 32, 10], rng=np.random.default_rng(0)).params.size
    2410
    """
    if not isinstance(sizes, (list, tuple)) or len(sizes) < 2:
        raise ValueError(f"sizes must be a list of at least two numbers of units, got {shown(sizes)}")
    sizes = [as_count("sizes", size) for size in sizes]
    layers = [part for i, o in zip(sizes, sizes[1:]) for part in (Dense(i, o, init), Activate(activation))]
    return Network(layers[:-1], rng=rng, dtype=dtype, copies=copies)


def _numbers_in(places):
    return sum(math.prod(shape) for *_, shape, _ in places)


def _fitting(layers):
    """The layers as a tuple; raises unless each is free and takes what the one before it gives."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(f"layers must be a list of at least one layer, got {shown(layers)}")
    features = None
    for i, layer in enumerate(layers):
        if not isinstance(called(f"layers[{i}]", layer), Layer):
            raise TypeError(f"layers[{i}] must be a layer, got {shown(layer)}; wrap an activation in Activate")
        if layer.rng is not None or any(layer is other for other in layers[:i]):
            raise ValueError(f"layers[{i}] already belongs to a network; "
                             f"make a new {type(layer).__name__} for each place")
        for kind in (*TRAINED, "statistics"):
            if not _describes_arrays(getattr(layer, kind)):
                raise ValueError(f"layers[{i}].{kind} must map names to (shape, initializer), "
                                 f"got {shown(getattr(layer, kind))}")
        if None not in (features, layer.fan_in) and features != layer.fan_in:
            raise ValueError(f"layers[{i}] takes {layer.fan_in} features, but the layer before it gives {features}")
        features = layer.fan_out or features
    return tuple(layers)


def _describes_arrays(arrays):
    """Whether this is how a layer declares its arrays: {name: (shape, initializer)}."""
    def is_shape(shape):
        return isinstance(shape, tuple) and all(is_whole(n) and n >= 0 for n in shape)

    return isinstance(arrays, dict) and all(
        isinstance(entry, tuple) and len(entry) == 2 and is_shape(entry[0]) and callable(entry[1])
        for entry in arrays.values())
