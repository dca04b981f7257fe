"""Initialisers: the variance, the shape of the distribution and the orthogonality that they promise; seeds; bad input.

The variance of N draws with excess kurtosis k has the relative standard error sqrt((k + 2) / N): sqrt(2 / N) for normal
draws, sqrt(0.8 / N) for uniform ones. The mean has std / sqrt(N). Tests allow five of them, and the seeds are fixed.
"""

import math
import pickle

import numpy as np
import pytest
from scipy import stats

from nnlib.initializers import (
    constant,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    normal,
    orthogonal,
    uniform,
    variance_scaling,
    zeros,
)


def generator(seed=0):
    return np.random.default_rng(seed)


SHAPES = {  # shape, fans as an argument, (fan_in, fan_out)
    "dense": ((300, 200), None, (300, 200)),
    "wide": ((20, 3000), None, (20, 3000)),
    "copies": ((5, 4, 100, 30), None, (100, 30)),
    "convolution": ((32, 16, 5, 25), (16 * 125, 32 * 125), (2000, 4000)),
    "fans beside a vector": (60_000, [9, 4], (9, 4)),
}
VARIANCES = {  # what the papers print, by (fan_in, fan_out)
    "lecun_normal": (lecun_normal, "normal", lambda i, o: 1 / i),
    "lecun_uniform": (lecun_uniform, "uniform", lambda i, o: 1 / i),
    "glorot_normal": (glorot_normal, "normal", lambda i, o: 2 / (i + o)),
    "glorot_uniform": (glorot_uniform, "uniform", lambda i, o: 6 / (i + o) / 3),
    "he_normal": (he_normal, "normal", lambda i, o: 2 / i),
    "he_uniform": (he_uniform, "uniform", lambda i, o: 6 / i / 3),
    "fan_out": (variance_scaling(0.5, "fan_out", "normal"), "normal", lambda i, o: 0.5 / o),
    "fan_avg": (variance_scaling(3, "fan_avg", "uniform"), "uniform", lambda i, o: 6 / (i + o)),
    "normal": (normal(0.3), "normal", lambda i, o: 0.09),
    "uniform": (uniform(0.3), "uniform", lambda i, o: 0.03),
}
ALL = {name: init for name, (init, _, _) in VARIANCES.items()} | {
    "zeros": zeros, "constant": constant(0.5), "orthogonal": orthogonal(), "orthogonal gain": orthogonal(2.0)}
each = pytest.mark.parametrize("init", ALL.values(), ids=ALL)


@pytest.mark.parametrize("shape, fans, sizes", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("name", VARIANCES)
def test_mean_variance_and_distribution_are_the_promised_ones(name, shape, fans, sizes):
    init, distribution, variance = VARIANCES[name]
    w, var = init(generator(1), shape, fans=fans), variance(*sizes)
    assert w.shape == (shape if isinstance(shape, tuple) else (shape,)) and w.dtype == np.float64
    excess = {"normal": 0, "uniform": -1.2}[distribution]
    assert w.size >= 50_000
    assert abs(w.mean()) < 5 * math.sqrt(var / w.size)
    assert abs(np.mean(w**2) / var - 1) < 5 * math.sqrt((excess + 2) / w.size)
    limit = math.sqrt(3 * var)
    exact = stats.norm(0, math.sqrt(var)) if distribution == "normal" else stats.uniform(-limit, 2 * limit)
    assert stats.kstest(w.ravel(), exact.cdf).pvalue > 1e-4
    if distribution == "uniform":
        assert 0.999 * limit < np.abs(w).max() <= limit * (1 + 1e-15)


def test_the_variance_of_a_layers_output_is_kept():
    """What the rules are for: LeCun keeps E[z^2], He keeps it behind a ReLU. One standard error is below 1 %."""
    x = generator(2).normal(size=(2000, 400))
    assert np.mean((x @ lecun_normal(generator(3), (400, 400))) ** 2) == pytest.approx(1, rel=0.05)
    assert np.mean((np.maximum(x, 0) @ he_uniform(generator(4), (400, 400))) ** 2) == pytest.approx(1, rel=0.05)


def test_neighbouring_weights_and_copies_are_independent():
    """A correlation of N independent pairs has the standard error 1 / sqrt(N)."""
    w = he_normal(generator(5), (2, 200, 300))
    for a, b in [(w[0], w[1]), (w[:, 1:], w[:, :-1]), (w[..., 1:], w[..., :-1])]:
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 5 / math.sqrt(a.size)


@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (5, 5), (1, 4), (4, 1), (1, 1), (6, 5, 2), (2, 3, 4, 8), (200, 100)])
@pytest.mark.parametrize("gain", [1, 2.5])
def test_all_singular_values_of_an_orthogonal_matrix_are_the_gain(shape, gain):
    w = orthogonal(gain)(generator(6), shape)
    assert w.shape == shape
    gram = w.mT @ w if shape[-2] >= shape[-1] else w @ w.mT
    np.testing.assert_allclose(gram / gain**2, np.broadcast_to(np.eye(min(shape[-2:])), gram.shape), atol=1e-12)
    if w.ndim > 2 and min(shape[-2:]) > 1:
        assert len(np.unique(w[..., 0, 0].round(9))) == math.prod(shape[:-2])  # each copy its own


