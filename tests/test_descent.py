"""Descent: paths against closed forms, lasso and elastic net against scikit-learn to 1e-8, guarantees, bad input."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import ElasticNet as TheirElasticNet
from sklearn.linear_model import Lasso

from nnlib._check import Diverged
from nnlib.datasets import load_diabetes, sparse_regression, standardize
from nnlib.descent import NotConverged, Path, coordinate_descent, lasso_path, minimize, proximal_gradient
from nnlib.objectives import himmelblau, least_squares, quadratic, rosenbrock
from nnlib.optimizers import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp
from nnlib.penalties import L1, L2, ElasticNet, soft_threshold
from nnlib.schedules import inverse_time


def diabetes():
    X, y = load_diabetes()
    return standardize(X), y - y.mean()


def correlated():
    """Twelve columns with correlations 0.8^|i - j|, of scales from 0.7 to 1.4."""
    rng = np.random.default_rng(3)
    root = np.linalg.cholesky(0.8 ** np.abs(np.subtract.outer(range(12), range(12))))
    X = rng.normal(size=(60, 12)) @ root.T
    return X * np.geomspace(0.7, 1.4, 12), X @ np.repeat([2.0, 0.0, -1.0], 4) + rng.normal(size=60)


def with_a_zero_column():
    X, y, _ = sparse_regression(50, 6, nonzero=3, noise=0.5, rng=np.random.default_rng(4))
    X[:, 2] = 0
    return X, y


DATA = {
    "diabetes": diabetes(), "correlated": correlated(), "zero column": with_a_zero_column(),
    "sparse": sparse_regression(100, 20, nonzero=5, noise=0.5, rng=np.random.default_rng(1))[:2],
    "d > n": sparse_regression(30, 60, nonzero=4, noise=0.1, rng=np.random.default_rng(2))[:2],
}
each = pytest.mark.parametrize("data", DATA)
PENALTIES = {
    "L1, 0.9 of the largest": lambda top: L1(0.9 * top), "L1, 0.3": lambda top: L1(0.3 * top),
    "L1, 0.03": lambda top: L1(0.03 * top), "net, 0.5": lambda top: ElasticNet(0.1 * top, 0.5),
    "net, nearly L2": lambda top: ElasticNet(0.3 * top, 0.05), "net, all L1": lambda top: ElasticNet(0.1 * top, 1.0),
}


def strongest(X, y):
    """The strength from which on the lasso is all zeros: max |x_j^T y| / n."""
    return np.abs(X.T @ y).max() / len(y)


def scikit(X, y, strength, l1_ratio):
    """Their minimiser of 1/(2n) ||y - X w||^2 + strength (l1_ratio ||w||_1 + (1 - l1_ratio)/2 ||w||^2)."""
    options = dict(alpha=strength, fit_intercept=False, tol=1e-14, max_iter=1_000_000)
    theirs = Lasso(**options) if l1_ratio == 1 else TheirElasticNet(l1_ratio=l1_ratio, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # tol asks for more than rounding may allow
        return theirs.fit(X, y).coef_


def curvature(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))[-1]


# Lasso and elastic net

@each
@pytest.mark.parametrize("make", PENALTIES.values(), ids=PENALTIES)
def test_coordinate_descent_is_scikit_learns_to_1e_8(data, make):
    X, y = DATA[data]
    penalty = make(strongest(X, y))
    ours = coordinate_descent(X, y, penalty, tolerance=1e-13)
    theirs = scikit(X, y, penalty.strength, getattr(penalty, "l1_ratio", 1.0))
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8 * np.abs(theirs).max())
    np.testing.assert_array_equal(ours == 0, theirs == 0)
    np.testing.assert_allclose(coordinate_descent(X, y, penalty), ours, atol=1e-7 * np.abs(ours).max())  # as it comes


@each
def test_the_path_is_scikit_learns_in_the_requested_order(data):
    X, y = DATA[data]
    strengths = strongest(X, y) * np.array([0.1, 1.5, 0.5, 0.02, 0.8])
    path = lasso_path(X, y, strengths)
    for strength, theta in zip(strengths, path):
        theirs = scikit(X, y, strength, 1.0)
        np.testing.assert_allclose(theta, theirs, rtol=1e-7, atol=1e-7 * max(np.abs(theirs).max(), 1e-300))
    assert not path[1].any() and path[4].any()
    assert lasso_path(X, y, []).shape == (0, X.shape[1])


@each
@pytest.mark.parametrize("make", PENALTIES.values(), ids=PENALTIES)
def test_optimality_conditions(data, make):
    """Minus the gradient of the smooth part is l1 sign(theta_j) where theta_j != 0, and within [-l1, l1] elsewhere."""
    X, y = DATA[data]
    penalty = make(top := strongest(X, y))
    ratio = getattr(penalty, "l1_ratio", 1.0)
    l1, l2 = penalty.strength * ratio, penalty.strength * (1 - ratio)
    theta = coordinate_descent(X, y, penalty)
    pull = X.T @ (y - X @ theta) / len(y) - l2 * theta
    on = theta != 0
    np.testing.assert_allclose(pull[on], l1 * np.sign(theta[on]), atol=1e-9 * top)
    assert (np.abs(pull[~on]) <= l1 + 1e-9 * top).all() and on.any()
    assert not np.signbit(theta[~on]).any()  # which would be printed as -0.


@each
def test_the_largest_strength_that_leaves_anything(data):
    X, y = DATA[data]
    top = strongest(X, y)
    assert not coordinate_descent(X, y, L1(top * (1 + 1e-12))).any()
    assert np.count_nonzero(coordinate_descent(X, y, L1(top * 0.999))) == 1


def test_an_orthonormal_design_is_a_soft_threshold_and_ridge_a_shrinkage():
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.normal(size=(30, 5)))[0] * np.sqrt(30)  # X^T X / n = 1
    y = rng.normal(size=30)
    ols = Q.T @ y / 30
    np.testing.assert_allclose(coordinate_descent(Q, y, L1(0.1)), soft_threshold(ols, 0.1), atol=1e-14)
    np.testing.assert_allclose(coordinate_descent(Q, y, L2(0.5)), ols / 1.5, rtol=1e-12)
    both = coordinate_descent(Q, y, ElasticNet(0.2, 0.5))
    np.testing.assert_allclose(both, soft_threshold(ols, 0.1) / 1.1, atol=1e-14)


def test_l2_is_the_closed_form_and_no_strength_is_lstsq():
    X, y = DATA["diabetes"]
    ridge = np.linalg.solve(X.T @ X / len(y) + 0.5 * np.eye(10), X.T @ y / len(y))
    np.testing.assert_allclose(coordinate_descent(X, y, L2(0.5)), ridge, rtol=1e-8)
    np.testing.assert_allclose(coordinate_descent(X, y, ElasticNet(0.5, 0.0)), ridge, rtol=1e-8)
    np.testing.assert_allclose(coordinate_descent(X, y, L1(0.0), tolerance=1e-13), np.linalg.lstsq(X, y)[0], rtol=1e-8)


def test_a_column_of_zeros_gets_zero_whatever_the_start():
    X, y = DATA["zero column"]
    cold = coordinate_descent(X, y, L1(0.1), tolerance=1e-13)
    warm = coordinate_descent(X, y, L1(0.1), start=np.full(6, 5.0), tolerance=1e-13)
    assert cold[2] == warm[2] == 0
    np.testing.assert_allclose(warm, cold, atol=1e-11)
    assert not coordinate_descent(np.zeros((4, 3)), np.ones(4), L1(0.1), start=[1, 2, 3]).any()
    assert not coordinate_descent(np.ones((4, 1)), np.zeros(4), L1(0.1), start=[1]).any()


def test_scales_far_from_one():
    X, y = DATA["sparse"]
    theta = coordinate_descent(X, y, L1(0.1))
    for a, b in ((1e-60, 1e60), (1e60, 1e-60), (1e30, 1e30)):
        scaled = coordinate_descent(X * a, y * b, L1(0.1 * a * b))
        np.testing.assert_allclose(scaled * (a / b), theta, atol=1e-8)


def test_data_and_start_stay_as_they_are():
    X, y = DATA["sparse"]
    start, before = np.ones(20), (X.copy(), y.copy())
    coordinate_descent(X, y, L1(0.1), start=start)
    lasso_path(X, y, [0.5, 0.1])
    assert (start == 1).all()
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_too_few_sweeps_are_an_error_that_says_by_how_much():
    X, y = DATA["correlated"]
    found = {}
    for sweeps in (1, 3, 5):
        with pytest.raises(NotConverged, match=rf"in {sweeps} sweeps: .* violated by \d.*more sweeps") as caught:
            coordinate_descent(X, y, L1(0.01), sweeps=sweeps)
        found[sweeps] = least_squares(X, y, L1(0.01))(caught.value.theta)[0]
    assert isinstance(caught.value, FloatingPointError)
    least = least_squares(X, y, L1(0.01))(coordinate_descent(X, y, L1(0.01)))[0]
    assert y @ y / (2 * len(y)) > found[1] > found[3] > found[5] > least  # the best theta so far comes along


def hard(n, d, correlation=0.0, doubled=False, seed=0, scales=1.0):
    """A design on which plain coordinate descent needs tens of thousands of sweeps where the strength is small."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    if correlation:
        X = X @ np.linalg.cholesky(correlation ** np.abs(np.subtract.outer(range(d), range(d)))).T
    y = X[:, :20].sum(1) + 0.5 * rng.normal(size=n)
    return (np.hstack([X, X]) if doubled else X) * scales, y


