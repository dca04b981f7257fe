"""Losses: gradients by finite differences, values by SciPy and mpmath, confident answers, shapes, bad input."""

import mpmath as mp
import numpy as np
import pytest
from scipy import special

from nnlib.gradcheck import check_gradient
from nnlib.losses import binary_cross_entropy, cross_entropy, squared_error

rng = np.random.default_rng(0)
Z = rng.normal(size=(7, 3))
LABELS = rng.integers(0, 3, 7)
SOFT = rng.dirichlet([1, 1, 1], 7)
CASES = {  # every loss on every kind of target
    "squared": (squared_error, Z, rng.normal(size=(7, 3))),
    "squared (n,)": (squared_error, Z[:, 0], rng.normal(size=7)),
    "binary": (binary_cross_entropy, Z, rng.integers(0, 2, (7, 3))),
    "binary soft (n,)": (binary_cross_entropy, Z[:, 0], rng.random(7)),
    "classes": (cross_entropy, Z, LABELS),
    "classes soft": (cross_entropy, Z, SOFT),
}
each = pytest.mark.parametrize("loss, output, target", CASES.values(), ids=CASES)


@each
def test_gradient_agrees_with_finite_differences(loss, output, target):
    assert check_gradient(lambda z: loss(z, target), output).relative_error < 1e-7


@each
def test_value_is_a_mean_over_examples_and_a_built_in_float(loss, output, target):
    value, gradient = loss(output, target)
    assert type(value) is float and gradient.shape == output.shape
    one_by_one = [loss(output[i:i + 1], target[i:i + 1])[0] for i in range(len(output))]
    assert value == pytest.approx(np.mean(one_by_one), rel=1e-14)
    twice = loss(np.concatenate([output, output]), np.concatenate([target, target]))[0]
    assert twice == pytest.approx(value, rel=1e-14)


@each
def test_k_networks_at_once_are_k_networks_one_by_one(loss, output, target):
    if output.ndim == 1:
        output, target = output[:, None], target[:, None]
    outputs = np.stack([output, 2 * output, output - 1])
    for targets in (target, np.stack([target] * 3)):  # shared, or one each
        values, gradients = loss(outputs, targets)
        assert values.shape == (3,)
        for k in range(3):
            value, gradient = loss(outputs[k], target)
            assert values[k] == pytest.approx(value, rel=1e-14)
            np.testing.assert_allclose(gradients[k], gradient, rtol=1e-14)


@each
def test_float32_stays_float32_whatever_the_target(loss, output, target):
    value, gradient = loss(output.astype(np.float32), target)
    assert gradient.dtype == np.float32
    assert value == pytest.approx(loss(output, target)[0], rel=1e-5)


@each
def test_nan_in_the_output_gives_nan_and_no_warning(loss, output, target):
    output = output.copy()
    output.flat[0] = np.nan
    value, gradient = loss(output, target)
    assert np.isnan(value) and np.isnan(gradient.flat[0])


def test_values_against_scipy():
    y = CASES["binary"][2]
    expected = -(special.log_expit(Z) * y + special.log_expit(-Z) * (1 - y)).sum() / 7
    assert binary_cross_entropy(Z, y)[0] == pytest.approx(expected, rel=1e-14)
    assert cross_entropy(Z, LABELS)[0] == pytest.approx(
        -special.log_softmax(Z, axis=1)[np.arange(7), LABELS].mean(), rel=1e-14)
    assert squared_error(Z, Z + 1)[0] == pytest.approx(1.5)  # three units, half of 1 each


def test_two_classes_are_one_logit():
    z = rng.normal(0, 5, 50)
    y = rng.integers(0, 2, 50)
    pair = np.stack([np.zeros(50), z], axis=1)
    assert cross_entropy(pair, y)[0] == pytest.approx(binary_cross_entropy(z, y)[0], rel=1e-13)


def test_labels_and_their_one_hot_rows_agree():
    value, gradient = cross_entropy(Z, LABELS)
    soft_value, soft_gradient = cross_entropy(Z, np.eye(3)[LABELS])
    assert value == pytest.approx(soft_value, rel=1e-14)
    np.testing.assert_allclose(gradient, soft_gradient, atol=1e-15)
    assert cross_entropy(Z, np.eye(3, dtype=int)[LABELS])[0] == pytest.approx(value, rel=1e-14)


