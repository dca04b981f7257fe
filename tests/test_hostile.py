"""Nonsense for every argument of every public function, one at a time: a result, or an error that is meant for people.

Only ValueError, TypeError, FloatingPointError and FileNotFoundError may come out, no warning (they are errors in these
tests), no other network than before, and nothing that is merely taken for something: a masked entry for a number, a
text for True, a gradient that broadcasts for one that fits.
"""

import array
import re
from collections import deque
from decimal import Decimal
from fractions import Fraction
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.sparse import csr_array

from nnlib import activations, datasets, objectives, optimizers, plotting, schedules
from nnlib._check import as_float
from nnlib.claims import ClaimError, claim, claim_holds
from nnlib.descent import coordinate_descent, lasso_path, minimize, proximal_gradient
from nnlib.exercises import check
from nnlib.gradcheck import check_gradient, numerical_gradient
from nnlib.initializers import constant, he_normal, normal, orthogonal, uniform, variance_scaling
from nnlib.layers import Activate, BatchNorm, Dense, Dropout
from nnlib.losses import binary_cross_entropy, cross_entropy, squared_error
from nnlib.network import Network, load, mlp
from nnlib.optimizers import SGD, clip_by_norm, clip_by_value
from nnlib.penalties import L1, L2, ElasticNet, soft_threshold
from nnlib.selection import cross_validate, k_fold, one_standard_error, sweep
from nnlib.training import EarlyStopping, accuracy, fit, loss_and_gradient

X, LABELS, Y = np.random.default_rng(1).normal(size=(6, 4)), np.arange(6) % 2, np.linspace(-1, 1, 6)
MASKED = np.ma.masked_array(np.ones((6, 4)), mask=np.eye(6, 4))


class Refusing:
    """An object that answers every question with an exception of its own."""

    def refuse(self, *_, **__):
        raise RuntimeError("no")

    __array__ = __repr__ = __bool__ = refuse


READ_ONLY = np.ones((6, 4))
READ_ONLY.flags.writeable = False
plt.switch_backend("Agg")
NONSENSE = [
    None, True, 0, 1, 2, -1, 0.5, -0.0, 2**70, -2**70, 10**400, 1e308, 1e-320, np.nan, np.inf, -np.inf, 1 + 2j, ...,
    "abc", "", b"xyz", [], [[]], [[1, 2], [3]], [None, None], [10**30, 1], (1, 2), {}, {1, 2}, range(4), slice(None),
    object(), int, np.float32, Refusing(), np.random.RandomState(0), np.random.default_rng(0), lambda *_, **__: None,
    lambda *_, **__: (1.0, np.ones(3)), np.float32(0.5), np.int8(3), np.uint64(2**63), np.timedelta64(1, "s"),
    np.array(0.5), np.array(3), np.array([1.0, np.nan]), np.array([1, None, "a"], object), np.array(["1", "2"]),
    np.array(["2020-01-01"], "M8[D]"), np.zeros(3, [("a", "f8")]), np.ones(3, complex), np.ones((6, 4)), np.ones(6),
    np.ones((6, 1)), np.arange(6) % 2, np.ones((6, 2)), np.ones((0, 4)), np.ones((2, 6, 4)), np.ones((1, 1, 1, 1)),
    np.full((6, 4), np.nan), np.full((6, 4), np.inf), np.full((6, 4), 1e308), -np.ones((6, 4)), np.ones((6, 4), bool),
    np.ones((6, 4), np.float16), np.ones((6, 4), np.longdouble), np.asfortranarray(X), np.ones((12, 8))[::2, ::2],
    READ_ONLY, MASKED,
]
HUGE = [  # nothing that would not fit into memory is begun
    10**9, 10**12, 2**53, (10**6, 10**6), [10**6, 10**6], (10**400, 3), [3, 10**12],
]
AS_ASKED = {("fit", "epochs"), ("sweep", "epochs"), ("minimize", "steps"), ("proximal_gradient", "steps")}  # to the end


def rng():
    return np.random.default_rng(0)


def net(copies=None):
    return mlp([4, 3, 2], rng=rng(), copies=copies)


def called(make, *names):
    """A function that is made of some arguments and called with the others, `names`."""
    def both(**given):
        rest = [given.pop(name) for name in names]
        return make(**given)(*rest)

    return both


def stepped(rule, params, grad, **settings):
    params = params.copy() if isinstance(params, np.ndarray) else params
    rule = rule(**settings)
    rule.start(params)
    rule.step(params, grad)


