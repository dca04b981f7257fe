"""A network: layers in a row, whose parameters are one vector; with ``copies=K``, K such networks side by side.

`params` holds all weights first, then biases and the rest, and `grad` their gradient in the same order; the layers work
on reshaped views. So an optimiser step, a penalty, a checkpoint or a gradient check is one line on one array.
"""

import copy
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib._check import LARGEST, as_count, as_finite, as_flag, as_float, as_generator, divided, is_whole, shown
from nnlib._memory import aligned_zeros
from nnlib.activations import Activation, relu
from nnlib.initializers import he_normal
from nnlib.layers import Activate, Dense, Layer


class Network:
    """Layers applied one after the other.

    Parameters
    ----------
    layers : list of layers from `nnlib.layers`, each new: a layer lives in one network only.
    rng : numpy.random.Generator; every layer gets a generator of its own from it, for its first weights and its masks.
    dtype : np.float64 or np.float32, of all arrays.
    copies : None for one network, or K for K at once, each with its own weights and masks.

    Attributes
    ----------
    params, grad : arrays (P,), or (K, P) with copies. Assign into them (``params[...] = new``), never rebind them.
    weights, dweights : views of the part of params that penalties act on, and of its gradient. weight_mask : (P,), 1
        for weights and 0 for the rest.
    layers : the layers, whose arrays (W, b, dW, ...) are views of params and grad.

    Raises
    ------
    ValueError : layers that do not fit or already belong to a network, an unknown dtype, copies below 1.
    TypeError : a layer that is none, an rng that is not a Generator.

    >>> net = Network([Dense(2, 3), Activate(relu), Dense(3, 1)], rng=np.random.default_rng(0))
    >>> net.params.shape, net.weights.shape, net(np.zeros((5, 2))).shape
    ((13,), (9,), (5, 1))
    """

    def __init__(self, layers: Sequence[Layer], *, rng: np.random.Generator, dtype: DTypeLike = np.float64,
                 copies: int | None = None):
        as_generator(rng)
        if not isinstance(dtype, (type, np.dtype)) or dtype not in (np.float32, np.float64):
            raise ValueError(f"dtype must be np.float32 or np.float64, got {shown(dtype)}")
        self.layers, self.copies = _fitting(layers), None if copies is None else as_count("copies", copies)
        lead = () if self.copies is None else (self.copies,)
        trained = (i for i, layer in enumerate(self.layers) if layer.weights or layer.others)
        self._first_trained = next(trained, 0)
        self._n_weights = _size(self._places("weights"))
        size = _size(self._places("weights", "others"))
        if size * math.prod(lead) > LARGEST:
            raise ValueError(f"layers must have at most {LARGEST:,} parameters in all copies, got {size} in each")
        self.params, self.grad = aligned_zeros((*lead, size), dtype), aligned_zeros((*lead, size), dtype)
        self.statistics = np.zeros((*lead, _size(self._places("statistics"))), dtype)
        for layer, generator in zip(self.layers, divided(rng, len(self.layers))):
            layer.rng, layer.copies = generator, self.copies
        self._bind()
        for layer in self.layers:
            for name, (shape, init) in (layer.weights | layer.others | layer.statistics).items():
                first = as_finite(f"what init returns for {name}", init(layer.rng, (*lead, *shape)))
                if first.shape != (*lead, *shape):
                    raise ValueError(f"init must return an array of the shape that it is asked for, {(*lead, *shape)}, "
                                     f"got {first.shape} for {name}")
                getattr(layer, name)[...] = first

    def _places(self, *kinds):
        """Where each array lies in its vector: (layer, name, slice, shape)."""
        at = 0
        for kind in kinds:
            for layer in self.layers:
                for name, (shape, _) in getattr(layer, kind).items():
                    yield layer, name, slice(at, at := at + math.prod(shape)), shape

    def _bind(self):
        """Hand every layer its views of the vectors; also after a copy or a pickle, which leave it none."""
        lead = self.params.shape[:-1]
        for layer, name, part, shape in self._places("weights", "others"):
            setattr(layer, name, self.params[..., part].reshape(*lead, *shape, copy=False))
            setattr(layer, "d" + name, self.grad[..., part].reshape(*lead, *shape, copy=False))
        for layer, name, part, shape in self._places("statistics"):
            setattr(layer, name, self.statistics[..., part].reshape(*lead, *shape, copy=False))
        self.weights, self.dweights = self.params[..., :self._n_weights], self.grad[..., :self._n_weights]
        self.weight_mask = (np.arange(self.params.shape[-1]) < self._n_weights).astype(self.params.dtype)

    def __getstate__(self):
        """Without what `_bind` makes."""
        return {name: value for name, value in vars(self).items() if name not in ("weights", "dweights", "weight_mask")}

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._bind()

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """The output in prediction mode: (n, fan_out), or (K, n, fan_out) with copies; for classes, logits."""
        with np.errstate(all="ignore"):
            return self._pass(self._input(X), train=False)[0]

    def forward(self, X: ArrayLike, train: bool) -> tuple[np.ndarray, Callable]:
        """The output and the way back, as every layer gives them.

        Parameters
        ----------
        X : (n, fan_in), or with copies also (K, n, fan_in). train : whether to drop out and use the batch's statistics.

        Returns
        -------
        Y : (n, fan_out) or (K, n, fan_out). backward : ``backward(dY, input_gradient=False)`` fills `grad`, and returns
        dX if asked for it: of X's shape, or (K, n, fan_in), each copy's own, where X is shared.
        """
        train = as_flag("train", train)
        with np.errstate(all="ignore"):
            Y, way_back = self._pass(self._input(X), train)

        def backward(dY, input_gradient=False):
            dY = as_float("dY", dY)
            if dY.shape != Y.shape:
                raise ValueError(f"dY must have the output's shape {Y.shape}, got {dY.shape}")
            with np.errstate(all="ignore"):
                return way_back(dY.astype(Y.dtype, copy=False), input_gradient)

        return Y, backward

    def _pass(self, X, train):
        ways_back = []
        for layer in self.layers:
            X, back = layer.forward(X, train)
            ways_back.append(back)

        def backward(dY, input_gradient=False):
            self.layers[self._first_trained].input_gradient = input_gradient  # nothing before it needs one
            for back in reversed(ways_back[0 if input_gradient else self._first_trained:]):
                dY = back(dY)
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

    def copy(self, k: int) -> "Network":
        """Network number k of the K as a network of its own."""
        if not is_whole(k) or k not in range(self.copies or 0):
            raise ValueError(f"k must be the number of a copy, below {self.copies}, got {shown(k)}; "
                             f"of a single network make one with copy.deepcopy")
        single = copy.deepcopy(self)
        single.copies = None
        for name in ("params", "grad", "statistics"):
            setattr(single, name, getattr(self, name)[k].copy())
        for layer in single.layers:
            layer.copies = None
        single._bind()
        return single

    def snapshot(self) -> tuple[np.ndarray, np.ndarray]:
        """All that training changes: copies of the parameters and of the running statistics."""
        return self.params.copy(), self.statistics.copy()

    def restore(self, snapshot: tuple[np.ndarray, np.ndarray]) -> None:
        """Put a snapshot back, in place."""
        params, statistics = (as_float("snapshot", part) for part in snapshot)
        if params.shape != self.params.shape or statistics.shape != self.statistics.shape:
            raise ValueError(f"snapshot must come from a network with parameters {self.params.shape} and statistics "
                             f"{self.statistics.shape}, got {params.shape} and {statistics.shape}")
        self.params[...], self.statistics[...] = params, statistics

    def reseed(self, seed: int) -> None:
        """Start the layers' generators anew, so that the same dropout masks come again; for gradient checks."""
        generators = divided(np.random.default_rng(as_count("seed", seed, least=0)), len(self.layers))
        for layer, generator in zip(self.layers, generators):
            layer.rng = generator


