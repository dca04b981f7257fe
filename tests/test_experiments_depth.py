"""Experiments on depth: the sigmoid's limits, variance by layer, orthogonal weights, units that stay alike."""

from math import log, sqrt

import numpy as np
import pytest
from mpmath import mp

from nnlib.activations import identity, relu, sigmoid, tanh
from nnlib.claims import claim, claim_holds
from nnlib.datasets import load_digits
from nnlib.initializers import constant, glorot_normal, glorot_uniform, he_normal, lecun_normal, orthogonal, uniform
from nnlib.layers import Dense
from nnlib.losses import binary_cross_entropy, cross_entropy, squared_error
from nnlib.network import mlp
from nnlib.optimizers import SGD, Adam
from nnlib.training import fit, loss_and_gradient

CALCULUS, IEEE = "theory: calculus", "theory: IEEE 754 arithmetic, round to nearest"


# 2. Facts about the sigmoid and the first loss

def naive(x):
    """The sigmoid as it is defined."""
    return 1 / (1 + np.exp(-x))


def first_one(f, dtype):
    """The smallest x at which f(x) == 1, by bisection."""
    low, high = dtype(0), dtype(60)
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (low, middle) if f(middle) == 1 else (middle, high)
    return high


def test_2_ten_sigmoids_leave_a_millionth():
    slopes = sigmoid.derivative(np.linspace(-10, 10, 2001))
    claim("largest derivative of the sigmoid", ours=slopes.max(), published=0.25, tolerance=0, source=CALCULUS)
    claim("at most that much of a gradient passes ten sigmoids", ours=slopes.max() ** 10, published=9.54e-7,
          tolerance=5e-10, source=CALCULUS)


def exact(x):
    """The sigmoid to 30 digits, rounded once."""
    with mp.workdps(30):
        return float(1 / (1 + mp.exp(-mp.mpf(float(x)))))


@pytest.mark.parametrize("name, f, dtype, published", [
    ("1 / (1 + exp(-x))", naive, np.float64, 36.74), ("1 / (1 + exp(-x))", naive, np.float32, 16.64),
    ("nnlib's sigmoid", sigmoid, np.float64, 36.74), ("nnlib's sigmoid", sigmoid, np.float32, 16.64),
    ("the correctly rounded sigmoid", exact, np.float64, 37.43)])
def test_2_where_the_sigmoid_is_exactly_1(name, f, dtype, published):
    """exp(-x) is lost beside 1 from 53 ln 2 on (24 ln 2 in float32); to round the quotient to 1 takes 54 ln 2."""
    claim(f"{name} is exactly 1 in {dtype.__name__} from here on", ours=first_one(f, dtype), published=published,
          tolerance=0.005, source=IEEE)


def test_2_where_exp_overflows():
    claim("the largest float64 is exp of this", ours=log(np.finfo(float).max), published=709.78, tolerance=0.005,
          source=IEEE)
    with np.errstate(over="raise"):
        np.exp(709.78)
        with pytest.raises(FloatingPointError):
            np.exp(709.79)
        assert sigmoid(-709.79) > 0 == sigmoid(-1e9)


def test_2_the_loss_of_a_network_that_knows_nothing():
    X, y = load_digits()
    net = mlp([64, 30, 10], init=uniform(1e-3), rng=np.random.default_rng(0))
    claim("softmax loss of ten classes at small random weights, ln 10", ours=cross_entropy(net(X), y)[0],
          published=2.302585, tolerance=1e-5, source="CS231n notes (Stanford), Neural Networks part 3: 2.302")
    assert binary_cross_entropy(np.zeros(5), [0, 1, 1, 0, 1])[0] == log(2)


# 10. The second moment from layer to layer

HE = "theory: He, Zhang, Ren & Sun (2015), Delving Deep into Rectifiers, ICCV, section 2.2"
GLOROT = "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward networks, AISTATS, sec. 4.2"


def activations(net, X):
    """X and what comes out of each activation."""
    outputs = [X]
    for layer in net.layers:
        X, _ = layer.forward(X, train=False)
        if not isinstance(layer, Dense):
            outputs.append(X)
    return outputs


@pytest.mark.parametrize("name, phi, init, published, source", [
    ("ReLU, Var w = 2/n", relu, he_normal, 1, HE), ("ReLU, Var w = 1/n", relu, glorot_normal, 1 / 2, HE),
    ("linear, Var w = 1/(3n)", identity, uniform(1 / sqrt(100)), 1 / 3, "theory: " + GLOROT)])