def drawn(draw, **given):
    """One of `plotting`, whose figures go away again."""
    try:
        draw(**given)
    finally:
        plt.close("all")


def trained(**given):
    """`fit`, of which also the errors are looked at."""
    network = net()
    before = network.params.copy()
    arguments = {"loss": cross_entropy, "optimizer": SGD(0.1), "X": X, "y": LABELS} | given
    try:
        fit(network, **arguments)
    except (ValueError, TypeError):
        np.testing.assert_array_equal(network.params, before)
        raise
    finally:
        assert np.isfinite(network.params).all()


def bowl(w):
    with np.errstate(over="ignore"):
        return float((w * w).sum()), 2 * w


FITTED = {"epochs": 2, "batch_size": 3, "rng": rng()}
LINE, GRID = objectives.least_squares(X, Y), {"penalty": None, "theta": np.ones(4)}
CASES = {  # a function, and arguments that it accepts
    **{name: (getattr(activations, name), {"z": X}) for name in (
        "sigmoid", "log_sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu", "gelu", "silu", "identity")},
    **{f"{name}'": (getattr(activations, name).derivative, {"z": X}) for name in (
        "sigmoid", "log_sigmoid", "tanh", "relu", "leaky_relu", "softplus", "elu", "gelu", "silu", "identity")},
    **{name: (getattr(activations, name), {"z": X, "axis": -1}) for name in ("softmax", "log_softmax", "logsumexp")},
    "LeakyReLU": (activations.LeakyReLU, {"leak": 0.1}),
    "squared_error": (squared_error, {"output": X, "target": X}),
    "binary_cross_entropy": (binary_cross_entropy, {"output": X, "target": np.full((6, 4), 0.5)}),
    "cross_entropy": (cross_entropy, {"output": X, "target": LABELS}),
    "soft targets": (cross_entropy, {"output": X, "target": np.full((6, 4), 0.25)}),
    **{rule.__name__: (called(rule, "w"), {"strength": 0.1, "w": np.ones(4)}) for rule in (L1, L2)},
    "ElasticNet": (called(ElasticNet, "w"), {"strength": 0.1, "l1_ratio": 0.5, "w": np.ones(4)}),
    "prox": (lambda w, step, **given: ElasticNet(**given).prox(w, step),
             {"strength": 0.1, "l1_ratio": 0.5, "w": np.ones(4), "step": 0.1}),
    "soft_threshold": (soft_threshold, {"w": np.ones(4), "t": 0.1}),
    **{f"{name} schedule": (called(getattr(schedules, name), "t"), {"t": 3, **given}) for name, given in {
        "constant": {"rate": 0.1}, "step_decay": {"rate": 0.1, "factor": 0.5, "every": 2},
        "exponential": {"rate": 0.1, "decay": 0.1}, "inverse_time": {"rate": 0.1, "decay": 0.1},
        "cosine": {"rate": 0.1, "steps": 10, "final": 0.0}, "one_cycle": {"peak": 0.1, "steps": 10},
        "warmup": {"schedule": schedules.constant(0.1), "steps": 3}}.items()},
    **{make.__name__: (called(make, "rng", "shape", "fans"), {"rng": rng(), "shape": (4, 3), "fans": None, **given})
       for make, given in ((variance_scaling, {"scale": 2.0, "mode": "fan_in", "distribution": "normal"}),
                           (constant, {"value": 1.0}), (normal, {"std": 0.1}), (uniform, {"limit": 0.1}),
                           (orthogonal, {"gain": 1.0}))},
    **{name: (partial(stepped, getattr(optimizers, name)),
              {"params": np.ones((6, 4)), "grad": np.ones((6, 4)), "learning_rate": 0.1, **given})
       for name, given in {
           "SGD": {}, "Momentum": {"beta": 0.9}, "Nesterov": {"beta": 0.9}, "AdaGrad": {"epsilon": 1e-8},
           "RMSProp": {"rho": 0.9, "epsilon": 1e-8}, "AdaDelta": {"rho": 0.9}, "Adam": {"beta1": 0.9, "beta2": 0.999},
           "AMSGrad": {"epsilon": 1e-8}, "NAdam": {"beta1": 0.9}, "AdamW": {"decay": 0.01}}.items()},
    "clip_by_norm": (called(clip_by_norm, "grad"), {"limit": 1.0, "grad": np.ones(4)}),
    "clip_by_value": (called(clip_by_value, "grad"), {"limit": 1.0, "grad": np.ones(4)}),
    "Dense": (lambda X, **given: Network([Dense(**given)], rng=rng())(X),
              {"fan_in": 4, "fan_out": 2, "init": he_normal, "X": X}),
    "Activate": (lambda X, **given: Network([Activate(**given)], rng=rng())(X),
                 {"activation": activations.relu, "X": X}),
    "Dropout": (lambda X, train, **given: Network([Dropout(**given)], rng=rng()).forward(X, train),
                {"p": 0.5, "X": X, "train": True}),
    "BatchNorm": (lambda X, **given: Network([BatchNorm(**given)], rng=rng()).forward(X, True),
                  {"units": 4, "momentum": 0.9, "epsilon": 1e-5, "X": X}),
    "Network": (lambda layers, **given: Network(layers, **given),
                {"layers": [Dense(4, 2)], "rng": rng(), "dtype": np.float64, "copies": None}),
    "mlp": (mlp, {"sizes": [4, 3, 2], "activation": activations.relu, "init": he_normal, "rng": rng(),
                  "dtype": np.float64, "copies": None}),
    "member": (lambda k: net(3).member(k), {"k": 1}), "restore": (lambda snapshot: net().restore(snapshot),
                                                              {"snapshot": net().snapshot()}),
    "load": (load, {"path": "nowhere.npz"}),
    "rebound": (lambda W: setattr(net().layers[0], "W", W), {"W": np.ones((4, 3))}),
    "reseed": (lambda seed: net().reseed(seed), {"seed": 3}),
    "backward": (lambda dY: net().forward(X, True)[1](dY), {"dY": np.ones((6, 2))}),
    "loss_and_gradient": (loss_and_gradient, {"network": net(), "loss": cross_entropy, "X": X, "y": LABELS,
                                              "penalty": None}),
    "of copies": (partial(loss_and_gradient, net(2), squared_error), {"X": X, "y": np.ones((6, 2)), "penalty": None}),
    "fit": (trained, FITTED | {"loss": cross_entropy, "optimizer": SGD(0.1), "X": X, "y": LABELS, "penalty": None,
                               "proximal": None, "validation": None, "early_stopping": None, "clip": None,
                               "evaluate_every": 1, "progress": False, "resume": None}),
    "fit's validation": (lambda X, y: trained(validation=(X, y), **FITTED), {"X": X, "y": LABELS}),
    "EarlyStopping": (EarlyStopping, {"patience": 2, "min_delta": 0.0}),
    "accuracy": (accuracy, {"output": X, "labels": LABELS}),
    "quadratic": (called(objectives.quadratic, "theta"), {"A": [1.0, 2.0], "b": None, "theta": [1.0, 1.0]}),
    **{name: (getattr(objectives, name), {"theta": [1.0, 2.0]}) for name in ("rosenbrock", "beale", "himmelblau")},
    "least_squares": (called(objectives.least_squares, "theta"), {"X": X, "y": Y, **GRID}),
    "logistic_regression": (called(objectives.logistic_regression, "theta"), {"X": X, "y": LABELS, **GRID}),
    "minimize": (minimize, {"f": LINE, "theta": np.ones(4), "optimizer": SGD(0.1), "steps": 3, "tolerance": None}),
    "proximal_gradient": (proximal_gradient, {"f": LINE, "penalty": L1(0.1), "theta": np.ones(4), "step": 0.1,
                                              "steps": 3, "accelerated": False}),
    "coordinate_descent": (coordinate_descent, {"X": X, "y": Y, "penalty": L1(0.1), "start": None, "tolerance": 1e-10,
                                                "sweeps": 1000}),
    "lasso_path": (lasso_path, {"X": X, "y": Y, "strengths": [0.1, 0.2]}),
    "k_fold": (k_fold, {"n": 10, "k": 3, "rng": rng()}),
    "cross_validate": (cross_validate, {"score": lambda a, b, c, d: 1.0, "X": X, "y": Y, "folds": k_fold(6, 3, rng())}),
    "one_standard_error": (one_standard_error, {"strengths": [0.1, 0.2], "losses": [[1.0, 2.0], [1.0, 3.0]]}),
    "sweep": (sweep, {"build": partial(mlp, [4, 2]), "loss": cross_entropy, "optimizer": SGD, "X": X, "y": LABELS,
                      "learning_rates": [0.1], "strengths": (0.0,), "penalty": L2, "folds": None, "validation": None,
                      "seeds": 1, "epochs": 1, "batch_size": 3, "rng": rng(), "executor": None}),
    "xor": (datasets.xor, {"n": 4, "noise": 0.1, "rng": rng()}),
    "moons": (datasets.moons, {"n": 9, "noise": 0.1, "rng": rng()}),
    "spirals": (datasets.spirals, {"n": 9, "noise": 0.1, "rng": rng(), "classes": 2, "turns": 1.5}),
    "blobs": (datasets.blobs, {"n": 9, "centers": [[0.0, 0.0], [1.0, 1.0]], "noise": 0.1, "rng": rng()}),
    "sparse_regression": (datasets.sparse_regression, {"n": 9, "d": 4, "nonzero": 2, "noise": 0.1, "rng": rng()}),
    "standardize": (lambda train, others: datasets.standardize(train, others), {"train": X, "others": X}),
    "split": (datasets.split, {"X": X, "y": LABELS, "fractions": (0.5, 0.5), "rng": rng()}),
    "one_hot": (datasets.one_hot, {"labels": LABELS, "classes": 2, "dtype": np.float64}),
    "batches": (datasets.batches, {"n": 9, "batch_size": 3, "rng": rng()}),
    "load_mnist": (datasets.load_mnist, {"split": "test", "dtype": np.float32}),
    "read_idx": (datasets.read_idx, {"source": b"\0\0\x08\x01\0\0\0\x02ab"}),
    "numerical_gradient": (numerical_gradient, {"f": bowl, "theta": np.ones(3), "h": 1e-5}),
    "check_gradient": (check_gradient, {"f": bowl, "theta": np.ones(3), "h": 1e-5}),
    **{name: (partial(drawn, getattr(plotting, name)),
              {"x": [1, 2], "ax": None, "xlabel": "x", "ylabel": "y", "title": None, "log": False, **given})
       for name, given in {"curves": {"ys": {"a": [1, 2]}}, "points": {"ys": {"a": [1, 2]}},
                           "bands": {"runs": {"a": np.ones((2, 3))}}}.items()},
    "curve": (lambda y: drawn(plotting.curves, x=[1, 2], ys={"a": y}, xlabel="x", ylabel="y"), {"y": [1, 2]}),
    "band": (lambda run: drawn(plotting.bands, x=[1, 2], runs={"a": run}, xlabel="x", ylabel="y"),
             {"run": np.ones((2, 3))}),
    "contours": (partial(drawn, plotting.contours), {"f": lambda theta: (theta[0], None), "xlim": (-1, 1),
                 "ylim": (-1, 1), "ax": None, "levels": 3, "xlabel": "x", "ylabel": "y"}),
    "path": (partial(drawn, plotting.path), {"thetas": np.ones((3, 2)), "ax": None, "label": None}),
    "ridges": (partial(drawn, plotting.ridges), {"layers": {"a": [X, Y]}, "xlim": (0.1, 1), "ax": None, "xlabel": "x",
                                                 "ylabel": "y", "log": True}),
    "ridge": (lambda a: drawn(plotting.ridges, layers={"a": a}, xlim=(-1, 1), xlabel="x", ylabel="y"), {"a": [X, Y]}),
    "tangent": (partial(drawn, plotting.tangent), {"f": np.sin, "slope": 1.0, "at": 0.0, "ax": None, "reach": 1.0}),
    "claim": (claim, {"text": "a", "ours": 1.0, "published": 1.0, "tolerance": 0.1, "source": "b", "reproduces": True}),
    "claim_holds": (claim_holds, {"text": "a", "condition": True, "source": "b"}),
    "check": (check, {"name": "sigmoid", "reader_function": activations.sigmoid}),
}


