"""Experiments on descent: one neuron, momentum, Adam and its relatives, noise.

The numbers of sources and of theory are claims; what no source prints and no theory gives is a plain assertion."""

from dataclasses import replace
from math import exp, sqrt

import numpy as np
import pytest

from nnlib.activations import sigmoid
from nnlib.claims import claim, claim_holds
from nnlib.datasets import batches
from nnlib.descent import minimize
from nnlib.losses import squared_error
from nnlib.objectives import least_squares, logistic_regression, quadratic
from nnlib.optimizers import SGD, AdaGrad, Adam, AdamW, AMSGrad, Momentum, Nesterov, RMSProp
from nnlib.penalties import L2
from nnlib.schedules import inverse_time

# 1. One neuron that has to learn 1 -> 0

NIELSEN = "Nielsen (2015), Neural Networks and Deep Learning, ch. 3, the cross-entropy cost function"


def neuron(theta):
    """Half the squared error of one sigmoid neuron, input 1, target 0."""
    z = np.sum(theta, axis=-1, keepdims=True)  # w x + b
    cost, slope = squared_error(sigmoid(z), [0.0])
    return cost, np.broadcast_to(slope * sigmoid.derivative(z), theta.shape)


@pytest.mark.parametrize("start, before, after", [((0.6, 0.9), 0.82, 0.09), ((2.0, 2.0), 0.98, 0.20)])
def test_1_a_neuron_that_is_badly_wrong_learns_slowly(start, before, after):
    outputs = sigmoid(minimize(neuron, start, SGD(0.15), 300).thetas.sum(1))
    claim(f"output at (w, b) = {start}", ours=outputs[0], published=before, tolerance=0.005, source=NIELSEN)
    claim("output after 300 epochs", ours=outputs[-1], published=after, tolerance=0.005, source=NIELSEN)


def test_1_with_cross_entropy_the_slow_start_disappears():
    squared = minimize(neuron, [2.0, 2.0], SGD(0.15), 300)
    entropy = minimize(logistic_regression([[1.0, 1.0]], [0]), [2.0, 2.0], SGD(0.15), 300)
    fastest = [np.diff(path.values).argmin() for path in (squared, entropy)]  # the step at which the cost falls most
    claim_holds("the squared error falls fastest after step 150, cross-entropy at its first step",
                fastest[0] > 150 and fastest[1] == 0, NIELSEN)
    claim_holds("after 300 epochs cross-entropy is further down",
                entropy.thetas[-1].sum() < squared.thetas[-1].sum() - 2, NIELSEN)


# 3. Momentum on a quadratic with kappa = 100

POLYAK = "theory: Polyak (1964), Some methods of speeding up the convergence of iteration methods, section 3"
GOH = "Goh (2017), Why Momentum Really Works, Distill, doi 10.23915/distill.00006"
LECTURES = "theory: Nesterov (2004), Introductory Lectures on Convex Optimization, section 2.2"
MU, L = 0.01, 1.0
VALLEY, KAPPA = quadratic([MU, 0.1, L]), L / MU
GD = SGD(2 / (MU + L))
HEAVY_BALL = Momentum(4 / (sqrt(MU) + sqrt(L)) ** 2, beta=((sqrt(KAPPA) - 1) / (sqrt(KAPPA) + 1)) ** 2)
NESTEROV = Nesterov(1 / L, beta=(sqrt(KAPPA) - 1) / (sqrt(KAPPA) + 1))


def rate(rule, f=VALLEY, start=(1.0, 1.0, 1.0), late=1000):
    """The factor by which one step shortens the way to the minimum, on average over late steps."""
    farthest = np.abs(minimize(f, start, rule, 2 * late).thetas).max(axis=1)
    return (farthest[2 * late] / farthest[late]) ** (1 / late)


@pytest.mark.parametrize("rule, step, best, source", [
    (GD, 1.98020, 0.98020, POLYAK), (HEAVY_BALL, 3.30579, 0.81818, POLYAK), (NESTEROV, 1, 0.9, LECTURES)])
def test_3_the_rates_of_three_methods(rule, step, best, source):
    name = type(rule).__name__
    claim(f"{name}: step", ours=rule.learning_rate, published=step, tolerance=5e-6, source=source)
    claim(f"{name}: rate a step at kappa = 100", ours=rate(rule), published=best, tolerance=1e-3, source=source)


