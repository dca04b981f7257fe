"""Experiments on regularisation: dropout and noise as ridge, early stopping, the best decay, exact zeros."""

import numpy as np
import pytest

from nnlib.claims import claim, claim_holds
from nnlib.datasets import sparse_regression
from nnlib.descent import coordinate_descent, minimize, proximal_gradient
from nnlib.layers import Dense, Dropout
from nnlib.losses import squared_error
from nnlib.network import Network
from nnlib.objectives import least_squares, quadratic
from nnlib.optimizers import SGD
from nnlib.penalties import L1, L2, soft_threshold
from nnlib.schedules import inverse_time
from nnlib.training import loss_and_gradient


def ridge(X, y, lam):
    """The minimiser of 1/(2n) ||X w - y||^2 + lam/2 ||w||^2; lam may be one number a weight."""
    n, d = X.shape
    return np.linalg.solve(X.T @ X / n + np.diag(np.broadcast_to(lam, d)), X.T @ y / n)


# 13. Dropout on linear regression is a ridge penalty

SRIVASTAVA = "theory: Srivastava et al. (2014), Dropout, JMLR 15, section 9.1, for masks scaled in training"
BISHOP = "theory: Bishop (1995), Training with noise is equivalent to Tikhonov regularization, Neural Computation 7"
TIMES = 40_000  # how often each example is seen, each time with a new mask


@pytest.mark.parametrize("p", [0.2, 0.5])
def test_13_dropout_is_ridge_with_a_strength_for_each_feature(p):
    """p/(1-p) sum_j ||x_j||^2 w_j^2 on ||X w - y||^2; in the mean over examples, L2 with p/(1-p) mean(x_j^2)."""
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(8, 3)) * [0.5, 1, 2], rng.normal(size=8), np.array([1.0, -0.5, 0.8])
    strengths = p / (1 - p) * np.mean(X**2, axis=0)
    net = Network([Dropout(p), Dense(3, 1)], rng=rng)
    net.params[:3] = w
    many, targets = np.tile(X, (TIMES, 1)), np.tile(y, TIMES)

    value, gradient = loss_and_gradient(net, squared_error, many, targets[:, None])
    plain = least_squares(X, y)(w)
    claim(f"p = {p}: mean loss under dropout", ours=value, published=plain[0] + strengths @ w**2 / 2, tolerance=0.015,
          source=SRIVASTAVA)
    np.testing.assert_allclose(gradient[:3], plain[1] + strengths * w, atol=0.03)

    dropped, _ = net.layers[0].forward(many, train=True)
    best = np.linalg.lstsq(dropped, targets)[0]
    claim(f"p = {p}: largest distance of dropout's minimiser from ridge's", published=0, tolerance=0.005,
          scale=(np.abs(best).max(), "the largest weight"), ours=np.abs(best - ridge(X, y, strengths)).max(),
          source=SRIVASTAVA)
    assert np.abs(best - ridge(X, y, strengths * (1 - p) ** 2)).max() > 0.01  # p(1-p) would be seen


def test_13_noise_on_the_inputs_is_ridge():
    rng = np.random.default_rng(1)
    X, y, sigma = rng.normal(size=(8, 3)), rng.normal(size=8), 0.7
    noisy, targets = np.tile(X, (TIMES, 1)) + rng.normal(0, sigma, (8 * TIMES, 3)), np.tile(y, TIMES)
    best = np.linalg.lstsq(noisy, targets)[0]
    claim("largest distance from ridge with n sigma^2 ||w||^2", ours=np.abs(best - ridge(X, y, sigma**2)).max(),
          published=0, tolerance=0.005, scale=(np.abs(best).max(), "the largest weight"), source=BISHOP)


# 14. Early stopping and ridge

ALI = "Ali, Kolter & Tibshirani (2019), A Continuous-Time View of Early Stopping for Least Squares, AISTATS, theorem 1"


