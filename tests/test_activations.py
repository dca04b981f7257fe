"""Every activation against mpmath over all floats, its derivative, its edges, its dtypes; softmax and its relatives."""

import math
import pickle

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import activations as act
from nnlib.gradcheck import numerical_gradient

mp.mp.prec = 300
ALL = [act.sigmoid, act.log_sigmoid, act.tanh, act.relu, act.leaky_relu, act.softplus, act.elu, act.gelu, act.silu,
       act.identity]
named = pytest.mark.parametrize("phi", ALL, ids=lambda phi: phi.name)


def all_kinds_of_floats(rng, n=1500):
    """Random bit patterns, subnormals, both ends of the range, and the everyday scale."""
    bits = rng.integers(0, 2**64, n, dtype=np.uint64).view(np.float64)
    tiny = rng.integers(1, 2**52, n // 10, dtype=np.uint64).view(np.float64)
    edges = [0.0, -0.0, 5e-324, 2.3e-308, 1e308, 1.7976931348623157e308, 36.7, 37.5, 354.9, 372.0, 708.3, 709.8, 745.2]
    z = np.concatenate([bits[np.isfinite(bits)], tiny, -tiny, edges, np.negative(edges), rng.normal(0, 10, n),
                        rng.uniform(-760, 760, n), rng.uniform(-1, 1, n // 5)])
    return np.ascontiguousarray(z)


def sigma(t):
    return 1 / (1 + mp.exp(-t))


def gelu_2u(t):
    return 2 * mp.sqrt(2 / mp.pi) * (t + mp.mpf("0.044715") * t**3)


# name: exact value, exact derivative, allowed errors in units of the last place (None: see the scale below)
EXACT = {
    "sigmoid": (sigma, lambda t: sigma(t) * sigma(-t), 2.35, 3.5),
    "log_sigmoid": (lambda t: -mp.log1p(mp.exp(-t)), lambda t: sigma(-t), 1.6, 2.35),
    "softplus": (lambda t: mp.log1p(mp.exp(t)), sigma, 1.6, 2.35),
    "tanh": (mp.tanh, lambda t: mp.sech(t) ** 2, 2, 4.2),
    "relu": (lambda t: max(t, 0), lambda t: mp.mpf(t > 0), 0, 0),
    "leaky_relu": (lambda t: t if t > 0 else mp.mpf(0.01) * t, lambda t: mp.mpf(1 if t > 0 else 0.01), 0.5, 0),
    "elu": (lambda t: t if t > 0 else mp.expm1(t), lambda t: mp.exp(min(t, 0)), 1.5, 1.5),
    "silu": (lambda t: t * sigma(t), lambda t: sigma(t) + t * sigma(t) * sigma(-t), None, None),
    "gelu": (lambda t: t * sigma(gelu_2u(t)), None, None, None),
    "identity": (lambda t: t, lambda t: mp.mpf(1), 0, 0),
}


def errors_in_ulps(ours, exact, z):
    """|ours - exact| in units of the last place of the exact value, where that is representable."""
    units = np.zeros(len(z))
    for i, (x, y) in enumerate(zip(z, ours)):
        truth = exact(mp.mpf(float(x)))
        rounded = float(truth)
        if np.isinf(rounded):
            units[i] = 0 if y == rounded else np.inf
        else:
            units[i] = float(abs(mp.mpf(float(y)) - truth) / mp.mpf(math.ulp(rounded)))
    return units


@named
def test_value_and_derivative_are_right_to_the_last_places_over_all_floats(phi):
    z = all_kinds_of_floats(np.random.default_rng(1))
    value, derivative, value_bound, derivative_bound = EXACT[phi.name]
    for ours, exact, bound in [(phi(z), value, value_bound), (phi.derivative(z), derivative, derivative_bound)]:
        if bound is not None:
            error = errors_in_ulps(ours, exact, z)
            assert error.max() <= bound, f"{error.max():.2f} units at z = {z[error.argmax()]!r}"


@pytest.mark.parametrize("phi", [act.silu, act.gelu], ids=lambda phi: phi.name)
def test_silu_and_gelu_keep_relative_accuracy_in_the_tail(phi):
    rng = np.random.default_rng(2)
    z = np.concatenate([rng.normal(0, 3, 2000), rng.uniform(-19, 0, 1000), rng.uniform(0, 1e4, 500), [-1e308, 1e308]])
    ours, exact = phi(z), [EXACT[phi.name][0](mp.mpf(float(x))) for x in z]
    relative = [float(abs(y - e) / max(abs(e), mp.mpf("1e-300"))) for y, e in zip(ours, exact)]
    assert max(relative) < 2e-13


def test_gelu_differs_from_the_normal_distribution_by_what_its_docstring_says():
    z = np.linspace(-8, 8, 3201)
    exact = np.array([float(t * mp.ncdf(t)) for t in z])
    assert 4e-4 < np.abs(act.gelu(z) - exact).max() < 4.8e-4


@named
def test_derivative_agrees_with_finite_differences(phi):
    z = np.concatenate([np.random.default_rng(3).uniform(-6, 6, 400), [-30.0, 30.0]])
    np.testing.assert_allclose(phi.derivative(z), numerical_gradient(phi, z), rtol=2e-9, atol=2e-10)


@named
def test_pull_back_is_the_chain_rule(phi):
    z, dy = np.random.default_rng(8).normal(size=(2, 50))
    np.testing.assert_allclose(phi.pull_back(z, dy), dy * phi.derivative(z), rtol=1e-15)


@named
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_and_shapes_go_through(phi, dtype):
    z = np.linspace(-3, 3, 24).astype(dtype).reshape(2, 3, 4)
    kept = z.copy()
    for result in (phi(z), phi.derivative(z), phi(z[0, 0, 0]), phi(z[..., ::-2].T)):
        assert result.dtype == dtype
    assert phi(z).shape == phi.derivative(z).shape == z.shape
    assert phi(np.empty((0, 3), dtype)).shape == (0, 3)
    assert not np.shares_memory(phi(z), z)
    np.testing.assert_array_equal(z, kept)


@named
def test_float32_is_as_accurate_in_its_own_units(phi):
    bits = np.random.default_rng(4).integers(0, 2**32, 20_000, dtype=np.uint32).view(np.float32)
    z = np.concatenate([bits[np.isfinite(bits)], np.linspace(-110, 110, 9001, dtype=np.float32)])
    with np.errstate(over="ignore"):  # float64 to float32, where the value is beyond float32
        for ours, exact in [(phi(z), phi(z.astype(np.float64))), (phi.derivative(z), phi.derivative(z.astype(float)))]:
            rounded = exact.astype(np.float32)
            finite = np.isfinite(rounded)
            np.testing.assert_array_equal(ours[~finite], rounded[~finite])
            if phi.name in ("silu", "gelu"):  # their derivative crosses 0: absolute there; exp's argument is rounded
                np.testing.assert_allclose(ours[finite], exact[finite], rtol=3e-5, atol=3e-7)
            else:
                error = np.abs(ours[finite] - exact[finite]) / np.spacing(np.abs(rounded[finite]))
                assert error.max() <= 5, f"{error.max()} units at {z[finite][error.argmax()]!r}"


@named
def test_integers_booleans_and_lists_become_float64(phi):
    exact = phi(np.array([-128.0, 0, 1]))
    for z in (np.array([-128, 0, 1], dtype=np.int8), [-128, 0, 1]):  # int8: -(-128) would wrap to -128
        assert phi(z).dtype == np.float64
        np.testing.assert_array_equal(phi(z), exact)
    np.testing.assert_array_equal(phi(np.array([True, False])), phi(np.array([1.0, 0.0])))
    np.testing.assert_array_equal(phi(np.array([255], dtype=np.uint8)), phi(np.array([255.0])))


@named
def test_a_python_number_gives_a_built_in_float_and_numpy_gives_numpy(phi):
    for z in (True, -2, 0.5):
        assert type(phi(z)) is float and type(phi.derivative(z)) is float
    assert type(phi(np.float32(0.5))) is np.float32
    assert type(phi(np.float64(0.5))) is np.float64


LIMITS = {  # phi(-inf), phi(inf), phi'(-inf), phi'(inf)
    "sigmoid": (0, 1, 0, 0), "log_sigmoid": (-np.inf, 0, 1, 0), "softplus": (0, np.inf, 0, 1), "tanh": (-1, 1, 0, 0),
    "relu": (0, np.inf, 0, 1), "leaky_relu": (-np.inf, np.inf, 0.01, 1), "elu": (-1, np.inf, 0, 1),
    "silu": (0, np.inf, 0, 1), "gelu": (0, np.inf, 0, 1), "identity": (-np.inf, np.inf, 1, 1),
}


@named
def test_infinities_give_the_limits_and_nan_stays_nan(phi):
    ends = np.array([-np.inf, np.inf])
    np.testing.assert_array_equal([*phi(ends), *phi.derivative(ends)], LIMITS[phi.name])
    z = np.array([1.0, np.nan])
    for result in (phi(z), phi.derivative(z)):
        assert np.isfinite(result[0]) and np.isnan(result[1])


@named
def test_nothing_warns_even_where_numpy_is_told_to_raise(phi):
    z = all_kinds_of_floats(np.random.default_rng(5))
    signalling = np.array([0x7FF0000000000001], dtype=np.uint64).view(np.float64)
    z = np.concatenate([z, signalling, [np.inf, -np.inf, np.nan]])
    with np.errstate(all="raise"):
        phi(z)
        phi.derivative(z)


@named
@pytest.mark.parametrize("bad, words", [
    ("2", "real numbers, got '2'"), ([["a"]], "dtype"), ([[1, 2], [3]], "rows of different lengths"),
    (None, "got None"), (1j, "complex"), (np.array([object()]), "dtype object"), ({}, "got {}"),
    (np.array(["2026-01-01"], dtype="datetime64[D]"), "datetime64"),
])
def test_what_is_not_a_number_is_refused_with_the_reason(phi, bad, words):
    for function in (phi, phi.derivative):
        with pytest.raises(TypeError, match="z must .*") as error:
            function(bad)
        assert words in str(error.value)


@named
def test_activations_can_be_pickled_and_compared(phi):
    assert pickle.loads(pickle.dumps(phi)) == phi
    assert phi.name == next(name for name, value in vars(act).items() if value is phi)


def test_leaky_relu_takes_another_slope_and_refuses_a_useless_one():
    assert act.LeakyReLU(0.2)(-10.0) == -2.0
    for leak in (0, 1, -0.1, np.nan):
        with pytest.raises(ValueError, match="leak must lie between 0 and 1"):
            act.LeakyReLU(leak)


@given(st.floats(-1e4, 1e4))
def test_identities(z):
    assert act.sigmoid(z) + act.sigmoid(-z) == pytest.approx(1, abs=1e-15)
    assert act.tanh(z) == pytest.approx(2 * act.sigmoid(2 * z) - 1, abs=1e-15)
    assert act.log_sigmoid(z) == -act.softplus(-z)
    assert act.softplus(z) - act.softplus(-z) == pytest.approx(z, rel=1e-15)
    assert 0 <= act.sigmoid.derivative(z) <= 0.25


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2))
def test_the_sigmoid_never_decreases_by_more_than_rounding(zs):
    s = act.sigmoid(np.sort(zs))
    assert (np.diff(s) >= -3 * np.spacing(s[1:])).all()


# softmax, log_softmax, logsumexp


def exact_rows(z):
    """softmax, log softmax, logsumexp of every row, in 300 bits."""
    rows = [[mp.mpf(float(x)) for x in row] for row in z]
    totals = [mp.log(mp.fsum(mp.exp(x - max(row)) for x in row)) + max(row) for row in rows]
    logs = [[x - total for x in row] for row, total in zip(rows, totals)]
    return [[mp.exp(x) for x in row] for row in logs], logs, totals


def ulps(ours, exact, scale=None):
    ours, exact = np.ravel(ours), [x for row in exact for x in (row if isinstance(row, list) else [row])]
    scale = np.abs(np.array([float(e) for e in exact])) if scale is None else scale
    return max(float(abs(mp.mpf(float(y)) - e) / mp.mpf(math.ulp(s))) for y, e, s in zip(ours, exact, scale))


@pytest.mark.parametrize("width", [0.1, 1, 40])
def test_softmax_family_against_mpmath(width):
    z = np.random.default_rng(6).normal(0, width, (400, 10))
    p, logs, totals = exact_rows(z)
    assert ulps(act.log_softmax(z), logs) <= 57
    total = act.logsumexp(z)
    assert ulps(total, totals, np.maximum(np.abs(z.max(-1)), np.abs(total))) <= 1.2
    np.testing.assert_allclose(act.softmax(z), np.array(p, dtype=float), rtol=1e-13)
    np.testing.assert_allclose(act.softmax(z).sum(-1), 1, rtol=1e-15)


def test_a_confident_class_keeps_its_digits():
    assert act.log_softmax([50.0, 0.0])[0] == pytest.approx(float(-mp.log1p(mp.exp(-50))), rel=1e-15)
    assert act.log_softmax([0.0, 800.0])[1] == 0


@pytest.mark.parametrize("z, p, logs, total", [
    ([np.inf, 0], [1, 0], [0, -np.inf], np.inf),
    ([0, -np.inf], [1, 0], [0, -np.inf], 0),
    ([np.inf, np.inf], [np.nan, np.nan], [np.nan, np.nan], np.inf),
    ([-np.inf, -np.inf], [np.nan, np.nan], [np.nan, np.nan], -np.inf),
    ([1e308, -1e308], [1, 0], [0, -np.inf], 1e308),
    ([-1e308, -1e308], [0.5, 0.5], [-np.log(2)] * 2, -1e308),
    ([1.0, np.nan], [np.nan, np.nan], [np.nan, np.nan], np.nan),
    ([np.nan], [np.nan], [np.nan], np.nan),
    ([3.0], [1.0], [0.0], 3.0),
    ([5e-324, 0], [0.5, 0.5], [-np.log(2)] * 2, np.log(2)),
])
def test_edges_of_the_softmax_family_without_a_warning(z, p, logs, total):
    with np.errstate(all="raise"):
        results = act.softmax(z), act.log_softmax(z), act.logsumexp(z)
    for ours, expected in zip(results, (p, logs, total)):
        np.testing.assert_allclose(ours, expected, rtol=1e-15)


def test_ties_at_the_top_count_once():
    assert act.logsumexp([7.0, 7.0, 7.0]) == pytest.approx(7 + np.log(3), rel=1e-15)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=20), st.floats(-1e3, 1e3))
