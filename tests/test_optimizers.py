"""Every optimiser against PyTorch and optax step by step, closed forms, invariances, K networks at once, bad input."""

import copy
import pickle
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib._check import as_fraction
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
from nnlib.optimizers.base import average
from nnlib.schedules import exponential

RULES = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, AdaDelta, Adam, AMSGrad, NAdam, AdamW]
each = pytest.mark.parametrize("rule", RULES)

# The surfaces and the constants of tests/oracles/make_optimizers.py

A = np.array([[10.0, 3, 1, 0], [3, 4, 1, 0.5], [1, 1, 1, 0.25], [0, 0.5, 0.25, 0.2]])
B = np.array([1.0, -2, 0.5, 0.3])


def quadratic(theta):
    return A @ theta - B


def rosenbrock(theta):
    x, y = theta
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


SURFACES = {"quadratic": (quadratic, 1.0), "rosenbrock": (rosenbrock, 0.02)}  # gradient, factor for rates that scale

OTHER = dict(beta1=0.8, beta2=0.95, epsilon=0.1)
CASES = {  # rule and setting: how to build it here with a rate, the rate, the libraries that agree with it
    "SGD default": (SGD, 0.05, "torch optax"),
    "Momentum default": (Momentum, 0.05, "torch optax"),
    "Momentum other": (lambda rate: Momentum(rate, beta=0.55), 0.08, "torch optax"),
    "Nesterov default": (Nesterov, 0.05, "torch optax"),
    "Nesterov other": (lambda rate: Nesterov(rate, beta=0.7), 0.02, "torch optax"),
    "AdaGrad default": (AdaGrad, 0.3, "torch"),  # optax: epsilon inside the root, first sum 0.1
    "AdaGrad other": (lambda rate: AdaGrad(rate, epsilon=0.3), 0.2, "torch"),
    "RMSProp default": (RMSProp, 0.03, "torch optax"),  # optax with eps_in_sqrt=False
    "RMSProp other": (lambda rate: RMSProp(rate, rho=0.8, epsilon=0.2), 0.04, "torch optax"),
    "AdaDelta default": (AdaDelta, 1.0, "torch optax"),
    "AdaDelta other": (lambda rate: AdaDelta(rate, rho=0.7, epsilon=0.01), 0.7, "torch optax"),
    "Adam default": (Adam, 1e-3, "torch optax"),
    "Adam other": (lambda rate: Adam(rate, **OTHER), 0.1, "torch optax"),
    "AMSGrad default": (AMSGrad, 1e-3, "torch"),  # optax: maximum after bias correction
    "AMSGrad other": (lambda rate: AMSGrad(rate, **OTHER | {"beta2": 0.7}), 0.1, "torch"),
    "NAdam default": (NAdam, 1e-3, "optax"),  # PyTorch: with a schedule for beta1
    "NAdam other": (lambda rate: NAdam(rate, **OTHER), 0.1, "optax"),
    "AdamW default": (AdamW, 1e-3, "torch optax"),
    "AdamW other": (lambda rate: AdamW(rate, **OTHER, decay=0.4), 0.1, "torch optax"),
}
CASES |= {f"{name.split()[0]} schedule": (build, (rate, 0.97), libraries)
          for name, (build, rate, libraries) in CASES.items() if name.endswith("default")}


@pytest.fixture(scope="module")
def stored():
    with np.load(Path(__file__).parent / "oracles" / "optimizers.npz") as paths:
        return dict(paths)


def descend(optimizer, gradient, theta, steps):
    """All thetas, (steps + 1, d)."""
    theta = np.array(theta)
    optimizer.start(theta)
    path = [theta.copy()]
    for _ in range(steps):
        optimizer.step(theta, gradient(theta))
        path.append(theta.copy())
    return np.array(path)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("case", CASES)
def test_fifty_steps_agree_with_pytorch_and_optax(case, surface, stored):
    build, rate, libraries = CASES[case]
    gradient, factor = SURFACES[surface]
    factor = factor if case.split()[0] in ("SGD", "Momentum", "Nesterov") else 1
    rate = exponential(rate[0] * factor, -np.log(rate[1])) if isinstance(rate, tuple) else rate * factor
    for library in libraries.split():
        theirs = stored[f"{case} {surface} {library}"]
        ours = descend(build(rate), gradient, theirs[0], steps=50)
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-11, err_msg=library)


def test_every_stored_path_is_compared_and_every_rule_has_an_oracle(stored):
    compared = {f"{case} {surface} {library}" for case, (_, _, libraries) in CASES.items() for surface in SURFACES
                for library in libraries.split()}
    assert compared == set(stored)
    assert {case.split()[0] for case in CASES} == {rule.__name__ for rule in RULES}


