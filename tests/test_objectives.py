"""Objectives: gradients against finite differences, known minima, K points at once, SciPy and scikit-learn."""

import copy
import pickle

import numpy as np
import pytest
from scipy import optimize
from sklearn.linear_model import LogisticRegression, Ridge

from nnlib.datasets import load_diabetes, standardize
from nnlib.descent import minimize
from nnlib.gradcheck import check_gradient
from nnlib.objectives import beale, himmelblau, least_squares, logistic_regression, quadratic, rosenbrock
from nnlib.optimizers import Momentum
from nnlib.penalties import L1, L2, ElasticNet

rng = np.random.default_rng(0)
X, NOISE = rng.normal(size=(40, 4)), rng.normal(size=40)
Y = X @ [1.0, -2.0, 0.5, 0.0] + NOISE
LABELS = (Y > 0).astype(int)
A = X.T @ X / 40  # symmetric, positive definite, coupled

DATA = {
    "quadratic": quadratic(A, [1.0, 2.0, -1.0, 0.5]),
    "eigenvalues": quadratic([0.1, 1.0, 10.0, -2.0]),
    "least squares": least_squares(X, Y),
    "least squares, L1": least_squares(X, Y, L1(0.3)),
    "least squares, L2": least_squares(X, Y, L2(0.3)),
    "logistic": logistic_regression(X, LABELS),
    "logistic, L2": logistic_regression(X, LABELS, L2(0.3)),
    "logistic, elastic net": logistic_regression(X, LABELS, ElasticNet(0.3, 0.4)),
}
SURFACES = {"rosenbrock": rosenbrock, "beale": beale, "himmelblau": himmelblau}
ALL = [(f, 4) for f in DATA.values()] + [(f, 2) for f in SURFACES.values()]
each = pytest.mark.parametrize("f, d", ALL, ids=[*DATA, *SURFACES])


@each
def test_the_gradient_is_that_of_the_value(f, d):
    for theta in np.random.default_rng(1).normal(0, 1.5, (10, d)):
        assert check_gradient(f, theta).relative_error < 1e-6


@each
def test_k_points_at_once_are_k_single_points(f, d):
    thetas = np.random.default_rng(2).normal(size=(5, d))
    values, gradients = f(thetas)
    assert values.shape == (5,) and gradients.shape == (5, d)
    for theta, value, gradient in zip(thetas, values, gradients):
        alone = f(theta)
        assert type(alone[0]) is float and alone[0] == pytest.approx(value, rel=1e-13)
        np.testing.assert_allclose(alone[1], gradient, rtol=1e-11, atol=1e-12)
    assert check_gradient(f, thetas).relative_error < 1e-6


@each
def test_the_dtype_of_theta_goes_through_and_theta_stays_as_it_is(f, d):
    theta = np.linspace(-1, 1, d, dtype=np.float32)
    before = theta.copy()
    value, gradient = f(theta)
    assert type(value) is float and gradient.dtype == np.float32
    values, gradients = f(np.stack([theta, theta]))
    assert values.dtype == gradients.dtype == np.float32
    np.testing.assert_array_equal(theta, before)
    assert f(list(map(int, before)))[1].dtype == np.float64
    gradient[...] = np.nan  # whoever owns the gradient may write into it
    assert np.isfinite(f(theta)[1]).all() and np.isfinite(theta).all()


@each
def test_infinity_is_a_value_and_not_a_warning(f, d):
    for far in (1e200, -1e300, np.inf):
        value, gradient = f(np.full(d, far))
        assert not np.isfinite(value) or value > 1e100
        assert gradient.shape == (d,)
    assert np.isnan(f(np.full(d, np.nan))[0])


# Minima