def mlp(sizes: Sequence[int], activation: Activation = relu, init: Callable = he_normal, *, rng: np.random.Generator,
        dtype: DTypeLike = np.float64, copies: int | None = None) -> Network:
    """A multilayer perceptron: dense layers of these sizes with an activation after each but the last.

    Parameters
    ----------
    sizes : [inputs, hidden, ..., outputs], at least two. activation, init : of all layers. The others as in `Network`.

    >>> mlp([64, 32, 10], rng=np.random.default_rng(0)).params.size
    2410
    """
    if not isinstance(sizes, (list, tuple)) or len(sizes) < 2:
        raise ValueError(f"sizes must be a list of at least two numbers of units, got {shown(sizes)}")
    sizes = [as_count("sizes", size) for size in sizes]
    layers = [part for i, o in zip(sizes, sizes[1:]) for part in (Dense(i, o, init), Activate(activation))]
    return Network(layers[:-1], rng=rng, dtype=dtype, copies=copies)


def _size(places):
    return sum(math.prod(shape) for *_, shape in places)


def _fitting(layers):
    """The layers as a list, once it is sure that each is free and takes what the one before it gives."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(f"layers must be a list of at least one layer, got {shown(layers)}")
    features = None
    for i, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise TypeError(f"layers[{i}] must be a layer, got {shown(layer)}; wrap an activation in Activate")
        if layer.rng is not None or any(layer is other for other in layers[:i]):
            raise ValueError(f"layers[{i}] already belongs to a network; "
                             f"make a new {type(layer).__name__} for each place")
        if None not in (features, layer.fan_in) and features != layer.fan_in:
            raise ValueError(f"layers[{i}] takes {layer.fan_in} features, but the layer before it gives {features}")
        features = layer.fan_out or features
    return list(layers)