def test_the_defaults_are_those_of_the_design():
    assert Adam() == Adam(1e-3, 0.9, 0.999, 1e-8) and AdamW().decay == 0.01 and AdaDelta() == AdaDelta(1.0, 0.9, 1e-6)
    assert Momentum(1) == Momentum(1, 0.9) and AdaGrad(1) == AdaGrad(1, 1e-10) and RMSProp(1) == RMSProp(1, 0.99, 1e-8)
    for rule in (SGD, Momentum, Nesterov, AdaGrad, RMSProp):
        with pytest.raises(TypeError, match="learning_rate"):
            rule()


# Closed forms


@pytest.mark.parametrize("rule", [Adam, AMSGrad])
@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.0, 0.5), (0.99, 0.9)])
def test_under_a_constant_gradient_every_step_of_adam_is_the_rate(rule, betas):
    g = np.array([1e-6, -3.0, 1e9, 0.7])
    path = descend(rule(0.01, *betas, epsilon=0), lambda theta: g, np.zeros(4), steps=300)
    np.testing.assert_allclose(np.diff(path, axis=0), -0.01 * np.sign(g) * np.ones((300, 1)), rtol=1e-9)


def test_epsilon_is_outside_the_root_in_adam_rmsprop_and_adagrad_and_inside_it_in_adadelta():
    """The first step at g = 3: sqrt(v) is 3 for Adam and AdaGrad, 3 sqrt(1 - rho) for RMSProp and AdaDelta."""
    first = lambda rule: descend(rule, lambda theta: np.array([3.0]), [0.0], steps=1)[-1, 0]  # noqa: E731
    for rule in (Adam(1, epsilon=1.0), AMSGrad(1, epsilon=1.0), AdaGrad(1, epsilon=1.0), AdamW(1, epsilon=1.0)):
        assert first(rule) == pytest.approx(-3 / (3 + 1), rel=1e-12)
    assert first(RMSProp(1, rho=0.75, epsilon=1.0)) == pytest.approx(-3 / (1.5 + 1), rel=1e-12)
    assert first(AdaDelta(1, rho=0.75, epsilon=4.0)) == pytest.approx(-3 * 2 / np.sqrt(2.25 + 4), rel=1e-12)


def test_adamw_decays_geometrically_under_no_gradient_and_spares_what_is_masked():
    theta = np.array([1.0, -2.0, 5.0])
    path = descend(AdamW(0.1, decay=0.2 * np.array([1, 1, 0])), np.zeros_like, theta, steps=60)
    decay = (1 - 0.1 * 0.2) ** np.arange(61)
    np.testing.assert_allclose(path, theta * np.stack([decay, decay, np.ones(61)], axis=1), rtol=1e-12)


@pytest.mark.parametrize("g", [0.01, 0.1, 1, 10])
def test_adamw_keeps_the_same_fraction_of_the_weight_whatever_the_size_of_the_gradient(g):
    """Loshchilov & Hutter (2019), an alternating gradient; the decay alone would leave (1 - 1e-4)^4000 = 0.670."""
    theta, adam = np.array([1.0]), AdamW(0.01, decay=0.01)
    adam.start(theta)
    for t in range(4000):
        adam.step(theta, np.array([g * (-1) ** t]))
    assert theta[0] == pytest.approx(0.6586, abs=0.0001)


def test_momentum_amplifies_a_constant_gradient_by_one_over_one_minus_beta():
    for rule in (Momentum, Nesterov):
        path = descend(rule(0.1, beta=0.8), lambda theta: np.array([1.0]), [0.0], steps=200)
        assert np.diff(path, axis=0)[-1, 0] == pytest.approx(-0.1 / (1 - 0.8), rel=1e-12)
    early = np.diff(descend(Momentum(1, beta=0.8), lambda theta: np.array([1.0]), [0.0], steps=3), axis=0)[:, 0]
    np.testing.assert_allclose(early, [-1, -1.8, -2.44], rtol=1e-15)


CURVATURES = np.array([0.01, 0.1, 1.0])


@pytest.mark.parametrize("optimizer, rate, steps", [
    (SGD(2 / 1.01), 99 / 101, 681),
    (Momentum(4 / 1.1**2, (0.9 / 1.1) ** 2), 0.9 / 1.1, 92),
    (Nesterov(1.0, 0.9 / 1.1), 0.9, None),
], ids=["gradient descent", "heavy ball", "Nesterov"])
def test_the_optimal_rates_on_a_quadratic_of_condition_number_100(optimizer, rate, steps):
    """Polyak (1964): rates (k - 1)/(k + 1) and (sqrt k - 1)/(sqrt k + 1); Nesterov's 1 - 1/sqrt k; steps to 1e-6."""
    path = descend(optimizer, lambda theta: CURVATURES * theta, np.ones(3), steps=700)
    size = np.linalg.norm(path, axis=1)
    if steps:
        assert np.argmax(size < 1e-6 * size[0]) == steps
    late = slice(100, 300)  # a double root gives t * rate^t, so t is divided out
    slope = np.polyfit(np.arange(late.start, late.stop), np.log(size[late] / np.arange(late.start, late.stop)
                                                                ** (not isinstance(optimizer, SGD))), 1)[0]
    assert np.exp(slope) == pytest.approx(rate, rel=5e-3)