def test_14_early_stopping_is_never_much_worse_than_ridge():
    """Both turn the least-squares solution of each eigendirection down by a factor of its own; noise adds to the rest.

    The bound is for the flow: steps of 0.01 in place of 0.001 already go to 1.72 in the direction of curvature 5."""
    h, rate, steps = np.geomspace(0.01, 5, 60), 0.001, 10_000
    stopped = minimize(quadratic(h, h), np.zeros(60), SGD(rate), steps).thetas[1:]  # factors in (0, 1), solution 1
    t = rate * np.arange(1, steps + 1)[:, None]
    shrunk = h / (h + 1 / t)  # ridge's factors at lambda = 1 / t
    at_1 = [ridge(np.sqrt([[x]]), np.sqrt([x]), 1.0)[0] for x in h]
    np.testing.assert_allclose(shrunk[999], at_1, rtol=1e-12)
    assert np.abs(stopped - (1 - np.exp(-h * t))).max() < 0.001  # these steps follow the gradient flow

    def error(factor, noise):
        return (1 - factor) ** 2 + noise * factor**2 / h  # squared bias and variance

    ratios = {}
    for noise in (1e-4, 1e-2, 1.0, 1e4):
        each = error(stopped, noise), error(shrunk, noise)
        claim_holds(f"noise {noise:g} a sample: at every time the risk is at most 1.6862 times that of ridge",
                    (each[0].sum(1) / each[1].sum(1)).max() <= 1.6862, ALI)
        ratios[noise] = (each[0] / each[1]).max()
    claim("largest ratio in one direction, nearly all of it noise: max ((1 - e^-x)(1 + x)/x)^2", ours=ratios[1e4],
          published=1.6859, tolerance=0.005, source="theory: calculus, at x = 1.793; the bound 1.6862 is " + ALI)
    assert ratios[1e-4] < ratios[1e4]


# 15. The best weight decay, and double descent

KROGH = "theory: Krogh & Hertz (1992), A Simple Weight Decay Can Improve Generalization, NIPS 4"
HASTIE = "theory: Hastie, Montanari, Rosset & Tibshirani (2022), Surprises in ridgeless least squares, Ann. Statist. 50"
N, SIGMA = 100, 0.5


def problems(p, count):
    """Random problems: N examples, p standard normal features, weights of total square 1 on average, and noise."""
    rng = np.random.default_rng(p)
    for _ in range(count):
        X, w = rng.normal(size=(N, p)), rng.normal(0, np.sqrt(1 / p), p)
        yield X, X @ w + rng.normal(0, SIGMA, N), w


def risk(estimate, p, count):
    """Mean of ||w_hat - w||^2, the excess error on new examples."""
    return np.mean([((estimate(X, y) - w) ** 2).sum() for X, y, w in problems(p, count)])


def minimum_norm(X, y):
    return np.linalg.lstsq(X, y)[0]


def best_ridge(X, y):
    return ridge(X, y, SIGMA**2 / (N * (1 / X.shape[1])))  # sigma^2 / (n tau^2)


@pytest.mark.parametrize("p", [50, 100, 300])
def test_15_the_best_decay_is_the_noise_over_the_weights(p):
    """Weights of variance tau^2 each: the best lambda is sigma^2 / (n tau^2), however many weights there are."""
    risks = [risk(lambda X, y, c=c: ridge(X, y, c * SIGMA**2 * p / N), p, 40) for c in (0.5, 0.8, 1, 1.25, 2)]
    claim_holds(f"p = {p}: half and twice sigma^2 / (n tau^2) are worse, 0.8 and 1.25 times at most 0.2 % better",
                risks[2] < min(risks[0], risks[4]) and risks[2] < min(risks[1], risks[3]) * 1.002, KROGH)
    X, y, _ = next(problems(p, 1))
    assert np.abs(least_squares(X, y, L2(SIGMA**2 * p / N))(best_ridge(X, y))[1]).max() < 1e-12  # it is the minimiser


@pytest.mark.parametrize("p", [20, 50, 200, 400])
def test_15_the_risk_of_the_minimum_norm_solution(p):
    a = N / p
    theory = SIGMA**2 / (a - 1) if a > 1 else (1 - a) + SIGMA**2 * a / (1 - a)
    claim(f"n/p = {a:g}: risk of the minimum-norm solution over theory's", ours=risk(minimum_norm, p, 60) / theory,
          published=1, tolerance=0.1, source=HASTIE)