@pytest.mark.parametrize("f, minima", [
    (rosenbrock, [(1, 1)]), (beale, [(3, 0.5)]),
    (himmelblau, [(3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]),
])
def test_the_published_minima(f, minima):
    for minimum in minima:
        found = optimize.minimize(f, np.array(minimum) + [0.1, -0.1], jac=True, method="BFGS", options={"gtol": 1e-9})
        np.testing.assert_allclose(found.x, minimum, atol=1e-6)
        assert 0 <= f(found.x)[0] < 1e-15
        assert f(np.array(minimum) + [0.01, 0.01])[0] > f(found.x)[0]


def test_published_values_off_the_minimum():
    assert rosenbrock([-1.2, 1.0])[0] == pytest.approx(24.2, rel=1e-14)  # Moré, Garbow & Hillstrom (1981)
    assert beale([1.0, 1.0])[0] == 14.203125  # 1.5^2 + 2.25^2 + 2.625^2
    assert himmelblau([-0.270845, -0.923039])[0] == pytest.approx(181.617, abs=1e-3)  # the local maximum


def test_a_quadratic_is_flat_at_the_solution_of_its_equations():
    minimum = np.linalg.solve(A, [1.0, 2.0, -1.0, 0.5])
    value, gradient = DATA["quadratic"](minimum)
    np.testing.assert_allclose(gradient, 0, atol=1e-13)
    assert value == pytest.approx(-minimum @ A @ minimum / 2, rel=1e-12)
    u = np.array([0.3, -1.0, 0.2, 0.7])
    assert DATA["quadratic"](minimum + u)[0] - value == pytest.approx(u @ A @ u / 2, rel=1e-12)


def test_eigenvalues_are_a_diagonal_matrix():
    theta = np.array([1.0, -2.0])
    assert quadratic([2.0, 5.0])(theta)[0] == quadratic([[2.0, 0.0], [0.0, 5.0]])(theta)[0] == 11


def test_ridge_has_the_closed_form_and_is_scikit_learns():
    lam, n = 0.3, len(Y)
    closed = np.linalg.solve(X.T @ X / n + lam * np.eye(4), X.T @ Y / n)
    np.testing.assert_allclose(least_squares(X, Y, L2(lam))(closed)[1], 0, atol=1e-14)
    found = optimize.minimize(least_squares(X, Y, L2(lam)), np.zeros(4), jac=True, options={"gtol": 1e-10}).x
    np.testing.assert_allclose(found, closed, rtol=1e-8)
    np.testing.assert_allclose(Ridge(alpha=n * lam, fit_intercept=False).fit(X, Y).coef_, closed, rtol=1e-10)


def test_without_a_penalty_least_squares_is_lstsq():
    solution, (rss,), *_ = np.linalg.lstsq(X, Y)
    value, gradient = least_squares(X, Y)(solution)
    np.testing.assert_allclose(gradient, 0, atol=1e-14)
    assert value == pytest.approx(rss / (2 * len(Y)), rel=1e-12)


# Logistic regression against scikit-learn: C = 1 / (n lambda), as theirs is C sum of losses + ||w||^2 / 2

def newton(f, d):
    """The minimiser to the last digits: SciPy's Newton with the gradient's differences for a Hessian."""
    def hessian(t):
        return np.array([(f(t + h)[1] - f(t - h)[1]) / 2e-5 for h in 1e-5 * np.eye(d)])

    return optimize.minimize(f, np.zeros(d), jac=True, hess=hessian, method="trust-exact", options={"gtol": 1e-11}).x


@pytest.mark.parametrize("lam", [0.0, 0.001, 0.1, 3.0])
def test_logistic_regressions_minimiser_is_scikit_learns(lam):
    n, d = X.shape
    C = np.inf if lam == 0 else 1 / (n * lam)
    theirs = LogisticRegression(C=C, fit_intercept=False, solver="newton-cholesky", tol=1e-12).fit(X, LABELS).coef_[0]
    f = logistic_regression(X, LABELS, L2(lam) if lam else None)
    np.testing.assert_allclose(f(theirs)[1], 0, atol=1e-9)
    np.testing.assert_allclose(newton(f, d), theirs, rtol=1e-7, atol=1e-9)


def test_a_column_of_ones_is_scikit_learns_intercept():
    theirs = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12).fit(X, LABELS)
    f = logistic_regression(np.column_stack([X, np.ones(len(X))]), LABELS)
    np.testing.assert_allclose(newton(f, 5), [*theirs.coef_[0], *theirs.intercept_], rtol=1e-7)


