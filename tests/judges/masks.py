"""masks.js: six hidden units, the 64 networks that masks leave of them, and their mean. The judge is nnlib's layers."""

import re
from itertools import product

import numpy as np

from judges import Live, close, error
from nnlib.activations import identity, relu, sigmoid
from nnlib.layers import Activate, Dense
from nnlib.network import Network

FAR, MOST, HEIGHT = 3, 0.8, {"score": 6, "probability": 1}
LAYERS = [Dense(1, 6), Activate(relu), Dense(6, 1)]
NET = Network(LAYERS, rng=np.random.default_rng(0))
LAYERS[0].W[...], LAYERS[0].b[...] = [[1, 1, 1, -1, -1, -1]], [2, 0.5, -1, 2, 1, 0]
LAYERS[2].W[:, 0], LAYERS[2].b[...] = [0.6, -0.5, 0.9, -0.4, -0.3, 0.5], 0.2
KEPT = {sum(on << j for j, on in enumerate(mask)): np.array(mask) for mask in product((0, 1), repeat=6)}
PHIS = {"score": identity, "probability": sigmoid}


def network(x, kept, factor, output):
    """What the network says in which the units that stay count `factor` times."""
    hidden = relu.compute(LAYERS[0].forward(np.atleast_1d(np.asarray(x, float))[:, None], train=False)[0])
    return PHIS[output].compute(LAYERS[2].forward(hidden * kept * factor, train=False)[0][:, 0])


def factor(scaling, p):
    return 1 / (1 - p) if scaling == "inverted" else 1.0


def chance(kept, p):
    return np.prod(np.where(kept, 1 - p, p))


def spread(x, p, scaling, output):
    """Mean and standard deviation over all masks, by their chances."""
    says = np.array([network(x, kept, factor(scaling, p), output) for kept in KEPT.values()])
    weights = np.array([chance(kept, p) for kept in KEPT.values()])
    mean = weights @ says
    return mean, np.sqrt(weights @ (says - mean) ** 2)