def test_softmax_ignores_a_shift(z, shift):
    np.testing.assert_allclose(act.softmax(np.array(z) + shift), act.softmax(z), rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize("function", [act.softmax, act.log_softmax, act.logsumexp])
def test_axis_dtype_and_bad_input(function):
    z = np.random.default_rng(7).normal(size=(3, 4, 5)).astype(np.float32)
    last = function(np.moveaxis(z, 1, -1))
    moved = last if function is act.logsumexp else np.moveaxis(last, -1, 1)
    np.testing.assert_allclose(function(z, axis=1), moved, rtol=1e-6)
    assert function(z).dtype == np.float32
    for bad, axis in [(3.0, -1), (z, 3), (np.empty((2, 0)), -1), (z, None)]:
        with pytest.raises(ValueError, match="z must have at least one entry along axis"):
            function(bad, axis)
    with pytest.raises(TypeError, match="real numbers"):
        function(["a", "b"])


def test_logsumexp_of_a_list_is_a_built_in_float():
    assert type(act.logsumexp([1.0, 2.0])) is float
    assert type(act.logsumexp(np.array([1.0, 2.0]))) is np.float64


def test_logsumexp_takes_away_the_axis_of_the_classes_alone():
    z = np.log(np.arange(1.0, 5)).reshape(1, 4)
    assert act.logsumexp(z).shape == (1,) and act.logsumexp(z, axis=0).shape == (4,)
    np.testing.assert_allclose(act.logsumexp(z.reshape(1, 4, 1), axis=1), np.log([[10.0]]), rtol=1e-15)