def test_logistic_loss_at_zero_is_ln_2_and_far_out_it_is_the_margin():
    assert logistic_regression(X, LABELS)(np.zeros(4))[0] == pytest.approx(np.log(2), rel=1e-15)
    with np.errstate(all="raise"):
        assert logistic_regression([[1.0], [1.0]], [0, 1])([1000.0])[0] == 500
        assert logistic_regression([[1.0]], [True])([800.0])[0] == 0


# Interoperation with SciPy, both ways

@pytest.mark.parametrize("method", ["BFGS", "CG", "L-BFGS-B", "TNC", "SLSQP"])
def test_scipy_minimises_ours(method):
    found = optimize.minimize(rosenbrock, [-1.2, 1.0], jac=True, method=method)
    np.testing.assert_allclose(found.x, 1, atol=2e-3)
    assert found.fun == rosenbrock(found.x)[0]


def test_scipy_checks_our_gradients():
    for f, d in ALL:
        theta = np.linspace(0.5, 1.5, d)
        error = optimize.check_grad(lambda t, f=f: f(t)[0], lambda t, f=f: f(t)[1], theta)
        assert error < 1e-5 * max(1, np.linalg.norm(f(theta)[1]))


def test_rosenbrock_is_scipys():
    for theta in rng.normal(0, 2, (20, 2)):
        value, gradient = rosenbrock(theta)
        assert value == pytest.approx(optimize.rosen(theta), rel=1e-13)
        np.testing.assert_allclose(gradient, optimize.rosen_der(theta), rtol=1e-11)


def test_our_descent_runs_on_a_pair_of_scipys_functions():
    theirs = minimize(lambda t: (optimize.rosen(t), optimize.rosen_der(t)), [-1.2, 1.0], Momentum(1e-3), 3000)
    ours = minimize(rosenbrock, [-1.2, 1.0], Momentum(1e-3), 3000)
    np.testing.assert_allclose(theirs.thetas, ours.thetas, atol=1e-9)
    np.testing.assert_allclose(ours.thetas[-1], 1, atol=1e-3)
    five = minimize(lambda t: (optimize.rosen(t), optimize.rosen_der(t)), np.zeros(5), Momentum(1e-3), 5000)
    np.testing.assert_allclose(five.thetas[-1], 1, atol=1e-2)


def test_a_whole_data_set_from_end_to_end():
    features, y = load_diabetes()
    features, y = standardize(features), y - y.mean()
    truth = np.linalg.lstsq(features, y)[0]
    found = optimize.minimize(least_squares(features, y), np.zeros(10), jac=True, options={"gtol": 1e-9}).x
    np.testing.assert_allclose(found, truth, rtol=1e-6)


# Data

def test_the_data_are_copied_and_never_changed():
    mine, targets, matrix = X.copy(), Y.copy(), A.copy()
    f, g = least_squares(mine, targets, L2(0.1)), quadratic(matrix)
    before = f(np.ones(4)), g(np.ones(4))
    mine[...], targets[...], matrix[...] = 7, 7, 7
    assert f(np.ones(4))[0] == before[0][0] and g(np.ones(4))[0] == before[1][0]
    assert (mine == 7).all() and (targets == 7).all() and (matrix == 7).all()


@each
def test_objectives_can_be_pickled_and_copied(f, d):
    theta = np.linspace(-1, 1, d)
    for again in (pickle.loads(pickle.dumps(f)), copy.deepcopy(f)):
        assert again(theta)[0] == f(theta)[0]