def test_the_layout_of_the_output_in_memory_does_not_matter():
    for output in (np.asfortranarray(Z), np.stack([Z, 2 * Z], axis=-1)[..., 0]):
        value, gradient = cross_entropy(output, LABELS)
        assert value == pytest.approx(cross_entropy(Z, LABELS)[0], rel=1e-14)
        np.testing.assert_allclose(gradient, cross_entropy(Z, LABELS)[1], rtol=1e-13)


def test_a_confident_right_answer_keeps_its_digits():
    tail = mp.exp(-60)
    value, gradient = binary_cross_entropy([60.0, -60.0], [1, 0])
    assert value == pytest.approx(float(mp.log1p(tail)), rel=1e-15)
    np.testing.assert_allclose(gradient, np.array([-1, 1]) * float(tail / (1 + tail)) / 2, rtol=1e-15)
    value, gradient = cross_entropy([[60.0, 0.0, 0.0]], [0])
    assert value == pytest.approx(float(mp.log1p(2 * tail)), rel=1e-15)
    np.testing.assert_allclose(gradient, [[-2 * float(tail), float(tail), float(tail)]], rtol=1e-14)


def exact_cross_entropy(z, labels):
    """Value and gradient to 50 digits, rounded once."""
    loss, gradient = mp.mpf(0), np.empty(z.shape)
    with mp.workdps(50):
        for row, label, slopes in zip(z.tolist(), labels, gradient):
            e = [mp.exp(mp.mpf(x) - mp.mpf(max(row))) for x in row]
            others = mp.fsum(e[:label] + e[label + 1:])
            loss += mp.log(mp.fsum(e)) + mp.mpf(max(row)) - mp.mpf(row[label])
            slopes[:] = [float(x / mp.fsum(e) / len(z)) for x in e]
            slopes[label] = float(-others / mp.fsum(e) / len(z))
        return float(loss / len(z)), gradient


@pytest.mark.parametrize("dtype, edge", [(np.float32, 88.7), (np.float64, 709.7)])
def test_a_wrong_class_may_lead_by_any_amount(dtype, edge):
    """Around the lead whose exponential overflows, beside confident and undecided examples and another network."""
    tolerance = 300 * float(np.finfo(dtype).eps)
    for lead in (0.5 * edge, *(edge + step for step in np.linspace(-4, 4, 33)), 10 * edge, 1e20):
        z = np.array([[0, lead, -1], [lead, 0, lead / 2], [1, 0, 2], [0, 0, -60], [40, 0, 1]], dtype)
        y, truth = [0, 1, 2, 0, 0], exact_cross_entropy(z, [0, 1, 2, 0, 0])
        values, gradients = cross_entropy(np.stack([z, z[::-1] / 64]), [y, y[::-1]])
        for value, gradient in (cross_entropy(z, y), (values[0], gradients[0])):
            assert value == pytest.approx(truth[0], rel=tolerance), lead
            np.testing.assert_allclose(gradient, truth[1], tolerance, np.finfo(dtype).tiny, err_msg=f"lead {lead}")


def test_the_gradient_of_a_confident_class_over_many_draws():
    """Entries of the true class against 300 bits; 126 units is what exp of differences near 40 sigma costs."""
    z = np.random.default_rng(1).normal(0, 40, (300, 10))
    y = z.argmax(1)
    entries = 300 * cross_entropy(z, y)[1][np.arange(300), y]
    for row, label, entry in zip(z, y, entries):
        others = mp.fsum(mp.exp(mp.mpf(float(x)) - mp.mpf(float(row[label]))) for k, x in enumerate(row) if k != label)
        truth = -others / (1 + others)
        assert abs(mp.mpf(float(entry)) - truth) <= 126 * abs(truth) * mp.mpf(2) ** -52