def test_momentum_is_stable_up_to_two_plus_two_beta():
    for beta in (0.0, 0.5, 0.9):
        below, above = (np.abs(descend(Momentum(f * (2 + 2 * beta), beta), lambda x: x, [1.0], steps=3000)[-1, 0])
                        for f in (0.99, 1.01))
        assert below < 1e-3 and above > 1e3


def test_momentum_and_nesterov_without_beta_are_gradient_descent():
    sgd = descend(SGD(0.05), quadratic, np.ones(4), steps=30)
    for rule in (Momentum, Nesterov):
        np.testing.assert_array_equal(descend(rule(0.05, beta=0.0), quadratic, np.ones(4), steps=30), sgd)


def test_nesterov_is_the_gradient_at_the_look_ahead_point():
    """x_{t+1} = y_t - rate grad(y_t), y_{t+1} = x_{t+1} + beta (x_{t+1} - x_t): theta is y."""
    x = y = np.array([1.0, -1.0, 0.5, 2.0])
    path = descend(Nesterov(0.03, beta=0.8), quadratic, y, steps=40)
    for theta in path[1:]:
        x, before = y - 0.03 * quadratic(y), x
        y = x + 0.8 * (x - before)
        np.testing.assert_allclose(theta, y, rtol=1e-11, atol=1e-13)


def test_adagrad_under_a_constant_gradient_steps_like_one_over_the_root_of_t():
    path = descend(AdaGrad(0.5, epsilon=0), lambda theta: np.array([-7.0]), [0.0], steps=50)
    np.testing.assert_allclose(np.diff(path, axis=0)[:, 0], 0.5 / np.sqrt(np.arange(1, 51)), rtol=1e-12)


def test_rmsprop_without_bias_correction_starts_with_steps_that_are_too_long():
    path = descend(RMSProp(0.1, rho=0.9, epsilon=0), lambda theta: np.array([4.0]), [0.0], steps=30)
    np.testing.assert_allclose(-np.diff(path, axis=0)[:, 0], 0.1 / np.sqrt(1 - 0.9 ** np.arange(1, 31)), rtol=1e-11)


def test_nadam_gives_the_last_gradient_more_weight_than_adam():
    """Step 1: m_hat = beta1 (1 - beta1) g / (1 - beta1^2) + g = (beta1 / (1 + beta1) + 1) g, and v_hat = g^2."""
    step = -descend(NAdam(0.1, epsilon=0), lambda theta: np.array([5.0]), [0.0], steps=1)[-1, 0]
    assert step == pytest.approx(0.1 * (1 + 0.9 / 1.9), rel=1e-12)


def test_amsgrad_never_forgets_a_large_gradient():
    """Reddi et al.: after one gradient of 1000, Adam's effective rate recovers, AMSGrad's does not."""
    gradients = [1000.0] + [1.0] * 400
    moved = {}
    for rule in (Adam(0.1, 0, 0.9), AMSGrad(0.1, 0, 0.9)):
        theta = np.array([0.0])
        rule.start(theta)
        for g in gradients:
            before = theta.copy()
            rule.step(theta, np.array([g]))
        moved[type(rule)] = float(before[0] - theta[0])
    assert moved[Adam] == pytest.approx(0.1, rel=1e-6)
    assert moved[AMSGrad] == pytest.approx(0.1 / np.sqrt(0.1 * 1000**2), rel=1e-6)


# Invariances


@pytest.mark.parametrize("rule", [AdaGrad, RMSProp, Adam, AMSGrad, NAdam])
@settings(max_examples=30)
@given(scale=st.integers(-30, 30))
def test_adaptive_rules_ignore_the_scale_of_the_gradient(rule, scale):
    plain = descend(rule(0.01, epsilon=0), rosenbrock, [-1.2, 1.0], steps=8)
    scaled = descend(rule(0.01, epsilon=0), lambda theta: 2.0**scale * rosenbrock(theta), [-1.2, 1.0], steps=8)
    np.testing.assert_array_equal(scaled, plain)  # powers of two round nothing


@pytest.mark.parametrize("rule", [SGD, Momentum, Nesterov])
def test_linear_rules_rotate_with_the_coordinates_and_adaptive_ones_do_not(rule):
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    turned = lambda theta: Q @ quadratic(Q.T @ theta)  # noqa: E731
    start = np.array([1.0, -1.0, 0.5, 2.0])
    np.testing.assert_allclose(descend(rule(0.02), turned, Q @ start, steps=40) @ Q,
                               descend(rule(0.02), quadratic, start, steps=40), rtol=1e-10, atol=1e-12)
    adam = descend(Adam(0.02), turned, Q @ start, steps=40) @ Q
    assert np.abs(adam - descend(Adam(0.02), quadratic, start, steps=40)).max() > 0.1