def duality_gap(X, y, theta, strength):
    """Primal minus dual objective of the lasso, by |y|^2 / n: how far theta is from the minimum at most."""
    residual = y - X @ theta
    u = residual * min(1, strength / (np.abs(X.T @ residual).max() / len(y)))  # a feasible point of the dual
    primal = residual @ residual / 2 + len(y) * strength * np.abs(theta).sum()
    return (primal - (y @ y - (y - u) @ (y - u)) / 2) / (y @ y)


@pytest.mark.parametrize("design, share", [
    (hard(64, 128), 1e-8), (hard(64, 128), 1e-3), (hard(100, 500), 1e-3), (hard(200, 1000), 1e-2),
    (hard(150, 300, correlation=0.95), 1e-3), (hard(100, 200, doubled=True), 1e-3), (hard(100, 50, doubled=True), 1e-5),
    (hard(300, 60, correlation=0.999), 1e-4), (hard(40, 40), 1e-6), (hard(20, 300, correlation=0.9), 0.5),
    (hard(400, 400), 1e-3), (hard(60, 120, scales=np.geomspace(0.1, 10, 120)), 1e-6),
], ids=["64 x 128, hardly any L1", "64 x 128", "100 x 500", "200 x 1000", "correlated", "doubled", "doubled, n > d",
        "nearly equal columns", "square", "few columns on", "large square", "scales"])
