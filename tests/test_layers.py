"""Layers: gradients by finite differences, batch norm against PyTorch, dropout's mask, K copies, float32, bad input."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import activations as act
from nnlib.gradcheck import check_gradient
from nnlib.initializers import glorot_uniform, normal, zeros
from nnlib.layers import Activate, BatchNorm, Dense, Dropout
from nnlib.losses import cross_entropy
from nnlib.network import Network
from nnlib.optimizers import Momentum
from nnlib.penalties import L2
from nnlib.training import loss_and_gradient

FROZEN = json.loads(Path(__file__).with_name("oracles").joinpath("layers.json").read_text())
PHIS = [act.sigmoid, act.log_sigmoid, act.tanh, act.relu, act.leaky_relu, act.softplus, act.elu, act.gelu, act.silu,
        act.identity]
STACKS = {  # every layer: alone, first, in the middle, last
    "dense": lambda: [Dense(4, 3)],
    "two dense": lambda: [Dense(4, 1), Dense(1, 3)],
    "activation between": lambda: [Dense(4, 5), Activate(act.relu), Dense(5, 2)],
    "activation first": lambda: [Activate(act.tanh), Dense(4, 2)],
    "activation last": lambda: [Dense(4, 2), Activate(act.sigmoid)],
    "dropout first": lambda: [Dropout(0.4), Dense(4, 3)],
    "dropout between": lambda: [Dense(4, 6), Dropout(0.4), Dense(6, 2)],
    "dropout last": lambda: [Dense(4, 3), Dropout(0.2)],
    "batch norm alone": lambda: [BatchNorm(4)],
    "batch norm between": lambda: [Dense(4, 5), BatchNorm(5, epsilon=0.1), Activate(act.tanh), Dense(5, 2)],
    "batch norm last": lambda: [Dense(4, 3), BatchNorm(3)],
    "all": lambda: [BatchNorm(4), Dense(4, 5), BatchNorm(5), Activate(act.gelu), Dropout(0.3), Dense(5, 2)],
}
each = pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
modes = pytest.mark.parametrize("train", [True, False], ids=["training", "prediction"])
ensembles = pytest.mark.parametrize("copies, own", [(None, False), (3, False), (3, True)],
                                    ids=["one", "copies", "copies, own X"])


def network(stack, copies=None, dtype=np.float64):
    """A network whose biases, gammas and statistics are no longer 0 and 1."""
    rng = np.random.default_rng(1)
    net = Network(stack(), rng=rng, dtype=dtype, copies=copies)
    net.params[...] += 0.3 * rng.normal(size=net.params.shape)
    net.statistics[...] += 0.3 * rng.random(net.statistics.shape)
    return net


def examples(copies=None, own=False, n=6):
    return np.random.default_rng(2).normal(size=(copies, n, 4) if own else (n, 4))


def direction(net, X, train=False):
    """A random dL/dY, for the loss L = sum(Y dY)."""
    return np.random.default_rng(3).normal(size=net.forward(X, train)[0].shape)


def passes(net, X, train, dY, **ask):
    """Loss (a copy), and what the way back returns; the same dropout masks at every call."""
    net.reseed(4)
    Y, backward = net.forward(X, train)
    return (Y * dY).sum((-2, -1)), backward(dY, **ask)


# Gradients


@each
@modes
@ensembles
def test_gradient_by_the_parameters(stack, train, copies, own):
    net, X = network(stack, copies), examples(copies, own)
    dY = direction(net, X, train)

    def f(params):
        net.params[...] = params
        return passes(net, X, train, dY)[0], net.grad

    check = check_gradient(f, net.params.copy())
    assert check.relative_error < 1e-6, str(check)


@each
@modes
@ensembles
def test_gradient_by_the_input(stack, train, copies, own):
    net, X = network(stack, copies), examples(copies, own)
    dY = direction(net, X, train)

    def f(X):
        value, dX = passes(net, X, train, dY, input_gradient=True)
        assert dX.shape == (X.shape if copies is None else (copies, *X.shape[-2:]))  # each copy's own
        return (value, dX) if own or copies is None else (value.sum(), dX.sum(0))

    check = check_gradient(f, X)
    assert check.relative_error < 1e-6, str(check)


@pytest.mark.parametrize("phi", PHIS, ids=lambda phi: phi.name)
def test_gradient_through_every_activation(phi):
    net, X = network(lambda: [Dense(4, 5), Activate(phi), Dense(5, 2)]), examples()
    dY = direction(net, X)

    def f(params):
        net.params[...] = params
        return passes(net, X, True, dY)[0], net.grad

    check = check_gradient(f, net.params.copy())
    assert check.relative_error < 1e-6, str(check)


@each
def test_asking_for_the_input_gradient_changes_nothing_else(stack):
    net, X = network(stack), examples()
    dY = direction(net, X, train=True)
    seen = []
    for ask in (False, True, False):
        net.grad[...] = np.nan  # whatever is not filled again shows
        _, dX = passes(net, X, True, dY, input_gradient=ask)
        assert (dX is None) == (not ask)
        seen.append(net.grad.copy())
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])


def test_the_first_layer_with_parameters_computes_no_unrequested_gradient():
    net, X = network(STACKS["dropout first"]), examples()
    Y, backward = net.forward(X, train=True)
    dense = net.layers[1]
    assert backward(Y) is None
    for ask in (False, True, False):
        backward(Y, input_gradient=ask)
        assert (dense.forward(X, True)[1](Y) is None) == (not ask)


@each
@ensembles
def test_backward_fills_the_gradient_and_does_not_add_to_it(stack, copies, own):
    net, X = network(stack, copies), examples(copies, own)
    Y, backward = net.forward(X, train=True)
    backward(Y)
    once = net.grad.copy()
    backward(Y)
    np.testing.assert_array_equal(net.grad, once)
    kept = Y.copy()
    net.forward(X + 1, train=True)[1](Y)  # another pass in between: each way back belongs to its own way there
    backward(kept)
    np.testing.assert_array_equal(net.grad, once)


@each
@modes
def test_float32_follows_its_float64_twin(stack, train):
    X, single, double = examples(), network(stack, dtype=np.float32), network(stack)
    dY = direction(double, X, train)
    start = single.snapshot()
    results = []
    for net in (double, single):
        net.restore(start)
        _, dX = passes(net, X, train, dY, input_gradient=True)
        results.append((dX, net.grad, net.statistics, net(X)))
    for exact, ours in zip(*results, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, exact, rtol=2e-4, atol=2e-5 * np.abs(exact).max(initial=0))


@each
@modes
@pytest.mark.parametrize("copies, own", [(3, False), (3, True)], ids=["shared X", "own X"])
def test_k_copies_are_k_networks(stack, train, copies, own):
    net, X = network(stack, copies), examples(copies, own)
    train = train and not any(isinstance(layer, Dropout) for layer in net.layers)  # masks are each copy's own
    dY = direction(net, X)
    singles = [net.member(k) for k in range(copies)]
    Y, backward = net.forward(X, train)
    dX = backward(dY, input_gradient=True)
    for k, single in enumerate(singles):
        Y_k, backward_k = single.forward(X[k] if own else X, train)
        dX_k = backward_k(dY[k], input_gradient=True)
        np.testing.assert_allclose(Y[k], Y_k, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(dX[k], dX_k, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(net.grad[k], single.grad, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(net.statistics[k], single.statistics, rtol=1e-12, atol=1e-14)


# Dense


def test_dense_is_the_affine_map_and_its_bias_starts_at_zero():
    net = Network([Dense(2, 3, glorot_uniform)], rng=np.random.default_rng(0))
    layer, = net.layers
    np.testing.assert_array_equal(layer.b, 0)
    layer.W[...], layer.b[...] = [[1, 2, 3], [4, 5, 6]], [10, 20, 30]
    np.testing.assert_array_equal(net([[1, 0], [0, 2]]), [[11, 22, 33], [18, 30, 42]])


def test_dense_initializes_each_copy_separately():
    std = Network([Dense(200, 100, normal(0.5))], rng=np.random.default_rng(0)).weights.std()
    assert std == pytest.approx(0.5, rel=0.02)
    W = Network([Dense(20, 10)], rng=np.random.default_rng(0), copies=3).layers[0].W
    assert W.shape == (3, 20, 10) and np.abs(W[0] - W[1]).min() > 0 and np.abs(W[1] - W[2]).min() > 0


# Dropout


def dropped(p, X, copies=None, seed=0):
    return Network([Dropout(p)], rng=np.random.default_rng(seed), dtype=X.dtype.type, copies=copies).forward(X, True)


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dropout_keeps_the_mean_and_adds_the_variance_p_over_1_minus_p(p, dtype):
    Y, _ = dropped(p, np.ones((500, 400), dtype))
    n, variance = Y.size, p / (1 - p)
    assert Y.dtype == dtype and set(np.unique(Y)) == {dtype(0), dtype(1 / (1 - p))}
    assert abs(Y.mean(dtype=float) - 1) < 5 * np.sqrt(variance / n)
    assert abs((Y == 0).mean() - p) < 5 * np.sqrt(p * (1 - p) / n)
    for axis in (0, 1):  # independent entries: means of rows and of columns vary as they should
        means = Y.mean(axis, dtype=float)
        assert means.var() == pytest.approx(variance / Y.shape[axis], rel=6 * np.sqrt(2 / len(means)))


@given(st.floats(0, 0.99), st.integers(1, 5), st.integers(1, 5))
@settings(max_examples=50)
def test_backward_uses_the_mask_of_forward(p, n, d):
    X = np.random.default_rng(0).uniform(1, 2, (n, d))
    Y, backward = dropped(p, X)
    np.testing.assert_allclose(backward(X, input_gradient=True), Y, rtol=1e-15)  # the same map, X -> X mask
    assert ((Y == 0) | (np.abs(Y * (1 - p) / X - 1) < 1e-15)).all()


def test_no_dropout_in_prediction_nor_with_p_0():
    X = examples()
    net = Network([Dropout(0.9)], rng=np.random.default_rng(0))
    np.testing.assert_array_equal(net(X), X)
    Y, backward = net.forward(X, train=False)
    np.testing.assert_array_equal(Y, X)
    np.testing.assert_array_equal(backward(X + 1, input_gradient=True), X + 1)
    Y, backward = dropped(0, X)
    np.testing.assert_array_equal(Y, X)
    np.testing.assert_array_equal(backward(X + 1, input_gradient=True), X + 1)


def test_each_call_and_each_copy_draws_its_own_masks_even_for_shared_x():
    X = np.ones((20, 30))
    net = Network([Dropout(0.5)], rng=np.random.default_rng(0), copies=3)
    first, again = net.forward(X, True)[0], net.forward(X, True)[0]
    assert first.shape == (3, 20, 30)
    for a, b in [(first, again), (first[0], first[1]), (first[1], first[2])]:
        assert 0.4 < (a == b).mean() < 0.6
    own = net.forward(np.ones((3, 20, 30)), True)[0]
    assert own.shape == (3, 20, 30) and 0.4 < (own[0] == own[1]).mean() < 0.6


def test_two_dropout_layers_draw_different_masks_and_reseed_repeats_both():
    net = Network([Dropout(0.5), Dropout(0.5)], rng=np.random.default_rng(0))
    X = np.ones((200, 50))
    draws = [net.forward(X, True)[0]]
    for seed in (7, 7, 8):
        net.reseed(seed)
        draws.append(net.forward(X, True)[0])
    for Y in draws:
        assert (Y != 0).mean() == pytest.approx(0.25, abs=0.02)  # 0.5 if both drew the same
    draws = draws[1:]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert (draws[0] != draws[2]).any()


# Batch norm


def torch_like():
    frozen = FROZEN["batch_norm"]
    net = Network([BatchNorm(3, momentum=1 - 0.3, epsilon=1e-3)], rng=np.random.default_rng(0))
    net.layers[0].gamma[...], net.layers[0].beta[...] = frozen["gamma"], frozen["beta"]
    return net, frozen["steps"]


def test_batch_norm_follows_pytorch_through_training_and_prediction():
    net, steps = torch_like()
    layer, = net.layers
    for t, step in enumerate(steps, start=1):
        train = t < len(steps)
        if not train:  # PyTorch's running variance is its own, see below
            layer.running_mean[...], layer.running_var[...] = step["running_mean"], step["running_var"]
        Y, backward = net.forward(step["X"], train)
        dX = backward(np.array(step["dY"]), input_gradient=True)
        for ours, name in [(Y, "Y"), (dX, "dX"), (layer.dgamma, "dgamma"), (layer.dbeta, "dbeta")]:
            np.testing.assert_allclose(ours, step[name], rtol=1e-9, atol=1e-11, err_msg=name)
        np.testing.assert_allclose(layer.running_mean, step["running_mean"], rtol=1e-12)
        if train:  # both start at 1; what came in since is divided by n there too, not by n - 1
            start = 0.7**t
            theirs = start + (np.array(step["running_var"]) - start) * (8 - 1) / 8
            np.testing.assert_allclose(layer.running_var, theirs, rtol=1e-12)


def test_training_a_network_with_batch_norm_follows_pytorch():
    frozen = FROZEN["network"]
    net = Network([Dense(2, 4), BatchNorm(4), Activate(act.tanh), Dense(4, 3)], rng=np.random.default_rng(0))
    net.params[...] = frozen["start"]
    rule = Momentum(0.5)
    rule.start(net.params)
    for objective, params in zip(frozen["objectives"], frozen["params"], strict=True):
        value, gradient = loss_and_gradient(net, cross_entropy, frozen["X"], frozen["y"], L2(0.1))
        rule.step(net.params, gradient)
        assert value == pytest.approx(objective, rel=1e-11)
        np.testing.assert_allclose(net.params, params, rtol=1e-9, atol=1e-11)


@given(st.integers(2, 20), st.integers(1, 5), st.floats(-100, 100), st.floats(0.01, 100), st.booleans())
@settings(max_examples=40)
def test_a_batch_comes_out_with_mean_beta_and_deviation_gamma_whatever_its_scale(n, units, shift, scale, copies):
    X = np.random.default_rng(n).normal(size=(n, units)) * scale + shift
    net = Network([BatchNorm(units, epsilon=1e-12)], rng=np.random.default_rng(0), copies=2 if copies else None)
    net.layers[0].gamma[...], net.layers[0].beta[...] = 3.0, -1.0
    Y = net.forward(X, train=True)[0]
    np.testing.assert_allclose(Y.mean(-2), -1, atol=1e-6)
    np.testing.assert_allclose(Y.std(-2), 3, rtol=1e-3)
    np.testing.assert_allclose(net.forward(-X, train=True)[0] + 1, -(Y + 1), atol=1e-6)


def test_statistics_reach_the_datas_moments_and_prediction_neither_moves_nor_needs_a_batch():
    X = examples(n=50) * [1, 2, 3, 4] + [0, 5, 0, -5]
    net = Network([BatchNorm(4, momentum=0.5)], rng=np.random.default_rng(0))
    for _ in range(60):
        Y = net.forward(X, train=True)[0]
    np.testing.assert_allclose(net.layers[0].running_mean, X.mean(0), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(net.layers[0].running_var, X.var(0), rtol=1e-13)
    before = net.statistics.copy()
    np.testing.assert_allclose(net(X), Y, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.concatenate([net(x[None]) for x in X]), Y, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(net.statistics, before)


def test_momentum_is_the_weight_of_the_old_value():
    net = Network([BatchNorm(1, momentum=0.75)], rng=np.random.default_rng(0))
    net.forward([[3.0], [5.0]], train=True)  # mean 4, variance 1
    assert net.layers[0].running_mean.item() == 1.0 and net.layers[0].running_var.item() == 1.0
    net.forward([[0.0], [6.0]], train=True)  # mean 3, variance 9
    assert net.layers[0].running_mean.item() == 1.5 and net.layers[0].running_var.item() == 3.0


def test_without_momentum_the_running_statistics_are_the_last_batchs():
    net = Network([BatchNorm(1, momentum=0)], rng=np.random.default_rng(0))
    net.forward([[3.0], [5.0]], train=True)
    assert net.layers[0].running_mean.item() == 4.0 and net.layers[0].running_var.item() == 1.0


def test_copies_have_statistics_of_their_own():
    X = np.stack([examples(), 10 * examples() + 3])
    net = Network([BatchNorm(4)], rng=np.random.default_rng(0), copies=2)
    net.forward(X, train=True)
    np.testing.assert_allclose(net.layers[0].running_mean, 0.1 * X.mean(1), rtol=1e-12)
    assert np.abs(np.diff(net.layers[0].running_var, axis=0)).min() > 1


@pytest.mark.parametrize("n", [2_000_000, 70_000])
def test_float32_sums_over_many_examples_lose_nothing(n):
    """Equal rows are the worst case: every partial sum is rounded the same way."""
    even = np.full((n, 3), np.float32(0.1))
    net = Network([BatchNorm(3)], rng=np.random.default_rng(0), dtype=np.float32)
    Y, backward = net.forward(even, train=True)
    np.testing.assert_allclose(Y, 0, atol=1e-4)
    dX = backward(even, input_gradient=True)
    np.testing.assert_allclose(net.layers[0].dbeta / n, 0.1, rtol=1e-6)
    np.testing.assert_allclose(dX, 0, atol=1e-4)
    np.testing.assert_allclose(net.layers[0].running_mean, 0.01, rtol=1e-6)
    dense = Network([Dense(3, 2)], rng=np.random.default_rng(0), dtype=np.float32)
    dense.forward(even, train=True)[1](even[:, :2])
    np.testing.assert_allclose(dense.layers[0].db / n, 0.1, rtol=2e-5)
    np.testing.assert_allclose(dense.layers[0].dW / n, 0.01, rtol=1e-4)


def test_float32_batch_norm_follows_float64_even_for_many_examples():
    X = np.random.default_rng(0).normal(3, 2, (500_000, 2)).astype(np.float32)
    outputs, statistics, gradients = [], [], []
    for dtype in (np.float32, np.float64):
        net = Network([BatchNorm(2)], rng=np.random.default_rng(0), dtype=dtype)
        Y, backward = net.forward(X, train=True)
        backward(X**2)
        outputs.append(Y)
        statistics.append(net.statistics)
        gradients.append(net.grad / len(X))
    for (single, double), atol in zip((outputs, statistics, gradients), (2e-6, 1e-6, 5e-6)):
        np.testing.assert_allclose(single, double, atol=atol)


@pytest.mark.parametrize("copies", [None, 2])
def test_batch_norm_refuses_a_training_batch_of_one_and_changes_nothing(copies):
    net = Network([Dense(4, 3), BatchNorm(3)], rng=np.random.default_rng(0), copies=copies)
    before = net.statistics.copy()
    for X in (examples()[:1], *([np.ones((2, 1, 4))] if copies else [])):
        with pytest.raises(ValueError, match="X must hold at least 2 examples to train BatchNorm, got shape"):
            net.forward(X, train=True)
        assert net(X).shape[-2:] == (1, 3)
    np.testing.assert_array_equal(net.statistics, before)
    assert net.least == 2 and Network([Dense(4, 3)], rng=np.random.default_rng(0)).least == 1


# Shapes, types, bad input


@given(st.integers(2, 4), st.integers(1, 4), st.integers(1, 4), st.none() | st.integers(1, 3), st.booleans(),
       st.sampled_from([np.float32, np.float64]), st.sampled_from([np.float32, np.int8, np.float64, np.bool_]))
@settings(max_examples=60)
def test_the_networks_dtype_decides_and_every_size_goes_through(n, d, units, copies, own, dtype, given_dtype):
    layers = [BatchNorm(d), Dense(d, units), Dropout(0.5), Activate(act.relu)]
    net = Network(layers, rng=np.random.default_rng(0), dtype=dtype, copies=copies)
    X = np.ones((copies, n, d) if own and copies else (n, d), given_dtype)
    Y, backward = net.forward(X, train=True)
    assert Y.shape == ((n, units) if copies is None else (copies, n, units)) and Y.dtype == dtype
    dX = backward(np.ones(Y.shape), input_gradient=True)
    assert dX.shape == (*Y.shape[:-1], d) and dX.dtype == net.grad.dtype == dtype
    assert net(X).shape == Y.shape and net(X).dtype == dtype


@each
def test_the_input_is_never_changed(stack):
    net, X = network(stack), examples()
    X.setflags(write=False)
    dY = direction(net, X)
    dY.setflags(write=False)
    net.forward(X, train=True)[1](dY, input_gradient=True)


def test_layers_take_any_initializer_and_have_only_the_parameters_they_need():
    net = Network([Dense(3, 2, zeros), Activate(act.relu), Dropout(0.1)], rng=np.random.default_rng(0))
    assert net.params.size == 3 * 2 + 2 and not net.params.any()


@pytest.mark.parametrize("call, error, words", [
    (lambda: Dense(0, 3), ValueError, "fan_in must be a whole number, at least 1, got 0"),
    (lambda: Dense(3, -1), ValueError, "fan_out must be a whole number, at least 1, got -1"),
    (lambda: Dense(3.0, 1), ValueError, "got 3.0"),
    (lambda: Dense(True, 1), ValueError, "got True"),
    (lambda: Dense("3", 1), TypeError, "got '3'"),
    (lambda: Dense(None, 1), TypeError, "got None"),
    (lambda: Dense(3, 1, "he"), TypeError, "init must be an initializer, called as init(rng, shape), got 'he'"),
    (lambda: Activate("relu"), TypeError, "activation must be one of nnlib.activations, got 'relu'"),
    (lambda: Activate(np.tanh), TypeError, "activation must be one of nnlib.activations"),
    (lambda: Activate(act.LeakyReLU), TypeError, "got the class LeakyReLU; did you forget the parentheses?"),
    (lambda: Dense(3, 1, normal), TypeError, "init must be an instance, got the class normal; did you forget the par"),
    (lambda: Dropout(1), ValueError, "p, the probability of dropping, must be in [0, 1), got 1"),
    (lambda: Dropout(-0.1), ValueError, "must be in [0, 1), got -0.1"),
    (lambda: Dropout(np.nan), ValueError, "must be in [0, 1), got nan"),
    (lambda: Dropout("0.5"), TypeError, "p must be one real number, got '0.5'"),
    (lambda: Dropout(None), TypeError, "p must be one real number"),
    (lambda: Dropout(np.array([0.5])), TypeError, "p must be one real number"),
    (lambda: BatchNorm(0), ValueError, "units must be a whole number, at least 1, got 0"),
    (lambda: BatchNorm(2.5), ValueError, "got 2.5"),
    (lambda: BatchNorm(2, momentum=1), ValueError, "the weight of the old running value, must be in [0, 1), got 1"),
    (lambda: BatchNorm(2, momentum=-0.1), ValueError, "got -0.1"),
    (lambda: BatchNorm(2, momentum=[0.9]), TypeError, "momentum must be one real number"),
    (lambda: BatchNorm(2, epsilon=0), ValueError, "epsilon must be a positive number, got 0"),
    (lambda: BatchNorm(2, epsilon=np.inf), ValueError, "epsilon must be a positive number, got inf"),
    (lambda: BatchNorm(2, epsilon=np.nan), ValueError, "epsilon must be a positive number, got nan"),
    (lambda: BatchNorm(2, epsilon="small"), TypeError, "epsilon must be one real number"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_a_new_batch_norm_gives_mean_0_and_variance_1():
    X = np.random.default_rng(0).normal(5, 3, (200, 4))
    Y, _ = Network([BatchNorm(4, epsilon=1e-12)], rng=np.random.default_rng(0)).forward(X, train=True)
    np.testing.assert_allclose(Y.mean(0), 0, atol=1e-14)
    np.testing.assert_allclose(Y.var(0), 1, rtol=1e-10)