def test_3_the_steps_of_gradient_descent_and_heavy_ball_are_the_best():
    """Nesterov's 1 / L is not: it holds for every convex function, and on this one 1.1 / L is a little faster."""
    for rule, step in ((GD, GD.learning_rate), (HEAVY_BALL, HEAVY_BALL.learning_rate)):
        other = [rate(replace(rule, learning_rate=step * factor), late=500) for factor in (0.95, 1 / 0.95)]
        claim_holds(f"{type(rule).__name__}: 5 % shorter or longer steps are slower", min(other) > rate(rule), POLYAK)


@pytest.mark.parametrize("rule, steps", [(GD, 681), (HEAVY_BALL, 92), (NESTEROV, 152)])
def test_3_steps_to_a_millionth_of_the_way(rule, steps):
    """From (1, 1, 1); an independent implementation counted the same."""
    distance = np.linalg.norm(minimize(VALLEY, np.ones(3), rule, 700).thetas, axis=1)
    assert np.argmax(distance < 1e-6 * distance[0]) == steps


def test_3_momentum_is_stable_up_to_2_plus_2_beta():
    for beta in (0.0, 0.5, 0.9):
        edge = 2 + 2 * beta
        inside, outside = (rate(Momentum(eta, beta), quadratic([1.0]), [1.0]) for eta in (0.99 * edge, 1.01 * edge))
        claim_holds(f"beta = {beta}: eta lambda = 0.99 (2 + 2 beta) converges, 1.01 (2 + 2 beta) diverges",
                    inside < 1 < outside, GOH)


def test_3_the_rate_with_complex_roots_is_the_root_of_beta():
    """The characteristic roots' product is beta, so if they are a complex pair, each has modulus sqrt(beta)."""
    ours = rate(Momentum(1.0, beta=0.5), quadratic([1.0]), [1.0], late=500)
    claim("rate at beta = 1/2 and complex roots, sqrt(beta)", ours=ours, published=sqrt(0.5), tolerance=5e-3,
          source=POLYAK)
    claim("rate at beta = 1/2 and complex roots, printed as 2 sqrt(beta)", ours=ours, published=2 * sqrt(0.5),
          tolerance=0.1, source=GOH, reproduces=False)


# 4. Heavy ball that never arrives, on a convex function

LESSARD = "Lessard, Recht & Packard (2016), Analysis and Design of Optimization Algorithms, SIAM J. Optim. 26, sec. 4.6"


def bent(x):
    """Convex, with curvature 25, 1, 25: f' = 25 x below 1, x + 24 up to 2, 25 x - 24 beyond."""
    slope = np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))
    value = np.where(x < 1, 12.5 * x**2, np.where(x < 2, x**2 / 2 + 24 * x - 12, 12.5 * x**2 - 24 * x + 36))
    return value[..., 0], slope


def test_4_the_heavy_ball_cycles_on_a_convex_function():
    starts = np.array([[3.06], [3.07], [3.2], [3.3], [3.46], [3.47]])
    ends = minimize(bent, starts, Momentum(1 / 9, beta=4 / 9), 3000).thetas[-3:, :, 0]
    for ours, published in zip(np.sort(ends[:, 2]), (-1.80, 0.65, 2.12)):
        claim("a point of the cycle that heavy ball ends in", ours=ours, published=published, tolerance=0.005,
              source=LESSARD)
    np.testing.assert_allclose(np.sort(ends[:, 1:5], axis=0).T, [np.array([-2208, 792, 2592]) / 1225] * 4, atol=1e-12)
    claim_holds("it converges from 3.06 and from 3.47, outside of [3.07, 3.46]", np.abs(ends[:, [0, 5]]).max() < 1e-9,
                LESSARD)
    plain = minimize(bent, starts, SGD(1 / 9 * 2 / (2 + 8 / 9)), 3000).thetas[-1]
    claim_holds("gradient descent converges from all of them", np.abs(plain).max() < 1e-9, LESSARD)


# 5. Adam under a constant gradient

KINGMA = "theory: Kingma & Ba (2015), Adam, ICLR, sections 2.1 and 3"


