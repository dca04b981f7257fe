"""Penalties: gradients by finite differences, proximal maps by minimisation, exact zeros, K networks, bad input."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize_scalar

from nnlib.gradcheck import check_gradient
from nnlib.penalties import L1, L2, ElasticNet, soft_threshold

W = np.array([3.0, -1.0, 0.4, -0.05, 2.0])
ALL = {"L1": L1(0.3), "L2": L2(0.7), "ElasticNet": ElasticNet(0.6, 0.4), "ElasticNet half": ElasticNet(0.5),
       "all L1": ElasticNet(0.3, 1), "all L2": ElasticNet(0.3, 0), "none": L1(0)}
MAKERS = {"L1": L1, "L2": L2, "ElasticNet": lambda strength: ElasticNet(strength, 0.3)}
each = pytest.mark.parametrize("penalty", ALL.values(), ids=ALL)
each_maker = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)

weights = hnp.arrays(np.float64, st.integers(0, 6), elements=st.floats(-1e3, 1e3).map(lambda w: round(w, 6)))
positive = st.floats(1e-3, 1e3)
quick = settings(max_examples=50)


# Values and gradients


def test_values_of_the_definitions_by_hand():
    assert L1(2.0)([3.0, -4.0])[0] == 14  # 2 (3 + 4)
    assert L2(2.0)([3.0, -4.0])[0] == 25  # 2/2 (9 + 16)
    assert ElasticNet(2.0, 0.25)([3.0, -4.0])[0] == 0.25 * 14 + 0.75 * 25
    assert L1(1.0)([])[0] == L2(1.0)([])[0] == 0


@each
def test_gradient_agrees_with_finite_differences(penalty):
    assert check_gradient(penalty, W).relative_error < 1e-7
    assert check_gradient(penalty, np.stack([W, -2 * W, W + 0.7])).relative_error < 1e-7
    assert check_gradient(penalty, W.astype(np.float32)).relative_error < 1e-6


@each
def test_one_networks_value_is_a_built_in_float_and_the_weights_are_not_touched(penalty):
    kept = W.copy()
    for w in (W, W.tolist(), W.astype(np.float32), np.arange(5)):
        value, gradient = penalty(w)
        assert type(value) is float and gradient.shape == (5,)
        assert not np.shares_memory(gradient, w) and not np.shares_memory(penalty.prox(w, 0.0), w)
    np.testing.assert_array_equal(W, kept)


@each
def test_zero_weights_cost_nothing_and_have_no_gradient(penalty):
    value, gradient = penalty(np.array([0.0, -0.0, 0.0]))
    assert value == 0 and not gradient.any()


@each_maker
@quick
@given(w=weights, scale=st.integers(-8, 8))
def test_a_penalty_is_even_and_scales_by_its_strength_and_power(make, w, scale):
    c, (value, gradient) = 2.0**scale, make(0.3)(w)
    assert make(0.3)(-w)[0] == value
    np.testing.assert_array_equal(make(0.3)(-w)[1], -gradient)
    assert make(0.3 * c)(w)[0] == pytest.approx(c * value, rel=1e-13)
    np.testing.assert_allclose(make(0.3 * c)(w)[1], c * gradient, rtol=1e-13)
    if make in (L1, L2):
        power = 1 if make is L1 else 2
        assert make(0.3)(c * w)[0] == pytest.approx(c**power * value, rel=1e-13)
        assert gradient @ w == pytest.approx(power * value, rel=1e-12)  # Euler's theorem on homogeneous functions


@quick
@given(weights, st.floats(0, 10), st.floats(0, 1))
def test_the_elastic_net_is_its_two_parts(w, strength, ratio):
    value, gradient = ElasticNet(strength, ratio)(w)
    (a, da), (b, db) = L1(strength * ratio)(w), L2(strength * (1 - ratio))(w)
    assert value == pytest.approx(a + b, rel=1e-14)
    np.testing.assert_allclose(gradient, da + db, rtol=1e-14)
    for pure, same in [(ElasticNet(strength, 1), L1(strength)), (ElasticNet(strength, 0), L2(strength))]:
        assert pure(w)[0] == same(w)[0]
        np.testing.assert_array_equal(pure(w)[1], same(w)[1])
        np.testing.assert_array_equal(pure.prox(w, 0.5), same.prox(w, 0.5))


# Proximal maps


@each
@pytest.mark.parametrize("step", [0.1, 1, 4.0])
def test_prox_is_the_minimiser_found_by_search(penalty, step):
    for w, x in zip(W, penalty.prox(W, step)):
        def cost(x, w=w):
            return (x - w) ** 2 / (2 * step) + penalty([x])[0]
        found = minimize_scalar(cost, bounds=(-abs(w) - 1, abs(w) + 1), method="bounded", options={"xatol": 1e-9})
        assert x == pytest.approx(found.x, abs=1e-6)
        assert cost(x) <= found.fun + 1e-15


@each_maker
@quick
@given(w=weights, strength=positive, step=positive)
def test_prox_satisfies_the_optimality_condition(make, w, strength, step):
    """(w - x) / step is in the subdifferential at x: the gradient where x is not 0, [-slope, slope] where it is."""
    penalty = make(strength)
    x = penalty.prox(w, step)
    slope = penalty(np.array([1e-300]))[1][0]  # the one-sided derivative at 0
    pull = (w - x) / step
    room = 1e-12 * (np.abs(w) / step + strength * (1 + np.abs(w)))
    assert (np.abs(pull - penalty(x)[1]) <= room)[x != 0].all()
    assert (np.abs(pull) <= slope + room)[x == 0].all()


@each
@quick
@given(st.integers(0, 2**32 - 1))
def test_prox_never_moves_two_points_apart_and_step_zero_is_the_identity(penalty, seed):
    a, b = np.random.default_rng(seed).normal(size=(2, 5)) * 3
    assert np.linalg.norm(penalty.prox(a, 2.0) - penalty.prox(b, 2.0)) <= np.linalg.norm(a - b) * (1 + 1e-15)
    np.testing.assert_array_equal(penalty.prox(a, 0), a)


@quick
@given(hnp.arrays(np.float64, 5, elements=st.floats(-1e300, 1e300)), st.floats(0, 1e300))
def test_soft_threshold_sets_small_entries_to_exactly_zero_and_moves_the_others_by_t(w, t):
    x = soft_threshold(w, t)
    small = np.abs(w) <= t
    assert (x[small] == 0).all() and not (x[~small] == 0).any()
    np.testing.assert_array_equal(np.sign(x[~small]), np.sign(w[~small]))
    np.testing.assert_array_equal(np.abs(x[~small]), np.abs(w[~small]) - t)


def test_an_orthonormal_design_turns_the_lasso_into_a_soft_threshold_and_ridge_into_a_shrinkage():
    """min ||X b - y||^2 / 2 + penalty with X'X = I is the prox, with step 1, of the least-squares solution X'y."""
    rng = np.random.default_rng(0)
    X, y = np.linalg.qr(rng.normal(size=(30, 5)))[0], rng.normal(size=30)
    for penalty in (L1(0.4), L2(0.4), ElasticNet(0.4, 0.6)):
        best = penalty.prox(X.T @ y, 1.0)
        cost = lambda b, penalty=penalty: ((X @ b - y) ** 2).sum() / 2 + penalty(b)[0]  # noqa: E731
        for nearby in best + 1e-3 * rng.normal(size=(100, 5)):
            assert cost(best) <= cost(nearby)
    np.testing.assert_allclose(L2(0.4).prox(X.T @ y, 1.0), X.T @ y / 1.4, rtol=1e-15)
    assert (L1(0.4).prox(X.T @ y, 1.0) == 0).any()


def test_soft_threshold_takes_a_path_of_thresholds():
    np.testing.assert_array_equal(soft_threshold([3.0, -1.0], np.array([[0.0], [2.0]])), [[3, -1], [1, 0]])
    assert soft_threshold(3, 1) == 2 and type(soft_threshold(3, 1)) is float and type(L2(1).prox(3.0, 1)) is float


# K networks at once, dtypes, edges


@each_maker
@pytest.mark.parametrize("steps", [0.5, np.array([[0.1], [1.0], [2.0]])])
def test_k_networks_at_once_are_k_networks_one_by_one(make, steps):
    strengths, w = np.array([[0.0], [0.1], [3.0]]), np.random.default_rng(1).normal(size=(3, 6))
    values, gradients = make(strengths)(w)
    assert values.shape == (3,) and make(0.2)(w)[0].shape == (3,)
    for k in range(3):
        value, gradient = make(strengths[k].item())(w[k])
        assert values[k] == pytest.approx(value, rel=1e-15)
        np.testing.assert_array_equal(gradients[k], gradient)
        np.testing.assert_array_equal(make(strengths).prox(w, steps)[k],
                                      make(strengths[k].item()).prox(w[k], np.broadcast_to(steps, (3, 1))[k].item()))


def test_strengths_and_ratios_may_be_lists_or_differ_by_network():
    w = np.ones((2, 3))
    np.testing.assert_array_equal(ElasticNet([[1], [2]], [[1.0], [0.0]])(w)[0], [3, 3])
    np.testing.assert_array_equal(ElasticNet([[1], [2]], 1).prox(w, 0.5), [[0.5] * 3, [0.0] * 3])
    np.testing.assert_array_equal(L1([[1], [2]])(w)[1], [[1] * 3, [2] * 3])


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(penalty, dtype):
    for w in (W.astype(dtype), np.stack([W, W]).astype(dtype)):
        values, gradient = penalty(w)
        assert gradient.dtype == penalty.prox(w, 0.1).dtype == penalty.prox(w, np.float64(0.1)).dtype == dtype
        assert w.ndim == 1 or values.dtype == dtype
    single = penalty(W.astype(dtype))
    np.testing.assert_allclose(single[1].astype(float), penalty(W)[1], rtol=2e-3)


@each_maker
def test_an_array_of_float64_strengths_keeps_float32(make):
    w = np.ones((2, 3), np.float32)
    assert soft_threshold(w, np.array([[0.1], [0.2]])).dtype == soft_threshold(w, np.float64(0.1)).dtype == np.float32
    penalty = make(np.array([[0.1], [0.2]]))
    assert penalty(w)[0].dtype == penalty(w)[1].dtype == penalty.prox(w, np.array([[0.1], [0.1]])).dtype == np.float32


@each
def test_nan_stays_where_it_is_and_nothing_warns(penalty):
    with np.errstate(all="raise"):
        value, gradient = penalty([1.0, np.nan])
        assert np.isnan(value) and np.isfinite(gradient[0]) and np.isnan(gradient[1])
        moved = penalty.prox([1.0, np.nan], 0.1)
        assert np.isfinite(moved[0]) and np.isnan(moved[1])
        for w in ([1e300, -1e300], [5e-324, 1.7e308], [np.inf, 1.0]):
            penalty(w)
            penalty.prox(w, 1e300)


def test_overflow_goes_to_the_limit():
    with np.errstate(all="raise"):
        assert L2(1.0)([1e200, 0.0])[0] == np.inf and L1(10.0)([1e308, 0.0])[0] == np.inf
        np.testing.assert_array_equal(L1(1e300).prox([1e300, -3.0], 1e300), 0)
        np.testing.assert_array_equal(L2(1e300).prox([1e300, -3.0], 1e300), 0)
        np.testing.assert_array_equal(soft_threshold(np.array([3.0, 1e38], np.float32), 1e300), 0)
        assert soft_threshold([np.inf], 1.0)[0] == np.inf


@each
def test_penalties_can_be_pickled_and_compared(penalty):
    assert pickle.loads(pickle.dumps(penalty)) == penalty
    assert sum(penalty == other for other in ALL.values()) == 1


K1 = np.ones((2, 1))


@each_maker
@pytest.mark.parametrize("call, error, words", [
    (lambda make: make(-0.1), ValueError, "strength must be finite and not negative, got -0.1"),
    (lambda make: make(np.nan), ValueError, "strength must be finite and not negative, got nan"),
    (lambda make: make(np.inf), ValueError, "strength must be finite and not negative, got inf"),
    (lambda make: make([[0.1], [-0.1]]), ValueError, "strength must be finite and not negative, got [[0.1], [-0.1]]"),
    (lambda make: make("a"), TypeError, "strength must hold real numbers, got 'a'"),
    (lambda make: make(None), TypeError, "strength must hold real numbers, got None"),
    (lambda make: make(1j), TypeError, "strength must hold real numbers"),
    (lambda make: make([[0.1], [0.1, 0.2]]), TypeError, "strength must be a number or a regular array"),
    (lambda make: make(0.1)(2.0), ValueError, "w must be a vector (P,) or (K, P), got the number 2.0"),
    (lambda make: make(0.1)(["a"]), TypeError, "w must hold real numbers"),
    (lambda make: make(0.1)([[1.0], [1.0, 2.0]]), TypeError, "w must be a number or a regular array"),
    (lambda make: make(0.1).prox(None, 1.0), TypeError, "w must hold real numbers, got None"),
    (lambda make: make(K1)(W), ValueError, "an array (K, 1) beside w (K, P), got shape (2, 1) beside w of shape (5,)"),
    (lambda make: make(np.ones(5))(np.ones((5, 5))), ValueError, "got shape (5,) beside w of shape (5, 5)"),
    (lambda make: make(K1)(np.ones((3, 4))), ValueError, "got shape (2, 1) beside w of shape (3, 4)"),
    (lambda make: make(K1).prox(W, 1.0), ValueError, "got shape (2, 1) beside w of shape (5,)"),
    (lambda make: make(0.1).prox(W, K1), ValueError, "got shape (2, 1) beside w of shape (5,)"),
    (lambda make: make(K1).prox(W, np.ones((3, 1))), ValueError, "step must be one number or fit strength"),
    (lambda make: make(0.1).prox(W, -1.0), ValueError, "step must be finite and not negative, got -1.0"),
    (lambda make: make(0.1).prox(W, np.nan), ValueError, "step must be finite and not negative, got nan"),
    (lambda make: make(0.0).prox(W, np.inf), ValueError, "step must be finite and not negative, got inf"),
    (lambda make: make(0.1).prox(W, "1"), TypeError, "step must hold real numbers, got '1'"),
])
def test_bad_input_is_named_with_a_remedy_by_all(make, call, error, words):
    with pytest.raises(error) as caught:
        call(make)
    assert type(caught.value) is error and words in str(caught.value)


@pytest.mark.parametrize("call, error, words", [
    (lambda: ElasticNet(0.1, 1.1), ValueError, "l1_ratio must lie in [0, 1], got 1.1"),
    (lambda: ElasticNet(0.1, -0.1), ValueError, "l1_ratio must lie in [0, 1], got -0.1"),
    (lambda: ElasticNet(0.1, np.nan), ValueError, "l1_ratio must lie in [0, 1], got nan"),
    (lambda: ElasticNet(0.1, "half"), TypeError, "l1_ratio must hold real numbers, got 'half'"),
    (lambda: ElasticNet(K1, np.ones((3, 1)))(np.ones((2, 4))), ValueError, "l1_ratio must be one number or fit"),
    (lambda: soft_threshold(W, -1), ValueError, "t must not be negative, got -1.0"),
    (lambda: soft_threshold(W, [0.1, 0.2]), ValueError, "t must be one number or fit w of shape (5,), got shape (2,)"),
    (lambda: soft_threshold("a", 1), TypeError, "w must hold real numbers, got 'a'"),
    (lambda: soft_threshold(W, None), TypeError, "t must hold real numbers, got None"),
])
def test_other_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error and words in str(caught.value)


@pytest.mark.parametrize("shrink", [lambda w: soft_threshold(w, 0.5), lambda w: L2(1.0).prox(w, 0.5)])
def test_one_number_gives_a_built_in_float_and_numpy_gives_numpy(shrink):
    assert type(shrink(3.0)) is float and type(shrink(3)) is float
    assert type(shrink(np.float64(3.0))) is np.float64 and type(shrink(np.float32(3.0))) is np.float32
