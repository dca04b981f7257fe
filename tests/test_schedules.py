"""Schedules against PyTorch and optax, by their defining properties, with arrays of rates, and bad input."""

import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.schedules import constant, cosine, exponential, inverse_time, one_cycle, step_decay, warmup

STORED = json.loads((Path(__file__).parent / "oracles" / "schedules.json").read_text())
NAMES = dict(constant=constant, cosine=cosine, exponential=exponential, one_cycle=one_cycle, step_decay=step_decay,
             warmup=warmup, log=math.log)

ALL = {
    "constant": constant(0.3), "step_decay": step_decay(0.3, 0.5, 10), "exponential": exponential(0.3, 0.02),
    "inverse_time": inverse_time(0.3, 0.1), "cosine": cosine(0.3, 50, 0.01), "one_cycle": one_cycle(0.3, 50),
    "warmup": warmup(cosine(0.3, 50), 8),
}
each = pytest.mark.parametrize("schedule", ALL.values(), ids=ALL)
FALLING = [name for name in ALL if name not in ("warmup", "one_cycle")]


def rates(schedule, steps=120):
    return np.array([schedule(t) for t in range(1, steps + 1)])


@pytest.mark.parametrize("case", STORED)
def test_the_rates_are_those_of_pytorch_and_optax(case):
    call, library = case.rsplit(" ", 1)
    theirs = STORED[case]
    ours = rates(eval(call, NAMES), len(theirs))  # the key of the stored file is the call
    # optax computes with cos(pi x) in an order of its own, whose absolute error is that of the largest rate
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15, err_msg=library)


@each
def test_rates_are_built_in_floats_positive_and_bounded_by_the_first_argument(schedule):
    values = [schedule(t) for t in range(1, 200)]
    assert all(type(value) is float for value in values)
    assert min(values) >= 0 and max(values) <= 0.3


@pytest.mark.parametrize("name", FALLING)
def test_those_that_fall_start_at_the_rate_and_never_rise(name):
    values = rates(ALL[name])
    assert values[0] == 0.3 and (np.diff(values) <= 0).all()


def test_step_decay_multiplies_at_regular_intervals():
    values = rates(step_decay(0.8, 0.5, every=3), 12)
    np.testing.assert_array_equal(values, np.repeat([0.8, 0.4, 0.2, 0.1], 3))


@given(st.floats(0, 3), st.integers(1, 200))
def test_exponential_multiplies_by_the_same_factor_at_every_step(decay, t):
    schedule = exponential(0.7, decay)
    assert schedule(t + 1) == pytest.approx(schedule(t) * math.exp(-decay), rel=1e-12, abs=1e-300)


@given(st.floats(0, 10), st.integers(1, 10**6))
def test_inverse_time_adds_the_same_amount_to_one_over_the_rate(decay, t):
    schedule = inverse_time(0.5, decay)
    assert 1 / schedule(t) == pytest.approx(1 / 0.5 + (t - 1) * decay / 0.5, rel=1e-12)


def test_robbins_and_monros_conditions_hold_for_inverse_time_and_not_for_exponential():
    """The sum of the rates must diverge (it doubles its logarithm here) and that of their squares converge."""
    values = rates(inverse_time(1.0, 1.0), 10_000)
    assert values.sum() - values[:1000].sum() == pytest.approx(math.log(10), rel=1e-3)
    assert (values**2).sum() == pytest.approx(math.pi**2 / 6, abs=2e-4)
    assert rates(exponential(1.0, 0.1), 10_000).sum() == pytest.approx(1 / (1 - math.exp(-0.1)), rel=1e-12)


@given(st.floats(1e-6, 10), st.floats(0, 1), st.integers(1, 300))
def test_cosine_runs_from_rate_to_final_symmetrically_and_stays(rate, share, steps):
    final, schedule = rate * share, cosine(rate, steps, rate * share)
    assert schedule(1) == rate and schedule(steps + 1) == schedule(steps + 1000) == final
    for t in range(1, steps + 2):
        assert schedule(t) + schedule(steps + 2 - t) == pytest.approx(rate + final, rel=1e-12)