def test_a_hard_lasso_is_solved_in_a_thousand_sweeps_or_two(design, share):
    X, y = design
    strength = share * strongest(X, y)
    sweeps = 1000 if share > 1e-5 else 2000  # too few for some designs without momentum, for most without leaps
    theta = coordinate_descent(X, y, L1(strength), sweeps=sweeps)
    assert abs(duality_gap(X, y, theta, strength)) < 1e-12
    assert np.count_nonzero(theta) <= 2 * len(X)
    elsewhere = coordinate_descent(X, y, L1(strength), start=np.random.default_rng(1).normal(size=X.shape[1]))
    assert abs(duality_gap(X, y, elsewhere, strength)) < 1e-10


@pytest.mark.parametrize("correlation", [0, 0.9, 0.999])
@pytest.mark.parametrize("make", [L1, L2, ElasticNet])
def test_a_sweep_from_anywhere_lowers_the_objective(make, correlation):
    """Though all coordinates move at once, and each would go too far where they are correlated."""
    X, y = hard(100, 8, correlation)
    penalty = make(0.1 * strongest(X, y))
    f = least_squares(X, y, penalty)
    for start in np.random.default_rng(0).normal(size=(20, 8)) * np.geomspace(0.01, 100, 20)[:, None]:
        with pytest.raises(NotConverged) as caught:
            coordinate_descent(X, y, penalty, start=start, sweeps=1)
        assert f(caught.value.theta)[0] < f(start)[0]


@pytest.mark.parametrize("design", [
    lambda x: np.c_[np.ones(50), x], lambda x: np.c_[np.ones(50), x + 300], lambda x: np.c_[x, np.ones(50)],
    lambda x: np.c_[np.full(50, 1e-3), 1e3 * x]])