@each
def test_a_permutation_of_the_parameters_permutes_the_steps(rule):
    g = np.random.default_rng(1).normal(size=(20, 6))
    order = np.array([3, 1, 5, 0, 2, 4])
    paths = []
    for gradients in (g, g[:, order]):
        steps = iter(gradients)
        paths.append(descend(rule(0.1), lambda theta, steps=steps: next(steps), np.ones(6), steps=20))
    np.testing.assert_array_equal(paths[0][:, order], paths[1])


# K networks at once, dtypes, memory, state


@each
@pytest.mark.parametrize("scheduled", [False, True])
def test_k_networks_at_once_are_k_networks_one_by_one(rule, scheduled):
    rates, rng = np.array([[0.3], [0.01], [1e-4]]), np.random.default_rng(2)
    wrap = (lambda rate: exponential(rate, 0.1)) if scheduled else (lambda rate: rate)
    start, gradients = rng.normal(size=(3, 7)), rng.normal(size=(25, 3, 7))
    steps = iter(gradients)
    together = descend(rule(wrap(rates)), lambda theta: next(steps), start, steps=25)
    for k in range(3):
        steps = iter(gradients[:, k])
        alone = descend(rule(wrap(rates[k, 0].item())), lambda theta, steps=steps: next(steps), start[k], steps=25)
        np.testing.assert_allclose(together[:, k], alone, rtol=1e-15 if not scheduled else 1e-13)


def test_adamw_decay_may_differ_by_network_or_by_parameter():
    start = np.ones((2, 3))
    by_network = descend(AdamW(0.1, decay=np.array([[0.0], [0.5]])), np.zeros_like, start, steps=3)[-1]
    np.testing.assert_allclose(by_network, [[1, 1, 1], [0.95**3] * 3], rtol=1e-14)
    by_parameter = descend(AdamW(0.1, decay=np.array([0.0, 0.5, 0.0])), np.zeros_like, start, steps=3)[-1]
    np.testing.assert_allclose(by_parameter, [[1, 0.95**3, 1]] * 2, rtol=1e-14)


@each
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0.1, np.float64(0.1), np.array(0.1), np.array([[0.1], [0.1]]),
                                  lambda t: np.float64(0.1)], ids=["float", "np.float64", "0-d", "(K, 1)", "schedule"])
def test_steps_happen_in_place_in_the_params_own_dtype_and_leave_the_gradient_alone(rule, dtype, rate):
    memory = np.ones((3, 5), dtype)
    params, grad = memory[:2], np.random.default_rng(3).normal(size=(2, 5))  # a view; a float64 gradient for both
    kept, optimizer = grad.copy(), rule(rate)
    optimizer.start(params)
    np.testing.assert_array_equal(memory, 1)
    for _ in range(3):
        assert optimizer.step(params, grad) is None
    assert params.dtype == dtype and np.shares_memory(params, memory)
    assert (memory[:2] != 1).all() and (memory[2] == 1).all()
    np.testing.assert_array_equal(grad, kept)
    for name in optimizer.memory:
        assert getattr(optimizer, name).dtype == dtype


@each
def test_float32_follows_float64_to_its_own_accuracy(rule):
    double = descend(rule(0.05), lambda theta: quadratic(theta).astype(theta.dtype), np.ones(4), steps=20)
    single = descend(rule(0.05), lambda theta: quadratic(theta).astype(theta.dtype), np.ones(4, np.float32), steps=20)
    np.testing.assert_allclose(single, double, rtol=1e-4, atol=1e-5)


@each
def test_start_forgets_and_a_schedule_counts_from_one(rule):
    seen = []

    def schedule(t):
        seen.append(t)
        return 0.1 / t

    optimizer = rule(schedule)
    first = descend(optimizer, quadratic, np.ones(4), steps=5)
    np.testing.assert_array_equal(descend(optimizer, quadratic, np.ones(4), steps=5), first)
    assert seen == [1, 2, 3, 4, 5] * 2 and all(type(t) is int for t in seen)
    assert descend(optimizer, rosenbrock, np.ones(2), steps=1).shape == (2, 2)  # another shape


def test_the_rate_of_the_last_step_is_kept_for_proximal_steps():
    for rate, expected in [(0.3, 0.3), (lambda t: 1 / t, 0.5), (np.array([[0.1], [0.2]]), [[0.1], [0.2]])]:
        for dtype in (np.float32, np.float64):
            theta, sgd = np.zeros((2, 3), dtype), SGD(rate)
            sgd.start(theta)
            for _ in range(2):
                sgd.step(theta, np.ones((2, 3), dtype))
            np.testing.assert_allclose(sgd.rate, expected, rtol=1e-7)
            assert type(sgd.rate) is float or sgd.rate.dtype == dtype


@each
def test_the_first_step_goes_down_from_everywhere(rule):
    rng = np.random.default_rng(4)
    for g in rng.normal(size=(50, 5)) * 10 ** rng.uniform(-3, 3, (50, 1)):
        move = descend(rule(1e-3), lambda theta, g=g: g, np.zeros(5), steps=1)[-1]
        assert (np.sign(move) == -np.sign(g)).all()


