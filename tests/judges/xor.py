"""xor.js: a network of two inputs, h hidden units and one output learns XOR."""

import functools
import re

import numpy as np

from judges import Live, error, numbers
from judges.depth import normals
from nnlib import activations
from nnlib.activations import sigmoid
from nnlib.datasets import xor
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.training import fit, loss_and_gradient

STEPS, LOW, HIGH = 3000, -0.5, 1.5
CALLED = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
X, Y = xor()
Y = Y[:, None]


def start(units, name, seed):
    """nnlib's network with the page's random numbers: Glorot's weights, for ReLU He's."""
    sizes = [2, units, 1] if units else [2, 1]
    network, taken = mlp(sizes, getattr(activations, name), rng=np.random.default_rng(0)), 0
    random = normals(seed, network.weights.size + network.weights.size % 2)
    for layer in network.layers[::2]:
        fans = 2 / layer.fan_in if name == "relu" else 2 / (layer.fan_in + layer.fan_out)
        layer.W[...] = np.sqrt(fans) * random[taken:taken + layer.W.size].reshape(layer.W.shape)
        taken += layer.W.size
    return network


@functools.cache
def trained(units, name, rate, seed, steps):
    """The network after so many steps, and its loss then."""
    network = start(units, name, seed)
    if steps:
        fit(network, binary_cross_entropy, SGD(rate), X, Y, epochs=steps, batch_size=4, rng=np.random.default_rng(0),
            evaluate_every=steps)
    return network, binary_cross_entropy(network(X), Y)[0]


