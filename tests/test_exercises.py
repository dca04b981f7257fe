"""The checkers accept right solutions, refuse the usual wrong ones, say why, and never raise."""

import sys

import numpy as np
import pytest

from nnlib.activations import log_softmax, sigmoid, softmax
from nnlib.exercises import EXERCISES, Exercise, check
from nnlib.gradcheck import numerical_gradient
from nnlib.initializers import glorot_normal, he_normal, normal
from nnlib.objectives import least_squares
from nnlib.penalties import L2, soft_threshold


def naive_sigmoid(z):
    return 1 / (1 + np.exp(-z))


def descended(X, y, theta, rate, steps):
    for _ in range(steps):
        theta = theta - rate * X.T @ (X @ theta - y) / len(y)
    return theta


def epoch(X, y, w, rate, batch_size, divide_by=None):
    for i in range(0, len(X), batch_size):
        A, t = X[i:i + batch_size], y[i:i + batch_size]
        w = w - rate * A.T @ (A @ w - t) / (divide_by or len(t))
    return w


def adam(theta, gradients, rate, beta1, beta2, epsilon, power=int, root=lambda v, e: np.sqrt(v) + e):
    m = v = 0 * theta
    for t, g in enumerate(gradients, start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        correct = (1 - beta1 ** power(t)), (1 - beta2 ** power(t))
        theta = theta - rate * m / correct[0] / root(v / correct[1], epsilon)
    return theta


def l2_gradient(X, y, theta, lam):
    residual = X @ theta[:-1] + theta[-1] - y
    return np.append(X.T @ residual / len(y) + lam * theta[:-1], residual.mean())


def ista_target(X, y, w, eta):
    return w - eta * X.T @ (X @ w - y) / len(y)


def hidden_gradient(X, Y, W1, b1, W2, b2, lam, slope=sigmoid.derivative):
    Z = X @ W1 + b1
    blame = (softmax(sigmoid(Z) @ W2 + b2) - Y) / len(X)
    return X.T @ (blame @ W2.T * slope(Z)) + lam * W1


def stub(z):
    ...


def unfinished(z):
    raise NotImplementedError("write me")


def leaves(z):
    sys.exit("enough")


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_passes_its_own_exercise(name, capsys):
    assert check(name, EXERCISES[name].reference) is True
    n = len(EXERCISES[name].cases)
    assert capsys.readouterr().out == f"{name}: {n} of {n} cases right\n"


def momentum_step(theta, v, g, rate, beta):
    return theta - rate * (beta * v + g), beta * v + g


def nesterov_step(theta, v, g, rate, beta):
    return theta - rate * (g + beta * (beta * v + g)), beta * v + g


def variance_recursion(q0, weight_variance, fan_in, depth):
    q = [q0]
    for _ in range(depth):
        q.append(fan_in * weight_variance * q[-1] / 2)
    return q


@pytest.mark.parametrize("name, right", [
    ("gradient_descent", descended), ("sgd_epoch", epoch), ("adam", adam), ("l2_gradient", l2_gradient),
    ("ista_step", lambda X, y, w, lam, eta: soft_threshold(ista_target(X, y, w, eta), eta * lam)),
    ("hidden_gradient", hidden_gradient), ("momentum_step", momentum_step), ("nesterov_step", nesterov_step),
    ("variance_recursion", variance_recursion),
    ("backprop_delta", lambda delta, W, z: delta @ W.T * sigmoid.derivative(z)),
    ("ridge", lambda X, y, lam: np.linalg.lstsq(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y)[0]),
    ("accuracy", lambda logits, labels: np.mean(logits.argmax(axis=1) == labels)),
])
def test_what_a_reader_would_write_passes(name, right):
    assert check(name, right) is True


@pytest.mark.parametrize("name, wrong, words", [
    ("sigmoid", naive_sigmoid, "RuntimeWarning: overflow"),
    ("sigmoid", stub, "None (does the function return its result?)"),
    ("sigmoid", unfinished, "NotImplementedError: write me"),
    ("sigmoid", leaves, "SystemExit: enough"),
    ("sigmoid", lambda: 1, "TypeError"),
    ("sigmoid", lambda z: "0.5", "'0.5'"),
    ("he_std", lambda fan_in: str(np.sqrt(2 / fan_in)), "0 of 5 cases"),  # right, but a text
    ("sigmoid", lambda z: np.atleast_2d(0.5 + 0 * z), "[[0.5]]"),
    ("sigmoid", lambda z: 0.5 + 0.5 * np.tanh(z / 2), "got      0.0"),  # no left tail
    ("sigmoid_derivative", lambda z: np.maximum(0, 0 * z), "expected 0.25"),
    ("log_sigmoid", lambda z: np.log(naive_sigmoid(np.clip(z, -700, 700))), "got      0.0"),  # log(1) at z = 40
    ("softplus", lambda z: np.log(1 + np.exp(np.minimum(z, 700))), "softplus("),
    ("backprop_delta", lambda delta, W, z: delta @ W * sigmoid.derivative(z), "ValueError"),
    ("backprop_delta", lambda delta, W, z: delta @ W.T, "expected"),  # no slope
    ("backprop_delta", lambda delta, W, z: delta @ W.T * sigmoid.derivative(sigmoid(z)), "expected"),
    ("backprop_delta", lambda delta, W, z: delta @ W.T * sigmoid(z) * (1 - sigmoid(z)), "expected"),  # no right tail
    ("backprop_delta", lambda delta, W, z: (delta @ W.T * sigmoid.derivative(z)).sum(0), "expected"),
    ("gradient_descent", lambda X, y, theta, rate, steps: descended(X, y, theta, -rate, steps), "expected"),
    ("gradient_descent", lambda X, y, theta, rate, steps: descended(X, y, theta, 2 * rate, steps), "expected"),
    ("gradient_descent", lambda X, y, theta, rate, steps: descended(X, y, theta, len(y) * rate, steps), "expected"),
    ("gradient_descent", lambda X, y, theta, rate, steps: descended(X, y, theta, rate, steps + 1), "expected"),
    ("gradient_descent", lambda X, y, theta, rate, steps: descended(X, y[:, None], theta, rate, steps), "ValueError"),
    ("sgd_epoch", lambda X, y, w, rate, B: epoch(X, y, w, rate, B, divide_by=B), "expected"),  # the last step too short
    ("sgd_epoch", lambda X, y, w, rate, B: epoch(X, y, w, rate, B, divide_by=len(X)), "expected"),
    ("sgd_epoch", lambda X, y, w, rate, B: epoch(X, y, w, rate, len(X)), "expected"),  # one step an epoch
    ("adam", lambda *arguments: adam(*arguments, power=lambda t: 1), "expected"),  # bias correction without its power
    ("adam", lambda *arguments: adam(*arguments, power=lambda t: t + 1), "expected"),  # t counts from 0, or from 2
    ("adam", lambda *arguments: adam(*arguments, root=lambda v, e: np.sqrt(v + e)), "expected"),  # epsilon inside
    ("adam", lambda *arguments: adam(*arguments, root=lambda v, e: v + e), "expected"),
    ("logistic_gradient", lambda X, y, theta: X.T @ (naive_sigmoid(X @ theta) - y) / len(y), "overflow"),
    ("logistic_gradient", lambda X, y, theta: X.T @ (y - naive_sigmoid(np.clip(X @ theta, -700, 700))), "expected"),
    ("ridge", lambda X, y, lam: np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y), "expected"),  # no n
    ("ridge", lambda X, y, lam: np.linalg.inv(X.T @ X / len(y)) @ X.T @ y / len(y) / (1 + lam), "expected"),
    ("ridge", lambda X, y, lam: np.linalg.solve(X.T @ X / len(y), X.T @ y / len(y)), "expected"),
    ("l2_gradient", lambda X, y, theta, lam: l2_gradient(X, y, theta, 2 * lam), "expected"),  # no half
    ("l2_gradient", lambda X, y, theta, lam: l2_gradient(X, y, theta, lam / len(y)), "expected"),
    ("l2_gradient", lambda X, y, theta, lam: l2_gradient(X, y, theta, 0) + lam * theta, "expected"),  # bias penalised
    ("l2_gradient", lambda X, y, theta, lam: len(y) * l2_gradient(X, y, theta, lam), "expected"),
    ("soft_threshold", lambda v, t: v * (np.abs(v) > t), "expected 2.5"),  # the hard one
    ("soft_threshold", lambda v, t: v - t * np.sign(v), "expected 0.0"),  # over 0
    ("soft_threshold", lambda v, t: np.maximum(v - t, 0), "expected -2.5"),
    ("ista_step", lambda X, y, w, lam, eta: soft_threshold(ista_target(X, y, w, eta), lam), "expected"),  # no rate
    ("ista_step", lambda X, y, w, lam, eta: ista_target(X, y, w, eta) - eta * lam * np.sign(w), "expected"),
    ("ista_step", lambda X, y, w, lam, eta: ista_target(X, y, soft_threshold(w, eta * lam), eta), "expected"),
    ("ista_step", lambda X, y, w, lam, eta: soft_threshold(ista_target(X, y, w, len(y) * eta), eta * lam), "expected"),
    ("hidden_gradient", lambda *a: hidden_gradient(*a[:-1], 2 * a[-1]), "expected"),  # no half
    ("hidden_gradient", lambda X, *a: len(X) * hidden_gradient(X, *a), "expected"),  # not the mean
    ("hidden_gradient", lambda *a: hidden_gradient(*a, slope=lambda z: 1), "expected"),  # sigma' forgotten
    ("hidden_gradient", lambda X, Y, W1, b1, W2, b2, lam: hidden_gradient(
        X, Y, W1, b1, W2, b2, 0) + sigmoid.derivative(W1) * lam * W1, "expected"),  # the document's
    ("hidden_gradient", lambda *a: hidden_gradient(*a, slope=lambda z: naive_sigmoid(z) * (1 - naive_sigmoid(z))),
     "overflow"),
    ("accuracy", lambda logits, labels: np.mean(np.round(logits) == np.eye(logits.shape[1])[labels]), "expected 1.0"),
    ("accuracy", lambda logits, labels: np.mean(np.argmax(logits, axis=0) == labels), "ValueError"),
    ("accuracy", lambda logits, labels: np.mean(logits[np.arange(len(labels)), labels] > 0.5), "expected"),
    ("momentum_step", lambda theta, v, g, rate, beta: (theta - rate * v, beta * v + g), "expected"),  # the old velocity
    ("momentum_step", lambda theta, v, g, rate, beta: (theta + rate * (beta * v + g), beta * v + g), "expected"),
    ("momentum_step", lambda theta, v, g, rate, beta: (theta + beta * v - rate * g, beta * v - rate * g), "expected"),
    ("momentum_step", lambda theta, v, g, rate, beta: (theta - rate * v, beta * v + (1 - beta) * g), "expected"),
    ("momentum_step", lambda theta, v, g, rate, beta: theta - rate * (beta * v + g), "expected"),  # no velocity
    ("nesterov_step", lambda theta, v, g, rate, beta: (theta - rate * (beta * v + g), beta * v + g), "expected"),
    ("nesterov_step", lambda theta, v, g, rate, beta: (theta - rate * (g + beta * v), beta * v + g), "expected"),
    ("nesterov_step", lambda theta, v, g, rate, beta: (theta - rate * beta * (beta * v + g), beta * v + g), "expected"),
    ("glorot_std", lambda fan_in, fan_out: 2 / (fan_in + fan_out), "expected"),  # the variance
    ("glorot_std", lambda fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out)), "expected"),  # the uniform one's limit
    ("glorot_std", lambda fan_in, fan_out: np.sqrt(1 / fan_in), "expected"),
    ("he_std", lambda fan_in: 2 / fan_in, "expected 0.0625"),  # the variance
    ("he_std", lambda fan_in: np.sqrt(2 / 3), "expected"),
    ("he_std", lambda fan_in: np.sqrt(1 / fan_in), "expected"),
    ("variance_recursion", lambda q0, v, n, depth: q0 * (n * v) ** np.arange(depth + 1), "expected"),  # no half
    ("variance_recursion", lambda q0, v, n, depth: q0 * (n * v / 2) ** depth, "expected"),  # the last one alone
    ("variance_recursion", lambda q0, v, n, depth: q0 * (n * v / 2) ** np.arange(1, depth + 1), "expected"),
    ("variance_recursion", lambda q0, v, n, depth: q0 * (n * v**2 / 2) ** np.arange(depth + 1), "expected"),
    ("sigmoid", lambda z: {"the value": z}, "expected"),  # no numbers
    ("sigmoid", lambda z: np.asarray(sigmoid(z), complex), "expected"),
    ("sigmoid", lambda z: np.asarray(sigmoid(z)).astype(str), "expected"),
    ("sigmoid", "not a function", "TypeError"),
    ("sigmoid", None, "TypeError"),
])
def test_usual_mistakes_fail_with_their_reason(name, wrong, words, capsys):
    assert check(name, wrong) is False
    out = capsys.readouterr().out
    assert words in out and "tried" in out and "expected" in out


