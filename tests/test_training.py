"""Training: whole networks by finite differences, fit's promises one by one, divergence, Ctrl-C, bad input."""

import copy
import pickle
import sys
import tracemalloc
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from nnlib import _run
from nnlib.activations import identity, relu, tanh
from nnlib.gradcheck import check_gradient
from nnlib.initializers import constant as same_value
from nnlib.initializers import glorot_normal, normal
from nnlib.layers import Activate, BatchNorm, Dense, Dropout
from nnlib.losses import Loss, binary_cross_entropy, cross_entropy, squared_error
from nnlib.network import Network, mlp
from nnlib.optimizers import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
    clip_by_norm,
    clip_by_value,
)
from nnlib.penalties import L1, L2, ElasticNet
from nnlib.schedules import exponential, warmup
from nnlib.training import Checkpoint, Diverged, EarlyStopping, History, accuracy, fit, loss_and_gradient


def rng(seed=0):
    return np.random.default_rng(seed)


K, N = 3, 8
X, X_OWN = rng(1).normal(size=(N, 4)), rng(2).normal(size=(K, N, 4))
LABELS, LABELS_OWN = rng(3).integers(0, 3, N), rng(4).integers(0, 3, (K, N))
TARGETS = {  # loss, units, targets that are shared, targets of each copy's own
    "squared": (squared_error, 3, rng(5).normal(size=(N, 3)), rng(6).normal(size=(K, N, 3))),
    "binary": (binary_cross_entropy, 1, LABELS[:, None] % 2, LABELS_OWN[..., None] % 2),
    "binary soft": (binary_cross_entropy, 2, rng(7).random((N, 2)), rng(8).random((K, N, 2))),
    "classes": (cross_entropy, 3, LABELS, LABELS_OWN),
    "classes soft": (cross_entropy, 3, rng(9).dirichlet([1, 1, 1], N), rng(10).dirichlet([1, 1, 1], (K, N))),
}
PENALTIES = {"none": None, "L2": L2(0.7), "ElasticNet": ElasticNet(0.6, 0.4)}
STRENGTHS = np.array([[0.0], [0.3], [2.0]])
each_loss = pytest.mark.parametrize("loss, units, y, y_own", TARGETS.values(), ids=TARGETS)


def deep(units=3, copies=None, dtype=np.float64, p=0.3):
    """Every kind of layer."""
    layers = [Dense(4, 5), BatchNorm(5), Activate(tanh), Dropout(p), Dense(5, units)]
    net = Network(layers, rng=rng(), dtype=dtype, copies=copies)
    net.params[...] += 0.1 * rng(1).normal(size=net.params.shape)
    return net


def objective(net, loss, X, y, penalty):
    """params -> (value, gradient), with the same dropout masks at every call."""
    def f(params):
        net.params[...] = params
        net.reseed(0)
        return loss_and_gradient(net, loss, X, y, penalty)

    return f


def same_state(a, b, **tolerance):
    for ours, theirs in zip(a, b, strict=True):
        np.testing.assert_allclose(ours, theirs, **{"rtol": 0, "atol": 0} | tolerance)


# The gradient


@each_loss
def test_gradient_of_one_network(loss, units, y, y_own):
    net = deep(units)
    check = check_gradient(objective(net, loss, X, y, L1(0.3)), net.params.copy())
    assert check.relative_error < 1e-6, str(check)


@pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)
def test_gradient_with_every_penalty(penalty):
    net = deep()
    check = check_gradient(objective(net, cross_entropy, X, LABELS, penalty), net.params.copy())
    assert check.relative_error < 1e-6, str(check)


@each_loss
@pytest.mark.parametrize("own_X", [False, True], ids=["shared X", "own X"])
@pytest.mark.parametrize("own_y", [False, True], ids=["shared y", "own y"])
def test_gradient_of_copies_with_a_strength_each(loss, units, y, y_own, own_X, own_y):
    net = deep(units, K)
    f = objective(net, loss, X_OWN if own_X else X, y_own if own_y else y, L2(STRENGTHS))
    check = check_gradient(f, net.params.copy())
    assert check.relative_error < 1e-6, str(check)


@each_loss
def test_float32_gradient_follows_its_float64_twin(loss, units, y, y_own):
    single, double = deep(units, dtype=np.float32), deep(units)
    (value, gradient), (exact_value, exact) = (
        objective(net, loss, X, y, L2(0.1))(single.params.copy()) for net in (single, double))
    assert gradient.dtype == np.float32 and value == pytest.approx(exact_value, rel=1e-5)
    np.testing.assert_allclose(gradient, exact, rtol=1e-3, atol=1e-5 * np.abs(exact).max())


@each_loss
@pytest.mark.parametrize("own_X", [False, True], ids=["shared X", "own X"])
@pytest.mark.parametrize("own_y", [False, True], ids=["shared y", "own y"])
def test_values_and_gradients_of_copies_are_those_of_single_networks(loss, units, y, y_own, own_X, own_y):
    net = deep(units, K, p=0)
    singles = [net.member(k) for k in range(K)]
    values, gradients = loss_and_gradient(net, loss, X_OWN if own_X else X, y_own if own_y else y, L1(STRENGTHS))
    assert values.shape == (K,)
    for k, single in enumerate(singles):
        value, gradient = loss_and_gradient(single, loss, X_OWN[k] if own_X else X, y_own[k] if own_y else y,
                                            L1(STRENGTHS[k].item()))
        assert type(value) is float and values[k] == pytest.approx(value, rel=1e-13)
        np.testing.assert_allclose(gradients[k], gradient, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("n", [2, 3])
def test_targets_whose_shape_could_be_read_in_two_ways(n):
    """As many examples as copies and units: a target (n, units) is shared, labels (K, n) are each copy's own."""
    net = mlp([4, n], rng=rng(), copies=n)
    y = rng(1).normal(size=(n, n))
    values = loss_and_gradient(net, squared_error, X_OWN[:1, :n].repeat(n, 0), y)[0]
    fitted = fit(net, squared_error, SGD(1e-300), X_OWN[:1, :n].repeat(n, 0), y, epochs=1, batch_size=1, rng=rng())
    np.testing.assert_allclose(fitted.loss[0], values, rtol=1e-12)  # batches of one: rows of y, not columns
    for units, labels in ((5, rng(1).integers(0, 5, (n, n))), (n, np.eye(n, dtype=int))):  # integers are never one-hot
        net = mlp([4, units], rng=rng(), copies=n)
        values = loss_and_gradient(net, cross_entropy, X[:n], labels)[0]
        fitted = fit(net, cross_entropy, SGD(1e-300), X[:n], labels, epochs=1, batch_size=1, rng=rng())
        for k in range(n):
            value = loss_and_gradient(net.member(k), cross_entropy, X[:n], labels[k])[0]
            assert values[k] == pytest.approx(value, rel=1e-13) and fitted.loss[0, k] == pytest.approx(value, rel=1e-13)
            assert fitted.train_accuracy[0, k] == accuracy(net.member(k)(X[:n]), labels[k])


def wrapped(output, target):
    """A loss of ours in a function, of which nobody can know what its targets are."""
    return cross_entropy(output, target)


class Wrapped(Loss):
    """The same as a class, which says it."""

    labels = "classes"

    def check(self, output, target):
        return cross_entropy.check(output, target)

    def compute(self, output, target):
        return cross_entropy.compute(output, target)


@pytest.mark.parametrize("copies, n, units", [(3, 3, 3), (2, 2, 2), (3, 8, 3), (3, 3, 4), (2, 3, 3), (None, 3, 3)])
@pytest.mark.parametrize("own", [True, False], ids=["own labels", "shared labels"])
@pytest.mark.parametrize("loss", [wrapped, Wrapped(), lambda o, t: cross_entropy(o, t)], ids=["def", "class", "lambda"])
def test_a_wrapped_loss_is_the_loss_or_is_refused(loss, copies, n, units, own):
    if own and copies is None:
        return
    labels = rng(1).integers(0, units, (copies, n) if own else n)
    results = []
    for function in (cross_entropy, loss):
        net = mlp([4, units], rng=rng(), copies=copies)
        try:
            history = fit(net, function, SGD(0.1), X[:n], labels, epochs=3, batch_size=2, rng=rng())
            value, gradient = loss_and_gradient(net, function, X[:n], labels)
        except ValueError as error:
            assert not isinstance(loss, Loss) and own and copies == n == units
            assert f"y of shape {(n, n)} is ambiguous: labels for each copy, (K, n), or targets" in str(error)
            return
        results.append((history.loss, history.train_loss, history.train_accuracy, value, gradient, net.params))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_targets_of_a_custom_loss_are_shared_where_they_are_floats():
    """The remedy: (n, units) numbers that could be labels (K, n) are made floats."""
    net, twin = mlp([4, 3], rng=rng(), copies=3), mlp([4, 3], rng=rng(), copies=3)
    whole = rng(1).integers(0, 5, (3, 3))
    with pytest.raises(ValueError, match=r"for targets use y.astype\(float\)"):
        exercise(net, lambda o, t: squared_error(o, t), data=(X[:3], whole))
    history = exercise(net, lambda o, t: squared_error(o, t), data=(X[:3], whole.astype(float)))
    np.testing.assert_array_equal(history.loss, exercise(twin, data=(X[:3], whole)).loss)
    np.testing.assert_array_equal(net.params, twin.params)


def test_no_gradient_by_the_data_is_computed():
    """It would be a third of the products of a step, for nobody."""
    net = deep()
    loss_and_gradient(net, cross_entropy, X, LABELS)
    assert not net.layers[0].input_gradient and net.layers[3].input_gradient


def test_the_penalty_acts_on_weights_only_and_adds_to_value_and_gradient():
    net = deep(p=0)
    value, gradient = loss_and_gradient(net, cross_entropy, X, LABELS)
    penalised, moved = loss_and_gradient(net, cross_entropy, X, LABELS, L2(2.0))
    assert penalised - value == pytest.approx((net.weights**2).sum(), rel=1e-13)
    np.testing.assert_allclose(moved - gradient, 2 * net.params * net.weight_mask, rtol=1e-10, atol=1e-12)


def test_the_gradient_is_a_copy_and_the_parameters_stay():
    net = deep()
    params = net.params.copy()
    _, first = loss_and_gradient(net, cross_entropy, X, LABELS)
    kept = first.copy()
    _, second = loss_and_gradient(net, cross_entropy, X + 1, LABELS)
    np.testing.assert_array_equal(first, kept)
    assert not np.shares_memory(first, net.grad) and (first != second).any()
    np.testing.assert_array_equal(net.params, params)


def test_an_infinite_loss_is_infinite_not_nan():
    net = mlp([4, 1], init=same_value(1e200), rng=rng())
    for penalty in (None, L2(0.1)):
        assert loss_and_gradient(net, squared_error, X, X[:, :1], penalty)[0] == np.inf


def test_scipy_trains_a_network_through_it():
    net = mlp([2, 4, 1], activation=tanh, rng=rng(1))
    inputs, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])

    def f(theta):
        net.params[...] = theta
        return loss_and_gradient(net, binary_cross_entropy, inputs, labels)

    found = minimize(f, net.params.copy(), jac=True, method="L-BFGS-B")
    net.params[...] = found.x
    assert found.fun < 1e-4 and accuracy(net(inputs), labels) == 1