@pytest.mark.parametrize("name", CASES)
def test_nonsense_gives_a_result_or_a_helpful_error(name, capsys):
    function, valid = CASES[name]
    for argument in valid:
        for nonsense in NONSENSE if (name, argument) in AS_ASKED else NONSENSE + HUGE:
            try:
                function(**valid | {argument: nonsense})
            except (ValueError, TypeError, FloatingPointError, FileNotFoundError) as error:
                assert str(error)
            except ClaimError:
                assert function in (claim, claim_holds)


NUMERIC = {"z", "output", "target", "w", "t", "params", "grad", "X", "y", "dY", "theta", "labels", "A", "b", "start",
           "strengths", "learning_rates", "losses", "centers", "train", "others", "fractions", "strength", "step",
           "l1_ratio", "rate", "decay", "learning_rate"}


@pytest.mark.parametrize("function, valid", CASES.values(), ids=CASES)
def test_masked_entries_are_never_treated_as_numbers(function, valid):
    for argument in NUMERIC & valid.keys():
        if argument == "params":  # which is changed in place, through whatever array it is
            continue
        with pytest.raises((TypeError, ValueError)):
            function(**valid | {argument: MASKED})


class Metres(np.ndarray):
    """What libraries of units make: an array that NumPy takes for a plain one."""