@pytest.mark.parametrize("mean", [0, 10, 1e4, 1.7e9, 1e15])
def test_data_that_are_not_centred_are_solved_or_refused_with_the_remedy(design, mean):
    """1.7e9 is a time in seconds; a line through 50 points, exact but for the rounding of the data themselves."""
    x = np.random.default_rng(5).normal(size=50)
    X, y = design(x), mean + 0.5 * x
    slope = np.linalg.lstsq(X - X.mean(axis=0), y - y.mean())[0]
    for solve in (lambda: coordinate_descent(X, y, L1(0.0)), lambda: lasso_path(X, y, [1e-12])[0]):
        try:
            theta = solve()
        except ValueError as error:
            assert mean >= 1e4 and "centre them: X - X.mean(axis=0) and y - y.mean()" in str(error)
        else:
            assert mean <= 1e4
            np.testing.assert_allclose((X @ theta)[:2], y[:2], rtol=1e-6)
            varies = X.std(axis=0) > 1e-9
            np.testing.assert_allclose(theta[varies], slope[varies], rtol=1e-6)


def test_a_step_that_a_rule_cannot_make_ends_the_descent_with_its_path():
    for dtype, size in ((np.float32, 1e20), (np.float64, 1e155)):
        with pytest.raises(Diverged, match="the square of a gradient overflows float") as caught:
            minimize(quadratic([size, 1.0]), np.ones(2, dtype), Adam(0.1), 50)
        np.testing.assert_array_equal(caught.value.path.thetas, [[1, 1]])