def test_a_strength_for_each_of_k_points():
    thetas, strengths = rng.normal(size=(3, 4)), np.array([[0.1], [1.0], [10.0]])
    values, gradients = least_squares(X, Y, L2(strengths))(thetas)
    for k, strength in enumerate(strengths.ravel()):
        value, gradient = least_squares(X, Y, L2(strength))(thetas[k])
        assert values[k] == pytest.approx(value, rel=1e-13)
        np.testing.assert_allclose(gradients[k], gradient, rtol=1e-12)


@pytest.mark.parametrize("call, error, words", [
    (lambda: quadratic(3.0), ValueError, "A must be a symmetric matrix (d, d)"),
    (lambda: quadratic(np.ones((2, 3))), ValueError, "got shape (2, 3)"),
    (lambda: quadratic([[1.0, 2.0], [0.0, 1.0]]), ValueError, "use (A + A.T) / 2"),
    (lambda: quadratic([[1e-9, 5e-9], [0.0, 1e-9]]), ValueError, "A must be symmetric"),
    (lambda: quadratic([[1.0, 2.0], [3.0]]), TypeError, "A must be a number or a regular array"),
    (lambda: quadratic([np.nan, 1.0]), ValueError, "A must be finite, got nan"),
    (lambda: quadratic([1.0, 2.0], [1.0]), ValueError, "b must have shape (2,)"),
    (lambda: quadratic([1.0], ["a"]), TypeError, "b must hold real numbers"),
    (lambda: quadratic([1.0, 2.0])([1.0]), ValueError, "theta must have shape (2,), or (K, 2)"),
    (lambda: quadratic([1.0])(1.0), ValueError, "theta must have shape (1,)"),
    (lambda: rosenbrock([1.0, 2.0, 3.0]), ValueError, "theta must have shape (2,)"),
    (lambda: beale(np.zeros((1, 1, 2))), ValueError, "got (1, 1, 2)"),
    (lambda: himmelblau(["a", "b"]), TypeError, "theta must hold real numbers"),
    (lambda: least_squares(X, Y)([1j, 0, 0, 0]), TypeError, "theta must hold real numbers"),
    (lambda: least_squares(X, Y[:, None]), ValueError, "y (n,)"),
    (lambda: least_squares(X, Y[:-1]), ValueError, "got shapes (40, 4) and (39,)"),
    (lambda: least_squares(X[:0], Y[:0]), ValueError, "at least one example"),
    (lambda: least_squares(Y, Y), ValueError, "X must be (n, d)"),
    (lambda: least_squares(np.where(X > 2, np.inf, X), Y), ValueError, "X must be finite, got inf"),
    (lambda: least_squares(X, np.where(Y > 2, np.nan, Y)), ValueError, "y must be finite, got nan"),
    (lambda: least_squares(X, Y, 0.1), TypeError, "penalty must be one of nnlib.penalties or None, got 0.1"),
    (lambda: least_squares(X, Y, L2(np.ones((2, 1))))(np.zeros(4)), ValueError, "strength (and step)"),
    (lambda: logistic_regression(X, 2 * LABELS - 1), ValueError, "y must hold 0 and 1, got -1.0"),
    (lambda: logistic_regression(X, Y), ValueError, "y must hold 0 and 1"),
    (lambda: logistic_regression(X, LABELS[:, None]), ValueError, "y (n,)"),
    (lambda: logistic_regression(X, LABELS)(np.zeros(5)), ValueError, "theta must have shape (4,)"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_symmetry_is_judged_by_the_matrix_own_scale():
    tiny = np.array([[2.0, 1.0], [1.0, 2.0]]) * 1e-20
    assert quadratic(tiny)([1.0, 1.0])[0] == pytest.approx(3e-20)
    with pytest.raises(ValueError, match="A must be symmetric"):
        quadratic(tiny + np.array([[0.0, 1e-20], [0.0, 0.0]]))