class Feet:
    """The same, by the protocol."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)

    def __repr__(self):  # a test's name is the same in every worker
        return f"Feet({self.values})"


IN_DISGUISE = {  # of an array or list of valid numbers: what np.asarray would make plain numbers of, or fewer digits
    "units": lambda x: np.asarray(x).view(Metres), "units by protocol": Feet,
    "units in a list": lambda x: [row.view(Metres) for row in np.atleast_1d(np.asarray(x))[None]],
    "units of entries": lambda x: [Feet(row) for row in np.atleast_1d(x)],
    "masked rows": lambda x: [np.ma.array(row, mask=np.ones(np.shape(row))) for row in np.atleast_1d(x)],
    "masked deep inside": lambda x: ([np.ma.masked, *np.ravel(x).tolist()],),
    "float16": lambda x: np.asarray(x).astype(np.float16), "longdouble": lambda x: np.asarray(x).astype(np.longdouble),
    "float16 in a list": lambda x: [np.float16(entry) for entry in np.ravel(x)],
    "complex": lambda x: np.asarray(x) + 0j, "dates": lambda x: np.asarray(x).astype("M8[s]"),
    "fractions": lambda x: [Fraction(float(entry)) for entry in np.ravel(x)],
    "text": lambda x: np.asarray(x).astype(str), "sparse": lambda x: csr_array(np.atleast_2d(np.asarray(x, float))),
}


@pytest.mark.parametrize("disguise", IN_DISGUISE)
@pytest.mark.parametrize("function, valid", CASES.values(), ids=CASES)
def test_only_plain_numbers_pass_as_numbers(function, valid, disguise):
    for argument in NUMERIC & valid.keys():
        numbers = isinstance(valid[argument], (np.ndarray, list, tuple))
        if numbers and argument != "params" and function is not cross_validate:  # whose score takes what it likes
            with pytest.raises((TypeError, ValueError)):
                function(**valid | {argument: IN_DISGUISE[disguise](valid[argument])})


REMEDY = re.compile(r"\[np.asarray.x. for x in X\]|\bX\.(?:astype|toarray)\(.*?\)(?!\))|np\.\w+\(X.*?\)(?:\[1\])?")


@pytest.mark.parametrize("value", [
    np.ones(3, np.float16), [np.float16(1)], np.ones(3, np.longdouble), [np.longdouble(1)], ["1", "2"], ["yes", "no"],
    np.array(["yes", "no"], object), [Fraction(1, 3), Decimal("1.5")], np.array([1, 2.5], object), csr_array(np.eye(2)),
    [1j, 2], np.array(["2020-01-01"], "M8[D]"), np.ones(3).view(Metres), [np.ones(3).view(Metres)], Feet([1.0]),
    [Feet(1.0), Feet(2.0)], [b"1"], [None, 1.0]], ids=repr)
def test_the_remedy_works_when_it_is_typed(value):
    with pytest.raises(TypeError) as caught:
        as_float("X", value)
    remedies = REMEDY.findall(str(caught.value))
    assert remedies, caught.value
    for remedy in remedies:
        assert as_float("X", eval(remedy, {"np": np, "X": value})).dtype in (np.float32, np.float64)


def test_frames_series_tensors_and_arrays_of_bytes_are_plain_enough():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, 2.0], dtype)

        def __dlpack__(self):
            raise BufferError

    for value in (Tensor(), [Tensor()], array.array("d", [1, 2]), memoryview(np.ones(2)), deque([1.0, 2]), range(2),
                  np.ones(2, ">f4"), [np.int16(1), True, 2.5], np.ones((2, 3))[:, 1]):
        assert as_float("X", value).dtype.itemsize in (4, 8)
    within: list = []
    within.append(within)
    with pytest.raises(TypeError, match="X must be a number or a regular array"):
        as_float("X", within)


@pytest.mark.parametrize("call, name", [
    (lambda: SGD(schedules.cosine), "learning_rate"), (lambda: SGD(partial(schedules.cosine, 0.1)), "learning_rate"),
    (lambda: schedules.warmup(schedules.constant, 5), "schedule"),
    (lambda: minimize(LINE, np.ones(4), SGD, 3), "optimizer"), (lambda: minimize(LINE, np.ones(4), partial(SGD), 3),
                                                               "optimizer"),
    (lambda: minimize(objectives.quadratic, np.ones(4), SGD(0.1), 3), "f"),
    (lambda: proximal_gradient(LINE, L1, np.ones(4), step=0.1, steps=1), "penalty"),
    (lambda: coordinate_descent(X, Y, ElasticNet), "penalty"), (lambda: objectives.least_squares(X, Y, L2), "penalty"),
    (lambda: objectives.logistic_regression(X, LABELS, partial(L2)), "penalty"),
    (lambda: numerical_gradient(objectives.quadratic, np.ones(2)), "f"),
    (lambda: check_gradient(objectives.quadratic, np.ones(2)), "f"),
    (lambda: plotting.contours(objectives.quadratic, (-1, 1), (-1, 1), xlabel="x", ylabel="y"), "f"),
    (lambda: plotting.tangent(objectives.quadratic, 1.0, 0.0, None), "f")])
def test_a_class_where_an_instance_is_meant_asks_for_the_parentheses(call, name):
    with pytest.raises(TypeError, match=f"^{name} must be an instance, got the class .* forget the parentheses"):
        call()


def test_a_subclass_of_array_is_accepted_where_nothing_is_masked():
    for other in (np.ma.masked_array(X), X.view(np.recarray), np.ma.masked_array(X, mask=np.zeros_like(X, bool))):
        np.testing.assert_array_equal(activations.sigmoid(other), activations.sigmoid(X))
        assert type(activations.sigmoid(other)) is np.ndarray


FLAGS = [("Dropout", "train"), ("fit", "progress"), ("proximal_gradient", "accelerated"), ("claim", "reproduces"),
         ("claim_holds", "condition")]


@pytest.mark.parametrize("name, flag", FLAGS)
def test_only_true_and_false_are_flags(name, flag):
    function, valid = CASES[name]
    for nonsense in (None, 0, 1, np.nan, "no", [], np.ones(2), np.ones(2, bool), Refusing()):
        with pytest.raises(TypeError, match=f"{flag} must be True or False"):
            function(**valid | {flag: nonsense})
    function(**valid | {flag: np.True_})


@pytest.mark.parametrize("name, argument", [
    (name, argument) for name, (_, valid) in CASES.items() for argument in ("f", "score", "build", "optimizer")
    if argument in valid])
def test_what_cannot_be_called_is_named(name, argument):
    function, valid = CASES[name]
    for nonsense in (3, "Adam", X, Refusing()):
        with pytest.raises(TypeError, match=f"^{argument} must be "):
            function(**valid | {argument: nonsense})


@pytest.mark.parametrize("gradient", [1.0, np.ones(1), np.ones((1, 1)), np.ones((2, 1)), np.ones(17), None, "up"])
def test_a_custom_penalty_cannot_broadcast_its_gradient(gradient):
    def penalty(w):
        return 0.0, gradient

    for function in (
            partial(loss_and_gradient, net(), cross_entropy, X, LABELS),
            partial(trained, **FITTED),
            lambda penalty: loss_and_gradient(net(2), cross_entropy, X, LABELS, penalty),
            lambda penalty: objectives.least_squares(X, Y, penalty)(np.ones(4))):
        with pytest.raises((ValueError, TypeError), match="penalty('s gradient must hold| must return)"):
            function(penalty=penalty)


@pytest.mark.parametrize("init", [
    lambda rng, shape: None, lambda rng, shape: np.full(shape, np.nan), lambda rng, shape: np.ones(shape[-1]),
    lambda rng, shape: 1.0, lambda rng, shape: np.full(shape, 1j), lambda rng, shape: "ones"])
def test_a_custom_initializer_is_checked(init):
    for copies in (None, 2):
        with pytest.raises((ValueError, TypeError), match="init (returns|must return)"):
            mlp([4, 3, 2], init=init, rng=rng(), copies=copies)


@pytest.mark.parametrize("answer", [0.0, np.ones(1), np.ones((1, 1)), np.ones(17), None, "up", np.ones(18, complex)])
def test_a_custom_prox_cannot_broadcast_either(answer):
    class Own(L1):
        def prox(self, w, step):
            return answer

    for function in (partial(trained, proximal=Own(0.1), **FITTED),
                     partial(proximal_gradient, LINE, Own(0.1), np.ones(4), step=0.1, steps=2)):
        with pytest.raises((ValueError, TypeError), match="prox (must )?return"):
            function()
