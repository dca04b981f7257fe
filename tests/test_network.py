"""Networks: one vector of parameters and views of it, copies, checkpoints, what may not happen silently, bad input."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.activations import LeakyReLU, relu, tanh
from nnlib.initializers import normal, zeros
from nnlib.layers import Activate, BatchNorm, Dense, Dropout, Layer
from nnlib.losses import squared_error
from nnlib.network import Network, mlp
from nnlib.optimizers import SGD
from nnlib.training import fit, loss_and_gradient


def rng(seed=0):
    return np.random.default_rng(seed)


def deep(copies=None, dtype=np.float64, generator=None):
    """Every kind of layer."""
    layers = [Dense(3, 4), BatchNorm(4), Activate(tanh), Dropout(0.5), Dense(4, 2)]
    return Network(layers, rng=generator or rng(), dtype=dtype, copies=copies)


def examples(n=5, d=3):
    return rng(9).normal(size=(n, d))


def views(net):
    """Every array of every layer, with the vector that it must be a view of."""
    for layer in net.layers:
        for name in layer.weights | layer.others:
            yield layer, name, net.params
            yield layer, "d" + name, net.grad
        for name in layer.statistics:
            yield layer, name, net.statistics


both = pytest.mark.parametrize("copies", [None, 3], ids=["one", "copies"])
doubles = {"deepcopy": copy.deepcopy, "pickle": lambda net: pickle.loads(pickle.dumps(net))}
doubled = pytest.mark.parametrize("double", doubles.values(), ids=doubles)


# One vector


@both
def test_the_vector_is_weights_first_and_every_number_belongs_to_one_array(copies):
    net = deep(copies)
    lead = () if copies is None else (copies,)
    assert net.params.shape == net.grad.shape == (*lead, 12 + 8 + 4 + 4 + 4 + 2) and net.statistics.shape == (*lead, 8)
    net.params[...] = np.arange(net.params.size).reshape(net.params.shape)
    first, norm, _, _, last = net.layers
    row = net.params if copies is None else net.params[1]
    arrays = [first.W, last.W, first.b, norm.gamma, norm.beta, last.b]
    np.testing.assert_array_equal(row, np.concatenate([(a if copies is None else a[1]).ravel() for a in arrays]))
    assert first.W.shape == (*lead, 3, 4) and norm.gamma.shape == (*lead, 4) and last.b.shape == (*lead, 2)


@both
def test_layers_and_network_see_the_same_numbers(copies):
    net = deep(copies)
    for i, (layer, name, vector) in enumerate(views(net)):
        getattr(layer, name)[...] = i + 100
        assert (vector == i + 100).sum() == getattr(layer, name).size
        vector[...] = -i
        assert (getattr(layer, name) == -i).all()
    net.weights[...] = 7
    assert (net.layers[0].W == 7).all() and (net.layers[4].W == 7).all() and not (net.layers[0].b == 7).any()
    assert (net.params == 7).sum() == net.weights.size


@both
def test_the_mask_says_what_penalties_act_on(copies):
    net = deep(copies, np.float32)
    net.weights[...] = np.nan
    net.dweights[...] = np.nan
    for vector in (net.params, net.grad):
        np.testing.assert_array_equal(np.isnan(vector), np.broadcast_to(net.weight_mask == 1, vector.shape))
    assert net.weight_mask.dtype == np.float32 and net.weight_mask.sum() == 12 + 8 and net.weight_mask.shape == (34,)


@pytest.mark.parametrize("act", [
    lambda net: net.restore(net.snapshot()), lambda net: net.reseed(1), lambda net: net(examples()),
    lambda net: net.forward(examples(), True)[1](np.ones((5, 2))), lambda net: copy.deepcopy(net),
])
def test_nothing_rebinds_the_vectors(act):
    net = deep()
    kept = net.params, net.grad, net.statistics, [getattr(layer, name) for layer, name, _ in views(net)]
    act(net)
    assert net.params is kept[0] and net.grad is kept[1] and net.statistics is kept[2]
    assert all(getattr(layer, name) is array for (layer, name, _), array in zip(views(net), kept[3], strict=True))


def arrays(net):
    """Every array of a network and its layers that is or has a view: (owner, name)."""
    yield from ((net, name) for name in ("params", "grad", "statistics", "weights", "dweights", "weight_mask"))
    yield from ((layer, name) for layer, name, _ in views(net))


owners = {"itself": lambda net: net, "member": lambda net: net.member(1)} | doubles


@pytest.mark.parametrize("made", owners.values(), ids=owners)
def test_no_array_can_be_rebound_and_every_one_changed_in_place(made):
    net = made(deep(3))
    for owner, name in arrays(net):
        array = getattr(owner, name)
        for other in (array * 2, array.copy(), array.tolist(), array[..., :0], None, 0.0):
            with pytest.raises(ValueError, match=rf"^{name} must not be rebound.*, {name}\[\.\.\.\] = new"):
                setattr(owner, name, other)
        with pytest.raises(ValueError, match=f"^{name} must not be rebound"):
            delattr(owner, name)
        array[...] = 3  # the remedy
        owner.__setattr__(name, array.__imul__(2))  # what `owner.name *= 2` does
        setattr(owner, name, array[...])
        assert getattr(owner, name) is array and (array == 6).all()
    net.layers[0].W *= 0.5
    net.layers[4].b -= 1
    net.params += 1
    assert (net.layers[0].W == 4).all() and (net.layers[4].b == 6).all() and (net.weights[..., :12] == 4).all()


def test_neither_layers_nor_copies_can_be_replaced():
    net = deep(2)
    for name, value in (("layers", [Dense(3, 2)]), ("copies", None), ("copies", 3)):
        with pytest.raises(ValueError, match=f"{name} must not be rebound.*or build a new network"):
            setattr(net, name, value)
    with pytest.raises(TypeError):
        net.layers[0] = Dense(3, 4)
    net.layers[3].p = 0.25  # a setting is no array


def test_a_custom_layer_may_keep_any_attribute():
    class Counting(Layer):
        weights = {"W": ((2, 2), normal(1.0))}

        def forward(self, X, train):
            self.seen = X.copy()
            return X, lambda dY: dY

    net = Network([Counting()], rng=rng())
    for X in (np.zeros((1, 2)), np.ones((1, 2))):
        net(X)
        assert (net.layers[0].seen == X).all()
    with pytest.raises(ValueError, match="W must not be rebound"):
        net.layers[0].W = np.zeros((2, 2))


def test_before_it_is_in_a_network_a_layer_says_where_its_arrays_are():
    for layer, name in ((Dense(2, 3), "W"), (Dense(2, 3), "db"), (BatchNorm(2), "running_mean"),
                        (copy.deepcopy(deep().layers[0]), "W")):
        with pytest.raises(AttributeError, match=f"{type(layer).__name__} has {name} only once it is in a Network"):
            getattr(layer, name)
    assert not hasattr(Dense(2, 3), "V")
    assert not hasattr(Dense(2, 3), "drunning_mean")


class Breaking:
    """An initializer that fails, or returns what does not fit, in the second of two layers."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, rng, shape):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [RuntimeError("no"), KeyboardInterrupt(), np.ones(3), None, np.full((4, 2), np.nan)])