@each
def test_a_zero_gradient_moves_nothing_but_what_decays(rule):
    path = descend(rule(0.1), np.zeros_like, np.ones(3), steps=10)
    np.testing.assert_allclose(path[-1], (1 - 0.1 * 0.01) ** 10 if rule is AdamW else 1, rtol=1e-14)


@each
def test_nan_in_one_entry_of_the_gradient_stays_there(rule):
    clean = descend(rule(0.1), lambda theta: np.array([1.0, 2.0, 3.0]), np.zeros(3), steps=4)
    dirty = descend(rule(0.1), lambda theta: np.array([1.0, np.nan, 3.0]), np.zeros(3), steps=4)
    assert np.isnan(dirty[1:, 1]).all()
    np.testing.assert_array_equal(dirty[:, [0, 2]], clean[:, [0, 2]])


@each
@pytest.mark.parametrize("g", [1e18, 1e-300, np.inf, -1e18, 5e-324, np.nan])
def test_nothing_warns_even_where_numpy_is_told_to_raise(rule, g):
    with np.errstate(all="raise"):
        for dtype in (np.float64, np.float32):
            theta, optimizer = np.ones(2, dtype), rule(0.1)
            optimizer.start(theta)
            for _ in range(3):
                optimizer.step(theta, np.array([g, 1.0]))
            assert np.isfinite(theta[1])


@each
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))], ids=["copy", "pickle"])
def test_a_copy_made_half_way_continues_identically_and_independently(rule, copied):
    theta, optimizer = np.ones(4), rule(exponential(0.05, 0.01))
    optimizer.start(theta)
    for _ in range(5):
        optimizer.step(theta, quadratic(theta))
    other, other_theta = copied(optimizer), theta.copy()
    for o, x in ((optimizer, theta), (other, other_theta)):  # one after the other: shared memory would show
        for _ in range(5):
            o.step(x, quadratic(x))
    np.testing.assert_array_equal(theta, other_theta)


@each
def test_a_gradient_may_be_a_list_or_integers_and_may_be_the_params_themselves(rule):
    paths = [descend(rule(0.1), lambda theta, g=g: g, np.zeros(3), steps=3)
             for g in ([1, -2, 3], np.array([1, -2, 3], np.int8), np.array([1.0, -2, 3]))]
    np.testing.assert_array_equal(paths[0], paths[1])
    np.testing.assert_array_equal(paths[0], paths[2])
    np.testing.assert_array_equal(descend(rule(0.1), lambda theta: theta, np.ones(3), steps=3),
                                  descend(rule(0.1), lambda theta: theta.copy(), np.ones(3), steps=3))


# Squares beyond the floats

ADAPTIVE = [AdaGrad, RMSProp, AdaDelta, Adam, AMSGrad, NAdam, AdamW]
squaring = pytest.mark.parametrize("rule", ADAPTIVE)
LARGE = {np.float32: 1.9e19, np.float64: 1.4e154}  # whose squares overflow


@squaring
@pytest.mark.parametrize("dtype", LARGE)
@pytest.mark.parametrize("factor", [1, -1, 1e6, 1e18])
@pytest.mark.parametrize("late", [False, True])
def test_a_gradient_whose_square_overflows_is_an_error_and_never_a_parameter_that_stands_still(rule, dtype, factor,
                                                                                               late):
    optimizer, theta = rule(0.1), np.ones(3, dtype)
    optimizer.start(theta)
    for _ in range(5 if late else 0):
        optimizer.step(theta, np.ones(3, dtype))
    with pytest.raises(FloatingPointError, match=r"overflows float\d\d at step \d; scale .* or clip .* clip_by_norm"):
        optimizer.step(theta, np.array([LARGE[dtype] * factor, 1, -1]))
    assert np.isnan(theta).tolist() == [True, False, False]


@squaring
@pytest.mark.parametrize("dtype", LARGE)
def test_a_gradient_whose_square_is_just_finite_is_stepped_as_any_other(rule, dtype):
    g = np.array([LARGE[dtype] * 0.9, 1], dtype)
    path = descend(rule(0.1), lambda theta: g, np.zeros(2, dtype), steps=1)
    assert path[1, 0] == pytest.approx(path[1, 1], rel=1e-2 if rule is AdaDelta else 1e-5)


def test_squares_may_overflow_in_their_sum():
    theta, rule = np.ones(2), AdaGrad(0.1)
    rule.start(theta)
    rule.step(theta, np.array([1.2e154, 1.0]))
    with pytest.raises(FloatingPointError, match="overflows float64 at step 2"):
        rule.step(theta, np.array([1.2e154, 1.0]))


