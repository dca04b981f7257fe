"""The references of the exercises are right, by what defines them: derivatives, minima, measured variances."""

import numpy as np

from nnlib.activations import log_softmax, sigmoid
from nnlib.exercises import EXERCISES
from nnlib.gradcheck import numerical_gradient
from nnlib.initializers import glorot_normal, he_normal, normal
from nnlib.objectives import least_squares
from nnlib.penalties import L2


def test_gradients_are_those_of_the_objectives():
    for X, Y, W1, b1, W2, b2, lam in EXERCISES["hidden_gradient"].cases:
        def penalised(W, X=X, Y=Y, shape=W1.shape, b1=b1, W2=W2, b2=b2, lam=lam):
            loss = -np.sum(Y * log_softmax(sigmoid(X @ W.reshape(shape) + b1) @ W2 + b2)) / len(X)
            return loss + lam / 2 * np.sum(W ** 2)
        gradient = EXERCISES["hidden_gradient"].reference(X, Y, W1, b1, W2, b2, lam)
        assert np.allclose(gradient.ravel(), numerical_gradient(penalised, W1.ravel()), rtol=1e-6, atol=1e-9)
    for X, y, theta, lam in EXERCISES["l2_gradient"].cases:
        def objective(theta, X=X, y=y, lam=lam):
            return np.mean((X @ theta[:-1] + theta[-1] - y) ** 2) / 2 + lam / 2 * np.sum(theta[:-1] ** 2)
        assert np.allclose(EXERCISES["l2_gradient"].reference(X, y, theta, lam), numerical_gradient(objective, theta))
    for delta, W, z in EXERCISES["backprop_delta"].cases:
        def loss(before, delta=delta, W=W):
            return np.sum(delta * (sigmoid(before.reshape(-1, len(W))) @ W))
        expected = numerical_gradient(loss, z.ravel()).reshape(z.shape)
        assert np.allclose(EXERCISES["backprop_delta"].reference(delta, W, z), expected, atol=1e-8)


def test_ridge_is_where_the_objective_is_flat():
    for X, y, lam in EXERCISES["ridge"].cases:
        w = EXERCISES["ridge"].reference(X, y, lam)
        assert np.abs(least_squares(X, y, L2(lam))(w)[1]).max() < 1e-12  # J is flat there, and convex


def test_a_proximal_step_minimises_the_lasso_around_the_point():
    rng = np.random.default_rng(0)
    for X, y, w, lam, eta in EXERCISES["ista_step"].cases:
        g, step = least_squares(X, y)(w)[1], EXERCISES["ista_step"].reference(X, y, w, lam, eta)
        others = step + rng.normal(size=(100, len(w))) * 10.0 ** rng.uniform(-6, 1, (100, 1))

        def model(u, w=w, g=g, lam=lam, eta=eta):
            return (u - w) @ g + np.sum((u - w) ** 2, axis=-1) / (2 * eta) + lam * np.abs(u).sum(axis=-1)

        assert np.all(model(others) > model(step))


def test_perceptron_passes_end_where_a_line_separates_and_come_back_where_none_does():
    corners, run = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), EXERCISES["perceptron_pass"].reference
    for rule in np.ndindex(2, 2, 2, 2):
        w = np.zeros(3)
        for _ in range(20):
            w = run(w, corners, np.array(rule))
        separated = np.array_equal(corners @ w > 0, np.array(rule) == 1)
        assert separated == (rule not in {(0, 1, 1, 0), (1, 0, 0, 1)})


def test_kinks_go_through_the_points():
    for t, values in EXERCISES["kink_weights"].cases:
        chain = values[0] + np.maximum(t[:, None] - t[:-1], 0) @ EXERCISES["kink_weights"].reference(t, values)
        assert np.allclose(chain, values)


def test_initial_weights_have_the_stds_and_the_second_moments_that_the_exercises_ask_for():
    rng = np.random.default_rng(0)
    for fans in ((300, 200), (784, 30)):
        assert np.isclose(glorot_normal(rng, fans).std(), EXERCISES["glorot_std"].reference(*fans), rtol=0.03)
        assert np.isclose(he_normal(rng, fans).std(), EXERCISES["he_std"].reference(fans[0]), rtol=0.03)
    W, a = normal(0.1)(rng, (3, 40, 200, 200)), 1 + rng.normal(size=(40, 20, 200))  # 40 networks of three layers
    moments = [np.mean(a**2)]
    for layer in W:
        a = np.maximum(a @ layer, 0)
        moments.append(np.mean(a**2))
    assert np.allclose(moments, EXERCISES["variance_recursion"].reference(2.0, 0.01, 200, 3), rtol=0.05)