# fit: what it learns, and what it promises


def exercise(net, loss=squared_error, optimizer=None, data=None, seed=5, **options):
    """A short fit with settings that a test may replace."""
    X_train, y = data or (X, X[:, :2] ** 2)
    options = {"epochs": 4, "batch_size": 3} | options
    return fit(net, loss, optimizer or SGD(0.1), X_train, y, rng=rng(seed), **options)


def test_it_learns_xor():
    inputs, labels = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    net = mlp([2, 8, 1], activation=tanh, init=glorot_normal, rng=rng())
    history = fit(net, binary_cross_entropy, Adam(0.05), inputs, labels, epochs=150, batch_size=4, rng=rng(),
                  evaluate_every=50)
    assert history.train_accuracy[-1] == 1 and history.train_loss[-1] < 0.05
    assert history.train_loss[-1] == binary_cross_entropy(net(inputs), labels)[0]


def test_it_learns_digits_in_either_precision():
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    inputs, labels = digits.data / 16, digits.target
    for dtype in (np.float32, np.float64):
        net = mlp([64, 32, 10], rng=rng(), dtype=dtype)
        history = fit(net, cross_entropy, Adam(0.01), inputs[:600], labels[:600], epochs=8, batch_size=32, rng=rng(),
                      penalty=L2(1e-4), validation=(inputs[600:900], labels[600:900]), evaluate_every=8)
        assert history.validation_accuracy[-1] > 0.85 and history.train_accuracy[-1] > 0.95
        assert history.loss[-1] < 0.2 * history.loss[0] and net.params.dtype == dtype


@pytest.mark.parametrize("copies", [None, 2])
def test_equal_seeds_give_equal_bits_and_others_do_not(copies):
    nets = [deep(2, copies) for _ in range(3)]
    histories = [exercise(net, optimizer=Adam(0.01), seed=seed) for net, seed in zip(nets, (5, 5, 6))]
    np.testing.assert_array_equal(nets[0].params, nets[1].params)
    np.testing.assert_array_equal(histories[0].loss, histories[1].loss)
    assert (nets[0].params != nets[2].params).any()


def test_every_epoch_sees_each_example_once_with_its_own_target_in_a_new_order():
    seen = []

    def spy(output, target):
        seen.append((output.copy(), target.copy()))
        return 0.0, np.zeros_like(output)

    net = Network([Activate(identity)], rng=rng())
    ids = np.arange(10)[:, None]
    fit(net, spy, SGD(0.1), ids, ids * 1.0, epochs=2, batch_size=4, rng=rng(), evaluate_every=100)
    for output, target in seen:
        np.testing.assert_array_equal(output, target)
    batches = [target[:, 0].astype(int).tolist() for _, target in seen[:6]]
    assert [len(batch) for batch in batches] == [4, 4, 2] * 2
    first, second = sum(batches[:3], []), sum(batches[3:], [])
    assert sorted(first) == sorted(second) == list(range(10)) and first != second != list(range(10)) != first
    np.testing.assert_array_equal(seen[6][0], ids)  # the evaluation: all of them, in their order


def test_epoch_values_are_means_weighted_by_the_size_of_the_batches():
    net = mlp([4, 2], rng=rng())
    y = rng(1).normal(size=(8, 2)) * np.arange(8)[:, None]
    exact, penalty = squared_error(net(X), y)[0], L2(0.3)(net.weights)[0]
    history = exercise(net, optimizer=SGD(1e-300), data=(X, y), penalty=L2(0.3), epochs=2)  # batches of 3, 3 and 2
    np.testing.assert_allclose(history.loss, exact, rtol=1e-13)
    np.testing.assert_allclose(history.penalty, penalty, rtol=1e-13)
    np.testing.assert_allclose(history.objective, exact + penalty, rtol=1e-13)
    np.testing.assert_allclose(history.train_loss, exact, rtol=1e-13)  # without the penalty


def test_losses_of_an_epoch_are_those_before_each_step():
    net = mlp([4, 2], rng=rng())
    before = squared_error(net(X), X[:, :2] ** 2)[0]
    history = exercise(net, batch_size=N, epochs=2)
    assert history.loss[0] == pytest.approx(before, rel=1e-12)
    assert history.loss[1] == pytest.approx(history.train_loss[0], rel=1e-12)


@pytest.mark.parametrize("copies", [None, 2], ids=["one", "copies"])
@pytest.mark.parametrize("validation", [False, True], ids=["", "validation"])
def test_history(copies, validation):
    net = deep(3, copies)
    held_out = (rng(8).normal(size=(5, 4)), rng(9).integers(0, 3, 5))
    history = exercise(net, cross_entropy, data=(X, LABELS), epochs=7, evaluate_every=3,
                       validation=held_out if validation else None)
    lead = () if copies is None else (copies,)
    assert history.loss.shape == history.penalty.shape == history.objective.shape == (7, *lead)
    np.testing.assert_array_equal(history.evaluated, [3, 6, 7])  # the last epoch always
    assert history.train_loss.shape == history.train_accuracy.shape == (3, *lead)
    np.testing.assert_array_equal(history.train_loss[-1], cross_entropy(net(X), LABELS)[0])
    np.testing.assert_array_equal(history.train_accuracy[-1], accuracy(net(X), LABELS))
    if validation:
        np.testing.assert_array_equal(history.validation_loss[-1], cross_entropy(net(held_out[0]), held_out[1])[0])
        np.testing.assert_array_equal(history.validation_accuracy[-1], accuracy(net(held_out[0]), held_out[1]))
    else:
        assert history.validation_loss.size == history.validation_accuracy.size == 0
    if copies is None:
        assert (history.epochs, history.stopped) == (7, "finished")
        assert type(history.epochs) is int and type(history.stopped) is str
    else:
        assert history.epochs.tolist() == [7, 7] and history.stopped.tolist() == ["finished"] * 2
    assert history.loss.dtype == np.float64 and history.evaluated.dtype.kind == "i"
    pickle.loads(pickle.dumps(history))


def test_accuracies_are_recorded_where_labels_are_integers():
    for loss, units, y, there in [(squared_error, 3, TARGETS["squared"][2], False),
                                  (squared_error, 1, LABELS[:, None] % 2, False),
                                  (binary_cross_entropy, 1, LABELS[:, None] % 2, True),
                                  (binary_cross_entropy, 1, LABELS[:, None] % 2 == 1, True),
                                  (binary_cross_entropy, 1, LABELS[:, None] % 2 * 1.0, False),
                                  (binary_cross_entropy, 2, TARGETS["binary soft"][2], False),
                                  (cross_entropy, 3, TARGETS["classes soft"][2], False),
                                  (cross_entropy, 3, LABELS.astype(np.uint8), True)]:
        for copies in (None, 2):
            history = exercise(deep(units, copies), loss, data=(X, y), epochs=1)
            assert history.train_accuracy.size == there * (copies or 1)


def test_evaluations_in_pieces_give_the_whole(monkeypatch):
    expected = exercise(deep(2), validation=(X[:5], X[:5, :2]))
    monkeypatch.setattr(_run, "PREDICT", 2)
    assert exercise(deep(2), validation=(X[:5], X[:5, :2])).validation_loss == pytest.approx(expected.validation_loss)


def test_fit_continues_from_where_the_network_is_and_starts_the_optimiser_afresh():
    one, two = mlp([4, 2], rng=rng()), mlp([4, 2], rng=rng())
    used = Adam(0.05)
    exercise(one, optimizer=used)
    two.params[...] = one.params
    exercise(one, optimizer=used, seed=6)
    exercise(two, optimizer=Adam(0.05), seed=6)
    np.testing.assert_array_equal(one.params, two.params)
    assert np.abs(one.params - mlp([4, 2], rng=rng()).params).min() > 0


def test_fit_never_rebinds_and_never_changes_what_it_is_given():
    net = deep(2)
    inputs, y, held_out = X.copy(), X[:, :2].copy(), X.copy()
    for array in (inputs, y, held_out):
        array.setflags(write=False)
    kept = net.params, net.grad, net.statistics, net.layers[0].W
    exercise(net, data=(inputs, y), validation=(held_out, y), early_stopping=EarlyStopping(1), proximal=L1(0.1))
    assert all(now is then for now, then in zip((net.params, net.grad, net.statistics, net.layers[0].W), kept))
    np.testing.assert_array_equal(inputs, X)