@squaring
def test_of_k_networks_only_the_one_whose_square_overflows_is_lost(rule):
    together, alone = np.ones((2, 3)), np.ones(3)
    both, one = rule(0.1), rule(0.1)
    both.start(together)
    one.start(alone)
    grad = np.array([[1.0, 1e200, 1.0], [1.0, -2.0, 3.0]])
    with both.errstate():
        both.compute_step(together, grad)
    one.step(alone, grad[1])
    np.testing.assert_array_equal(together[1], alone)
    assert np.isnan(together[0, 1])


@squaring
@pytest.mark.parametrize("dtype", LARGE)
def test_without_epsilon_zero_by_zero_is_zero_and_squares_that_underflow_do_no_harm(rule, dtype):
    tiny = float(np.finfo(dtype).tiny)
    for g in (0.0, tiny, tiny**0.75, tiny**0.5):
        for epsilon in (0, tiny):
            path = descend(rule(0.1, epsilon=epsilon), lambda theta, g=g: np.array([g, 1.0]), np.zeros(2, dtype), 20)
            assert np.isfinite(path).all()
            assert (np.abs(np.diff(path, axis=0)[:, 0]) <= 1.001 * np.abs(np.diff(path, axis=0)[:, 1])).all()


def test_what_average_overwrites_is_named_where_it_is_called():
    m, x, tmp = np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.zeros(2)
    average(m, x, 0.75, tmp=tmp)
    np.testing.assert_array_equal(m, [1.5, 1.25])
    np.testing.assert_array_equal(x, [3, -1])
    average(m, x, 0.5, tmp=x)  # in place
    np.testing.assert_array_equal(m, [2.25, 0.125])


def test_a_custom_rule_checks_its_own_fields():
    @dataclass
    class Signed(Momentum):
        alpha: float = 0.5

        def __post_init__(self):
            super().__post_init__()
            as_fraction("alpha", self.alpha)

    with pytest.raises(ValueError, match=r"alpha must be in \[0, 1\), got 7"):
        Signed(0.1, alpha=7)
    with pytest.raises(ValueError, match=r"beta must be in \[0, 1\), got 7"):
        Signed(0.1, beta=7)


# Clipping

shapes = hnp.array_shapes(min_dims=1, max_dims=2, max_side=6)
gradients = hnp.arrays(np.float64, shapes, elements=st.floats(-1e200, 1e200))
limits = st.floats(1e-100, 1e100)


@settings(max_examples=60)
@given(gradients, limits)
def test_clip_by_norm_keeps_short_gradients_and_shortens_long_ones_to_the_limit(grad, limit):
    kept = grad.copy()
    with np.errstate(all="raise"):
        clipped = clip_by_norm(limit)(grad)
    np.testing.assert_array_equal(grad, kept)
    assert clipped.shape == grad.shape and not np.shares_memory(clipped, grad)
    for before, after in zip(np.atleast_2d(grad), np.atleast_2d(clipped)):
        exact = [float(x) / limit for x in before]  # in units of the limit; hypot neither over- nor underflows
        norm = np.hypot.reduce(exact)
        if norm <= 1 - 1e-12:
            np.testing.assert_array_equal(after, before)
        elif norm >= 1 + 1e-12:
            assert np.hypot.reduce(after / limit) == pytest.approx(1, rel=1e-12)
            np.testing.assert_allclose(after / limit, np.array(exact) / norm, rtol=1e-12, atol=1e-15)


@settings(max_examples=60)
@given(gradients, limits)
def test_clip_by_value_is_the_nearest_point_of_the_box(grad, limit):
    clipped = clip_by_value(limit)(grad)
    assert (np.abs(clipped) <= limit).all()
    inside = np.abs(grad) <= limit
    np.testing.assert_array_equal(clipped[inside], grad[inside])
    np.testing.assert_array_equal(clipped[~inside], np.sign(grad[~inside]) * limit)
    np.testing.assert_array_equal(clip_by_value(limit)(clipped), clipped)


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
def test_edges_of_clipping(clip):
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(clip(1.0)(np.zeros((2, 3))), 0)
        assert clip(1.0)(np.empty(0)).shape == (0,) and clip(1.0)(np.empty((2, 0))).shape == (2, 0)
        assert np.abs(clip(1.0)(np.full(8, 1.7e308))).max() == pytest.approx(8**-0.5 if clip is clip_by_norm else 1)
        assert np.abs(clip(5e-324)(np.full(8, 1.7e308))).max() <= 5e-324
        np.testing.assert_array_equal(clip(1e308)(np.array([3.0, -4.0], np.float32)), [3, -4])
        assert clip(1.0)(np.array([5e-324, 0.0]))[0] == 5e-324
        assert np.isnan(clip(1.0)(np.array([np.nan, 2.0]))[0])
        assert clip(1.0)(np.array([-128, 0], np.int8)).tolist() == [-1, 0]
        assert clip(1.0)([3.0, 0.0]).tolist() == [1, 0]
    for limit in (1, 1.0, np.float64(1), np.int64(1)):
        assert clip(limit)(np.ones(3, np.float32)).dtype == np.float32
    assert pickle.loads(pickle.dumps(clip(2.0))) == clip(2.0)


