"""depth.js: signals and gradients layer by layer, in theory and in one network."""

import functools
import re

import numpy as np

from judges import Live, close, error, numbers
from judges.activations import NAMES
from nnlib import activations
from nnlib.layers import Activate, Dense
from nnlib.network import Network

LAYERS = 50
SCALES = [np.sqrt(2) if k == 141 else k / 100 for k in range(50, 301)]
SCHEMES = {1: "LeCun, Glorot", np.sqrt(2): "He"}


@functools.cache
def rule():
    """Nodes and weights of a standard normal z: Gauss and Legendre's, on panels that get shorter towards 0."""
    x, w = np.polynomial.legendre.leggauss(16)
    edges = np.array([0, *(14 / 2.0 ** np.arange(40, -1, -1))])
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    z = (middle[:, None] + half[:, None] * x).ravel()
    weight = (half[:, None] * w).ravel() * np.exp(-z**2 / 2) / np.sqrt(2 * np.pi)
    return np.concatenate([-z, z]), np.concatenate([weight, weight])


@functools.cache
def theory(name, scale, layers):
    phi, forward, factors, q, (z, weight) = getattr(activations, name), [1.0], [], scale**2, rule()
    for _ in range(layers):
        a, slope = phi(np.sqrt(q) * z), phi.derivative(np.sqrt(q) * z)
        forward.append(np.sqrt(weight @ (a - weight @ a) ** 2))
        factors.append(scale * np.sqrt(weight @ slope**2))
        q = scale**2 * (weight @ a**2)
    return np.array(forward), np.cumprod([1.0, *factors[::-1]])[::-1]


def normals(seed, count):
    """mulberry32, whose state is a plain sum, and Box and Muller's pairs."""
    with np.errstate(over="ignore"):
        s = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        x = (s ^ s >> np.uint32(15)) * (s | np.uint32(1))
        x ^= x + (x ^ x >> np.uint32(7)) * (x | np.uint32(61))
        uniform = (x ^ x >> np.uint32(14)) / 2.0**32
    radius, angle = np.sqrt(-2 * np.log(1 - uniform[::2])), 2 * np.pi * uniform[1::2]
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]).ravel()


def measure(name, scale, layers, width, seed):
    """What nnlib's layers make of the page's random numbers."""
    random = normals(seed, 2 * width + layers * width**2)
    a, g = (row / np.sqrt(np.mean(row**2)) for row in random[:2 * width].reshape(2, 1, width))
    parts = [part for _ in range(layers) for part in (Dense(width, width), Activate(getattr(activations, name)))]
    network = Network(parts, rng=np.random.default_rng(0))
    network.weights[...] = scale / np.sqrt(width) * random[2 * width:]
    return through(network, a, g)


def through(network, a, g):
    """Standard deviations of the activations and root mean squares of the gradient, layer by layer."""
    forward, backward, ways_back = [a.std()], [np.sqrt(np.mean(g**2))], []
    for i, layer in enumerate(network.layers):
        a, way_back = layer.forward(a, True)
        ways_back.append(way_back)
        if i % 2:
            forward.append(a.std())
    for i in reversed(range(len(ways_back))):
        g = ways_back[i](g)
        if i % 2 == 0:
            backward.insert(0, np.sqrt(np.mean(g**2)))
    return np.array(forward), np.array(backward)