@pytest.mark.parametrize("name", ["sigmiod", None, ["sigmoid"]])
def test_an_unknown_exercise_lists_the_known_ones(name, capsys):
    assert check(name, naive_sigmoid) is False
    assert f"there are: {', '.join(sorted(EXERCISES))}" in capsys.readouterr().out


def test_the_references_that_the_library_does_not_have_are_right():
    for X, Y, W1, b1, W2, b2, lam in EXERCISES["hidden_gradient"].cases:
        def penalised(W, X=X, Y=Y, shape=W1.shape, b1=b1, W2=W2, b2=b2, lam=lam):
            loss = -np.sum(Y * log_softmax(sigmoid(X @ W.reshape(shape) + b1) @ W2 + b2)) / len(X)
            return loss + lam / 2 * np.sum(W ** 2)
        gradient = EXERCISES["hidden_gradient"].reference(X, Y, W1, b1, W2, b2, lam)
        assert np.allclose(gradient.ravel(), numerical_gradient(penalised, W1.ravel()), rtol=1e-6, atol=1e-9)
        assert np.allclose(gradient, hidden_gradient(X, Y, W1, b1, W2, b2, lam), rtol=1e-12)
    for X, y, lam in EXERCISES["ridge"].cases:
        w = EXERCISES["ridge"].reference(X, y, lam)
        assert np.abs(least_squares(X, y, L2(lam))(w)[1]).max() < 1e-12  # J is flat there, and convex
    for X, y, theta, lam in EXERCISES["l2_gradient"].cases:
        def objective(theta, X=X, y=y, lam=lam):
            return np.mean((X @ theta[:-1] + theta[-1] - y) ** 2) / 2 + lam / 2 * np.sum(theta[:-1] ** 2)
        assert np.allclose(EXERCISES["l2_gradient"].reference(X, y, theta, lam), numerical_gradient(objective, theta))
        assert np.allclose(EXERCISES["l2_gradient"].reference(X, y, theta, lam), l2_gradient(X, y, theta, lam))

    for X, y, w, lam, eta in EXERCISES["ista_step"].cases:
        expected = soft_threshold(ista_target(X, y, w, eta), eta * lam)
        assert np.allclose(EXERCISES["ista_step"].reference(X, y, w, lam, eta), expected, atol=1e-14)