def test_10_what_a_layer_does_to_the_second_moment(name, phi, init, published, source):
    """30 layers of 100 units, 40 networks: ratios of neighbouring layers, as one deep network alone scatters widely."""
    rng = np.random.default_rng(0)
    net = mlp([100] * 32, phi, init, rng=rng, copies=40)
    moments = np.array([np.mean(h**2, axis=(-2, -1)) for h in activations(net, rng.normal(size=(40, 50, 100)))])
    ratios = moments[1:] / moments[:-1]
    claim(f"{name}: second moment over that of the layer before", ours=ratios.mean(), published=published,
          tolerance=0.02 * published, source=source)
    if init is glorot_normal:
        claim("how often 30 such layers halve it", ours=-np.log2(ratios.mean(axis=1)).sum(), published=30,
              tolerance=0.5, source=HE)
    if init is he_normal:
        single = moments[30]  # seen in another trial: from .22 to 4.1
        assert single.min() < 0.4 and single.max() > 1.7


# 11. Five hidden layers of 1000 tanh units, at initialisation

@pytest.fixture(scope="module")
def tanh_networks():
    """For both initialisations: stds of activations and of back-propagated gradients by layer, and the network."""
    seen = {}
    for name, init in {"standard": uniform(1 / sqrt(1000)), "normalised": glorot_uniform}.items():
        rng = np.random.default_rng(0)
        net = mlp([1000] * 6 + [10], tanh, init, rng=rng)
        X, y = rng.normal(size=(200, 1000)), rng.integers(0, 10, 200)
        forward = [h.std() for h in activations(net, X)[1:]]
        d, ways, backward = cross_entropy(net(X), y)[1], [], []
        for layer in net.layers:
            X, back = layer.forward(X, train=False)
            ways.append((layer, back))
        for layer, back in ways[::-1]:
            d = back(d)
            if not isinstance(layer, Dense):
                backward.insert(0, d.std())  # of the cost's gradient by z
        seen[name] = forward, backward, net
    return seen


@pytest.mark.slow
def test_11_standard_weights_fade_both_ways_and_normalised_ones_less(tanh_networks):
    (down, back, _), (down_n, back_n, _) = tanh_networks["standard"], tanh_networks["normalised"]
    assert (np.diff(down) < 0).all() and (np.diff(back) > 0).all()
    claim_holds("standard: activations shrink layer by layer, 0.46 to 0.05, gradients 12 times toward the input",
                0.44 < down[0] < 0.48 and 0.04 < down[-1] < 0.06 and 9 < back[-1] / back[0] < 15, GLOROT)
    claim_holds("normalised: 0.61 to 0.32, gradients 2.3 times at most",
                0.59 < down_n[0] < 0.65 and 0.29 < down_n[-1] < 0.35 and 1.2 < back_n[-1] / back_n[0] < 2.8, GLOROT)


def test_11_mean_singular_value_of_random_weights():
    """Independent entries of variance s^2/n: the singular values lie on a quarter circle of radius 2 s."""
    for name, init, s in (("standard", uniform(1 / sqrt(500)), sqrt(1 / 3)), ("normalised", glorot_uniform, 1.0)):
        ours = np.linalg.svd(init(np.random.default_rng(0), (500, 500)), compute_uv=False).mean()
        claim(f"{name}: mean singular value of a layer's weights, 8 s / (3 pi)", ours=ours,
              published=8 * s / (3 * np.pi), tolerance=0.005, source="theory: Marchenko & Pastur (1967)")


@pytest.mark.slow
def test_11_mean_singular_value_of_a_layers_jacobian(tanh_networks):
    mean, X = {}, np.random.default_rng(1).normal(size=(1, 1000))
    for name, (_, _, net) in tanh_networks.items():
        W = net.layers[4].W  # of the third hidden layer
        z = activations(net, X)[2] @ W
        mean[name] = np.linalg.svd(W * tanh.derivative(z), compute_uv=False).mean()
    claim_holds("mean singular value of a layer's Jacobian: near 0.5 standard, near 0.8 normalised",
                0.42 < mean["standard"] < 0.52 and 0.65 < mean["normalised"] < 0.85, GLOROT)


# 12. Orthogonal weights, and how a deep linear network learns

SAXE = "theory: Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of learning, ICLR"


def product(init, depth, rng):
    return np.linalg.multi_dot(init(rng, (depth, 100, 100)))