@both
def test_layers_of_a_network_that_was_not_built_are_as_free_as_before(answer, copies):
    first, norm = Dense(3, 4), BatchNorm(4)
    with pytest.raises((ValueError, TypeError, RuntimeError, KeyboardInterrupt)):
        Network([first, norm, Dense(4, 2, Breaking(answer))], rng=rng(), copies=copies)
    with pytest.raises(ValueError, match="takes 5 features"):
        Network([first, norm, Dense(5, 2)], rng=rng(), copies=copies)
    with pytest.raises(ValueError, match="at most 100,000,000"):
        Network([first, norm], rng=rng(), copies=10**8)
    net = Network([first, norm], rng=rng(), copies=copies)
    np.testing.assert_array_equal(net.params, Network([Dense(3, 4), BatchNorm(4)], rng=rng(), copies=copies).params)


def test_a_legacy_bit_generator_works_too():
    legacy = np.random.default_rng(np.random.RandomState(0))
    assert isinstance(legacy, np.random.Generator) and deep(generator=legacy).params.any()


# Read-only networks


def mapped(net, tmp_path):
    joblib.dump(net, tmp_path / "net.joblib")
    return joblib.load(tmp_path / "net.joblib", mmap_mode="r")


def locked(net, _):
    buffers = []
    blob = pickle.dumps(net, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(blob, buffers=[bytes(buffer) for buffer in buffers])


@pytest.mark.parametrize("loaded", [mapped, locked])
def test_a_read_only_network_predicts_and_says_what_to_do_before_it_can_be_trained(loaded, tmp_path):
    original = mlp([3, 40, 2], rng=rng())
    net = loaded(original, tmp_path)
    assert not net.params.flags.writeable
    np.testing.assert_array_equal(net(examples()), original(examples()))
    Y, backward = net.forward(examples(), train=False)
    for call in (lambda: fit(net, squared_error, SGD(0.1), examples(), Y, epochs=1, batch_size=2, rng=rng()),
                 lambda: loss_and_gradient(net, squared_error, examples(), Y), lambda: backward(Y),
                 lambda: net.forward(examples(), train=True), lambda: net.restore(original.snapshot())):
        with pytest.raises(ValueError, match="network must be writeable.*network = copy.deepcopy.network."):
            call()
    net = copy.deepcopy(net)
    fit(net, squared_error, SGD(0.1), examples(), 0 * Y, epochs=1, batch_size=2, rng=rng())
    assert (net.weights != original.weights).any()


# What it says it is


@pytest.mark.parametrize("made", owners.values(), ids=owners)
def test_repr_says_what_it_is(made):
    layers = "Dense(3, 4), BatchNorm(4, 0.9, 1e-05), Activate(Tanh()), Dropout(0.5), Dense(4, 2)>"
    net = made(deep(3, np.float32))
    assert repr(net) == f"<Network of {'' if net.copies is None else '3 copies of '}34 parameters, float32: {layers}"
    assert repr(mlp([784, 128, 10], rng=rng())).startswith("<Network of 101,770 parameters, float64: Dense(784, 128),")
    assert repr(Activate(LeakyReLU(0.25))) == "Activate(LeakyReLU(leak=0.25))"  # also before it is in a network


# Copies of the object


@doubled
@both
def test_a_copy_is_bound_to_vectors_of_its_own(double, copies):
    net = deep(copies)
    net.forward(examples(), train=True)
    twin = double(net)
    before = net.snapshot(), net(examples())
    np.testing.assert_array_equal(twin(examples()), before[1])
    assert not np.shares_memory(twin.params, net.params)
    for layer, name, vector in views(twin):
        assert np.shares_memory(getattr(layer, name), vector), name
    assert np.shares_memory(twin.weights, twin.params) and np.shares_memory(twin.dweights, twin.grad)
    twin.params[...] += 1  # changes what the twin says, and nothing of the original
    assert np.abs(twin(examples()) - before[1]).min() > 1e-3
    twin.forward(examples() + 1, train=True)[1](np.ones(before[1].shape))
    assert twin.grad.any() and not net.grad.any()
    assert np.abs(twin.statistics - net.statistics).max() > 1e-3
    np.testing.assert_array_equal(net(examples()), before[1])
    for now, then in zip(net.snapshot(), before[0], strict=True):
        np.testing.assert_array_equal(now, then)


@doubled
def test_a_copy_draws_the_same_masks_from_generators_of_its_own(double):
    net = deep()
    twin = double(net)
    first = net.forward(examples(), train=True)[0]
    np.testing.assert_array_equal(twin.forward(examples(), train=True)[0], first)


def test_equal_states_of_the_generator_give_equal_networks_and_masks():
    generator = np.random.default_rng(7)
    state = generator.bit_generator.state
    first = deep(generator=generator)
    assert not np.array_equal(deep(generator=generator).params, first.params)
    generator.bit_generator.state = state  # `spawn` would count on: it does not look at the state
    again = deep(generator=generator)
    np.testing.assert_array_equal(again.params, first.params)
    masked = [net.forward(examples(), train=True)[0] for net in (first, again)]
    np.testing.assert_array_equal(*masked)


def test_a_pickle_does_not_hold_the_layers_views_as_arrays_of_their_own():
    net = mlp([200, 100], rng=rng())
    assert len(pickle.dumps(net)) < 2.5 * net.params.nbytes  # params and grad


def test_copy_k_is_network_k_alone():
    net = deep(copies=3)
    net.params[...] += rng(1).normal(size=net.params.shape)
    net.forward(examples(), train=True)[1](np.ones((3, 5, 2)))
    for k in (0, np.int64(2)):
        single = net.member(k)
        assert single.copies is None and all(layer.copies is None for layer in single.layers)
        np.testing.assert_array_equal(single.params, net.params[k])
        np.testing.assert_array_equal(single.grad, net.grad[k])
        np.testing.assert_array_equal(single.statistics, net.statistics[k])
        np.testing.assert_allclose(single(examples()), net(examples())[k], rtol=1e-13)
        assert single.forward(examples(), train=True)[0].shape == (5, 2)  # its dropout knows that it is alone
        single.params[...] = 0
        single.statistics[...] = 0
        assert net.params[k].any() and net.statistics[k].any()
        assert not single.layers[0].W.any() and net.copies == 3


@both
def test_a_snapshot_brings_back_parameters_and_running_statistics(copies):
    net = deep(copies)
    kept, output = net.snapshot(), net(examples())
    net.forward(examples(), train=True)
    assert np.abs(net(examples()) - output).max() > 1e-6  # the statistics alone have moved
    net.params[...] += 1
    changed = net(examples())
    net.restore(kept)
    np.testing.assert_array_equal(net(examples()), output)
    net.params[...] += 1
    net.restore(kept)  # again: the snapshot was not handed out
    np.testing.assert_array_equal(net(examples()), output)
    assert np.abs(changed - output).max() > 1e-6


# Randomness


def test_equal_seeds_give_equal_bits_and_the_global_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    nets = [deep(copies=2, generator=rng(seed)) for seed in (5, 5, 6)]
    outputs = [net.forward(examples(), train=True)[0] for net in nets]
    np.testing.assert_array_equal(nets[0].params, nets[1].params)
    np.testing.assert_array_equal(outputs[0], outputs[1])
    assert (nets[0].weights != nets[2].weights).all()
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_layers_and_copies_start_from_weights_of_their_own():
    net = Network([Dense(5, 5), Dense(5, 5)], rng=rng(), copies=2)
    draws = [layer.W[k] for layer in net.layers for k in range(2)]
    for i in range(4):
        for j in range(i):
            assert (draws[i] != draws[j]).all()


def test_reseed_repeats_the_masks_and_leaves_the_parameters():
    net = deep()
    params = net.params.copy()
    outputs = []
    for seed in (3, 3, 4):
        net.reseed(seed)
        outputs.append(net.forward(examples(), train=True)[0])
    np.testing.assert_array_equal(outputs[0], outputs[1])
    assert np.abs(outputs[0] - outputs[2]).max() > 1e-6
    np.testing.assert_array_equal(net.params, params)


# Calling it


def test_layers_are_applied_in_their_order_and_the_output_of_an_mlp_is_linear():
    net = mlp([2, 3, 1], activation=tanh, init=normal(1.0), rng=rng())
    first, middle, last = net.layers
    assert isinstance(middle, Activate) and middle.activation is tanh
    X = examples(4, 2)
    np.testing.assert_allclose(net(X), np.tanh(X @ first.W + first.b) @ last.W + last.b, rtol=1e-14)
    assert mlp([2, 1], rng=rng()).params.size == 3
    assert [layer.activation for layer in mlp([2, 3, 3, 1], rng=rng()).layers[1::2]] == [relu, relu]


def test_calling_is_prediction_and_changes_nothing():
    net = deep()
    kept = net.snapshot()
    np.testing.assert_array_equal(net(examples()), net(examples()))
    np.testing.assert_array_equal(net(examples()), net.forward(examples(), train=False)[0])
    for now, then in zip(net.snapshot(), kept, strict=True):
        np.testing.assert_array_equal(now, then)
    assert not net.grad.any()


def test_nan_and_overflow_go_through_without_a_warning():
    net = mlp([2, 3, 1], activation=tanh, rng=rng())
    with np.errstate(all="raise"):
        assert np.isnan(net([[np.nan, 1.0]])).all()
        Y, backward = net.forward([[1e308, 1e308], [0.0, 1.0]], train=True)
        backward(np.full(Y.shape, 1e308))
        assert not np.isfinite(mlp([2, 1], rng=rng(), dtype=np.float32)([[1e300, 0.0]])).any()


def test_lists_integers_and_other_floats_are_accepted_and_the_dtype_is_the_networks():
    for dtype in (np.float32, np.float64):
        net = deep(dtype=dtype)
        for X in ([[1, 2, 3]], np.array([[1, 2, 3]], dtype=np.uint8), np.array([[1, 2, 3]], dtype=">f4")):
            assert net(X).dtype == dtype
            np.testing.assert_allclose(net(X), net(np.array([[1.0, 2.0, 3.0]])), rtol=1e-6)
        assert net.params.dtype == net.grad.dtype == net.statistics.dtype == net.weight_mask.dtype == dtype
        assert net.layers[0].W.dtype == dtype
    assert mlp([2, 1], rng=rng(), dtype=np.dtype("float32")).params.dtype == np.float32


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.none() | st.integers(1, 3))
@settings(max_examples=40)
def test_any_sizes_make_a_network_with_as_many_parameters_as_its_edges_and_units(sizes, copies):
    net = mlp(sizes, rng=rng(), copies=copies)
    edges = sum(a * b for a, b in zip(sizes, sizes[1:]))
    lead = () if copies is None else (copies,)
    assert net.weights.shape == (*lead, edges) and net.params.shape == (*lead, edges + sum(sizes[1:]))
    X = examples(4, sizes[0])
    assert net(X).shape == (*lead, 4, sizes[-1])
    order = rng(1).permutation(4)
    np.testing.assert_allclose(net(X[order]), net(X)[..., order, :], rtol=1e-13, atol=1e-15)  # rows are examples