class Xor(Live):
    NAME = "xor"
    TITLES = (("where it says “on”", "x₁", "x₂"), ("loss", "step"))
    LEGENDS = (("second", "one half"), ("guide", "a hidden unit at 0"))
    CONTROLS = ("Hidden units", "Activation", "Learning rate", "Steps")
    BUTTONS = ("Another start", "Play")
    LISTS = {"Hidden units": [0, 1, 2, 3, 4, 8], "Learning rate": [0.1, 0.3, 1, 3]}
    STATES = ({"Steps": 0}, {"Steps": 700}, {"Hidden units": 0}, {"Hidden units": 1, "Steps": 400},
              {"Hidden units": 3, "Activation": "tanh"},
              {"Activation": "relu", "Hidden units": 8, "Learning rate": 0.3},
              {"Hidden units": 4, "Learning rate": 3, "Activation": "sigmoid", "Steps": 2000})
    PICKS = {1: ("Steps",)}
    TELLING = {"Steps": 900}
    BROKEN = {
        "He's weights for all": ("xor.js", "sqrt(2 / (fanIn + fanOut))", "sqrt(2 / fanIn)"),
        "another rule": ("xor.js", "ANSWERS = [0, 1, 1, 0]", "ANSWERS = [0, 1, 1, 1]"),
        "no way back through a unit": ("xor.js", " * functions[name].slope(z[k])", ""),
        "uphill": ("xor.js", "v - rate * gradient[i]", "v + rate * gradient[i]"),
        "the regions of another step": ("xor.js", "theta = run.thetas[step]", "theta = run.thetas[0]"),
        "a region too large": ("xor.js", "middle(i, k) > 0", "middle(i, k) > -1"),
        "another level": ("xor.js", "contour(heights, 0)", "contour(heights, 0.5)"),
        "the score of a unit": ("xor.js", "forward(theta, h, name, x).z[k]", "forward(theta, h, name, x).score"),
        "three right are enough": ("xor.js", "right === 4", "right >= 3"),
    }

    seed = 1

    def check_content(self, words, plots, units, name, rate, step):
        network, loss = trained(units, name, rate, self.seed, step)
        plane, losses = plots
        score = network(X)[:, 0]
        on = np.ravel(Y == 1)
        for kind, corners in (("second", X[on]), ("first", X[~on])):
            np.testing.assert_allclose(plane.marks[kind], corners, atol=0.01)
        self.check_regions(network, plane)
        check_level(network, plane.lines["second"])
        if units:
            first = network.layers[0]
            check_level(lambda points: points @ first.W + first.b, plane.lines["guide"])
        else:
            assert len(plane.lines["guide"]) == 0

        np.testing.assert_allclose(losses.lines["first"][:, 0], np.arange(STEPS + 1), atol=5)
        for t in {0, step // 2, step, STEPS}:
            height = trained(units, name, rate, self.seed, t)[1]
            assert abs(losses.lines["first"][t, 1] - height) < 0.01
        np.testing.assert_allclose(losses.lines["guide"][:, 0], step, atol=10)
        assert np.all(np.abs(np.subtract(losses.marks["first"], [[step, min(loss, 1)]])) <= [10, 0.01])

        which = f"{units} {CALLED[name]} unit{'s' * (units > 1)}" if units else "No hidden units"
        form = re.fullmatch(rf"{which}, start {self.seed}, step {step}: loss (\S+)\.", words[0])
        assert abs(float(form[1]) - loss) < 0.006 * loss, words
        p = sigmoid(score)
        said = [float(part) for part in re.findall(r"(\d\.\d\d) at \(", words[1])]
        np.testing.assert_allclose(said, p, atol=0.0051)
        right = int(np.sum((p > 0.5) == on))
        if right == 4:
            assert words[2] == "All four corners are on the right side."
        elif np.all(np.abs(p - 0.5) < 0.1):
            assert words[2] == "It says about one half at every corner."
        else:
            assert numbers(words[2]) == [right], words

    def check_regions(self, network, plane):
        """A point is in one of the rectangles where the score is clearly above 0, and in none where it is below."""
        boxes = plane.lines["area"].reshape(-1, 4, 2)
        points = np.random.default_rng(0).uniform(LOW + 0.01, HIGH - 0.01, (2000, 2))
        inside = np.zeros(len(points), bool)
        for low, high in zip(boxes.min(axis=1), boxes.max(axis=1)):
            inside |= np.all((points > low) & (points < high), axis=1)
        near = [network(points + shift)[:, 0] > 0 for shift in around(0.03)]
        sure = np.all(near, axis=0) | ~np.any(near, axis=0)
        assert sure.mean() > 0.5
        np.testing.assert_array_equal(inside[sure], near[0][sure])

    def disagreement(self):
        cases = [(units, name, seed) for units in self.LISTS["Hidden units"] for name in CALLED for seed in (1, 2, 3)]
        theirs = self.run("""(cases) => cases.map(([units, name, seed]) => {
            const theta = xor.start(units, name, seed).map((v, i) => v + 0.1 * (i + 1));
            const [loss, gradient] = xor.lossAndGradient(theta, units, name);
            return [Array.from(theta), loss, Array.from(gradient)];
        })""", cases)
        found = {"start": 0.0, "loss": 0.0, "gradient": 0.0}
        for case, (theta, loss, gradient) in zip(cases, theirs):
            network = start(*case)
            network.params[...] += 0.1 * np.arange(1, network.params.size + 1)
            value, slope = loss_and_gradient(network, binary_cross_entropy, X, Y)
            for key, pair in (("start", (theta, network.params)), ("loss", (loss, value)),
                              ("gradient", (gradient, slope))):
                found[key] = max(found[key], error(*pair, floor=1e-3))
        return found


def around(distance):
    return distance * np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)])


def check_level(f, line):
    """Close to every point of the line one of the functions changes sign; each that changes at all does so there."""
    side = np.linspace(LOW, HIGH, 41)
    signs = f(np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)) > 0
    changing = signs.any(axis=0) & ~signs.all(axis=0)
    if not len(line):
        assert not changing.any()
        return
    near = np.array([f(line + shift) > 0 for shift in around(0.03)])  # (9, points, functions)
    change = near.any(axis=0) & ~near.all(axis=0)
    assert np.all(change.any(axis=1)) and np.all(change.any(axis=0) >= changing)