def test_clip_by_norm_measures_each_network_by_itself():
    grad = np.array([[3e200, 4e200], [3e-200, 4e-200], [3.0, 4.0]])
    np.testing.assert_allclose(clip_by_norm(1.0)(grad), [[0.6, 0.8], [3e-200, 4e-200], [0.6, 0.8]], rtol=1e-15)
    np.testing.assert_allclose(clip_by_norm(1e-210)(grad), [[6e-211, 8e-211]] * 3, rtol=1e-15)


def test_clip_by_norm_leaves_an_infinite_gradient_for_the_caller_to_notice():
    np.testing.assert_array_equal(clip_by_norm(1.0)(np.array([np.inf, 2.0])), [np.inf, 2])
    np.testing.assert_array_equal(clip_by_value(1.0)(np.array([-np.inf, 2.0])), [-1, 1])


# Bad input


def started(optimizer, params):
    optimizer.start(params)
    return optimizer


def stepped(rate, params=None, grad=None):
    params = np.zeros((2, 3)) if params is None else params
    started(SGD(rate), params).step(params, np.ones_like(params) if grad is None else grad)


ZERO, READ_ONLY = np.zeros(3), np.zeros(3)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize("call, error, words", [
    (lambda: SGD(0), ValueError, "learning_rate must be positive and finite, got 0"),
    (lambda: SGD(-0.1), ValueError, "learning_rate must be positive and finite, got -0.1"),
    (lambda: SGD(np.nan), ValueError, "learning_rate must be positive and finite, got nan"),
    (lambda: SGD(np.inf), ValueError, "got inf"),
    (lambda: SGD([[0.1], [0.0]]), ValueError, "got [[0.1], [0.0]]"),
    (lambda: SGD(exponential), TypeError, "learning_rate must be an instance, got the class exponential; did you"),
    (lambda: SGD("0.1"), TypeError, "learning_rate must hold real numbers, got '0.1'"),
    (lambda: SGD(None), TypeError, "learning_rate must hold real numbers, got None"),
    (lambda: SGD(0.1j), TypeError, "learning_rate must hold real numbers"),
    (lambda: SGD([[0.1], [0.1, 0.2]]), TypeError, "learning_rate must be a number or a regular array"),
    (lambda: Momentum(0.1, beta=1), ValueError, "beta must be in [0, 1), got 1"),
    (lambda: Nesterov(0.1, beta=-0.1), ValueError, "beta must be in [0, 1), got -0.1"),
    (lambda: Momentum(0.1, beta="0.9"), TypeError, "beta must be one real number, got '0.9'"),
    (lambda: Momentum(0.1, beta=np.array([0.9])), TypeError, "beta must be one real number"),
    (lambda: Adam(beta1=1.0), ValueError, "beta1 must be in [0, 1), got 1.0"),
    (lambda: Adam(beta2=np.nan), ValueError, "beta2 must be in [0, 1), got nan"),
    (lambda: NAdam(beta2=2), ValueError, "beta2 must be in [0, 1), got 2"),
    (lambda: RMSProp(0.1, rho=1.5), ValueError, "rho must be in [0, 1), got 1.5"),
    (lambda: AdaDelta(rho=None), TypeError, "rho must be one real number, got None"),
    (lambda: Adam(epsilon=-1e-8), ValueError, "epsilon must be a non-negative number, got -1e-08"),
    (lambda: AdaGrad(0.1, epsilon=np.inf), ValueError, "epsilon must be a non-negative number, got inf"),
    (lambda: AMSGrad(epsilon="tiny"), TypeError, "epsilon must be one real number, got 'tiny'"),
    (lambda: AdamW(decay=-0.1), ValueError, "decay must be finite and not negative, got -0.1"),
    (lambda: AdamW(decay=[0.1, np.nan]), ValueError, "decay must be finite and not negative"),
    (lambda: AdamW(decay="0.1"), TypeError, "decay must hold real numbers, got '0.1'"),
    (lambda: AdamW(decay=np.ones(2)).start(ZERO), ValueError, "one number or fit params of shape (3,), got"),
    (lambda: AdamW(decay=np.ones((1, 3))).start(ZERO), ValueError, "got shape (1, 3)"),
    (lambda: AdamW(decay=np.ones((2, 3))).start(np.zeros((4, 3))), ValueError, "shape (4, 3), got shape (2, 3)"),
    (lambda: SGD(0.1).start([1.0, 2.0]), TypeError, "params must be an array of floats, got [1.0, 2.0]"),
    (lambda: SGD(0.1).start(np.arange(3)), TypeError, "params must be an array of floats, got array([0, 1, 2])"),
    (lambda: SGD(0.1).start(None), TypeError, "params must be an array of floats, got None"),
    (lambda: SGD(0.1).start(np.float64(1)), TypeError, "it is changed in place"),
    (lambda: SGD(0.1).start(np.zeros(3, np.float16)), TypeError, "params must be float32 or float64, got float16"),
    (lambda: Adam(0.1).start(np.zeros(3, np.longdouble)), TypeError, "params must be float32 or float64, got"),
    (lambda: SGD(0.1).start(READ_ONLY), ValueError, "params must be writeable"),
    (lambda: started(SGD(0.1), ZERO).step(READ_ONLY, ZERO), ValueError, "params must be writeable"),
    (lambda: SGD(0.1).step(np.zeros(3), np.ones(3)), ValueError, "start(params) must come before step"),
    (lambda: started(SGD(0.1), np.zeros(2)).step(ZERO, ZERO), ValueError, "with float64 params of shape (3,)"),
    (lambda: started(SGD(0.1), ZERO.astype("f")).step(ZERO, ZERO), ValueError, "with float64 params of shape (3,)"),
    (lambda: started(SGD(0.1), ZERO).step([0.0, 0.0, 0.0], ZERO), TypeError, "params must be an array of floats"),
    (lambda: stepped(0.1, grad=np.ones(3)), ValueError, "grad must have the shape of params (2, 3), got (3,)"),
    (lambda: stepped(0.1, grad=1.0), ValueError, "grad must have the shape of params (2, 3), got ()"),
    (lambda: stepped(0.1, grad=np.full((2, 3), "a")), TypeError, "grad must hold real numbers"),
    (lambda: stepped(0.1, grad=[[1.0], [1.0, 2.0]]), TypeError, "grad must be a number or a regular array"),
    (lambda: stepped(0.1, grad=np.ones((2, 3), complex)), TypeError, "grad must hold real numbers"),
    (lambda: stepped(np.array([0.1, 0.2])), ValueError, "an array (K, 1) beside params (K, P), got shape (2,)"),
    (lambda: stepped(np.array([0.1, 0.2, 0.3])), ValueError, "got shape (3,) beside params (2, 3)"),
    (lambda: stepped(np.full((3, 1), 0.1)), ValueError, "learning_rate must be one number, or an array (K, 1)"),
    (lambda: stepped(np.full((2, 1), 0.1), ZERO.copy()), ValueError, "got shape (2, 1) beside params (3,)"),
    (lambda: stepped(np.empty((0, 1))), ValueError, "got shape (0, 1)"),
    (lambda: stepped(lambda t: -0.1), ValueError, "finite and not negative, got -0.1 at step 1"),
    (lambda: stepped(lambda t: np.nan), ValueError, "finite and not negative, got nan at step 1"),
    (lambda: stepped(np.full((2, 1), 1e300), np.zeros((2, 3), "f")), ValueError, "finite and not negative, got [[inf]"),
    (lambda: stepped(lambda t: None), TypeError, "learning_rate must hold real numbers, got None"),
    (lambda: stepped(lambda t: "0.1"), TypeError, "learning_rate must hold real numbers, got '0.1'"),
    (lambda: clip_by_norm(0), ValueError, "limit must be a positive number, got 0"),
    (lambda: clip_by_value(-1.0), ValueError, "limit must be a positive number, got -1.0"),
    (lambda: clip_by_norm(np.inf), ValueError, "limit must be a positive number, got inf"),
    (lambda: clip_by_value(np.nan), ValueError, "limit must be a positive number, got nan"),
    (lambda: clip_by_norm("1"), TypeError, "limit must be one real number, got '1'"),
    (lambda: clip_by_norm(1.0)("abc"), TypeError, "grad must hold real numbers, got 'abc'"),
    (lambda: clip_by_value(1.0)(None), TypeError, "grad must hold real numbers, got None"),
    (lambda: clip_by_norm(1.0)(3.0), ValueError, "grad must be a vector (P,) or (K, P)"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error and words in str(caught.value)


def test_a_refused_step_changes_nothing():
    theta, adam = np.ones(3), Adam(0.1)
    adam.start(theta)
    adam.step(theta, np.ones(3))
    before = theta.copy(), pickle.dumps(adam.m), pickle.dumps(adam.v), adam.t
    for grad in (np.ones(2), ["a", "b", "c"]):
        with pytest.raises((ValueError, TypeError)):
            adam.step(theta, grad)
    adam.learning_rate = lambda t: np.nan
    with pytest.raises(ValueError):
        adam.step(theta, np.ones(3))
    np.testing.assert_array_equal(theta, before[0])
    assert before[1:] == (pickle.dumps(adam.m), pickle.dumps(adam.v), adam.t)


@pytest.mark.parametrize("rule", [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AMSGrad])
def test_a_step_needs_only_the_memory_that_start_allocated(rule):
    theta, optimizer = np.ones(100_000), rule(0.1)
    grad = np.full_like(theta, 0.5)
    optimizer.start(theta)
    tracemalloc.start()
    try:
        optimizer.step(theta, grad)
        assert tracemalloc.get_traced_memory()[1] < theta.nbytes / 4  # the most at any time
    finally:
        tracemalloc.stop()