@settings(max_examples=60)
@given(st.integers(1, 30), st.integers(1, 8), st.floats(0.01, 1.2), st.floats(0.05, 1.0), st.integers(0, 10**6))
def test_no_neighbour_is_better(n, d, share, ratio, seed):
    """What defines the solution: the objective is convex, and every small move raises it."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    penalty = ElasticNet(share * strongest(X, y), ratio)
    f = least_squares(X, y, penalty)
    theta = coordinate_descent(X, y, penalty, tolerance=1e-12)
    best = f(theta)[0]
    for move in (*np.eye(d), *rng.normal(size=(5, d))):
        for size in (1e-4, -1e-4, 0.1, -0.1):
            assert f(theta + size * move)[0] >= best - 1e-14


# Proximal gradient: the same solution, and the bounds of Beck & Teboulle (2009), theorems 3.1 and 4.4

@each
@pytest.mark.parametrize("accelerated", [False, True])
def test_proximal_gradient_ends_where_coordinate_descent_does(data, accelerated):
    X, y = DATA[data]
    top, d = strongest(X, y), X.shape[1]
    for penalty in (L1(0.3 * top), ElasticNet(0.3 * top, 0.5)):
        goal = coordinate_descent(X, y, penalty, tolerance=1e-13)
        f, steps = least_squares(X, y), {"correlated": 4_000}.get(data, 1_500)
        path = proximal_gradient(f, penalty, np.zeros(d), step=1 / curvature(X), steps=steps, accelerated=accelerated)
        np.testing.assert_allclose(path.thetas[-1], goal, atol=1e-8 * np.abs(goal).max())
        np.testing.assert_array_equal(path.thetas[-1] == 0, goal == 0)


@each
def test_the_bounds_of_ista_and_fista(data):
    X, y = DATA[data]
    penalty, L, steps = L1(0.05 * strongest(X, y)), curvature(X), 300
    goal = coordinate_descent(X, y, penalty, tolerance=1e-13)
    least = least_squares(X, y, penalty)(goal)[0]
    k, distance = np.arange(1, steps + 1), goal @ goal  # from 0
    gap = {}
    for accelerated in (False, True):
        path = proximal_gradient(least_squares(X, y), penalty, np.zeros(X.shape[1]), step=1 / L, steps=steps,
                                 accelerated=accelerated)
        assert path.values[0] == pytest.approx(y @ y / (2 * len(y)), rel=1e-14)
        gap[accelerated] = path.values[1:] - least
    rounding = 1e-14 * least
    assert (np.diff(gap[False]) <= rounding).all()  # never uphill
    assert (gap[False] <= L * distance / (2 * k) + rounding).all()
    assert (gap[True] <= 2 * L * distance / (k + 1) ** 2 + rounding).all()


def test_nesterovs_worst_function_between_his_bounds():
    """No first-order method is below 3 L ||x*||^2 / (32 (k + 1)^2) at k = (d - 1) / 2 (Nesterov, 2004, th. 2.1.7)."""
    d, k = 401, 200
    worst = quadratic((2 * np.eye(d) - np.eye(d, k=1) - np.eye(d, k=-1)) / 4, np.eye(d)[0] / 4)  # L = 1
    minimum = np.linalg.solve(worst.A, worst.b)
    ista, fista = (proximal_gradient(worst, L1(0.0), np.zeros(d), step=1.0, steps=k, accelerated=way).values[-1]
                   - worst(minimum)[0] for way in (False, True))
    lower, upper = 3 / 32 * (minimum @ minimum) / (k + 1) ** 2, 2 * (minimum @ minimum) / (k + 1) ** 2
    assert lower <= fista <= upper and ista > 5 * fista


def test_the_first_steps_of_fista_by_hand():
    """f = theta^2 / 2 without a penalty, step 1/2: t = 1, 1.618, 2.1935; 1, 1/2, then 1/2 of the point ahead."""
    path = proximal_gradient(quadratic([1.0]), L1(0.0), [1.0], step=0.5, steps=3, accelerated=True).thetas[:, 0]
    t2 = (1 + np.sqrt(5)) / 2
    t3 = (1 + np.sqrt(1 + 4 * t2**2)) / 2
    ahead = 0.25 + (t2 - 1) / t3 * (0.25 - 0.5)
    np.testing.assert_allclose(path, [1, 0.5, 0.25, ahead / 2], rtol=1e-14)


def test_exact_zeros_stay_in_the_path_of_k_starts():
    X, y = DATA["sparse"]
    f, penalty, step = least_squares(X, y), L1(0.3), 1 / curvature(X)
    starts = np.random.default_rng(0).normal(size=(3, 20))
    together = proximal_gradient(f, penalty, starts, step=step, steps=200, accelerated=True)
    assert together.thetas.shape == (201, 3, 20) and together.values.shape == (201, 3)
    for k, start in enumerate(starts):
        alone = proximal_gradient(f, penalty, start, step=step, steps=200, accelerated=True)
        np.testing.assert_allclose(together.thetas[:, k], alone.thetas, atol=1e-12)
        assert 0 < np.count_nonzero(alone.thetas[-1]) < 20


# minimize

H = np.array([0.1, 1.0, 3.0])
START = np.array([1.0, -2.0, 0.5])


def test_gradient_descent_shrinks_each_coordinate_geometrically():
    path = minimize(quadratic(H), START, SGD(0.5), 40)
    powers = (1 - 0.5 * H) ** np.arange(41)[:, None]
    np.testing.assert_allclose(path.thetas, START * powers, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(path.values, (H * (START * powers) ** 2).sum(1) / 2, rtol=1e-12)


def test_gradient_descent_in_a_turned_basis_around_the_minimum():
    Q = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    A, b = Q @ np.diag(H) @ Q.T, np.array([1.0, 2.0, 3.0])
    path = minimize(quadratic(A, b), START, SGD(0.4), 25)
    minimum = np.linalg.solve(A, b)
    expected = minimum + Q @ ((1 - 0.4 * H) ** 25 * (Q.T @ (START - minimum)))
    np.testing.assert_allclose(path.thetas[-1], expected, rtol=1e-11)


@pytest.mark.parametrize("rule, trace, det", [
    (Momentum, lambda r, b, h: 1 + b - r * h, lambda r, b, h: b),
    (Nesterov, lambda r, b, h: (1 + b) * (1 - r * h), lambda r, b, h: b * (1 - r * h)),
])
def test_momentum_obeys_its_recurrence_of_second_order(rule, trace, det):
    """On h theta^2 / 2: theta_(k+1) = trace theta_k - det theta_(k-1), so theta_k = a z1^k + b z2^k, z its roots.

    Nesterov's form of Sutskever et al. moves the point ahead, which obeys the same recurrence."""
    r, beta, h = 0.5, 0.8, 1.3
    path = minimize(quadratic([h]), [1.0], rule(r, beta=beta), 60).thetas[:, 0]
    z = np.roots([1, -trace(r, beta, h), det(r, beta, h)])
    a = np.linalg.solve(np.vander(z, 2, increasing=True).T, path[:2])
    np.testing.assert_allclose(path, (a * z ** np.arange(61)[:, None]).sum(1).real, atol=1e-12)
    assert path[1] == pytest.approx(1 - r * h if rule is Momentum else 1 - r * h * (1 + beta), rel=1e-14)