def steps_of(rule, gradient, n, count_from=0):
    """The lengths of n steps, in learning rates, under gradients that do not depend on theta."""
    theta, path = np.zeros(1), [0.0]
    rule.start(theta)
    rule.t = count_from  # Adam's corrections 1 - beta^t are 1 if it believes to have been running for long
    for _ in range(n):
        rule.step(theta, np.array([gradient]))
        path.append(theta[0])
    return -np.diff(path) / rule.learning_rate


def test_5_adams_step_under_a_constant_gradient_is_the_learning_rate():
    for gradient in (1e-3, 1.0, -1e3):
        steps = steps_of(Adam(0.01, epsilon=0), gradient, 1000)
        for name, step in (("longest", np.abs(steps).max()), ("shortest", np.abs(steps).min())):
            claim(f"{name} of 1000 steps in learning rates, gradient {gradient}", ours=step, published=1,
                  tolerance=1e-9, source=KINGMA)
        assert (np.sign(steps) == np.sign(gradient)).all()


def test_5_without_bias_correction_the_first_steps_are_too_long():
    steps = steps_of(Adam(0.01, epsilon=0), 1.0, 100, count_from=10**6)
    claim("first step without bias correction, 0.1 / sqrt(0.001)", ours=steps[0], published=3.162, tolerance=5e-4,
          source=KINGMA)
    t = np.arange(1, 101)
    theory = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
    claim("longest step without bias correction", ours=steps.max(), published=theory.max(), tolerance=1e-3,
          source=KINGMA)
    assert steps.argmax() + 1 == theory.argmax() + 1 == 12 and 6.565 < steps.max() < 6.575


# 6. A convex problem that Adam gets wrong

REDDI = "Reddi, Kale & Kumar (2018), On the Convergence of Adam and Beyond, ICLR, section 5, figure 1"


def online(rule, steps=30_000):
    """Losses 1010 x at every 101st step, else -10 x, on [-1, 1]: their sum is least at -1."""
    x, path = np.zeros(1), np.empty(steps)
    rule.start(x)
    for t in range(steps):
        rule.step(x, np.array([1010.0 if t % 101 == 0 else -10.0]))
        path[t] = np.clip(x, -1, 1, out=x)[0]
    return path


def half_over_root(t):
    return 0.5 / sqrt(t)


@pytest.mark.slow
def test_6_adam_goes_to_the_worst_point_and_amsgrad_to_the_best():
    adam, amsgrad = (online(rule(half_over_root, beta1=0.9, beta2=0.99))[-1010:] for rule in (Adam, AMSGrad))
    claim_holds("Adam ends near +1, the worst point", adam.min() > 0.95, REDDI)
    claim_holds("AMSGrad ends near -1, the best", amsgrad.max() < -0.95, REDDI)


# 7. Adaptive steps and generalisation

WILSON = "Wilson, Roelofs, Stern, Srebro & Recht (2017), The Marginal Value of Adaptive Gradient Methods, NIPS, 3.3"


def separable(y):
    """Feature 0 is the label, 1 and 2 are 1; then each example has its own: one, or five if negative."""
    X = np.zeros((len(y), 3 + 5 * len(y)))
    X[:, 0], X[:, 1:3] = y, 1
    for i, label in enumerate(y):
        X[i, 3 + 5 * i:3 + 5 * i + (1 if label > 0 else 5)] = 1
    return X


@pytest.mark.parametrize("seed", range(3))
def test_7_adaptive_methods_that_fit_the_data_and_miss_every_negative(seed):
    rng = np.random.default_rng(seed)
    y, test_y = (rng.permutation(np.repeat([1.0, -1.0], counts)) for counts in ((36, 24), (600, 400)))
    X = separable(y)
    seen = np.column_stack([test_y, np.ones((1000, 2))])  # what new examples share with the old; their own are unseen
    for rule, error in ((SGD(0.3), 0.0), (AdaGrad(0.05), 0.4), (Adam(0.002), 0.4), (RMSProp(0.002), 0.4)):
        w = minimize(least_squares(X, y), np.zeros(X.shape[1]), rule, 3000).thetas[-1]
        assert (np.sign(X @ w) == y).all()
        claim(f"{type(rule).__name__}: test error (4 of 10 are negative), training error 0",
              ours=np.mean(np.sign(seen @ w[:3]) != test_y), published=error, tolerance=0, source=WILSON)


# 8. The noise floor of SGD

AR = "theory: the stationary variance of an autoregression of order 1 and 2"