def test_one_step_is_the_optimisers_formula_and_a_rate_may_be_a_schedule_of_steps():
    asked = []

    def schedule(t):
        asked.append(t)
        return 0.1 / t

    net = mlp([4, 2], rng=rng())
    theta = net.params.copy()
    twin = copy.deepcopy(net)
    y = X[:, :2] ** 2
    exercise(net, optimizer=SGD(schedule), batch_size=N, epochs=3)
    for t in (1, 2, 3):
        twin.params[...] = theta
        theta -= 0.1 / t * loss_and_gradient(twin, squared_error, X, y)[1]
    np.testing.assert_allclose(net.params, theta, rtol=1e-12, atol=1e-15)
    assert asked == [1, 2, 3]
    exercise(net, optimizer=SGD(warmup(exponential(0.1, 0.01), 5)))


def test_clip_bounds_the_gradient_before_the_step():
    net = mlp([4, 2], init=normal(1000.0), rng=rng())
    before = net.params.copy()
    exercise(net, optimizer=SGD(0.5), batch_size=N, epochs=1, clip=clip_by_norm(0.2))
    assert np.linalg.norm(net.params - before) == pytest.approx(0.1, rel=1e-10)
    before = net.params.copy()
    exercise(net, optimizer=SGD(0.5), batch_size=N, epochs=1, clip=clip_by_value(0.2))
    np.testing.assert_allclose(np.abs(net.params - before), 0.1, rtol=1e-10)
    calls = []
    exercise(net, clip=lambda grad: calls.append(grad.copy()) or 0 * grad)
    assert len(calls) == 4 * 3 and calls[0].shape == net.params.shape  # once a step, not more


def test_proximal_steps_give_exact_zeros_and_end_at_the_minimum_of_the_penalised_objective():
    inputs = rng(1).normal(size=(50, 6))
    y = inputs @ np.array([[2.0], [0], [0], [-1], [0], [0]]) + 3
    net = mlp([6, 1], rng=rng())
    fit(net, squared_error, SGD(0.3), inputs, y, epochs=300, batch_size=50, rng=rng(), proximal=L1(0.2),
        evaluate_every=300)
    W = net.weights
    assert ((W == 0) == [False, True, True, False, True, True]).all()
    gradient = loss_and_gradient(net, squared_error, inputs, y)[1]
    np.testing.assert_allclose(gradient[:6][W != 0], -0.2 * np.sign(W[W != 0]), atol=1e-9)  # optimality
    assert (np.abs(gradient[:6][W == 0]) < 0.2).all() and abs(gradient[6]) < 1e-9  # the bias is not penalised


def test_a_proximal_step_is_as_long_as_the_rate_of_its_own_step():
    net = Network([Dense(4, 2, same_value(1.0))], rng=rng())
    zero_loss = lambda output, target: (0.0, np.zeros_like(output))  # noqa: E731
    exercise(net, zero_loss, SGD(lambda t: 0.01 * t), epochs=2, proximal=L1(1.0))
    np.testing.assert_allclose(net.weights, 1 - 0.01 * (1 + 2 + 3 + 4 + 5 + 6), rtol=1e-12)
    np.testing.assert_array_equal(net.layers[0].b, 0)


def test_a_custom_loss():
    def absolute_error(output, target):
        """A list for the gradient and a NumPy number for the value are good enough."""
        return np.abs(output - target).sum() / len(output), (np.sign(output - target) / len(output)).tolist()

    net = mlp([4, 2], rng=rng(), dtype=np.float32)
    history = exercise(net, absolute_error, epochs=30, optimizer=SGD(0.03))
    assert history.loss[-1] < 0.8 * history.loss[0] and net.params.dtype == np.float32
    value, gradient = loss_and_gradient(mlp([4, 2], rng=rng()), absolute_error, X, X[:, :2])
    assert value > 0 and gradient.shape == (10,)
    for more in (2 - LABELS.max(), 5):  # up to 2, and 5 to 7, are no classes of one unit
        counted = exercise(mlp([4, 1], rng=rng()), lambda o, t: squared_error(o, t[:, None]), data=(X, LABELS + more))
        assert counted.train_accuracy.size == 0


def test_progress_goes_to_stderr_and_is_silent_otherwise(capfd):
    exercise(deep(2))
    assert capfd.readouterr() == ("", "")
    rates = np.array([[0.1], [1e300]])  # what is shown is the mean of the copies that go on
    exercise(mlp([4, 2], rng=rng(), copies=2), optimizer=SGD(rates), progress=True)
    out, err = capfd.readouterr()
    assert out == "" and "epoch 1 of 4" in err and "epoch 4 of 4" in err and "loss" in err and "nan" not in err
    with pytest.raises(FloatingPointError):  # and no warning
        exercise(mlp([4, 2], rng=rng()), optimizer=SGD(1e200), progress=True)


@pytest.mark.parametrize("end", ["finished", "early", "diverged", "interrupted", "error", "nothing"])
def test_the_progress_line_is_ended_however_training_ends(end, capfd):
    rate = lambda t: {"diverged": 1e200, "error": "x"}[end] if t > 20 else 0.1  # noqa: E731
    loss = Interrupting(40, squared_error) if end == "interrupted" else squared_error
    net = mlp([4, 3, 2], activation=identity, rng=rng())
    try:
        exercise(net, loss, SGD(rate if end in ("diverged", "error") else 0.1), epochs=30, progress=end != "nothing",
                 validation=(X, -X[:, :2]), early_stopping=EarlyStopping(1) if end == "early" else None)
    except (Diverged, TypeError):
        pass
    shown = capfd.readouterr().err
    assert shown.count("\n") == (end != "nothing") == shown.endswith("\n")
    texts = shown.removesuffix("\n").split("\r")
    assert all(len(text) >= len(before.rstrip()) for before, text in zip(texts, texts[1:]))  # nothing stays of a longer


def test_memory_of_fit_is_less_than_a_second_copy_of_the_data():
    inputs, labels = rng().random((8000, 784), dtype=np.float32), rng().integers(0, 10, 8000)
    net = mlp([784, 128, 10], rng=rng(), dtype=np.float32)
    tracemalloc.start()
    try:
        fit(net, cross_entropy, Adam(), inputs, labels, epochs=1, batch_size=500, rng=rng(), penalty=L2(1e-4),
            validation=(inputs, labels), early_stopping=EarlyStopping(1))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 0.75 * inputs.nbytes, f"{peak / 1e6:.1f} MB beside {inputs.nbytes / 1e6:.1f} MB of data"


def test_a_subclass_cannot_change_what_training_does_not_call():
    """Wrong without a word otherwise: fit calls the forms without the checks."""
    for base, call, rule in ((SGD, "step", "compute_step"), (Adam, "step", "compute_step"), (L2, "__call__", "compute"),
                             (type(squared_error), "__call__", "compute"), (type(tanh), "__call__", "compute")):
        with pytest.raises(TypeError, match=f"Own must define {rule}, not {call} alone"):
            type("Own", (base,), {call: lambda self, *_: None})
        type("Own", (base,), {call: lambda self, *_: None, rule: lambda self, *_: None})
        type("Own", (base,), {rule: lambda self, *_: None})


def test_what_a_subclass_changes_is_what_happens():
    class Sign(SGD):
        def compute_step(self, params, grad):
            self.t, self.rate = self.t + 1, 0.25
            params -= 0.25 * np.sign(grad)

    class Sparing(L2):
        def compute(self, w):
            value, gradient = super().compute(w[4:])
            return value, np.concatenate([np.zeros(4), gradient])

    net = Network([Dense(4, 2, same_value(0.0))], rng=rng())
    exercise(net, optimizer=Sign(1.0), epochs=1, batch_size=N)
    assert set(np.abs(net.params)) == {0.25}
    net = Network([Dense(4, 2, same_value(1.0))], rng=rng())
    history = exercise(net, penalty=Sparing(2.0), epochs=1, batch_size=N)
    assert history.penalty[0] == 4 == 2.0 / 2 * 4  # four of the eight weights


# Batches of one


@pytest.mark.parametrize("n, size, better", [(65, 64, 65), (7, 3, 4), (5, 1, 3), (9, 4, 5), (3, 2, 3), (7, 2, 4),
                                             (13, 12, 13), (2, 1, 2)])
def test_no_batch_of_one_is_left_for_batch_norm_and_the_remedy_works(n, size, better):
    net = Network([Dense(4, 3), BatchNorm(3), Dense(3, 2)], rng=rng())
    before, inputs = net.snapshot(), rng(1).normal(size=(n, 4))
    with pytest.raises(ValueError, match=f"got {size} for {n} examples; use batch_size={better}$"):
        exercise(net, data=(inputs, inputs[:, :2]), batch_size=size)
    same_state(net.snapshot(), before)
    history = exercise(net, data=(inputs, inputs[:, :2]), batch_size=better)
    assert history.stopped == "finished"
    exercise(mlp([4, 2], rng=rng()), data=(inputs, inputs[:, :2]), batch_size=size)  # who has no batch norm may


def test_batch_norm_cannot_be_trained_on_one_example_but_can_on_one_batch():
    net = Network([BatchNorm(4), Dense(4, 2)], rng=rng())
    for size in (1, 64):
        with pytest.raises(ValueError, match="X must hold at least 2 examples to train BatchNorm, got 1"):
            exercise(net, data=(X[:1], X[:1, :2]), batch_size=size)
    with pytest.raises(ValueError, match="X must hold at least 2 examples to train BatchNorm"):
        loss_and_gradient(net, squared_error, X[:1], X[:1, :2])
    exercise(net, data=(X[:3], X[:3, :2]), batch_size=64, validation=(X[:1], X[:1, :2]))


# Frames and series