def test_a_schedule_is_asked_once_a_step_from_1_on():
    path = minimize(quadratic([1.0]), [1.0], SGD(lambda t: 1 / (t + 1)), 9).thetas[:, 0]
    np.testing.assert_allclose(path, 1 / np.arange(1, 11), rtol=1e-14)  # products of t / (t + 1)


def test_adams_first_step_is_the_rate_in_every_direction():
    path = minimize(quadratic([1e-3, 1e3]), [1.0, -1.0], Adam(0.01), 1)
    np.testing.assert_allclose(path.thetas[1], [0.99, -0.99], rtol=1e-4)


@pytest.mark.parametrize("rule", [SGD(1e-3), Momentum(1e-3), Adam(0.1), RMSProp(0.01), AdaGrad(0.5),
                                  SGD(inverse_time(2e-3, 0.1))])
def test_k_starts_at_once_are_k_single_runs(rule):
    starts = np.random.default_rng(1).normal(0, 0.5, (4, 2))
    together = minimize(himmelblau, starts, rule, 100)
    assert together.thetas.shape == (101, 4, 2) and together.values.shape == (101, 4)
    for k, start in enumerate(starts):
        alone = minimize(himmelblau, start, rule, 100)
        np.testing.assert_allclose(together.thetas[:, k], alone.thetas, atol=1e-12)
        np.testing.assert_allclose(together.values[:, k], alone.values, atol=1e-9)


def test_each_start_may_have_its_own_rate():
    rates = np.array([[0.1], [0.2]])
    together = minimize(quadratic(H), np.stack([START, START]), SGD(rates), 10)
    np.testing.assert_allclose(together.thetas[-1], START * (1 - rates * H) ** 10, rtol=1e-12)


def test_it_stops_at_the_first_point_whose_gradient_is_small():
    f = quadratic(H)
    path = minimize(f, START, SGD(0.5), 10_000, tolerance=1e-3)
    norms = [np.linalg.norm(f(theta)[1]) for theta in path.thetas]
    assert norms[-1] <= 1e-3 < min(norms[:-1]) and len(path.thetas) == len(path.values) < 1000
    assert len(minimize(f, np.zeros(3), SGD(0.5), 100, tolerance=0).thetas) == 1  # the start is the minimum
    both = minimize(f, np.stack([START, 100 * START]), SGD(0.5), 10_000, tolerance=1e-3)
    assert len(both.thetas) > len(path.thetas)  # the slower one decides
    assert max(np.linalg.norm(f(both.thetas[-1])[1], axis=1)) <= 1e-3


def test_no_steps_are_the_start_alone_and_the_start_is_not_changed():
    start = np.array([3.0, 2.0])
    path = minimize(rosenbrock, start, SGD(1e-3), 0)
    assert isinstance(path, Path) and path.thetas.tolist() == [[3, 2]] and path.values.shape == (1,)
    minimize(rosenbrock, start, rule := Momentum(1e-4), 10)
    assert start.tolist() == [3, 2] and rule.t == 10  # and no step beyond the last point
    start.flags.writeable = False
    minimize(rosenbrock, start, Momentum(1e-4), 10)
    assert minimize(rosenbrock, np.float32([1, 2]), SGD(1e-3), 5).thetas.dtype == np.float32
    assert minimize(rosenbrock, [1, 2], SGD(1e-3), 5).thetas.dtype == np.float64


def test_the_optimiser_starts_afresh():
    adam = Adam(0.1)
    first = minimize(himmelblau, [0.0, 0.0], adam, 20).thetas
    np.testing.assert_array_equal(minimize(himmelblau, [0.0, 0.0], adam, 20).thetas, first)


