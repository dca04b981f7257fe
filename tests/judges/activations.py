"""activations.js: a curve, its tangent, its derivative, and a product of derivatives."""

import re

import numpy as np
import pytest

from judges import Live, error
from nnlib import activations

NAMES = [name for name, phi in vars(activations).items() if isinstance(phi, activations.Activation)]
FLOOR = -20  # the product's axis ends at 10^-20


class Activations(Live):
    NAME = "activations"
    TITLES = (("value φ(z) and its tangent", "z"), ("derivative φ′(z)", "z"), ("product |φ′(z)|ⁿ", "n"))
    CONTROLS = ("Activation", "Position z", "Layers n")
    STATES = tuple({"Activation": name, "Position z": z, "Layers n": n}
                   for name, (z, n) in zip(NAMES * 2, [(-8, 30), (2.4, 30), (-1.3, 7)] * 7))
    PICKS = {0: ("Position z",), 1: ("Position z",), 2: ("Layers n",)}
    TELLING = {"Activation": "tanh", "Position z": 1.5}
    BROKEN = {
        "a sign in silu'": ("functions.js", "sigmoid(z) + clip(z, -1000", "sigmoid(z) - clip(z, -1000"),
        "a digit in gelu": ("functions.js", "0.044715", "0.044716"),
        "one factor too few": ("activations.js", "abs(slope) ** n", "abs(slope) ** (n - 1)"),
        "one layer too many": ("activations.js", "[k + 1, exponent(k + 1)]", "[k + 1, exponent(k + 2)]"),
        "the tangent's slope": ("activations.js", "y + dy * d]", "y + 0.9 * dy * d]"),
        "the derivative's point": ("activations.js", "dots.slope, state.z, dy", "dots.slope, state.z, y"),
        "the y axis": ("explorable.js", "(this.y.high - value)", "(this.y.high - value - 0.02 * (value > 0.5))"),
        "the labels of the axis": ("explorable.js", "show(v)", "show(v + 1)"),
        "a number in words": ("explorable.js", 'exponent < 0 ? "-" : "+"', '"+"'),
    }

    def logarithmic(self, state):
        return False, False, True

    def check_content(self, words, plots, name, z, n):
        phi = getattr(activations, name)
        y, dy = phi(float(z)), phi.derivative(float(z))
        check_words(*words, name, z, n, y, dy)
        value, slope, product = plots
        check_curve(value.lines["first"], value.marks["dot"], phi, z)
        check_curve(slope.lines["second"], slope.marks["dot"], phi.derivative, z)
        np.testing.assert_allclose(value.lines["guide"][:, 0], [z - 2, z + 2], atol=0.02)
        height = np.ptp(value.lines["first"][:, 1])
        np.testing.assert_allclose(value.lines["guide"][:, 1], [y - 2 * dy, y + 2 * dy], atol=0.01 * height)
        check_product(product, abs(dy), n)

    def disagreement(self):
        z = inputs()
        theirs = self.run("""(z) => Object.entries(functions).flatMap(
            ([name, phi]) => ["value", "slope"].map((key) => [name, key, z.map(phi[key])]))""", z.tolist())
        found = {}
        for name, key, results in theirs:
            phi = getattr(activations, name)
            found[name, key] = error(results, phi(z) if key == "value" else phi.derivative(z))
        assert sorted(found) == sorted((name, key) for name in NAMES for key in ("value", "slope"))

        slopes = np.concatenate([getattr(activations, name).derivative(np.linspace(-8, 8, 41)) for name in NAMES])
        theirs = self.run("""(slopes) => slopes.map(
            (slope) => Array.from({ length: 30 }, (_, k) => activations.product(slope, k + 1)))""", slopes.tolist())
        ours = np.cumprod(np.repeat(abs(slopes)[:, None], 30, axis=1), axis=1)
        return {**found, "product": error(theirs, ours, floor=1e-290)}


def inputs():
    rng = np.random.default_rng(0)
    sizes = rng.choice([-1, 1], 300) * 10 ** rng.uniform(-300, 300, 300)
    return np.concatenate([rng.normal(0, 5, 400), rng.uniform(-1000, 1000, 200), sizes,
                           np.linspace(-8, 8, 161), [0.0, -0.0, np.inf, -np.inf]])


def check_words(words, name, z, n, y, dy):
    form = re.fullmatch(r"(\w+) at z = (\S+): value (\S+), derivative (\S+)\. After (\d+) layers? (.+)\.", words)
    assert form and (form[1], float(form[2]), int(form[5])) == (name, z, n), words
    assert [float(form[3]), float(form[4])] == pytest.approx([y, dy], rel=6e-4), words
    left, rest = abs(dy) ** n, form[6]
    number = float(re.search(r"\d\S*|$", rest)[0] or "nan")
    if dy == 0:
        assert rest == "nothing of the gradient is left"
    elif left < 1e-300:
        assert rest == "less than 1e-300 of the gradient is left"
    elif left == 1:
        assert rest == "all of the gradient is left"
    elif abs(left - 1) < 0.005:
        assert rest == "the gradient has nearly kept its size"
    else:
        assert number == pytest.approx(left, rel=0.06), words
        assert re.sub(r"\d\S*", "#", rest) == (
            "# of the gradient is left" if left < 1 else "the gradient has grown to # times its size")


def check_curve(curve, dot, f, z, step=0.02):
    x = np.arange(-400, 401) * step
    y = f(x)
    tolerance = 0.004 * max(np.ptp(y), abs(y).max())
    np.testing.assert_allclose(curve[:, 0], x, atol=step / 2)
    np.testing.assert_allclose(curve[:, 1], y, atol=tolerance)
    np.testing.assert_allclose(dot, [[z, f(float(z))]], atol=tolerance, rtol=1e-3)


def check_product(plot, factor, n):
    counts, line = np.arange(1, 31), plot.lines["third"]
    with np.errstate(divide="ignore"):
        exponents = counts * np.log10(factor)
    drawn = exponents > FLOOR
    np.testing.assert_allclose(line[:, 0], counts, atol=0.02)
    np.testing.assert_allclose(line[drawn, 1], exponents[drawn], atol=0.02)
    assert np.all(line[~drawn, 1] < FLOOR + 0.02)
    end, kind = [n, max(exponents[n - 1], FLOOR)], "dot" if drawn[n - 1] else "below"
    assert plot.marks.keys() == {kind}
    np.testing.assert_allclose(plot.marks[kind], [end], atol=0.02)
    np.testing.assert_allclose(plot.lines["guide"], [[n, 0], end], atol=0.02)