def test_certain_answers_cost_nothing_or_everything():
    with np.errstate(all="raise"):
        assert binary_cross_entropy([np.inf, -np.inf], [1, 0])[0] == 0
        assert binary_cross_entropy([np.inf], [0])[0] == np.inf
        assert cross_entropy([[np.inf, 0.0]], [0])[0] == 0
        assert cross_entropy([[np.inf, 0.0]], [[1.0, 0.0]])[0] == 0
        assert cross_entropy([[np.inf, 0.0]], [1])[0] == np.inf
        assert cross_entropy([[1e308, -1e308]], [0])[0] == 0
        assert squared_error([1e200], [0.0])[0] == np.inf


@pytest.mark.parametrize("loss, output, target, error, words", [
    (squared_error, np.zeros((4, 1)), np.zeros(4), ValueError, r"(4, 1), got (4,)"),
    (squared_error, np.zeros(4), np.zeros((4, 1)), ValueError, "target[:, None] or output[:, 0]"),
    (squared_error, np.zeros((2, 4, 1)), np.zeros((3, 4, 1)), ValueError, "(2, 4, 1)"),
    (squared_error, np.zeros((0, 2)), np.zeros((0, 2)), ValueError, "at least one example"),
    (squared_error, 1.0, 1.0, ValueError, "output must be (n, units)"),
    (squared_error, ["a"], [1.0], TypeError, "output must hold real numbers"),
    (squared_error, [1.0], ["a"], TypeError, "target must hold real numbers"),
    (binary_cross_entropy, [0.0, 1.0], [-1, 1], ValueError, "got -1.0; encode the two classes as 0 and 1"),
    (binary_cross_entropy, [0.0, 1.0], [0, 1.5], ValueError, "target must lie in [0, 1], got 1.5"),
    (binary_cross_entropy, [[0.0]], [1], ValueError, "target must have the output's shape"),
    (cross_entropy, [0.0, 1.0], [0, 1], ValueError, "use binary_cross_entropy"),
    (cross_entropy, [[0.0], [1.0]], [0, 0], ValueError, "at least two classes"),
    (cross_entropy, np.zeros((3, 2, 1)), [0, 0], ValueError, "at least two classes"),
    (cross_entropy, [[0.0, 1.0]], [2], ValueError, "labels from 0 to 1, got 2"),
    (cross_entropy, np.zeros((1, 3, 2)), [0, 2, 1], ValueError, "labels from 0 to 1, got 2"),
    (cross_entropy, [[0.0, 1.0]], [-1], ValueError, "labels from 0 to 1, got -1"),
    (cross_entropy, [[0.0, 1.0]], [1.0], TypeError, "got dtype float64; use np.asarray(target, dtype=int)"),
    (cross_entropy, [[0.0, 1.0]], [0.5], TypeError, "integer labels, got 0.5"),
    (cross_entropy, [[0.0, 1.0]], [np.nan], TypeError, "integer labels, got nan"),
    (cross_entropy, [[0.0, 1.0]], ["1"], TypeError, "integer labels"),
    (cross_entropy, np.zeros((2, 2)), ["no", "yes"], TypeError, "use np.unique(target, return_inverse=True)[1]"),
    (cross_entropy, [[0.0, 1.0]], [[1]], ValueError, "shape (1, 1)"),
    (cross_entropy, [[0.0, 1.0]], [0, 1], ValueError, "shape (2,)"),
    (cross_entropy, [[0.0, 1.0]], [[0.5, 0.6]], ValueError, "sum to 1"),
    (cross_entropy, [[0.0, 1.0]], [[-0.5, 1.5]], ValueError, "smallest entry of -0.5"),
    (cross_entropy, np.zeros((0, 2)), np.zeros(0, int), ValueError, "at least one example"),
])
def test_bad_input_is_named_with_a_remedy(loss, output, target, error, words):
    with pytest.raises(error) as caught:
        loss(output, target)
    assert words in str(caught.value)


def test_a_loss_tells_its_name_as_a_function_does():
    losses = (squared_error, binary_cross_entropy, cross_entropy)
    assert [loss.__name__ for loss in losses] == ["squared_error", "binary_cross_entropy", "cross_entropy"]