@pytest.mark.parametrize("start", [[1.0, 1.0, 1.0], np.ones((2, 3))])
def test_divergence_is_an_error_that_carries_the_path(start):
    with pytest.raises(FloatingPointError, match="diverged at step .* with learning rate 1.0; lower it") as caught:
        minimize(quadratic(H), start, SGD(1.0), 10_000)  # 1 - 3 = -2 a step
    path = caught.value.path
    assert 400 < len(path.thetas) == len(path.values) < 1100
    assert np.isfinite(path.thetas).all() and np.isfinite(path.values).all()
    np.testing.assert_allclose(path.thetas[9, ..., 2], np.power(-2.0, 9))


def test_divergence_of_a_proximal_step_and_of_a_foreign_function():
    X, y = DATA["sparse"]
    with pytest.raises(FloatingPointError, match="with step 100"):
        proximal_gradient(least_squares(X, y), L1(0.1), np.zeros(20), step=100, steps=1000)
    with pytest.raises(FloatingPointError, match="at the start; start elsewhere"):
        minimize(lambda t: (np.log(t).sum(), 1 / t), [0.0], SGD(0.1), 5)  # no warning either
    with pytest.raises(FloatingPointError, match="diverged at step 1"):
        minimize(lambda t: (1.0, np.full(1, np.nan if t < 1 else 1.0)), [1.0], SGD(0.1), 5)  # the gradient alone


# Bad input

SQUARES, ONE = least_squares(*DATA["sparse"]), np.zeros(20)
X, Y = DATA["sparse"]


def descend(*arguments, **options):
    return lambda: minimize(*arguments, **options)


def proximal(f=SQUARES, penalty=L1(0.1), theta=ONE, *, step=0.1, steps=3):  # noqa: B008
    return lambda: proximal_gradient(f, penalty, theta, step=step, steps=steps)


def coordinates(x=X, y=Y, penalty=L1(0.1), **options):  # noqa: B008
    return lambda: coordinate_descent(x, y, penalty, **options)