class Masks(Live):
    NAME = "masks"
    TITLES = (("output over the input x", "input x"), ("mean ± one standard deviation, at this x", "share dropped p"))
    LEGENDS = (("first", "this mask"), ("second", "mean of all 64"), ("third", "network in use"))
    CONTROLS = ("Share dropped p", "Units that stay", "Output", "Mask", "Input x")
    BUTTONS = ("Play",)
    STATES = ({"Share dropped p": 0.2}, {"Units that stay": "none"}, {"Output": "probability"}, {"Mask": 0},
              {"Mask": 63}, {"Share dropped p": 0},
              {"Share dropped p": 0.8, "Output": "probability", "Units that stay": "none"},
              {"Input x": -3, "Mask": 21, "Units that stay": "inverted", "Share dropped p": 0.65})
    PICKS = {0: ("Input x",), 1: ("Share dropped p",)}
    TELLING = {"Share dropped p": 0.7, "Output": "probability", "Input x": 2, "Mask": 38}
    BROKEN = {
        "the factor forgotten": ("masks.js", "1 / (1 - p) : 1", "1 : 1"),
        "p is what stays": ("masks.js", "on ? 1 - p : p", "on ? p : 1 - p"),
        "the other units": ("masks.js", "(mask >> j) % 2", "1 - (mask >> j) % 2"),
        "the empty mask forgotten": ("masks.js", "let mask = 0", "let mask = 1"),
        "the variance": ("masks.js", "[mean, sqrt(Math.max(square - mean ** 2, 0))]", "[mean, square - mean ** 2]"),
        "the mean of the scores": ("masks.js", "const a = outputs[output](score", "const a = outputs.score(score"),
        "a legend for another line": ("masks.js", '["second", "mean of all 64"]', '["third", "mean of all 64"]'),
        "an axis that says the opposite": ("masks.js", '"share dropped p"', '"share kept p"'),
        "no rectifier": ("masks.js", "functions.relu.value(", "functions.identity.value("),
        "the mean in place of the network in use": ("masks.js", "used.setAttribute(\"d\", curve(ALL, 1))",
                                                    "used.setAttribute(\"d\", curve(ALL, scale))"),
    }

    def check_content(self, words, plots, p, scaling, output, mask, x):
        field, rates = plots
        mask, scale, high = int(mask), factor(scaling, p), HEIGHT[output]
        whole, (mean, deviation) = network(x, KEPT[63], 1, output)[0], spread(x, p, scaling, output)
        single = network(x, KEPT[mask], scale, output)[0]

        units = ", ".join(str(j + 1) for j in np.flatnonzero(KEPT[mask])) or "none"
        form = re.fullmatch(rf"Mask {mask} keeps {units}; its probability is (\S+)\.", words[0])
        assert form, words[0]
        close([float(form[1])], [chance(KEPT[mask], p)])
        said = re.fullmatch(r"At x = (\S+) this network says (\S+)\. All 64 networks: mean (\S+), standard deviation "
                            r"(\S+)\. The network in use says (\S+)\.", " ".join(words[1:]))
        assert said, words
        close([float(said[k]) for k in range(1, 6)], [x, single, mean[0], deviation[0], whole])

        grid, shares, near = np.linspace(-FAR, FAR, 61), np.linspace(0, MOST, 41), 0.006 * high
        lines = {"first": network(grid, KEPT[mask], scale, output), "second": spread(grid, p, scaling, output)[0],
                 "third": network(grid, KEPT[63], 1, output)}
        for kind, heights in lines.items():
            np.testing.assert_allclose(field.lines[kind], np.column_stack([grid, heights]), atol=0.02 + near)
            np.testing.assert_allclose(field.lines[kind][:, 1], heights, atol=near)
        every = np.concatenate([network(grid, KEPT[k], scale, output) for k in range(64)])
        np.testing.assert_allclose(field.lines["level"][:, 1], every, atol=near)
        by = np.array([np.ravel(spread(x, share, scaling, output)) for share in shares]).T
        for kind, heights in (("second", by[0]), ("third", np.full(41, whole)), ("fourth", by[0] + by[1]),
                              ("fourth lower", by[0] - by[1])):
            np.testing.assert_allclose(rates.lines[kind][:, 0], shares, atol=0.005)
            np.testing.assert_allclose(rates.lines[kind][:, 1], heights, atol=near)
        np.testing.assert_allclose(field.marks["first"], [[x, single]], atol=0.02 + near)
        np.testing.assert_allclose(rates.marks["second"], [[p, mean[0]]], atol=0.005 + near)
        np.testing.assert_allclose(field.lines["guide"][:, 0], x, atol=0.02)
        np.testing.assert_allclose(rates.lines["guide"][:, 0], p, atol=0.005)

    def disagreement(self):
        xs, found = np.linspace(-3, 3, 25).tolist(), {}
        each = "Array.from({ length: 64 }, (_, mask) => masks"
        theirs = self.run(f"(xs) => xs.map((x) => {each}.score(x, mask, 1.7)))", xs)
        ours = np.column_stack([network(xs, KEPT[k], 1.7, "score") for k in range(64)])
        found["scores"] = error(theirs, ours, floor=0.1)
        theirs = self.run(f"(ps) => ps.map((p) => {each}.chance(mask, p)))", [0, 0.05, 0.5, 0.8])
        found["chances"] = error(theirs, [[chance(KEPT[k], p) for k in range(64)] for p in (0, 0.05, 0.5, 0.8)])
        for output, scaling in product(PHIS, ("inverted", "none")):
            states = [[x, {"p": p, "scaling": scaling, "output": output}]
                      for x, p in product((-3, 0.4, 2), (0.05, 0.5, 0.8))]
            theirs = self.run("(states) => states.map(([x, state]) => masks.spread(x, state))", states)
            ours = [np.ravel(spread(x, state["p"], scaling, output)) for x, state in states]
            found[output, scaling] = error(theirs, ours, floor=0.01)
        return found