@pytest.mark.parametrize("seed", range(5))
def test_12_a_product_of_orthogonal_matrices_is_orthogonal_and_one_of_gaussians_is_not(seed):
    rng = np.random.default_rng(seed)
    values = np.linalg.svd(product(orthogonal(), 100, rng), compute_uv=False)
    for name, value in (("smallest", values.min()), ("largest", values.max())):
        claim(f"{name} singular value of a product of 100 orthogonal matrices", ours=value, published=1,
              tolerance=1e-12, source=SAXE)
    middle = np.median(np.linalg.svd(product(lecun_normal, 100, rng), compute_uv=False))
    claim_holds("median singular value of a product of 100 Gaussian matrices below 1e-13", middle < 1e-13, SAXE)
    middle = np.median(np.linalg.svd(product(lecun_normal, 30, rng), compute_uv=False))
    claim("logarithm of the median singular value a layer, ln(1/2) / 2", ours=log(middle) / 30,
          published=log(0.5) / 2, tolerance=0.03, source="theory: Newman (1986), Commun. Math. Phys. 103, 121")


def test_12_orthogonal_matrices_are_drawn_from_all_of_them_alike():
    """Mean of an entry 0 and variance 1/n, the diagonal too; without the sign fix of the QR its mean is not 0."""
    diagonals = np.diagonal(orthogonal()(np.random.default_rng(0), (4000, 5, 5)), axis1=1, axis2=2)
    claim("mean diagonal entry of an orthogonal matrix", ours=diagonals.mean(), published=0, tolerance=0.015,
          scale=(1.0, "the largest that an entry can be"),
          source="theory: Mezzadri (2007), How to generate random matrices from the classical compact groups")


def test_12_each_mode_is_learnt_in_a_time_of_its_own():
    """Two linear layers, white inputs, target diag(3, 2, 1): a(t) = s e^(2st) / (e^(2st) - 1 + s/a0), t = eta k."""
    s, a0, eta, steps = np.array([3.0, 2.0, 1.0]), 0.01, 0.001, 5000
    X = sqrt(3) * np.vstack([np.eye(3), -np.eye(3)])  # X^T X / n = 1
    Y = X * s
    net = mlp([3, 3, 3], identity, rng=np.random.default_rng(0))
    first, _, second = net.layers
    first.W[...] = second.W[...] = sqrt(a0) * np.eye(3)
    descent, modes = SGD(eta), [np.full(3, a0)]
    descent.start(net.params)
    for _ in range(steps):
        descent.step(net.params, loss_and_gradient(net, squared_error, X, Y)[1])
        modes.append(np.diag(first.W @ second.W))
    growth = np.exp(2 * s * eta * np.arange(steps + 1)[:, None])
    theory = s * growth / (growth - 1 + s / a0)
    claim("largest distance of three modes from the formula, all along", ours=np.abs(modes - theory).max(), published=0,
          tolerance=0.01, scale=(s.min(), "the weakest mode"), source=SAXE)
    half = (np.array(modes) > s / 2).argmax(0)
    claim_holds("the stronger a mode, the sooner it is learnt", half[0] < half[1] < half[2], SAXE)


# 16. Weights that start equal stay equal; the scaled tanh

LECUN = "LeCun, Bottou, Orr & Mueller (1998), Efficient BackProp, section 4.4"


@pytest.mark.parametrize("init", [constant(0.0), constant(0.1)], ids=["zero", "constant"])
@pytest.mark.parametrize("phi", [sigmoid, tanh, relu], ids=lambda phi: phi.name)
def test_16_hidden_units_that_start_alike_stay_alike(phi, init):
    X, y = load_digits()
    net = mlp([64, 8, 10], phi, init, rng=np.random.default_rng(0))
    fit(net, cross_entropy, Adam(0.01), X, y, epochs=5, batch_size=100, rng=np.random.default_rng(1))
    first, second = net.layers[0].W, net.layers[2].W
    singular = np.linalg.svd(first, compute_uv=False)
    apart = max(np.ptp(first, axis=1).max(), np.ptp(second, axis=0).max(), singular[1])
    claim_holds(f"{phi.name}, weights {init.value}: all hidden units are the same after 5 epochs", apart < 1e-9,
                "theory: symmetry")
    if init.value:
        assert singular[0] > 1  # it has learnt, as far as one unit can
    if init.value == 0 and phi is not sigmoid:  # 0 in, 0 out, and no gradient but that of the last biases
        assert not first.any() and not second.any()


def test_16_the_scaled_tanh_maps_1_to_1():
    for x in (1.0, -1.0):
        claim(f"1.7159 tanh(2/3 x) at {x:g}", ours=1.7159 * tanh(2 / 3 * x), published=x, tolerance=5e-5, source=LECUN)
    x = np.linspace(-3, 3, 6001)
    curvature = np.abs(np.gradient(np.gradient(1.7159 * tanh(2 / 3 * x), x), x))
    claim("its second derivative is largest at", ours=abs(x[curvature.argmax()]), published=1, tolerance=0.02,
          source=LECUN)