def test_orthogonal_matrices_are_uniform_over_all_of_them():
    """Under Haar's measure E[trace] = 0, E[trace^2] = 1 and entries have mean 0, variance 1/n; half are reflections.

    QR alone makes R's diagonal mostly of one sign: the mean trace would be far from 0. Five standard errors, as above.
    """
    n = 4000
    for shape in ((3, 3), (3, 5), (5, 3)):
        w = orthogonal()(generator(7), (n, *shape))
        assert np.abs(w.mean(0)).max() < 5 / math.sqrt(n * max(shape))
        assert np.abs(np.mean(w**2, axis=0) - 1 / max(shape)).max() < 5 / math.sqrt(n * max(shape))
    w = orthogonal()(generator(7), (n, 3, 3))
    traces = np.trace(w, axis1=1, axis2=2)
    assert abs(traces.mean()) < 5 / math.sqrt(n) and abs(np.mean(traces**2) - 1) < 5 * math.sqrt(2 / n)
    assert abs(np.mean(np.linalg.det(w) > 0) - 0.5) < 2.5 / math.sqrt(n)
    angles = np.arctan2(*np.moveaxis(orthogonal()(generator(8), (n, 2, 2))[:, ::-1, 0], -1, 0))
    assert stats.kstest(angles, stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 1e-4


def test_zeros_and_constants_are_what_they_say():
    assert not zeros(generator(), (3, 4)).any() and zeros == constant(0.0)
    np.testing.assert_array_equal(constant(-2)(generator(), (2, 3, 4)), np.full((2, 3, 4), -2.0))
    assert constant(1)(generator(), 3).dtype == np.float64
    np.testing.assert_array_equal(normal(0)(generator(), (2, 2)), 0)
    np.testing.assert_array_equal(uniform(0)(generator(), (2, 2)), 0)


@each
def test_equal_seeds_give_equal_bits_and_other_seeds_or_later_draws_others(init):
    rng = generator(9)
    first, second = init(rng, (4, 5)), init(rng, (4, 5))
    np.testing.assert_array_equal(init(generator(9), (4, 5)), first)
    if not isinstance(init, constant):
        assert (first != second).any() and (first != init(generator(10), (4, 5))).any()


@each
def test_the_global_random_state_is_not_touched(init):
    before = pickle.dumps(np.random.get_state())  # noqa: NPY002
    init(generator(), (3, 3))
    assert pickle.dumps(np.random.get_state()) == before  # noqa: NPY002


@each
def test_initializers_can_be_pickled_compared_and_hashed(init):
    other = pickle.loads(pickle.dumps(init))
    assert other == init and hash(other) == hash(init)
    np.testing.assert_array_equal(other(generator(), (3, 2)), init(generator(), (3, 2)))
    assert sum(init == another for another in ALL.values()) == 1


@each
def test_shapes_without_entries_lists_and_huge_scales(init):
    assert init(generator(), [2, np.int64(3)]).shape == (2, 3)
    assert init(generator(), (0, 2, 3)).shape == (0, 2, 3)
    assert init(generator(), (3, 0) if init != variance_scaling(0.5, "fan_out", "normal") else (0, 3)).size == 0


def test_extreme_parameters_stay_finite():
    for init in (uniform(1e308), orthogonal(1e308), variance_scaling(1e308, "fan_in", "uniform"),
                 variance_scaling(np.float16(2), "fan_in", "normal")):
        assert np.isfinite(init(generator(), (70_000 if init != orthogonal(1e308) else 7, 2))).all()


NO_RNG = "rng must be a numpy.random.Generator"


@pytest.mark.parametrize("call, error, words", [
    (lambda: variance_scaling(0, "fan_in", "normal"), ValueError, "scale must be a positive number, got 0"),
    (lambda: variance_scaling(-1.0, "fan_in", "normal"), ValueError, "scale must be a positive number, got -1.0"),
    (lambda: variance_scaling(np.nan, "fan_in", "normal"), ValueError, "scale must be a positive number, got nan"),
    (lambda: variance_scaling(np.inf, "fan_in", "normal"), ValueError, "scale must be a positive number, got inf"),
    (lambda: variance_scaling("2", "fan_in", "normal"), TypeError, "scale must be one real number, got '2'"),
    (lambda: variance_scaling(np.ones(2), "fan_in", "normal"), TypeError, "scale must be one real number"),
    (lambda: variance_scaling(1.0, "fan", "normal"), ValueError, "'fan_out' or 'fan_avg', got 'fan'"),
    (lambda: variance_scaling(1.0, np.array(["a", "b"]), "normal"), ValueError, "mode must be 'fan_in'"),
    (lambda: variance_scaling(1.0, None, "normal"), ValueError, "'fan_out' or 'fan_avg', got None"),
    (lambda: variance_scaling(1.0, "fan_in", "gauss"), ValueError, "'normal' or 'uniform', got 'gauss'"),
    (lambda: variance_scaling(1.0, "fan_in", np.array([1, 2])), ValueError, "distribution must be 'normal'"),
    (lambda: normal(-1), ValueError, "std must be a non-negative number, got -1"),
    (lambda: normal(None), TypeError, "std must be one real number, got None"),
    (lambda: uniform(np.nan), ValueError, "limit must be a non-negative number, got nan"),
    (lambda: orthogonal(np.inf), ValueError, "gain must be a non-negative number, got inf"),
    (lambda: orthogonal([1.0]), TypeError, "gain must be one real number, got [1.0]"),
    (lambda: constant("0"), TypeError, "value must be one real number, got '0'"),
    (lambda: he_normal(generator(), (0, 3)), ValueError, "fan_in must not be 0, got shape (0, 3)"),
    (lambda: glorot_normal(generator(), (3, 3), fans=(0, 0)), ValueError, "fan_avg must not be 0, got shape (3, 3)"),
    (lambda: he_normal(generator(), (3, 3), fans=(1, 2, 3)), ValueError, "the pair (fan_in, fan_out), got (1, 2, 3)"),
    (lambda: he_normal(generator(), (3, 3), fans=(1,)), ValueError, "fans must be the pair (fan_in, fan_out)"),
    (lambda: he_normal(generator(), (3, 3), fans=(1.5, 2)), ValueError, "fans must be a tuple of whole numbers"),
    (lambda: he_normal(generator(), (3, 3), fans=(10**400, 3)), ValueError, "fans must be a tuple of whole numbers"),
    (lambda: he_normal(generator(), (3, 3), fans=9), ValueError, "tuple of whole numbers from 0 to 2**53, got 9"),
])
def test_bad_parameters_are_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error and words in str(caught.value)


@each
@pytest.mark.parametrize("rng, shape, error, words", [
    (None, (2, 3), TypeError, f"{NO_RNG}, got None; use np.random.default_rng(seed)"),
    (0, (2, 3), TypeError, f"{NO_RNG}, got 0"),
    (np.random.RandomState(0), (2, 3), TypeError, NO_RNG),
    ((2, 3), generator(), TypeError, f"{NO_RNG}, got (2, 3)"),  # the two the wrong way round
    (generator(), (2, -3), ValueError, "shape must be a tuple of whole numbers from 0 to 2**53, got (2, -3)"),
    (generator(), (2.0, 3), ValueError, "shape must be a tuple of whole numbers from 0 to 2**53, got (2.0, 3)"),
    (generator(), "23", ValueError, "shape must be a tuple of whole numbers from 0 to 2**53, got '23'"),
    (generator(), None, ValueError, "shape must be a tuple of whole numbers from 0 to 2**53, got None"),
    (generator(), {2, 3}, ValueError, "shape must be a tuple of whole numbers from 0 to 2**53, got {2, 3}"),
    (generator(), (10**30, 3), ValueError, "shape must be a tuple of whole numbers from 0 to 2**53, got (1000"),
    (generator(), (0, 1, 10**12), ValueError, "shape must have at most 100,000,000 entries"),
    (generator(), (10**7, 10**7), ValueError, "shape must have at most 100,000,000 entries"),
    (generator(), (1,) * 65, ValueError, " and 64 axes"),
])
def test_a_wrong_rng_or_shape_is_refused_by_all(init, rng, shape, error, words):
    with pytest.raises(error) as caught:
        init(rng, shape)
    assert type(caught.value) is error and words in str(caught.value)


@pytest.mark.parametrize("init", [he_normal, glorot_uniform, orthogonal()])
@pytest.mark.parametrize("shape", [(), (3,), 3])
def test_what_needs_fans_says_so(init, shape):
    with pytest.raises(ValueError, match=r"shape must end in \(fan_in, fan_out\), got"):
        init(generator(), shape)


def test_as_many_axes_as_numpy_has():
    assert normal(1.0)(np.random.default_rng(0), (1,) * 64).ndim == 64
