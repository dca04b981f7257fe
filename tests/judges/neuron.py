"""neuron.js: one sigmoid neuron, input 1 and answer 0, under two losses. The judge is nnlib's gradient descent."""

import re

import numpy as np

from judges import Live, close, error, numbers
from nnlib.activations import sigmoid
from nnlib.descent import minimize
from nnlib.losses import binary_cross_entropy, squared_error
from nnlib.optimizers import SGD

RATES = [round(m * 10.0**e, 6) for e in (-2, -1, 0) for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)] + [10]
EPOCHS, FAR, LOWEST = 300, 10, -6
KINDS = {"squared": ("squared error", "first"), "entropy": ("cross-entropy", "second")}


def objective(loss):
    """(w, b) -> the loss and its gradient: by nnlib's losses, and the chain rule for the squared error."""
    def f(theta):
        z = np.array([theta.sum()])
        if loss == "entropy":
            value, pull = binary_cross_entropy(z, [0.0])
        else:
            value, pull = squared_error(sigmoid(z), [0.0])
            pull = pull * sigmoid.derivative(z)
        return value, np.repeat(pull, 2)
    return f


def way(loss, w, b, rate):
    """Scores after 0 to 300 epochs, and the pull at each."""
    f = objective(loss)
    thetas = minimize(f, [w, b], SGD(rate), EPOCHS).thetas
    return thetas.sum(1), np.array([f(theta)[1][0] for theta in thetas])


class Neuron(Live):
    NAME = "neuron"
    TITLES = (("pull dL/dz, over the score z", "score z"), ("output a, which should be 0", "epoch"),
              ("pull dL/dz, by epoch", "epoch"))
    LEGENDS = (("first", "squared error"), ("second", "cross-entropy"))
    CONTROLS = ("Start weight w", "Start bias b", "Learning rate η", "Loss", "Epoch")
    BUTTONS = ("Play",)
    LISTS = {"Learning rate η": RATES}
    STATES = ({"Start weight w": 0.6, "Start bias b": 0.9, "Epoch": 300}, {"Loss": "squared"}, {"Loss": "entropy"},
              {"Loss": "both", "Start weight w": 4, "Start bias b": 4, "Learning rate η": 10}, {"Epoch": 0},
              {"Start weight w": -4, "Start bias b": -4}, {"Learning rate η": 0.01, "Epoch": 150})
    PICKS = {1: ("Epoch",), 2: ("Epoch",)}
    TELLING = {"Start weight w": 1, "Start bias b": 2.5, "Epoch": 60}
    BROKEN = {
        "the slope forgotten": ("neuron.js", "sigmoid(z) * slope(z)", "slope(z)"),
        "the bias stands still": ("neuron.js", "      b -= rate * pull;\n", ""),
        "uphill": ("neuron.js", "w -= rate * pull", "w += rate * pull"),
        "one epoch late": ("neuron.js", "z = scores[state.epoch]", "z = scores[Math.max(state.epoch - 1, 0)]"),
        "natural logarithms": ("neuron.js", "log10(pulls[key](s))", "Math.log(pulls[key](s))"),
        "the score, not the output": ("neuron.js", "[t, sigmoid(s)]", "[t, s]"),
        "both are one": ("neuron.js", "law.setAttribute(\"d\", field.path(GRID.map((z) => [z, pulls[key](z)])))",
                         "law.setAttribute(\"d\", field.path(GRID.map((z) => [z, pulls.entropy(z)])))"),
    }

    def logarithmic(self, state):
        return False, False, True

    def check_content(self, words, plots, w, b, rate, loss, epoch):
        field, outputs, sizes = plots
        shown = [key for key in KINDS if loss in ("both", key)]
        close(numbers(words[0]), [sigmoid(w + b), w + b])
        assert len(words) == 1 + len(shown)
        grid = np.linspace(-FAR, FAR, 201)
        for key, said in zip(shown, words[1:]):
            (name, kind), (scores, pulls) = KINDS[key], way(key, w, b, rate)
            form = re.fullmatch(rf"With {name}, epoch {epoch:g}: output (\S+), pull (\S+)\.", said)
            assert form, said
            now = int(epoch)
            close([float(form[1]), float(form[2])], [sigmoid(scores[now]), pulls[now]])
            np.testing.assert_allclose(field.lines[kind][:, 0], grid, atol=0.06)
            law = sigmoid(grid) * (1 if key == "entropy" else sigmoid.derivative(grid))
            np.testing.assert_allclose(field.lines[kind][:, 1], law, atol=0.006)
            np.testing.assert_allclose(field.marks[kind], [[np.clip(scores[now], -FAR, FAR), pulls[now]]], atol=0.06)
            time = np.arange(EPOCHS + 1)
            np.testing.assert_allclose(outputs.lines[kind], np.column_stack([time, sigmoid(scores)]), atol=0.6)
            np.testing.assert_allclose(outputs.lines[kind][:, 1], sigmoid(scores), atol=0.006)
            np.testing.assert_allclose(sizes.lines[kind][:, 1], np.log10(pulls), atol=0.04)
            np.testing.assert_allclose(outputs.marks[kind], [[now, sigmoid(scores[now])]], atol=0.6)
            np.testing.assert_allclose(sizes.marks[kind], [[now, max(np.log10(pulls[now]), LOWEST)]], atol=0.6)
        for plot in (outputs, sizes):
            np.testing.assert_allclose(plot.lines["guide"][:, 0], epoch, atol=0.6)
        hidden = [kind for key, (_, kind) in KINDS.items() if key not in shown]
        assert not any(kind in plot.marks for kind in hidden for plot in plots)

    def disagreement(self):
        starts = [(w, b, rate) for w in (-4, 0.6, 2, 4) for b in (-4, 0.9, 4) for rate in (0.01, 0.15, 3, 10)]
        found = {}
        for key in KINDS:
            theirs = self.run(f"(starts) => starts.map(([w, b, rate]) => neuron.learn('{key}', {{ w, b, rate }}, 300))",
                              starts)
            found[key, "scores"] = error(theirs, [way(key, *start)[0] for start in starts], floor=0.1)
            zs = np.linspace(-300, 300, 999)
            pulls = self.run(f"(zs) => zs.map(neuron.pulls.{key})", zs.tolist())
            found[key, "pulls"] = error(pulls, [objective(key)(np.array([z, 0.0]))[1][0] for z in zs])
        return found