@pytest.mark.parametrize("eta, beta", [(0.1, 0.0), (0.5, 0.0), (1.5, 0.0), (0.1, 0.5), (0.1, 0.9), (1.0, 0.9)])
def test_8_sgd_hovers_at_a_height_that_the_learning_rate_sets(eta, beta):
    """Curvature 1, gradient noise of variance 1, 4,000 runs at once; the first 300 steps are for getting there."""
    rng, chains, steps = np.random.default_rng(0), 4000, 200
    rule, theta, squares = Momentum(eta, beta) if beta else SGD(eta), np.zeros((chains, 1)), 0.0
    rule.start(theta)
    for t in range(300 + steps):
        rule.step(theta, theta + rng.normal(size=theta.shape))
        squares += np.mean(theta**2) * (t >= 300)
    floor = eta * (1 + beta) / ((1 - beta) * (2 * (1 + beta) - eta))
    claim(f"stationary variance, eta = {eta}, beta = {beta}, over that of theory", ours=squares / steps / floor,
          published=1, tolerance=0.03, source=AR)
    assert beta or floor == pytest.approx(eta / (2 - eta))


def test_8_a_falling_rate_goes_below_any_floor():
    rng, ends = np.random.default_rng(0), {}
    for name, rule in {"constant": SGD(0.5), "1/t": SGD(inverse_time(0.5, 0.5))}.items():
        theta = np.zeros((2000, 1))
        rule.start(theta)
        for _ in range(400):
            rule.step(theta, theta + rng.normal(size=theta.shape))
        ends[name] = np.mean(theta**2)
    claim_holds("with rates that fall like 1/t the variance is below a fiftieth of the floor after 400 steps",
                ends["1/t"] < ends["constant"] / 50, "Robbins & Monro (1951), A stochastic approximation method")


def test_8_the_average_of_mini_batches_is_the_full_gradient():
    rng = np.random.default_rng(0)
    X, y, theta = rng.normal(size=(60, 3)), rng.normal(size=60), np.ones(3)
    parts = [least_squares(X[rows], y[rows])(theta)[1] for rows in batches(60, 10, rng)]
    np.testing.assert_allclose(np.mean(parts, axis=0), least_squares(X, y)(theta)[1], atol=1e-14)


# 9. Weight decay beside Adam, and in its gradient

LOSHCHILOV = "theory: Loshchilov & Hutter (2019), Decoupled Weight Decay Regularization, ICLR, section 2"
SIZES = (0.01, 0.1, 1.0, 10.0)


def left_of_a_weight(rule, g, penalty=None, steps=4000):
    """What remains of a weight of 1 whose gradient is +g, -g, +g, ..."""
    w = np.ones(1)
    rule.start(w)
    for t in range(steps):
        gradient = np.array([g if t % 2 == 0 else -g])
        rule.step(w, gradient if penalty is None else gradient + penalty(w)[1])
    return w[0]


def test_9_adamw_decays_every_weight_alike_and_adam_with_l2_does_not():
    """alpha = lambda = 0.01, 4,000 steps; Adam divides the penalty's gradient by the size of the whole gradient."""
    beside = [left_of_a_weight(AdamW(0.01, decay=0.01), g) for g in SIZES]
    inside = [left_of_a_weight(Adam(0.01), g, L2(0.01)) for g in SIZES]
    for g, decoupled, coupled in zip(SIZES, beside, inside):
        claim(f"AdamW, gradients of {g}: (1 - 0.01^2)^4000 is left", ours=decoupled, published=(1 - 1e-4) ** 4000,
              tolerance=0.02, source=LOSHCHILOV)
        assert coupled == pytest.approx(exp(-0.4 / g), abs=0.02)
    np.testing.assert_allclose(beside, 0.659, atol=5e-4)  # an independent implementation: the first step counts
    np.testing.assert_allclose(inside, [0.0003, 0.018, 0.659, 0.944], atol=1e-3)
    assert max(beside) - min(beside) < 1e-6 and (np.diff(inside) > 0.01).all()


def test_9_for_plain_sgd_the_two_are_the_same():
    for g in SIZES:
        decayed = np.ones(1)
        for t in range(1000):
            decayed -= 0.01 * (0.01 * decayed + (g if t % 2 == 0 else -g))
        assert left_of_a_weight(SGD(0.01), g, L2(0.01), steps=1000) == pytest.approx(decayed[0], rel=1e-12)
