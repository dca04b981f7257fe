"""Finite differences: right to their own error, and a check that finds what is wrong and says where."""

import numpy as np
import pytest

from nnlib.activations import sigmoid
from nnlib.gradcheck import check_gradient, numerical_gradient

A = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])


def quadratic(theta):
    return (theta @ A @ theta / 2).item(), A @ theta


def test_gradient_of_a_quadratic_is_exact_but_for_rounding():
    theta = np.array([1.0, -2.0, 50.0])
    np.testing.assert_allclose(numerical_gradient(quadratic, theta), A @ theta, rtol=1e-7)


def test_error_falls_with_the_square_of_the_step_then_rounding_takes_over():
    exact = sigmoid.derivative(0.3)
    error = [abs(numerical_gradient(sigmoid, 0.3, h) - exact) for h in (1e-1, 1e-2, 1e-3, 1e-12)]
    assert error[0] / error[1] == pytest.approx(100, rel=0.02) and error[1] / error[2] == pytest.approx(100, rel=0.02)
    assert error[3] > error[2]


def test_any_shape_of_theta_and_kinds_of_value():
    W = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(numerical_gradient(lambda W: (W**2).sum(), W), 2 * W, atol=1e-8)
    np.testing.assert_allclose(numerical_gradient(lambda W: (W**2).sum(-1), W), 2 * W, atol=1e-8)  # one value a row
    np.testing.assert_allclose(numerical_gradient(lambda W: W**2, W), 2 * W, atol=1e-8)  # element by element
    assert type(numerical_gradient(lambda w: w * w, 3)) is float


def test_theta_is_never_changed_even_by_an_f_that_writes_into_it():
    theta = np.ones(3)

    def careless(t):
        t *= 2
        return t.sum(), np.full(3, 2.0)

    assert check_gradient(careless, theta).relative_error < 1e-9
    np.testing.assert_array_equal(theta, 1)


def test_the_check_names_the_entry_that_is_wrong():
    def wrong(theta):
        value, gradient = quadratic(theta)
        gradient[1] *= 1.01
        return value, gradient

    check = check_gradient(wrong, [1.0, -2.0, 0.5])
    assert check.where == (1,) and check.relative_error == pytest.approx(0.01, rel=0.02)
    assert "at (1,)" in str(check)
    assert check_gradient(quadratic, [1.0, -2.0, 0.5]).relative_error < 1e-9


def test_a_wrong_entry_does_not_hide_behind_a_large_one():
    f = lambda t: (1e2 * t[0] + t[1], np.array([1e2, 1.1]))  # noqa: E731
    assert check_gradient(f, [1.0, 1.0]).where == (1,)
    assert check_gradient(f, [1.0, 1.0]).relative_error > 0.05
    f = lambda t: (1e2 * t[0] + 1e-6 * t[1], np.array([1e2, 2e-6]))  # noqa: E731
    assert check_gradient(f, [1.0, 1.0]).relative_error < 1e-4  # below a thousandth of the largest nothing is promised


def test_float32_gradients_are_compared_with_float64_differences():
    theta = np.array([1.0, -2.0, 0.5], dtype=np.float32)
    check = check_gradient(quadratic, theta)
    assert check.relative_error < 1e-6 and check.numerical.dtype == np.float64


def test_a_gradient_that_is_not_finite_is_infinitely_wrong():
    for bad in (np.nan, np.inf):
        gradient = np.array([1.0, bad])
        check = check_gradient(lambda t, gradient=gradient: (t.sum(), gradient), [1.0, 2.0])
        assert check.relative_error == np.inf and check.where == (1,)


def test_a_gradient_of_zero_is_right():
    assert check_gradient(lambda t: (1.0, np.zeros(2)), [1.0, 2.0]).relative_error == 0


@pytest.mark.parametrize("call, error, words", [
    (lambda: numerical_gradient(quadratic, ["a"]), TypeError, "theta must hold real numbers"),
    (lambda: numerical_gradient(quadratic, [1.0, 2.0, 3.0], h=0), ValueError, "h must be a positive number, got 0"),
    (lambda: numerical_gradient(lambda t: np.ones(5), [1.0, 2.0]), ValueError, "value of shape (5,)"),
    (lambda: check_gradient(lambda t: t.sum(), [1.0]), TypeError, "f must return a pair (value, gradient)"),
    (lambda: check_gradient(lambda t: (t.sum(), ["1"]), [1.0]), TypeError, "f's gradient must hold real numbers"),
    (lambda: check_gradient(lambda t: (t.sum(), t + 1j), [1.0]), TypeError, "f's gradient must hold real numbers"),
    (lambda: check_gradient(lambda t: (t.sum(), [[1], [1, 2]]), [1.0]), TypeError, "f's gradient must be a number or"),
    (lambda: check_gradient(lambda t: (t.sum(), np.ones(3)), [1.0]), ValueError, "shape (1,), got (3,)"),
    (lambda: check_gradient(lambda t: (0.0, t), []), ValueError, "at least one parameter"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_the_step_is_h_for_small_numbers_and_h_times_the_size_for_large_ones():
    """(w + s)^3 - (w - s)^3 = 2s (3 w^2 + s^2): the error of the difference tells the step."""
    for w, s in ((0.0, 0.1), (0.9, 0.1), (-1.0, 0.1), (10.0, 1.0), (-30.0, 3.0)):
        assert numerical_gradient(lambda w: w**3, w, h=0.1) == pytest.approx(3 * w**2 + s**2, rel=1e-12)