@pytest.mark.parametrize("call, error, words", [
    (descend(rosenbrock, [0, 0], SGD(0.1), -1), ValueError, "steps must be a whole number, at least 0, got -1"),
    (descend(rosenbrock, [0, 0], SGD(0.1), 1.5), ValueError, "steps must be a whole number"),
    (descend(rosenbrock, [0, 0], SGD(0.1), True), ValueError, "steps must be a whole number"),
    (descend(rosenbrock, [0, 0], SGD(0.1), 3, tolerance=-1), ValueError, "must be None or a non-negative number"),
    (descend(rosenbrock, [0, 0], SGD(0.1), 3, tolerance=np.nan), ValueError, "must be None or a non-negative number"),
    (descend(rosenbrock, [0, 0], SGD(0.1), 3, tolerance="a"), TypeError, "tolerance must be one real number"),
    (descend(rosenbrock, 0.0, SGD(0.1), 3), ValueError, "theta must be a finite vector (d,) or (K, d)"),
    (descend(rosenbrock, [0, np.nan], SGD(0.1), 3), ValueError, "theta must be a finite vector"),
    (descend(rosenbrock, ["a", "b"], SGD(0.1), 3), TypeError, "theta must hold real numbers"),
    (descend(rosenbrock, [0, 0, 0], SGD(0.1), 3), ValueError, "theta must have shape (2,)"),
    (descend(rosenbrock, [0, 0], "sgd", 3), TypeError, "nnlib.optimizers, such as SGD(0.1), got 'sgd'"),
    (descend(rosenbrock, [0, 0], SGD, 3), TypeError, "got the class SGD; did you forget the parentheses?"),
    (descend(None, [0, 0], SGD(0.1), 3), TypeError, "f must be callable, as f(theta)"),
    (descend(lambda t: t @ t, [0, 0], SGD(0.1), 3), TypeError, "f must return a pair (value, gradient)"),
    (descend(lambda t: t, [0, 0], SGD(0.1), 3), TypeError, "f must return a pair (value, gradient)"),
    (descend(lambda t: (t @ t, 2.0), [0, 0], SGD(0.1), 3), ValueError, "gradient of shape (2,)"),
    (descend(lambda t: (t, t), [0, 0], SGD(0.1), 3), ValueError, "value of shape ()"),
    (descend(lambda t: ((t * t).sum(), 2 * t), [[0, 0]], SGD(0.1), 3), ValueError, "value of shape (1,)"),
    (descend(lambda t: (None, t), [0, 0], SGD(0.1), 3), TypeError, "f's value must hold real numbers"),
    (descend(rosenbrock, [0, 0], SGD(np.ones((3, 1))), 3), ValueError, "learning_rate must be one number"),
    (proximal(step=0), ValueError, "step must be a positive number, got 0"),
    (proximal(step=-1.0), ValueError, "step must be a positive number"),
    (proximal(step=np.inf), ValueError, "step must be a positive number"),
    (proximal(step=np.nan), ValueError, "step must be a positive number"),
    (proximal(step="a"), TypeError, "step must be one real number"),
    (proximal(steps=-1), ValueError, "steps must be a whole number"),
    (proximal(theta=np.zeros(3)), ValueError, "theta must have shape (20,)"),
    (proximal(penalty=None), TypeError, "penalty must be one of nnlib.penalties, got None"),
    (proximal(penalty=lambda w: (0.0, w)), TypeError, "penalty must be one of nnlib.penalties"),
    (proximal(penalty=L1(np.ones((2, 1)))), ValueError, "strength (and step)"),
    (proximal(f=lambda t: t), TypeError, "f must return a pair (value, gradient)"),
    (coordinates(x=X[:, 0]), ValueError, "X must be (n, d)"),
    (coordinates(y=Y[:-1]), ValueError, "y (n,)"),
    (coordinates(y=Y[:, None]), ValueError, "y (n,)"),
    (coordinates(x=np.where(X > 2, np.nan, X)), ValueError, "X must be finite, got nan"),
    (coordinates(y=np.full(100, np.inf)), ValueError, "y must be finite, got inf"),
    (coordinates(x=X * 1e200), ValueError, "squares within the range of floats; standardize them"),
    (coordinates(x=X * 1e-200), ValueError, "squares within the range of floats"),
    (coordinates(penalty=0.1), TypeError, "penalty must be L1, L2 or ElasticNet, got 0.1"),
    (coordinates(penalty=L1), TypeError, "got the class L1; did you forget the parentheses?"),
    (proximal(penalty=L2), TypeError, "got the class L2; did you forget the parentheses?"),
    (coordinates(penalty=L1(np.array([[0.1]]))), ValueError, "penalty must have one strength"),
    (coordinates(penalty=ElasticNet(0.1, np.array([0.5, 0.6]))), ValueError, "penalty must have one strength"),
    (coordinates(start=np.zeros(3)), ValueError, "start must have shape (20,), got (3,)"),
    (coordinates(start=np.full(20, np.nan)), ValueError, "start must be finite"),
    (coordinates(tolerance=0), ValueError, "tolerance must be a positive number, got 0"),
    (coordinates(tolerance=np.nan), ValueError, "tolerance must be a positive number, got nan"),
    (coordinates(tolerance=None), TypeError, "tolerance must be one real number"),
    (coordinates(sweeps=0), ValueError, "sweeps must be a whole number, at least 1, got 0"),
    (coordinates(sweeps=2.0), ValueError, "sweeps must be a whole number"),
    (lambda: lasso_path(X, Y, 0.1), ValueError, "strengths must be a list of numbers, got shape ()"),
    (lambda: lasso_path(X, Y, [0.1, -0.1]), ValueError, "strength must be finite and not negative"),
    (lambda: lasso_path(X, Y, [0.1, np.nan]), ValueError, "strengths must be finite, got nan"),
    (lambda: lasso_path(5.0, Y, [0.1]), ValueError, "X must be (n, d)"),
])
def test_bad_input_is_named_with_a_remedy(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_the_requested_steps_are_made_and_the_last_point_is_evaluated_but_not_left():
    optimizer, seen = Momentum(0.1), []

    def bowl(theta):
        seen.append(theta.copy())
        return (theta @ theta).item() / 2, theta

    path = minimize(bowl, [1.0, 2.0], optimizer, 3)
    assert optimizer.t == 3 and len(path.values) == len(path.thetas) == 4
    np.testing.assert_array_equal(seen, path.thetas)