def test_a_custom_layer():
    class Shift(Layer):
        """Y = X + s, written as the book's readers may."""

        others = {"s": ((2,), normal(1.0))}

        def forward(self, X, train):
            def backward(dY):
                self.ds[...] = dY.sum(-2)
                return dY

            return X + self.s[..., None, :], backward

    net = Network([Shift(), Dense(2, 1)], rng=rng(), copies=2)
    Y, backward = net.forward(examples(3, 2), train=True)
    assert backward(np.ones((2, 3, 1))) is None  # nobody asked
    dX = backward(np.ones((2, 3, 1)), input_gradient=True)
    np.testing.assert_allclose(net.layers[0].ds, 3 * net.layers[1].W[..., 0])
    assert dX.shape == (2, 3, 2) and (copy.deepcopy(net)(examples(3, 2)) == net(examples(3, 2))).all()


# Bad input


def declaring(arrays):
    """A layer of one's own that says this of its weights."""
    layer = Layer()
    layer.weights = arrays
    return layer


def used():
    return deep().layers[0]


def twice():
    layer = Activate(relu)
    return [Dense(2, 2), layer, Dense(2, 2), layer]


@pytest.mark.parametrize("call, error, words", [
    (lambda: Network([], rng=rng()), ValueError, "layers must be a list of at least one layer, got []"),
    (lambda: Network(Dense(2, 1), rng=rng()), ValueError, "layers must be a list"),
    (lambda: Network(None, rng=rng()), ValueError, "layers must be a list of at least one layer, got None"),
    (lambda: Network([Dense(2, 1), relu], rng=rng()), TypeError, "layers[1] must be a layer"),
    (lambda: Network([Dense], rng=rng()), TypeError, "layers[0] must be an instance, got the class Dense; did you"),
    (lambda: mlp([2, 1], init=normal, rng=rng()), TypeError, "init must be an instance, got the class normal; did you"),
    (lambda: Network([Dense(2, 1)], rng=np.random.RandomState(0)), TypeError, "use np.random.default_rng(seed)"),
    (lambda: Network([used()], rng=rng()), ValueError, "layers[0] already belongs to a network; make a new Dense"),
    (lambda: Network([copy.deepcopy(used())], rng=rng()), ValueError, "layers[0] already belongs to a network"),
    (lambda: Network(twice(), rng=rng()), ValueError, "layers[3] already belongs to a network; make a new Activate"),
    (lambda: Network([Dense(2, 3), Dense(2, 1)], rng=rng()), ValueError, "but the layer before it gives 3"),
    (lambda: Network([Dense(2, 3), Activate(relu), BatchNorm(2)], rng=rng()), ValueError, "layers[2] takes 2 features"),
    (lambda: Network([Dense(2, 1)], rng=0), TypeError, "rng must be a numpy.random.Generator, got 0; use np.rand"),
    (lambda: Network([Dense(2, 1)], rng=np.random), TypeError, "rng must be a numpy.random.Generator"),
    (lambda: Network([Dense(2, 1)], rng=rng(), dtype=int), ValueError, "dtype must be np.float32 or np.float64"),
    (lambda: Network([Dense(2, 1)], rng=rng(), dtype="double precision"), ValueError, "got 'double precision'"),
    (lambda: Network([Dense(2, 1)], rng=rng(), dtype=None), ValueError, "got None"),
    (lambda: Network([Dense(2, 1)], rng=rng(), copies=0), ValueError, "copies must be a whole number, at least 1"),
    (lambda: Network([Dense(2, 1)], rng=rng(), copies=2.0), ValueError, "got 2.0"),
    (lambda: Network([Dense(2, 1)], rng=rng(), copies=True), ValueError, "got True"),
    (lambda: mlp([10**10, 10], rng=rng()), ValueError, "layers must have at most 100,000,000 parameters"),
    (lambda: mlp([2, 2], rng=rng(), copies=10**9), ValueError, "in all copies, got 6 in each"),
    (lambda: mlp([2, 2], rng=rng(), copies=10**30), ValueError, "copies must be a whole number, at most"),
    (lambda: mlp([2], rng=rng()), ValueError, "sizes must be a list of at least two numbers of units, got [2]"),
    (lambda: mlp(3, rng=rng()), ValueError, "sizes must be a list"),
    (lambda: mlp("ab", rng=rng()), ValueError, "sizes must be a list"),
    (lambda: mlp([2, 0, 1], rng=rng()), ValueError, "at least 1, got 0"),
    (lambda: mlp([2, 1.5], rng=rng()), ValueError, "got 1.5"),
    (lambda: mlp([2, 1], activation=np.tanh, rng=rng()), TypeError, "activation must be one of nnlib.activations"),
    (lambda: mlp([2, 1], init=0.1, rng=rng()), TypeError, "init must be an initializer"),
    (lambda: mlp([2, 1], rng=None), TypeError, "rng must be a numpy.random.Generator, got None"),
    (lambda: Network([declaring(3)], rng=rng()), ValueError, "layers[0].weights must map names to (shape"),
    (lambda: Network([declaring({"W": 3})], rng=rng()), ValueError, "(shape, initializer), got {'W': 3}"),
    (lambda: Network([declaring({"W": ((2.5,), zeros)})], rng=rng()), ValueError, "layers[0].weights must map names"),
    (lambda: Network([declaring({"W": ([2], zeros)})], rng=rng()), ValueError, "layers[0].weights must map names"),
    (lambda: Network([declaring({"W": ((2,), 0)})], rng=rng()), ValueError, "layers[0].weights must map names to"),
    (lambda: Network([declaring({})], rng=rng())(examples()), NotImplementedError, "needs a method forward(X, train)"),
])
def test_a_bad_network_is_not_built(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


@pytest.mark.parametrize("call, error, words", [
    (lambda net: net([1.0, 2.0, 3.0]), ValueError, "(n, 3) or (2, n, 3), got (3,); one example is X[None, :]"),
    (lambda net: net(np.ones((5, 4))), ValueError, "X must have shape (n, 3) or (2, n, 3), got (5, 4)"),
    (lambda net: net(np.ones((3, 5, 3))), ValueError, "got (3, 5, 3)"),
    (lambda net: net(np.ones((2, 2, 5, 3))), ValueError, "got (2, 2, 5, 3)"),
    (lambda net: net(1.0), ValueError, "got ()"),
    (lambda net: net(np.ones((0, 3))), ValueError, "X must hold at least one example, got shape (0, 3)"),
    (lambda net: net.forward(np.ones((0, 3)), True), ValueError, "X must hold at least one example"),
    (lambda net: net([["a", "b", "c"]]), TypeError, "X must hold real numbers"),
    (lambda net: net(None), TypeError, "X must hold real numbers, got None"),
    (lambda net: net([[1.0], [1.0, 2.0]]), TypeError, "X must be a number or a regular array"),
    (lambda net: net(np.ones((5, 3), complex)), TypeError, "X must hold real numbers"),
    (lambda net: net.forward(examples(), True)[1](np.ones((5, 2))), ValueError, "dY must have the output's shape"),
    (lambda net: net.forward(examples(), True)[1]("up"), TypeError, "dY must hold real numbers"),
    (lambda net: net.member(2), ValueError, "k must be the number of a copy, below 2, got 2"),
    (lambda net: net.member(-1), ValueError, "got -1"),
    (lambda net: net.member(True), ValueError, "got True"),
    (lambda net: net.member(1.0), ValueError, "got 1.0"),
    (lambda net: net.member(None), ValueError, "got None"),
    (lambda net: deep().member(0), ValueError, "the network is a single one; copy it with copy.deepcopy(n"),
    (lambda net: net.restore(deep().snapshot()), ValueError, "parameters (2, 34) and statistics (2, 8), got (34,)"),
    (lambda net: net.restore(([1.0], [2.0])), ValueError, "snapshot must come from a network"),
    (lambda net: net.restore((net.params, None)), TypeError, "snapshot must hold real numbers"),
    (lambda net: net.restore(None), TypeError, "snapshot must be a pair (params, statistics), as from network.snapsho"),
    (lambda net: net.restore(net.params), TypeError, "parameters alone are set by params[...] = new"),
    (lambda net: net.restore(net), TypeError, "snapshot must be a pair (params, statistics), as from network.snapsho"),
    (lambda net: net.restore({"a": 1, "b": 2}), TypeError, "snapshot must be a pair"),
    (lambda net: net.reseed(-1), ValueError, "seed must be a whole number, at least 0, got -1"),
    (lambda net: net.reseed("a"), TypeError, "seed must be"),
    (lambda net: net.reseed(None), TypeError, "seed must be"),  # other masks each time: nothing would come again
    (lambda net: net.reseed(1.5), ValueError, "seed must be a whole number"),
])
def test_bad_calls_are_named_with_a_remedy_and_leave_the_network_as_it_was(call, error, words):
    net = deep(copies=2)
    kept, output = net.snapshot(), net(examples())
    with pytest.raises(error) as caught:
        call(net)
    assert words in str(caught.value)
    np.testing.assert_array_equal(net.params, kept[0])
    net.restore(kept)
    np.testing.assert_array_equal(net(examples()), output)


def test_a_single_network_says_so_in_its_error():
    with pytest.raises(ValueError, match=r"X must have shape \(n, 3\), got \(2, 5, 3\)"):
        deep()(np.ones((2, 5, 3)))
    with pytest.raises(ValueError, match=r"X must have shape \(n, features\), got \(3,\)"):
        Network([Activate(relu)], rng=rng())(np.ones(3))


def test_a_snapshot_of_another_network_is_refused_even_where_only_the_statistics_differ():
    dense, norm = (Network([layer], rng=np.random.default_rng(0)) for layer in (Dense(2, 2), BatchNorm(3)))
    assert dense.params.shape == norm.params.shape and dense.statistics.shape != norm.statistics.shape
    for one, other in ((dense, norm), (norm, dense)):
        with pytest.raises(ValueError, match="snapshot must come from"):
            one.restore(other.snapshot())