def test_15_gradient_descent_from_zero_finds_the_minimum_norm_solution():
    X, y, _ = next(problems(400, 1))
    found = minimize(least_squares(X, y), np.zeros(400), SGD(0.1), 500).thetas[-1]
    np.testing.assert_allclose(found, minimum_norm(X, y), atol=1e-8)


def test_15_double_descent_and_its_cure():
    widths = (50, 90, 100, 110, 200, 400)
    bare, decayed = ([risk(estimate, p, 20) for p in widths] for estimate in (minimum_norm, best_ridge))
    claim_holds("the risk peaks where there are as many weights as examples, far above both sides",
                np.argmax(bare) == 2 and bare[2] > 5 * max(bare[1], bare[3]) and bare[5] < bare[3], HASTIE)
    claim_holds("under the best ridge there is no peak", (np.diff(decayed) > -0.02).all(), HASTIE)
    claim_holds("and it is better everywhere", all(a < b for a, b in zip(decayed, bare)), HASTIE)


# 17. Exact zeros

BECK = "theory: Beck & Teboulle (2009), A Fast Iterative Shrinkage-Thresholding Algorithm, SIAM J. Imaging Sci. 2"
TIBSHIRANI = "theory: Tibshirani (1996), Regression Shrinkage and Selection via the Lasso, JRSS B 58, section 2.2"


@pytest.mark.parametrize("seed", range(3))
def test_17_lasso_and_ridge_on_an_orthonormal_design(seed):
    rng = np.random.default_rng(seed)
    X = np.linalg.qr(rng.normal(size=(50, 8)))[0] * np.sqrt(50)  # X^T X / n = 1
    y = X @ rng.normal(0, 0.5, 8) + rng.normal(size=50)
    beta = np.linalg.lstsq(X, y)[0]
    lasso, shrunk = coordinate_descent(X, y, L1(0.3)), coordinate_descent(X, y, L2(0.3))
    claim("distance of the lasso from the soft threshold", ours=np.abs(lasso - soft_threshold(beta, 0.3)).max(),
          published=0, tolerance=1e-12, scale=(np.abs(beta).max(), "the largest weight"), source=TIBSHIRANI)
    claim("distance of ridge from beta / (1 + lambda)", ours=np.abs(shrunk - beta / 1.3).max(), published=0,
          tolerance=1e-12, scale=(np.abs(beta).max(), "the largest weight"), source="theory: Hoerl & Kennard (1970)")
    assert 0 < np.count_nonzero(lasso) < 8 and shrunk.all()


@pytest.mark.parametrize("seed", range(3))
def test_17_exact_zeros_need_a_proximal_step(seed):
    X, y, _ = sparse_regression(100, 20, nonzero=5, noise=0.5, rng=np.random.default_rng(seed))
    step, penalty, start = 1 / np.linalg.eigvalsh(X.T @ X / 100)[-1], L1(0.1), np.ones(20)
    exact = coordinate_descent(X, y, penalty)
    ends = {"ISTA": proximal_gradient(least_squares(X, y), penalty, start, step=step, steps=500).thetas[-1]}
    for name, rate in (("subgradient", step), ("falling rate", inverse_time(step, 0.01))):
        ends[name] = minimize(least_squares(X, y, penalty), start, SGD(rate), 2000).thetas[-1]
    assert 5 <= np.count_nonzero(exact) < 20
    claim_holds("ISTA ends with the zeros of coordinate descent", ((ends["ISTA"] == 0) == (exact == 0)).all(), BECK)
    claim_holds("subgradient steps end without a zero", ends["subgradient"].all() and ends["falling rate"].all(), BECK)
    distance = {name: np.abs(end - exact).max() for name, end in ends.items()}
    assert distance["ISTA"] < 1e-9 and distance["falling rate"] < 0.01 < 0.04 < distance["subgradient"] < 0.15