def test_the_reader_gets_copies_of_the_arguments():
    def changes_its_argument(z):
        if isinstance(z, np.ndarray):
            z[...] = 0
        return z

    check("sigmoid", changes_its_argument)
    assert check("sigmoid", EXERCISES["sigmoid"].reference)


def test_the_reader_gets_numbers_as_numbers_and_an_array_stays_on_one_line(capsys):
    def right_for_floats(z):
        return EXERCISES["sigmoid"].reference(z) if type(z) is float else "no float"

    check("sigmoid", right_for_floats)
    out = capsys.readouterr().out
    assert out.startswith("sigmoid: 12 of 14 cases right\n  tried    sigmoid([-800.,") and "array(" not in out
    assert len(out.splitlines()) == 5 and "(the first of 2 that failed)" in out


def test_nan_is_right_where_the_reference_gives_nan(monkeypatch):
    monkeypatch.setitem(EXERCISES, "log", Exercise(np.log1p, ((np.array([0.0, np.nan]),),)))
    assert check("log", lambda z: np.log1p(z)) is True
    assert check("log", lambda z: np.nan_to_num(z)) is False


def test_backprop_delta_is_what_comes_back_through_a_layer():
    for delta, W, z in EXERCISES["backprop_delta"].cases[:4]:
        def loss(before, delta=delta, W=W):
            return np.sum(delta * (sigmoid(before.reshape(-1, len(W))) @ W))

        expected = numerical_gradient(loss, z.ravel()).reshape(z.shape)
        assert np.allclose(EXERCISES["backprop_delta"].reference(delta, W, z), expected, atol=1e-8)


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