def test_frames_and_series_work_where_arrays_do():
    frame = pd.DataFrame(X, columns=list("abcd"), index=range(50, 58))
    series = pd.Series(LABELS, index=list("ijklmnop"))
    results = []
    for inputs, labels in ((X, LABELS), (frame, series), (frame, series.astype("Int64"))):
        net = deep()
        history = exercise(net, cross_entropy, data=(inputs, labels), validation=(inputs, labels))
        value, gradient = loss_and_gradient(net, cross_entropy, inputs, labels)
        results.append((history.loss, history.validation_loss, history.train_accuracy, net(inputs), gradient,
                        accuracy(pd.DataFrame(net(inputs)), labels)))
    for others in results[1:]:
        same_state(others, results[0])
    assert loss_and_gradient(deep(1), squared_error, frame, frame[["a"]])[0] > 0
    named = series.map({0: "x", 1: "y", 2: "z"})
    for bad in (series.astype("Int64").where(series > 0), frame["a"].astype(str), named, named.astype("category")):
        with pytest.raises((TypeError, ValueError), match="^y must hold"):
            loss_and_gradient(deep(), cross_entropy, frame, bad)


# Cut in two


RULES = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, AMSGrad, NAdam, AdamW]


def cut(epochs, loss=squared_error, rule=Adam, copies=None, double=None, seed=5, **options):
    """A run that is cut after each of these numbers of epochs; its network and History."""
    generator, checkpoint = rng(seed), Checkpoint()
    net, history = deep(2, copies), None
    for until in epochs:
        history = fit(net, loss, rule(warmup(exponential(0.05, 0.01), 5)), X, X[:, :2] ** 2, epochs=until, batch_size=3,
                      rng=generator, resume=checkpoint, **options)
        assert checkpoint.epoch == until or "early" in history.stopped
        if double:  # another day: another process, another network, other generators
            checkpoint, net, generator = double(checkpoint), deep(2, copies), rng(99)
    return net, history


def equal_histories(a, b):
    for name in vars(a):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("double", [None, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))],
                         ids=["same", "deepcopy", "pickle"])
def test_a_run_cut_in_two_ends_in_equal_bits(rule, double):
    (whole, expected), (net, history) = cut([7], rule=rule), cut([3, 7], rule=rule, double=double)
    if double:
        net = cut([3, 7, 7], rule=rule, double=double)[0]  # asked for what is done already
        net, _ = deep(2), None
        checkpoint, generator = Checkpoint(), rng(5)
        args = (squared_error, rule(warmup(exponential(0.05, 0.01), 5)), X, X[:, :2] ** 2)
        fit(deep(2), *args, epochs=3, batch_size=3, rng=generator, resume=checkpoint)
        history = fit(net, *args, epochs=7, batch_size=3, rng=rng(99), resume=double(checkpoint))
    same_state(net.snapshot(), whole.snapshot())
    equal_histories(history, expected)
    np.testing.assert_array_equal(net.forward(X, True)[0], whole.forward(X, True)[0])  # the masks to come, too


@pytest.mark.parametrize("copies", [None, 3])
@pytest.mark.parametrize("options", [
    {"evaluate_every": 3}, {"penalty": L2(0.1), "clip": clip_by_norm(0.5)},
    {"validation": (X + 0.3, -X[:, :2]), "early_stopping": EarlyStopping(4, 0.01)},
    {"validation": (X + 0.3, -X[:, :2]), "early_stopping": EarlyStopping(2), "evaluate_every": 2}])
def test_cut_anywhere_and_often_with_everything_on(copies, options):
    whole, expected = cut([10], copies=copies, **options)
    for epochs in ([1, 10], [4, 10], [9, 10], [2, 3, 5, 8, 10], [5, 5, 10, 10]):
        net, history = cut(epochs, copies=copies, **options)
        same_state(net.snapshot(), whole.snapshot())
        equal_histories(history, expected)


@pytest.mark.parametrize("call", [1, 9, 10, 17, 18])
def test_a_run_interrupted_anywhere_continues_as_if_it_had_not_been(call):
    whole, expected = cut([5])
    net, checkpoint, generator = deep(2), Checkpoint(), rng(5)
    schedule = warmup(exponential(0.05, 0.01), 5)
    args = {"epochs": 5, "batch_size": 3, "rng": generator, "resume": checkpoint}
    broken = fit(net, Interrupting(call, squared_error), Adam(schedule), X, X[:, :2] ** 2, **args)
    assert broken.stopped == "interrupted" and checkpoint.epoch == broken.epochs < 5
    history = fit(net, squared_error, Adam(schedule), X, X[:, :2] ** 2, **args)
    if call > 3:  # before the first checkpoint there is nothing to go back to
        same_state(net.snapshot(), whole.snapshot())
        equal_histories(history, expected)


def test_after_divergence_training_continues_from_the_last_good_epoch_at_another_rate():
    net, checkpoint = mlp([4, 3, 2], activation=identity, rng=rng()), Checkpoint()
    for _ in range(2):
        with pytest.raises(Diverged, match="in epoch 3"):
            exercise(net, optimizer=Momentum(lambda t: 1e200 if t > 7 else 0.01), epochs=9, resume=checkpoint)
        assert checkpoint.epoch == 2
    history = exercise(net, optimizer=Momentum(0.01), epochs=9, resume=checkpoint)
    assert history.stopped == "finished" and history.epochs == 9 and np.isfinite(history.loss).all()


def test_without_a_checkpoint_training_starts_afresh_and_an_empty_one_changes_nothing():
    nets = [deep(2) for _ in range(2)]
    histories = [exercise(net, optimizer=Adam(0.05), resume=resume) for net, resume in zip(nets, (None, Checkpoint()))]
    same_state(*(net.snapshot() for net in nets))
    equal_histories(*histories)


@pytest.mark.parametrize("changes, words", [
    ({"optimizer": SGD(0.1)}, "got other optimizer: Adam there, SGD here"),
    ({"rng": np.random.Generator(np.random.MT19937(0))}, "got other rng: PCG64 there, MT19937 here"),
    ({"network": mlp([4, 5, 2], rng=rng())}, "got other arrays"),
    ({"network": Network([Activate(relu), *deep(2).layers[:0], Dense(4, 5), BatchNorm(5), Dense(5, 2)], rng=rng())},
     "got other layers: 5 there, 4 here"),
    ({"network": deep(2, 3)}, "got other arrays"),
    ({"network": deep(2, dtype=np.float32)}, r"got other arrays: \[\('float64', .* there, \[\('float32', "),
    ({"validation": (X, X[:, :2])}, "got other data"),
    ({"epochs": 2}, "epochs, counted from the start, must be at least the 3 that resume has seen, got 2"),
    ({"resume": Checkpoint}, "resume must be an instance, got the class Checkpoint; did you forget the parentheses?"),
    ({"resume": True}, r"resume must be a Checkpoint\(\) or None, got True"),
    ({"resume": 3}, r"resume must be a Checkpoint\(\) or None, got 3"),
])
def test_a_checkpoint_of_another_training_is_refused_and_nothing_has_changed(changes, words):
    checkpoint = Checkpoint()
    exercise(deep(2), optimizer=Adam(0.1), epochs=3, resume=checkpoint)
    arguments = {"network": deep(2), "optimizer": Adam(0.1), "rng": rng(), "epochs": 5, "resume": checkpoint} | changes
    before, state = arguments["network"].snapshot(), arguments["rng"].bit_generator.state
    with pytest.raises((ValueError, TypeError), match=words):
        fit(loss=squared_error, X=X, y=X[:, :2] ** 2, batch_size=3, **arguments)
    same_state(arguments["network"].snapshot(), before)
    assert str(arguments["rng"].bit_generator.state) == str(state) and checkpoint.epoch == 3


# K copies are K networks