def test_cosine_is_flat_at_both_ends_and_steepest_in_the_middle():
    fall = -np.diff(rates(cosine(1.0, 100), 101))
    assert fall.argmax() in (49, 50) and fall.max() == pytest.approx(math.pi / 2 / 100, rel=1e-3)
    assert fall[0] == pytest.approx((math.pi / 100) ** 2 / 4, rel=1e-3) and fall[-1] == pytest.approx(fall[0], rel=1e-9)


def test_warmup_rises_in_equal_steps_and_then_follows_the_schedule_it_wraps():
    np.testing.assert_allclose(rates(warmup(constant(0.5), 5), 7), [0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5], rtol=1e-15)
    wrapped, inner = warmup(cosine(1.0, 50), 10), cosine(1.0, 50)
    np.testing.assert_array_equal(rates(wrapped)[9:], rates(inner)[9:])
    np.testing.assert_allclose(rates(wrapped)[:10] / rates(inner)[:10], np.arange(1, 11) / 10, rtol=1e-14)
    assert warmup(lambda t: 3.0, 1)(1) == 3.0


def test_one_cycle_rises_for_three_tenths_of_the_steps_and_falls_to_almost_nothing():
    schedule = one_cycle(2.0, 200)
    values = rates(schedule, 230)
    assert values.argmax() == 60 and values[60] == 2.0
    assert values[0] == pytest.approx(2 / 25, rel=1e-15) and values[200] == values[229] == pytest.approx(2 / 250_000)
    assert (np.diff(values[:61]) > 0).all() and (np.diff(values[60:201]) < 0).all()
    assert values[30] == pytest.approx((2 + 2 / 25) / 2) and values[130] == pytest.approx((2 + 2 / 250_000) / 2)
    assert one_cycle(1.0, 1)(1) == 0.04 and one_cycle(1.0, 1)(2) == pytest.approx(4e-6)


K = np.array([[0.3], [0.03], [3.0]])
MANY = {  # with arrays of rates, and what each network's own schedule is
    "constant": (constant(K), lambda rate: constant(rate)),
    "step_decay": (step_decay(K, 0.5, 3), lambda rate: step_decay(rate, 0.5, 3)),
    "exponential": (exponential(K, 0.2), lambda rate: exponential(rate, 0.2)),
    "exponential decays": (exponential(0.3, K), lambda decay: exponential(0.3, decay)),
    "inverse_time": (inverse_time(K, 0.2), lambda rate: inverse_time(rate, 0.2)),
    "inverse_time decays": (inverse_time(0.3, K), lambda decay: inverse_time(0.3, decay)),
    "step_decay factors": (step_decay(0.3, K / 3, 2), lambda factor: step_decay(0.3, factor / 3, 2)),
    "cosine": (cosine(K, 10, 0.01), lambda rate: cosine(rate, 10, 0.01)),
    "cosine finals": (cosine(5.0, 10, K), lambda final: cosine(5.0, 10, final)),
    "one_cycle": (one_cycle(K, 10), lambda rate: one_cycle(rate, 10)),
    "warmup": (warmup(constant(K), 10), lambda rate: warmup(constant(rate), 10)),
}


@pytest.mark.parametrize("together, alone", MANY.values(), ids=MANY)
def test_rates_may_be_arrays_of_one_per_network(together, alone):
    for t in (1, 2, 5, 11, 30):
        assert together(t).shape == (3, 1)
        np.testing.assert_allclose(together(t)[:, 0], [alone(rate)(t) for rate in K[:, 0].tolist()], rtol=1e-14)


@each
def test_schedules_can_be_pickled_and_compared(schedule):
    other = pickle.loads(pickle.dumps(schedule))
    assert other == schedule and rates(other).tolist() == rates(schedule).tolist()
    assert sum(schedule == another for another in ALL.values()) == 1


@each
def test_the_number_of_the_step_may_be_any_kind_of_whole_number(schedule):
    for t in (np.int8(100), np.uint8(100), np.int64(100), 100.0):
        assert schedule(t) == schedule(100) and type(schedule(t)) is float
    with np.errstate(all="raise"):
        assert 0 <= schedule(10**15) <= 0.3


