"""graph.js: values of four nodes run forward, gradients run back, and the curve of the loss has the right tangent."""

import itertools
import re

import numpy as np

from judges import Live, close, error, numbers
from nnlib.activations import tanh
from nnlib.gradcheck import numerical_gradient

NAMES = "wxby"


def loss(theta):
    """Of theta = (w, x, b, y), along the last axis."""
    w, x, b, y = np.moveaxis(np.asarray(theta), -1, 0)
    return (tanh(w * x + b) - y)**2 / 2


def values(w, x, b, y):
    return {"w": w, "x": x, "b": b, "y": y, "u": w * x, "z": w * x + b, "a": tanh(w * x + b), "L": loss([w, x, b, y])}


def slopes(w, x, b, y):
    """By finite differences, where the page uses the chain rule."""
    inputs = dict(zip(NAMES, numerical_gradient(loss, [w, x, b, y])))
    z = w * x + b
    return inputs | {"a": numerical_gradient(lambda a: (a - y)**2 / 2, float(tanh(z))), "u": inputs["b"],
                     "z": inputs["b"], "L": 1.0}


def shown(text, expected):
    """Three digits; the differences themselves have an error of 1e-10."""
    np.testing.assert_allclose(float(text), expected, rtol=0.006, atol=2e-8)


class Graph(Live):
    NAME = "graph"
    TITLES = (("loss L when one input moves", "the nudged input"),)
    LEGENDS = (("first", "gradient, slope of the tangent"), ("second", "loss"))
    CONTROLS = ("Weight w", "Input x", "Bias b", "Target y", "Nudge")
    STATES = ({"Nudge": "x"}, {"Weight w": -1.5, "Nudge": "b"}, {"Input x": 0, "Nudge": "w"}, {"Target y": -0.6},
              {"Weight w": 2, "Input x": 3, "Bias b": 3}, {"Weight w": 0, "Nudge": "x"},
              {"Bias b": -2.45, "Input x": -1.3})
    TELLING = {"Weight w": 0.5, "Input x": 1.4, "Bias b": -0.3, "Target y": -0.4, "Nudge": "x"}
    BROKEN = {
        "a slope without square": ("graph.js", "da * (1 - a ** 2)", "da * (1 - a)"),
        "a factor of its own": ("graph.js", "w: du * x", "w: du * w"),
        "no half": ("graph.js", "(a - y) ** 2 / 2", "(a - y) ** 2"),
        "the sign of the target": ("graph.js", "y: -da", "y: da"),
        "another tangent": ("graph.js", "values.L + slope * (v - at)", "values.L + slope * v"),
        "another input's curve": ("graph.js", "forward({ ...state, [name]: v }).L", "forward({ ...state, w: v }).L"),
        "values for gradients": ("graph.js", "slope.textContent = three(slopes[name])",
                                 "slope.textContent = three(values[name])"),
        "the gradient for the change": ("graph.js", "changes by ${three(moved)}", "changes by ${three(slope)}"),
    }

    def check_content(self, words, plots, *state):
        *inputs, name = state
        value, slope = values(*inputs), slopes(*inputs)
        boxes = self.page.evaluate("""() => [...document.querySelectorAll('.explorable-live svg.graph text')]
            .map((el) => el.textContent.replaceAll('\\u2212', '-'))""")
        assert len(boxes) == 3 * 8
        for title, forward, back in zip(boxes[::3], boxes[1::3], boxes[2::3]):
            shown(forward, value[title[0]])
            shown(back, slope[title[0]])

        plot, = plots
        place = NAMES.index(name)
        at, curve = plot.lines["second"].T
        moved = np.tile(inputs, (len(at), 1))
        moved[:, place] = at
        np.testing.assert_allclose(at, np.linspace(-3, 3, 301), atol=0.02)
        np.testing.assert_allclose(curve, loss(moved), atol=0.03)
        ends, heights = plot.lines["first"].T
        np.testing.assert_allclose(heights, value["L"] + slope[name] * (ends - inputs[place]), atol=0.03)
        np.testing.assert_allclose(plot.marks["second"], [[inputs[place], value["L"]]], atol=0.03)

        for line, expected, keys in ((words[0], value, "uzaL"), (words[1], slope, "azubwx")):
            said = re.findall(r"d?(\w) = ([-+.e\d]+?)[,.](?:\s|$)", line)
            assert [key for key, _ in said] == list(keys)
            for key, number in said:
                shown(number, expected[key])
        moved = np.array(inputs)
        moved[place] += 0.01
        said, = re.findall(r"Raise (\w) by 0\.01", words[2])
        assert said == name
        predicted, seen = numbers(words[2])[1:]
        shown(str(predicted), 0.01 * slope[name])
        close([seen], [loss(moved) - value["L"]], 0.006)

    def disagreement(self):
        grid = np.linspace(-2, 2, 5)
        cases = [dict(zip(NAMES, case)) for case in itertools.product(grid, grid, grid, (-1.0, 0.3))]
        theirs = self.run("""(cases) => cases.map((c) => {
            const values = graph.forward(c);
            return [values.L, graph.back(values)];
        })""", cases)
        ours = [loss(list(case.values())) for case in cases]
        tables = np.array(list(itertools.product(grid, grid, grid, (-1.0, 0.3))))
        w, x, b, y = tables.T
        dz = (tanh(w * x + b) - y) * tanh.derivative(w * x + b)
        found = {name: [back[name] for _, back in theirs] for name in "wxby"}
        truth = {"w": dz * x, "x": dz * w, "b": dz, "y": y - tanh(w * x + b)}
        return {"loss": error([L for L, _ in theirs], ours, floor=1e-3)} | {
            name: error(found[name], truth[name], floor=1e-3) for name in truth}