class Depth(Live):
    NAME = "depth"
    TITLES = (("standard deviation of the activations", "layer"), ("root mean square of the gradient", "layer"))
    LEGENDS = (("first", "theory, n → ∞"), ("first points", "one network"), ("second", "theory, n → ∞"),
               ("second points", "the same network"))
    CONTROLS = ("Activation", "Weights × √n", "Depth", "Width n")
    BUTTONS = ("LeCun, Glorot", "He", "Another network")
    LISTS = {"Weights × √n": SCALES, "Width n": [4, 8, 16, 32, 64, 128]}
    STATES = (*({"Activation": name, "Weights × √n": scale, "Depth": depth, "Width n": width}
                for name, scale, depth, width in zip(NAMES, (1, 1.7, np.sqrt(2), 0.5, 3, 1.2) * 2, (50, 1, 12) * 4,
                                                     (64, 16, 4, 8) * 3)), {"Activation": "tanh", "Width n": 128})
    PICKS = {0: ("Depth",), 1: ("Depth",)}
    TELLING = {"Activation": "sigmoid", "Depth": 5, "Width n": 8}
    BROKEN = {
        "the variance, where the mean counts, too": ("depth.js", "scale ** 2 * average((z) => value(root * z) ** 2)",
                                                     "scale ** 2 * average((z) => (value(root * z) - middle) ** 2)"),
        "the slope, not its square": ("depth.js", "slope(root * z) ** 2", "Math.abs(slope(root * z))"),
        "a coarse average": ("depth.js", "STEP = 1 / 32", "STEP = 1 / 16"),
        "the gradient from the wrong end": ("depth.js", "reduceRight", "reduce"),
        "weights transposed": ("depth.js", "a[i] * W[n * i + k]", "a[i] * W[n * k + i]"),
        "a forgotten slope": ("depth.js", "slope(z) * g[k]", "g[k]"),
        "other random numbers": ("explorable.js", "x >>> 7, 61", "x >>> 7, 63"),
        "a layer too late": ("depth.js", "found[key].map((v, l) => [l, ", "found[key].map((v, l) => [l + 1, "),
        "the wrong end in words": ("depth.js", "expected.backward[0]", "expected.backward.at(-1)"),
        "vanishing called exploding": ("depth.js", "ratio < 0.1", "ratio > 0.1"),
    }

    seed = 1

    def logarithmic(self, state):
        return True, True

    def check_content(self, words, plots, name, scale, layers, width):
        expected, found = theory(name, scale, layers), measure(name, scale, layers, width, self.seed)
        for plot, kind, line, points in zip(plots, ("first", "second"), expected, found):
            low, high = plot.window[1]
            for drawn, values in ((plot.lines[kind], line), (plot.lines[f"{kind} points"], points)):
                np.testing.assert_allclose(drawn[:, 0], np.arange(layers + 1), atol=0.1)
                inside = values > 1e-40
                np.testing.assert_allclose(drawn[inside, 1], np.log10(values[inside]), atol=0.01 * (high - low))
                shown = values[(values > 1e-30) & (values < 1e30)]
                assert low - 1e-6 <= np.log10(shown).min() and np.log10(shown).max() <= high + 1e-6
            assert low < 0 < high

        form = re.match(r"(\w+), weights ([\d.]+)/√n(?: \((.+)\))?: after (\d+) layers? the activations'", words[0])
        assert form and (form[1], int(form[4])) == (name, layers), words
        assert abs(float(form[2]) - scale) < 0.005 and form[3] == SCHEMES.get(scale), words
        last, first = expected[0][-1], expected[1][0]
        close(numbers(words[0][form.end():]), [last, found[0][-1], first, found[1][0]], 0.06)
        fates = ["vanish" if x < 0.1 else "explode" if x > 10 else "keep their size" for x in (last, first)]
        assert words[0].endswith(f". Signals and gradients {fates[0]}." if fates[0] == fates[1] else
                                 f". Signals {fates[0]}, gradients {fates[1]}."), words

    def disagreement(self):
        cases = [(name, scale) for name in NAMES for scale in (0.5, 1, 2**0.5, 3)]
        theirs = self.run("""(cases) => cases.map(([name, scale]) => {
            const { forward, backward } = depth.theory(name, scale, 50);
            return [forward, backward];
        })""", cases)
        found = {"theory": max(error(pair, theory(*case, LAYERS)) for case, pair in zip(cases, theirs))}
        theirs = self.run("""(cases) => cases.map(([name, scale]) => {
            const { forward, backward } = depth.measure(name, scale, depth.draw({ width: 16, layers: 8, seed: 5 }));
            return [forward, backward];
        })""", cases)
        found["network"] = max(error(pair, measure(*case, 8, 16, 5)) for case, pair in zip(cases, theirs))
        return found