RATES = np.array([[0.02], [0.05], [0.01]])
SETTINGS = {
    "SGD": {"optimizer": SGD},
    "momentum": {"optimizer": Momentum, "penalty": L2},
    "Adam, L1": {"optimizer": Adam, "penalty": L1},
    "RMSProp, elastic net": {"optimizer": RMSProp, "penalty": lambda strength: ElasticNet(strength, 0.3)},
    "AdamW": {"optimizer": AdamW},
    "proximal": {"optimizer": SGD, "proximal": L1},
    "clipped": {"optimizer": SGD, "clip": clip_by_norm(0.5)},
    "early stopping": {"optimizer": Adam, "validation": True, "early_stopping": EarlyStopping(2), "epochs": 15},
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("own", [False, True], ids=["shared data", "own data"])
def test_a_fit_of_copies_is_a_fit_of_each(setting, own):
    ensemble = deep(3, K, p=0)
    singles = [ensemble.member(k) for k in range(K)]
    inputs, labels = (X_OWN, LABELS_OWN) if own else (X, LABELS)

    def run(net, rate, strength, inputs, labels):
        options = {"epochs": 5, "batch_size": 3, "rng": rng(7)} | setting
        optimizer = options.pop("optimizer")(rate)
        for name in ("penalty", "proximal"):
            if name in options:
                options[name] = options[name](strength)
        if "validation" in options:
            options["validation"] = -inputs, labels
        return fit(net, cross_entropy, optimizer, inputs, labels, **options)

    together = run(ensemble, RATES, 0.1 * STRENGTHS, inputs, labels)
    for k, single in enumerate(singles):
        data = (inputs[k], labels[k]) if own else (X, LABELS)
        alone = run(single, RATES[k].item(), 0.1 * STRENGTHS[k].item(), *data)
        same_state(ensemble.member(k).snapshot(), single.snapshot(), rtol=1e-9, atol=1e-12)
        assert (together.epochs[k], together.stopped[k]) == (alone.epochs, alone.stopped)
        for name in ("loss", "penalty", "objective", "train_loss", "train_accuracy", "validation_loss"):
            ours, theirs = getattr(together, name), getattr(alone, name)
            np.testing.assert_allclose(ours[:len(theirs), k] if len(theirs) else [], theirs, rtol=1e-9, atol=1e-12)
            assert np.isnan(ours[len(theirs):, k]).all()


def test_copies_that_differ_only_in_their_masks_drift_apart():
    net = Network([Dropout(0.5), Dense(4, 2, same_value(0.1))], rng=rng(), copies=2)
    exercise(net)
    assert (net.params[0] != net.params[1]).any()
    net = Network([Dense(4, 2, same_value(0.1))], rng=rng(), copies=2)
    exercise(net)
    np.testing.assert_allclose(net.params[0], net.params[1], rtol=1e-12)  # the order of the batches is shared


# Early stopping


def overfitting(copies=None, rates=0.02):
    """Validation data that pull elsewhere: their loss falls, then rises."""
    net = Network([Dense(4, 8), BatchNorm(8), Activate(tanh), Dense(8, 1)], rng=rng(1), copies=copies)
    return net, Adam(rates), (X, np.sign(X[:, :1])), (X + 0.3, 0.4 * np.sign(X[:, :1] + 0.2))


@pytest.mark.parametrize("patience, min_delta, every", [(1, 0, 1), (4, 0, 1), (2, 0.05, 1), (3, 0, 2), (1, 10, 1)])
def test_early_stopping_waits_for_its_patience_and_restores_the_best(patience, min_delta, every):
    def run(epochs, **options):
        net, optimizer, (inputs, y), validation = overfitting()
        return net, fit(net, squared_error, optimizer, inputs, y, epochs=epochs, batch_size=3, rng=rng(1),
                        validation=validation, evaluate_every=every, **options)

    _, free = run(40)
    level, waited = np.inf, 0
    for last in range(len(free.evaluated)):  # the definition
        loss = free.validation_loss[last]
        level, waited = (loss, 0) if loss < level - min_delta else (level, waited + 1)
        if waited == patience:
            break
    seen = free.validation_loss[:last + 1]
    epoch = free.evaluated[last]
    best = free.evaluated[seen.argmin()]
    assert min_delta == 0 or level > seen.min()  # such a fall earned no patience, and yet it is the best
    net, history = run(40, early_stopping=EarlyStopping(patience, min_delta))
    assert history.stopped == "early" and history.epochs == epoch == history.evaluated[-1] < 40
    same_state(net.snapshot(), run(best)[0].snapshot())  # parameters and running statistics of the best epoch
    np.testing.assert_array_equal(history.validation_loss, free.validation_loss[:len(history.evaluated)])


def test_each_copy_stops_on_its_own_and_the_last_one_ends_the_run():
    rates = np.array([[0.3], [0.02], [0.1]])
    net, optimizer, (inputs, y), validation = overfitting(3, rates)
    singles = [net.member(k) for k in range(3)]
    options = {"epochs": 60, "batch_size": 3, "validation": validation, "early_stopping": EarlyStopping(3)}
    history = fit(net, squared_error, optimizer, inputs, y, rng=rng(1), **options)
    for k, single in enumerate(singles):
        alone = fit(single, squared_error, Adam(rates[k].item()), inputs, y, rng=rng(1), **options)
        assert history.stopped[k] == alone.stopped and history.epochs[k] == alone.epochs
        same_state(net.member(k).snapshot(), single.snapshot(), rtol=1e-8, atol=1e-11)
        assert np.isnan(history.loss[alone.epochs:, k]).all() and np.isfinite(history.loss[:alone.epochs, k]).all()
    assert len(history.loss) == history.epochs.max() and len(set(history.epochs)) > 1


def test_the_best_is_restored_even_when_the_epochs_run_out():
    net, optimizer, (inputs, y), validation = overfitting()
    history = fit(net, squared_error, optimizer, inputs, y, epochs=12, batch_size=3, rng=rng(1), validation=validation,
                  early_stopping=EarlyStopping(100))
    assert history.stopped == "finished" and history.validation_loss.argmin() < 11
    assert squared_error(net(validation[0]), validation[1])[0] == history.validation_loss.min()


def test_where_no_validation_loss_is_finite_a_network_stays_where_it_stopped():
    def run(copies, epochs, **options):
        net = deep(2, copies, p=0)
        hopeless = Y + 1e200 if copies is None else np.stack([Y + 1e200, Y])
        return net, exercise(net, epochs=epochs, validation=(X, hopeless), **options)

    for copies in (None, 2):
        net, history = run(copies, 9, early_stopping=EarlyStopping(3))
        twin, _ = run(copies, 3)
        assert history.stopped == "early" if copies is None else history.stopped.tolist() == ["early", "finished"]
        same_state(*((n if copies is None else n.member(0)).snapshot() for n in (net, twin)))


def test_a_network_that_diverges_keeps_its_last_finite_parameters_not_its_best():
    rate = lambda t: 0.02 if t < 30 else 1e200  # noqa: E731
    _, _, (inputs, y), validation = overfitting()
    nets = []
    for patience in (50, None):
        net = mlp([4, 3, 1], activation=identity, rng=rng())
        with pytest.raises(FloatingPointError):
            fit(net, squared_error, SGD(rate), inputs, y, epochs=20, batch_size=3, rng=rng(1), validation=validation,
                early_stopping=patience and EarlyStopping(patience))
        nets.append(net)
    same_state(nets[0].snapshot(), nets[1].snapshot())


# Divergence


def diverging(**options):
    """A fit that must diverge; the error, once it has named what it should."""
    net = options.pop("net", None) or mlp([4, 3, 2], activation=identity, rng=rng())
    with pytest.raises(FloatingPointError) as caught:
        exercise(net, **options)
    assert np.isfinite(net.params).all() and np.isfinite(net.statistics).all()
    for words in ("diverged in epoch", "objective", "learning rate", "Lower the learning rate, or clip the gradient"):
        assert words in str(caught.value)
    assert np.all(caught.value.history.stopped == "diverged")
    assert type(caught.value) is Diverged and isinstance(pickle.loads(pickle.dumps(caught.value)).history, History)
    return net, caught.value


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", [SGD, Momentum, Adam])
@pytest.mark.parametrize("rate", [50.0, 1e30, 1e200])
def test_a_rate_too_large_stops_the_run_at_the_last_finite_parameters(dtype, rule, rate):
    if rule is Adam:
        rate = max(rate, 1e100)  # its steps are as long as the rate: the loss would stay finite
    net = mlp([4, 3, 2], activation=identity, rng=rng(), dtype=dtype)
    _, error = diverging(net=net, optimizer=rule(rate), epochs=60)
    history = error.history
    assert f"learning rate {rate}" in str(error) and f"in epoch {len(history.loss)}:" in str(error)
    assert np.isnan(history.loss[-1]) or not np.isfinite(history.train_loss[-1])
    assert np.isfinite(history.loss[:-1]).all() and history.epochs == np.isfinite(history.loss).sum()
    value, _ = loss_and_gradient(net, squared_error, X, X[:, :2] ** 2)
    assert np.isfinite(value) or dtype == np.float32 or rate > 1e100


def test_one_step_before_the_cliff():
    """Full batches: the parameters that are kept are those of the last finite objective, to the bit."""
    y = X[:, :2] ** 2
    net, error = diverging(optimizer=SGD(1e20), batch_size=N, epochs=60)
    survived = len(error.history.loss)
    twin = mlp([4, 3, 2], activation=identity, rng=rng())
    order, theta = rng(5), twin.params.copy()
    for _ in range(survived):
        rows = order.permutation(N)
        value, gradient = loss_and_gradient(twin, squared_error, X[rows], y[rows])
        if np.isfinite(value):
            theta = twin.params.copy()
        twin.params[...] -= 1e20 * gradient
    np.testing.assert_array_equal(net.params, theta)
    assert not np.isfinite(squared_error(twin(X), y)[0])


def test_overflow_in_the_very_last_step_is_divergence_too():
    for rate in (1e200, 1e308):  # the parameters stay finite, but not the loss; or they do not
        net = mlp([4, 3, 2], activation=identity, init=normal(10.0), rng=rng())
        before = net.params.copy()
        _, error = diverging(net=net, optimizer=SGD(rate), batch_size=N, epochs=1)
        np.testing.assert_array_equal(net.params, before)
        assert "in epoch 1:" in str(error) and f"learning rate {rate}" in str(error)


def test_a_network_that_is_hopeless_from_the_start_names_the_rate_that_was_to_be_used():
    net = mlp([4, 3, 2], activation=identity, init=same_value(1e200), rng=rng())
    before, stale = net.params.copy(), SGD(0.125)
    exercise(mlp([4, 2], rng=rng()), optimizer=SGD(0.5))
    _, error = diverging(net=net, optimizer=stale)
    assert "in epoch 1: the objective became inf at learning rate 0.125" in str(error)
    assert error.history.epochs == 0 and error.history.loss.shape == (1,)
    np.testing.assert_array_equal(net.params, before)


@pytest.mark.parametrize("phi, bad", [(tanh, np.inf), (relu, -np.inf)], ids=["tanh", "relu"])
def test_infinite_weights_that_an_activation_hides_from_the_loss_are_found(phi, bad):
    net = mlp([4, 3, 2], activation=phi, rng=rng())
    net.layers[0].W[...] = bad
    with pytest.raises(FloatingPointError, match=r"in epoch 1: a parameter overflowed .* at learning rate 0\.1"):
        exercise(net, data=(np.abs(X), X[:, :2]))


def test_a_gradient_whose_square_overflows_is_divergence():
    """Wrong without a word otherwise: Adam divides by an infinite root, and the parameter stands still."""
    _, error = diverging(optimizer=Adam(), loss=lambda output, target: (1.0, np.full_like(output, 1e200)), epochs=1)
    assert "in epoch 1: a parameter overflowed after an objective of 1" in str(error)


@pytest.mark.parametrize("batch_size", [1, 3, 6])
def test_a_parameter_that_overflows_unseen_by_the_loss_is_put_back(batch_size):
    net = Network([Dense(1, 1, same_value(1.0)), Activate(tanh), Dense(1, 1, same_value(1.0))], rng=rng())
    data = np.full((6, 1), 0.1), np.full((6, 1), -1e150)
    net, error = diverging(net=net, optimizer=SGD(1e170), data=data, batch_size=batch_size, epochs=1,
                           clip=lambda g: g * [1, 0, 1, 0])
    assert "in epoch 1: a parameter overflowed" in str(error)
    np.testing.assert_array_equal(net.params, [1, 1, 0, 0])  # the first step went too far


def test_running_statistics_stay_finite_even_where_batch_norm_hides_their_overflow():
    net = Network([Dense(4, 3, same_value(1e25)), BatchNorm(3), Dense(3, 2)], rng=rng(), dtype=np.float32)
    before = net.snapshot()
    _, error = diverging(net=net)
    same_state(net.snapshot(), before)  # squares of 1e25 are beyond float32
    net = Network([Dense(4, 3), BatchNorm(3), Dense(3, 2)], rng=rng())
    diverging(net=net, optimizer=SGD(1e200))
    net = Network([BatchNorm(4), Dense(4, 2)], rng=rng(), dtype=np.float32)  # parameters of common size, large data
    before = net.snapshot()
    diverging(net=net, data=(1e25 * X, X[:, :2]))
    same_state(net.snapshot(), before)


def spread(copies=3, bad=1e200, middle=1):
    rates = np.full((copies, 1), 0.05)
    rates[middle] = bad
    return SGD(rates)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bad", [60.0, 1e30])
def test_a_copy_that_diverges_is_frozen_and_named_while_the_others_do_not_notice(dtype, bad):
    def run(epochs, bad):
        net = deep(2, K, dtype, p=0.3)
        y = X[:, :2] ** 2 * 1e3  # batch norm and tanh would tame a smaller one
        rates = np.array([[0.01], [bad], [0.02]])
        return net, exercise(net, optimizer=Momentum(rates), data=(X, y), epochs=epochs, penalty=L2(0.1))

    (net, history), (longer, _), (calm, peace) = run(40, bad), run(45, bad), run(40, 0.005)
    assert history.stopped.tolist() == ["finished", "diverged", "finished"]
    assert np.isfinite(net.params).all() and np.isfinite(net.statistics).all()
    np.testing.assert_array_equal(net.params[1], longer.params[1])  # frozen, bit by bit
    np.testing.assert_array_equal(net.statistics[1], longer.statistics[1])
    for k in (0, 2):
        np.testing.assert_array_equal(net.params[k], calm.params[k])
        np.testing.assert_array_equal(net.statistics[k], calm.statistics[k])
        np.testing.assert_array_equal(history.loss[:, k], peace.loss[:, k])
        np.testing.assert_array_equal(history.train_loss[:, k], peace.train_loss[:, k])
    survived = history.epochs[1]
    assert survived < 40 and history.epochs[0] == 40
    for values in (history.loss, history.penalty, history.objective):
        assert np.isnan(values[survived:, 1]).all() and np.isfinite(values[:survived, 1]).all()


def test_when_all_copies_have_diverged_it_is_an_error():
    net = mlp([4, 3, 2], activation=identity, rng=rng(), copies=2)
    _, error = diverging(net=net, optimizer=SGD(np.array([[1e30], [1e100]])), epochs=30)
    assert error.history.stopped.tolist() == ["diverged"] * 2 and error.history.loss.shape[1] == 2
    assert error.history.epochs[0] >= error.history.epochs[1]


def test_copies_that_stop_early_and_copies_that_diverge_end_a_run_together():
    net, _, (inputs, y), validation = overfitting(2)
    history = fit(net, squared_error, SGD(np.array([[0.5], [1e300]])), inputs, y, epochs=300, batch_size=3, rng=rng(1),
                  validation=validation, early_stopping=EarlyStopping(3))
    assert history.stopped.tolist() == ["early", "diverged"] and np.isfinite(net.params).all()
    assert len(history.loss) == history.epochs[0] < 300


@pytest.mark.parametrize("copies", [None, 2])
def test_large_parameters_are_not_divergence(copies):
    """Their squares, 1e50, overflow in float32, which is only the sign to look closer."""
    net = Network([Dense(4, 2, same_value(1e25))], rng=rng(), dtype=np.float32, copies=copies)
    history = exercise(net, data=(X * 1e-25, X[:, :2] ** 2), epochs=2)
    assert np.all(history.stopped == "finished") and np.isfinite(history.loss).all()


def test_nan_from_a_custom_loss_is_divergence():
    calls = []

    def tired(output, target):
        calls.append(1)
        value, gradient = squared_error(output, target)
        return (value if len(calls) < 5 else np.nan), gradient

    _, error = diverging(loss=tired, evaluate_every=100)
    assert "in epoch 2: the objective became nan" in str(error)  # three batches an epoch


# Ctrl-C


class Interrupting:
    """Raises KeyboardInterrupt at a given call."""

    def __init__(self, call, f):
        self.left, self.f = call, f

    def __call__(self, *args):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt
        return self.f(*args)


def usable(net, history, evaluations=True):
    lead = net.params.shape[:-1]
    assert np.isfinite(net.params).all() and np.isfinite(net.statistics).all()
    lengths = {len(getattr(history, name)) for name in ("loss", "penalty", "objective")}
    assert len(lengths) == 1 and history.loss.shape == (*lengths, *lead)
    for name in ("train_loss", "validation_loss"):
        assert getattr(history, name).shape == (len(history.evaluated), *lead)
    assert np.isfinite(net(X)).all()


@pytest.mark.parametrize("call", range(1, 14))  # batches are calls 1 to 3 and 6 to 8, evaluations 4, 5, 9 and 10, ...
def test_ctrl_c_in_a_loss_keeps_what_was_learned_until_then(call):
    net, twin = mlp([4, 2], rng=rng()), mlp([4, 2], rng=rng())
    y = X[:, :2] ** 2
    history = exercise(net, Interrupting(call, squared_error), epochs=3, validation=(X, y))
    steps = sum(c % 5 in (1, 2, 3) for c in range(1, call))
    order, rows = rng(5), np.empty(0, int)
    for t in range(steps):
        rows = order.permutation(N) if t % 3 == 0 else rows
        part = rows[3 * (t % 3):3 * (t % 3) + 3]
        twin.params[...] -= 0.1 * loss_and_gradient(twin, squared_error, X[part], y[part])[1]
    np.testing.assert_allclose(net.params, twin.params, rtol=1e-12, atol=1e-15)
    assert history.stopped == "interrupted" and history.epochs == steps // 3
    assert len(history.evaluated) == (call - 1) // 5
    usable(net, history)


def test_ctrl_c_in_a_fit_within_a_fit_ends_both_and_the_outer_one_returns():
    inner, seen = mlp([4, 2], rng=rng()), []
    nagging = Interrupting(5, squared_error)

    def loss(output, target):
        seen.append(exercise(inner, nagging, epochs=2, batch_size=N))
        return squared_error(output, target)

    history = exercise(mlp([4, 2], rng=rng()), loss)
    assert history.stopped == "interrupted" and len(seen) == 1  # 4 calls an inner fit: the second one is hit
    assert exercise(inner, Interrupting(3, squared_error)).stopped == "interrupted"  # alone again, it keeps it


def test_ctrl_c_in_a_schedule_a_clip_or_a_penalty():
    for call in (1, 4, 7):
        for options in ({"optimizer": SGD(Interrupting(call, exponential(0.1, 0.01)))},
                        {"clip": Interrupting(call, clip_by_norm(1.0))},
                        {"penalty": Interrupting(call, L2(0.1))}):
            net = deep(2, copies=2)
            history = exercise(net, validation=(X, X[:, :2]), **options)
            assert history.stopped.tolist() == ["interrupted"] * 2 and history.epochs.tolist() == [(call - 1) // 3] * 2
            usable(net, history)


def test_ctrl_c_restores_the_best_where_early_stopping_kept_one():
    net, optimizer, (inputs, y), validation = overfitting()
    history = fit(net, Interrupting(5 * 20 + 2, squared_error), optimizer, inputs, y, epochs=40, batch_size=3,
                  rng=rng(1), validation=validation, early_stopping=EarlyStopping(30))
    assert history.stopped == "interrupted" and history.epochs == 20
    assert squared_error(net(validation[0]), validation[1])[0] == history.validation_loss.min()


def traced(run, line=None):
    """Run, with KeyboardInterrupt raised before a line of nnlib, counted as executed; its result, the lines seen."""
    lines = []

    def trace(frame, event, arg):
        if "nnlib" not in frame.f_code.co_filename:
            return None
        if event == "line":
            lines.append(frame.f_code.co_name)
            if len(lines) == line:
                raise KeyboardInterrupt
        return trace

    before, errors = sys.gettrace(), np.geterr()
    sys.settrace(trace)
    try:
        return run(), lines
    except KeyboardInterrupt:
        return None, lines
    finally:
        sys.settrace(before)
        np.seterr(**errors)  # an interrupt just before the end of a `with np.errstate` leaves its state behind


def test_ctrl_c_at_any_line_leaves_a_usable_network_and_history():
    """One copy has diverged, one has stopped early, one goes on: whoever has stopped stays where it was."""
    inputs, y = X, np.sign(X[:, :1])
    validation = X + 0.3, 0.4 * np.sign(X[:, :1] + 0.2)

    def run(epochs=6):
        net = Network([Dense(4, 8), BatchNorm(8), Activate(tanh), Dense(8, 1)], rng=rng(3), copies=3)
        rates = np.array([[0.9], [1e300], [0.01]])
        return net, lambda: fit(net, squared_error, SGD(rates), inputs, y, epochs=epochs, batch_size=4, rng=rng(1),
                                validation=validation, early_stopping=EarlyStopping(1), proximal=L1(1e-3))

    net, train = run()
    whole = train()
    assert whole.stopped[1] == "diverged" and "early" in whole.stopped and whole.epochs[2] > min(whole.epochs[[0, 2]])
    frozen, returned = net.params[1].copy(), 0
    lines = traced(run()[1])[1]
    delicate = [i for i, name in enumerate(lines) if name in ("close_epoch", "evaluate", "diverge", "stop")]
    for line in {*range(9, len(lines), 41), *delicate[:90], *delicate[90::5]}:
        net, train = run()
        history, _ = traced(train, line + 1)
        assert np.isfinite(net.params).all() and np.isfinite(net.statistics).all()
        if history is not None:
            returned += 1
            usable(net, history)
            assert set(history.stopped) <= {"interrupted", "diverged", "early"}
            if history.stopped[1] == "diverged":
                np.testing.assert_array_equal(net.params[1], frozen)
            for name in ("loss", "train_loss", "validation_loss"):
                seen = getattr(history, name)
                np.testing.assert_array_equal(seen, getattr(whole, name)[:len(seen)])
    assert returned > 100


# accuracy


@pytest.mark.parametrize("output, labels, expected", [
    ([[2.0, 1.0], [0.0, 3.0]], [0, 0], 0.5),
    ([[2.0, 1.0, 0.0]], [2], 0.0),
    ([[2.0, 1.0, 0.0]], [0], 1.0),
    ([1.5, -0.2, 3.0, -1.0], [1, 0, 0, 0], 0.75),  # one unit: a positive logit says 1
    ([[1.5], [-0.2]], [1, 1], 0.5),
    ([[1.5], [-0.2]], [[1], [0]], 1.0),
    ([[1.5], [-0.2]], [True, False], 1.0),
    ([0.3], [1], 1.0),
    ([[0.3]], [0], 0.0),
    ([[0.3]], [[1]], 1.0),
    ([0.0], [0], 1.0),
    ([[[2.0, 1.0], [0.0, 3.0]], [[1.0, 2.0], [0.0, 3.0]]], [0, 1], [1.0, 0.5]),  # K networks, shared labels
    ([[[2.0, 1.0], [0.0, 3.0]], [[1.0, 2.0], [0.0, 3.0]]], [[0, 1], [1, 1]], [1.0, 1.0]),
    ([[[1.0], [-1.0]], [[1.0], [1.0]]], [1, 0], [1.0, 0.5]),
    ([[[1.0], [-1.0]], [[1.0], [1.0]]], [[1], [0]], [1.0, 0.5]),
    ([[[1.0], [-1.0]], [[1.0], [1.0]]], [[[1], [0]], [[0], [0]]], [1.0, 0.0]),
    ([[[1.0]], [[-1.0]]], [1], [1.0, 0.0]),
    ([[[1.0, 0.0]], [[-1.0, 0.0]]], [[0], [1]], [1.0, 1.0]),
    ([[np.nan, np.nan], [1.0, 0.0]], [0, 0], 0.5),  # NaN is no answer
    ([np.nan, -1.0], [0, 0], 0.5),
    ([[np.inf, 0.0]], [0], 1.0),
])
def test_accuracy_of_every_shape(output, labels, expected):
    share = accuracy(output, labels)
    assert type(share) is (float if np.ndim(expected) == 0 else np.ndarray)
    np.testing.assert_array_equal(share, expected)
    np.testing.assert_array_equal(accuracy(np.array(output, np.float32), np.array(labels)), expected)


@given(st.integers(1, 20), st.integers(2, 6), st.integers(0, 100))
@settings(max_examples=50)
def test_accuracy_is_the_fraction_of_rows_whose_largest_entry_is_the_labels(n, units, seed):
    logits, labels = rng(seed).normal(size=(n, units)), rng(seed + 1).integers(0, units, n)
    right = [int(row[label] == max(row)) for row, label in zip(logits, labels)]
    assert accuracy(logits, labels) == sum(right) / n
    np.testing.assert_array_equal(accuracy(np.stack([logits, logits]), labels), [sum(right) / n] * 2)


@pytest.mark.parametrize("output, labels, error, words", [
    ([[1.0, 2.0]], [2], ValueError, "labels must be from 0 to 1, got 2 to 2"),
    ([[1.0, 2.0]], [-1], ValueError, "labels must be from 0 to 1, got -1 to -1"),
    ([1.0, 2.0], [-1, 1], ValueError, "labels must be from 0 to 1, got -1 to 1"),
    ([[1.0, 2.0]], [0.5], TypeError, "labels must be integers, got dtype float64; use labels.astype(int)"),
    ([[1.0, 2.0]], ["a"], TypeError, "labels must hold real numbers"),
    ([[1.0, 2.0]], None, TypeError, "labels must hold real numbers"),
    ([[1.0, 2.0]], [[0], [0, 1]], TypeError, "labels must be a number or a regular array"),
    ([[1.0, 2.0]], [[0]], ValueError, "labels must be integers of shape (1,) beside an output of shape (1, 2)"),
    ([[1.0, 2.0]], [0, 1], ValueError, "got shape (2,)"),
    ([[1.0, 2.0]], 0, ValueError, "got shape ()"),
    ([1.0, 2.0], [1], ValueError, "labels must be integers of shape (2,)"),
    ([[1.0], [2.0]], [[1, 0]], ValueError, "got shape (1, 2)"),
    (1.0, 1, ValueError, "output must be (n, units), (n,) or (K, n, units) with at least one example, got shape ()"),
    (np.ones((0, 2)), [], ValueError, "with at least one example, got shape (0, 2)"),
    (np.ones((2, 2, 2, 2)), [0, 1], ValueError, "got shape (2, 2, 2, 2)"),
    (["a"], [1], TypeError, "output must hold real numbers"),
])
def test_accuracy_refuses_what_it_cannot_count(output, labels, error, words):
    with pytest.raises(error) as caught:
        accuracy(output, labels)
    assert words in str(caught.value)


# Bad input


Y = X[:, :2] ** 2
NAN = np.where(np.arange(32).reshape(N, 4) == 9, np.nan, X)
WRONG = [  # what differs from a good call of fit, the error, its words
    ({"network": 3}, TypeError, "network must be a Network, got 3"),
    ({"network": None}, TypeError, "network must be a Network, got None"),
    ({"loss": "squared"}, TypeError, "loss must be one of nnlib.losses, called as loss(output, target), got 'squared'"),
    ({"loss": None}, TypeError, "loss must be one of nnlib.losses"),
    ({"loss": lambda o, t: 1.0}, TypeError, "loss must return a pair (value, gradient), got 1.0"),
    ({"loss": lambda o, t: None}, TypeError, "loss must return a pair (value, gradient), got None"),
    ({"loss": lambda o, t: (1.0, o.sum())}, ValueError, "value of shape () and a gradient of shape (3, 2)"),
    ({"loss": lambda o, t: (o.sum(1), o)}, ValueError, "loss must return a value of shape ()"),
    ({"loss": lambda o, t: ("low", o)}, TypeError, "loss's value must hold real numbers"),
    ({"loss": lambda o: (1.0, o)}, TypeError, ""),
    ({"loss": cross_entropy}, ValueError, "y must hold probabilities that sum to 1"),
    ({"loss": binary_cross_entropy}, ValueError, "y must lie in [0, 1]"),
    ({"optimizer": "adam"}, TypeError, "optimizer must be one of nnlib.optimizers, such as SGD(0.1), got 'adam'"),
    ({"optimizer": SGD}, TypeError, "optimizer must be an instance, got the class SGD; did you forget the parenthese"),
    ({"optimizer": 0.1}, TypeError, "got 0.1"),
    ({"optimizer": SGD(np.array([[0.1], [0.2]]))}, ValueError, "learning_rate must be one number, or an array (K, 1)"),
    ({"optimizer": SGD(lambda t: "fast")}, TypeError, "learning_rate must hold real numbers"),
    ({"optimizer": SGD(lambda t: -1.0)}, ValueError, "learning_rate must be finite and not negative"),
    ({"optimizer": SGD(lambda t: np.nan)}, ValueError, "learning_rate must be finite"),
    ({"optimizer": AdamW(0.1, decay=np.ones(3))}, ValueError, "decay must be one number or fit params"),
    ({"X": X[:, :3]}, ValueError, "X must have shape (n, 4), got (8, 3)"),
    ({"X": X[0]}, ValueError, "X must have shape (n, 4), got (4,); one example is X[None, :]"),
    ({"X": X_OWN}, ValueError, "X must have shape (n, 4), got (3, 8, 4)"),
    ({"X": X[:0], "y": Y[:0]}, ValueError, "X must hold at least one example, got shape (0, 4)"),
    ({"X": NAN}, ValueError, "X must hold finite float64 numbers, got nan; remove or repair these examples first"),
    ({"X": np.where(X == X.max(), -np.inf, X)}, ValueError, "X must hold finite float64 numbers, got -inf"),
    ({"X": [["a"] * 4] * N}, TypeError, "X must hold real numbers"),
    ({"X": [[1.0] * 4, [1.0]]}, TypeError, "X must be a number or a regular array of numbers"),
    ({"X": None}, TypeError, "X must hold real numbers, got None"),
    ({"X": X.astype(complex)}, TypeError, "X must hold real numbers"),
    ({"y": Y[:5]}, ValueError, "X and y must hold the same number of examples, got shapes (8, 4) and (5, 2)"),
    ({"y": Y[:, 0]}, ValueError, "y must have the output's shape (8, 2), got (8,)"),
    ({"y": Y[:, :1]}, ValueError, "y must have the output's shape (8, 2), got (8, 1)"),
    ({"y": Y.T}, ValueError, "got shapes (8, 4) and (2, 8)"),
    ({"y": 1.0}, ValueError, "X and y must hold the same number of examples"),
    ({"y": NAN[:, :2]}, ValueError, "y must hold finite float64 numbers, got nan"),
    ({"y": [["a", "b"]] * N}, TypeError, "y must hold real numbers"),
    ({"y": [[1.0, 2.0], [1.0]]}, TypeError, "y must be a number or a regular array"),
    ({"y": None}, TypeError, "y must hold real numbers, got None"),
    ({"y": np.full((N, 2), None)}, TypeError, "y must hold real numbers"),
    ({"loss": cross_entropy, "y": LABELS}, ValueError, "y must hold labels from 0 to 1, got 2"),
    ({"loss": cross_entropy, "y": LABELS % 2 - 1}, ValueError, "got -1"),
    ({"loss": cross_entropy, "y": LABELS * 0.5}, TypeError, "y must hold integer labels"),
    ({"loss": cross_entropy, "y": LABELS[:, None]}, ValueError, "got shape (8, 1)"),
    ({"epochs": 0}, ValueError, "epochs must be a whole number, at least 1, got 0"),
    ({"epochs": -1}, ValueError, "got -1"),
    ({"epochs": 2.0}, ValueError, "got 2.0"),
    ({"epochs": "10"}, TypeError, "got '10'"),
    ({"epochs": True}, ValueError, "got True"),
    ({"epochs": None}, TypeError, "got None"),
    ({"batch_size": 0}, ValueError, "batch_size must be a whole number, at least 1, got 0"),
    ({"batch_size": 1.5}, ValueError, "got 1.5"),
    ({"batch_size": None}, TypeError, "got None"),
    ({"evaluate_every": 0}, ValueError, "evaluate_every must be a whole number, at least 1, got 0"),
    ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator, got 0; use np.random.default_rng(seed)"),
    ({"rng": np.random}, TypeError, "rng must be a numpy.random.Generator"),
    ({"penalty": 0.1}, TypeError, "penalty must be callable or None, got 0.1"),
    ({"penalty": L2(np.ones((2, 1)))}, ValueError, "strength (and step) must be one number, or an array (K, 1)"),
    ({"penalty": lambda w: 0.0}, TypeError, ""),
    ({"penalty": lambda w: (0.0, np.ones(3))}, ValueError, ""),
    ({"proximal": 0.1}, TypeError, "proximal must be a penalty from nnlib.penalties, got 0.1"),
    ({"proximal": L1(0.1), "optimizer": Adam()}, ValueError, "proximal steps belong to SGD, got Adam"),
    ({"proximal": L1(0.1), "optimizer": Momentum(0.1)}, ValueError, "proximal steps belong to SGD, got Momentum"),
    ({"proximal": L1(np.ones((2, 1)))}, ValueError, "strength (and step) must be one number"),
    ({"clip": 1.0}, TypeError, "clip must be callable or None, got 1.0"),
    ({"clip": lambda g: g[:2]}, ValueError, "grad must have the shape of params"),
    ({"clip": lambda g: None}, TypeError, "grad must hold real numbers"),
    ({"validation": X}, ValueError, "validation must be a pair (X, y), got"),
    ({"validation": (X,)}, ValueError, "validation must be a pair (X, y)"),
    ({"validation": 5}, ValueError, "validation must be a pair (X, y), got 5"),
    ({"validation": (X[:, :3], Y)}, ValueError, "validation X must have shape (n, 4), got (8, 3)"),
    ({"validation": (NAN, Y)}, ValueError, "validation X must hold finite float64 numbers, got nan"),
    ({"validation": (X, Y[:3])}, ValueError, "validation X and y must hold the same number of examples"),
    ({"validation": (X, "ab")}, TypeError, "validation y must hold real numbers"),
    ({"validation": (X[:0], Y[:0])}, ValueError, "validation X must hold at least one example"),
    ({"early_stopping": EarlyStopping(2)}, ValueError, "early_stopping needs validation=(X, y) to watch, got None"),
    ({"early_stopping": 5, "validation": (X, Y)}, TypeError, "must be EarlyStopping(patience) or None, got 5"),
    ({"early_stopping": EarlyStopping, "validation": (X, Y)}, TypeError, "did you forget the parentheses? EarlyStop"),
    ({"penalty": L2}, TypeError, "penalty must be an instance, got the class L2; did you forget the parentheses? L2("),
    ({"penalty": partial(ElasticNet, l1_ratio=0.2)}, TypeError, "penalty must be an instance, got the class"),
    ({"clip": clip_by_norm}, TypeError, "clip must be an instance, got the class clip_by_norm; did you forget"),
    ({"proximal": L1}, TypeError, "proximal must be an instance, got the class L1; did you forget the parentheses"),
    ({"optimizer": partial(Adam, 0.1)}, TypeError, "optimizer must be an instance, got the class Adam"),
    ({"network": Network}, TypeError, "network must be an instance, got the class Network; did you forget"),
    ({"loss": type(squared_error)}, TypeError, "loss must be an instance, got the class SquaredError; did you forget"),
    ({"validation": (X, Y[:, :1])}, ValueError, "validation y must have the output's shape (8, 2), got (8, 1)"),
    ({"validation": (X, Y[:, 0])}, ValueError, "would broadcast to (n, n): use y[:, None] or"),
    ({"loss": cross_entropy, "y": LABELS % 2, "validation": (X, LABELS)}, ValueError,
     "validation y must hold labels from 0 to 1, got 2"),
    ({"loss": cross_entropy, "y": LABELS % 2, "validation": (X, LABELS * 0.5)}, TypeError,
     "validation y must hold integer labels"),
    ({"loss": cross_entropy, "y": LABELS % 2, "validation": (X, -Y)}, ValueError, "validation y must hold probab"),
    ({"loss": binary_cross_entropy, "y": Y > 1, "validation": (X, Y - 1)}, ValueError, "validation y must lie in"),
    ({"rng": np.random.RandomState(0)}, TypeError, "rng must be a numpy.random.Generator, got RandomState"),
    ({"X": X.astype(np.float16)}, TypeError, "X must be float32 or float64, got float16"),
    ({"y": Y.astype(np.float16)}, TypeError, "y must be float32 or float64, got float16"),
    ({"validation": (X, Y.astype(np.float16))}, TypeError, "validation y must be float32 or float64, got float16"),
    ({"clip": lambda g: g.astype(np.float16)}, TypeError, "grad must be float32 or float64, got float16"),
    ({"loss": lambda o, t: (1.0, o.astype(np.float16))}, TypeError, "loss's gradient must be float32 or float64"),
]


@pytest.mark.parametrize("wrong, error, words", WRONG)
def test_fit_refuses_a_wrong_argument_and_leaves_the_network_as_it_was(wrong, error, words):
    net = Network([Dense(4, 3), BatchNorm(3), Activate(tanh), Dense(3, 2)], rng=rng())
    before = net.snapshot()
    arguments = {"network": net, "loss": squared_error, "optimizer": SGD(0.1), "X": X, "y": Y, "epochs": 2,
                 "batch_size": 3, "rng": rng()} | wrong
    with pytest.raises(error) as caught:
        fit(**arguments)
    assert words in str(caught.value)
    same_state(net.snapshot(), before)


SHARED = [case for case in WRONG if case[0].keys() <= {"network", "loss", "X", "y", "penalty"}]


@pytest.mark.parametrize("wrong, error, words", SHARED)
def test_loss_and_gradient_refuses_the_same(wrong, error, words):
    net = mlp([4, 3, 2], rng=rng())
    arguments = {"network": net, "loss": squared_error, "X": X, "y": Y} | wrong
    params = net.params.copy()
    with pytest.raises(error) as caught:
        loss_and_gradient(**arguments)
    assert words.replace("(3, 2)", "(8, 2)") in str(caught.value)
    np.testing.assert_array_equal(net.params, params)


@pytest.mark.parametrize("wrong, error, words", [
    ({"X": X_OWN[:2]}, ValueError, "X must have shape (n, 4) or (3, n, 4), got (2, 8, 4)"),
    ({"y": np.stack([Y] * 2)}, ValueError, "the same number of examples, got shapes (8, 4) and (2, 8, 2)"),
    ({"y": np.stack([Y[:5]] * 3)}, ValueError, "and (3, 5, 2)"),
    ({"y": np.stack([Y[:, 0]] * 3)}, ValueError, "y must have the output's shape (3, 8, 2), got (3, 8)"),
    ({"optimizer": SGD(np.ones((2, 1)))}, ValueError, "learning_rate must be one number, or an array (K, 1)"),
    ({"optimizer": SGD(np.ones(3))}, ValueError, "learning_rate must be one number, or an array (K, 1)"),
    ({"penalty": L2(np.ones(3))}, ValueError, "strength (and step) must be one number, or an array (K, 1)"),
    ({"loss": lambda o, t: (o.sum(), o)}, ValueError, "loss must return a value of shape (3,)"),
])
def test_copies_can_be_called_wrongly_in_their_own_ways(wrong, error, words):
    net = deep(2, K)
    before = net.snapshot()
    arguments = {"loss": squared_error, "optimizer": SGD(0.1), "X": X, "y": Y, "epochs": 2, "batch_size": 3} | wrong
    with pytest.raises(error) as caught:
        fit(net, rng=rng(), **arguments)
    assert words in str(caught.value)
    same_state(net.snapshot(), before)


def test_float32_has_a_smaller_range():
    for wrong in ({"X": X * 1e300}, {"y": Y * 1e300}):
        name, = wrong
        with pytest.raises(ValueError, match=f"{name} must hold finite float32 numbers, got -?inf"):
            loss_and_gradient(mlp([4, 2], rng=rng(), dtype=np.float32), squared_error, **{"X": X, "y": Y} | wrong)


def test_an_error_in_the_middle_of_a_run_takes_the_network_back_to_its_beginning():
    def schedule(t):
        return 0.1 / (5 - t)

    net = deep(2)
    before = net.snapshot()
    with pytest.raises(ZeroDivisionError):
        exercise(net, optimizer=SGD(schedule))
    same_state(net.snapshot(), before)


@pytest.mark.parametrize("call, error, words", [
    (lambda: EarlyStopping(0), ValueError, "patience must be a whole number, at least 1, got 0"),
    (lambda: EarlyStopping(1.5), ValueError, "got 1.5"),
    (lambda: EarlyStopping("3"), TypeError, "got '3'"),
    (lambda: EarlyStopping(None), TypeError, "got None"),
    (lambda: EarlyStopping(3, -0.1), ValueError, "min_delta must be finite and not negative, got -0.1"),
    (lambda: EarlyStopping(3, np.nan), ValueError, "min_delta must be finite and not negative, got nan"),
    (lambda: EarlyStopping(3, np.inf), ValueError, "got inf"),
    (lambda: EarlyStopping(3, "0"), TypeError, "min_delta must be one real number"),
])
def test_early_stopping_refuses_bad_settings(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