def test_small_integer_types_do_not_wrap_or_overflow():
    for one in (np.int8(1), np.uint8(1), np.float32(1), True, np.array([[1]], np.int8)):
        for schedule in (step_decay(0.3, one, 3), exponential(one, one), inverse_time(one, one)):
            with np.errstate(all="raise"):
                assert 0 <= schedule(10**9) <= 1
    for every in (np.int8(10), np.uint8(10), 10.0, True):
        assert step_decay(0.3, 0.5, every)(1000) == step_decay(0.3, 0.5, int(every))(1000)
        assert cosine(0.3, every)(1000) == 0 and one_cycle(0.3, every)(1000) < 1e-5
        assert warmup(constant(0.3), every)(1000) == 0.3


@each
@pytest.mark.parametrize("t, error, words", [
    (0, ValueError, "t must be a whole number of steps, from 1 to 2**53, got 0"),
    (-3, ValueError, "from 1 to 2**53, got -3"), (1e300, ValueError, "got 1e+300"),
    (1.5, ValueError, "got 1.5"), (np.nan, ValueError, "got nan"), (np.inf, ValueError, "got inf"),
    ("1", TypeError, "t must be one real number, got '1'"),
    (None, TypeError, "t must be one real number, got None"), ([1, 2], TypeError, "t must be one real number"),
    (np.arange(3), TypeError, "t must be one real number"),
])
def test_a_wrong_step_is_refused_by_all(schedule, t, error, words):
    with pytest.raises(error) as caught:
        schedule(t)
    assert type(caught.value) is error and words in str(caught.value)


@pytest.mark.parametrize("make, name", [
    (constant, "rate"), (lambda v: step_decay(v, 0.5, 2), "rate"), (lambda v: step_decay(0.1, v, 2), "factor"),
    (lambda v: exponential(v, 0.1), "rate"), (lambda v: exponential(0.1, v), "decay"),
    (lambda v: inverse_time(v, 0.1), "rate"), (lambda v: inverse_time(0.1, v), "decay"),
    (lambda v: cosine(v, 5), "rate"), (lambda v: cosine(0.1, 5, v), "final"), (lambda v: one_cycle(v, 5), "peak"),
])
def test_a_wrong_rate_is_named(make, name):
    zero_is_fine = name in ("decay", "final")
    for bad in [-0.1, np.nan, np.inf, -np.inf, np.array([[0.1], [-0.1]])] + [0, 0.0] * (not zero_is_fine):
        with pytest.raises(ValueError, match=f"^{name} must be finite and "):
            make(bad)
    for bad in ["0.1", None, 1j, {}, [0.1, [0.2]]]:
        with pytest.raises(TypeError, match=f"^{name} must "):
            make(bad)
    np.testing.assert_array_equal(make([[1], [0.5]])(3), make(np.array([[1], [0.5]]))(3))  # a list is fine
    if zero_is_fine:
        make(0)


@pytest.mark.parametrize("make, name", [
    (lambda v: step_decay(0.1, 0.5, v), "every"), (lambda v: cosine(0.1, v), "steps"),
    (lambda v: one_cycle(0.1, v), "steps"), (lambda v: warmup(constant(0.1), v), "steps"),
])
def test_a_wrong_number_of_steps_is_named(make, name):
    for bad in (0, -1, 2.5, np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match=f"^{name} must be a whole number of steps, .*, got {bad}"):
            make(bad)
    for bad in ("3", None, [3], np.array([3])):
        with pytest.raises(TypeError, match=f"^{name} must be one real number, got "):
            make(bad)


@pytest.mark.parametrize("call, error, words", [
    (lambda: step_decay(0.1, 1.5, 3), ValueError, "factor must be at most 1, got 1.5"),
    (lambda: warmup(0.1, 3), TypeError, "schedule must be callable, got 0.1; wrap a rate in constant(rate)"),
])
def test_other_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
