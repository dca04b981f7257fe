"""ridge.js: a polynomial under L2, its weights and its errors. The judge is nnlib's ridge regression."""

import re
from functools import cache

import numpy as np

from judges import Live, close, error, numbers
from nnlib.exercises.l2 import ridge
from nnlib.objectives import least_squares
from nnlib.penalties import L2

STRENGTHS = [round(m * 10.0**e, 9) for e in range(-8, 1) for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)] + [10]
LEARNED, WARM = 12, np.linspace(10, 34, 145)


@cache
def days():
    """As the chapter draws them: temperatures in °C, and hundreds of portions."""
    rng = np.random.default_rng(27)
    celsius = rng.uniform(10, 34, 24).round()
    return celsius, (2 + np.tanh((celsius - 22) / 6) + rng.normal(0, 0.3, 24)).round(2)


def powers(celsius, degree):
    return ((np.asarray(celsius) - 22) / 12)[:, None] ** np.arange(1, degree + 1)


@cache
def fit(degree, strength):
    """Weights, bias and degrees of freedom; the last as the trace of what turns the sales into their predictions."""
    celsius, sales = (values[:LEARNED] for values in days())
    X = powers(celsius, degree)
    centred, level = X - X.mean(axis=0), sales.mean()
    w = ridge(centred, sales - level, strength)
    assert abs(least_squares(centred, sales - level, L2(strength))(w)[1]).max() < 1e-11
    freedom = sum(centred[i] @ ridge(centred, row, strength) for i, row in enumerate(np.eye(LEARNED)))
    return w, level - X.mean(axis=0) @ w, freedom


def errors(degree, strength):
    """On the learned and on the held-back days."""
    w, bias, _ = fit(degree, strength)
    squares = (powers(days()[0], degree) @ w + bias - days()[1]) ** 2
    return squares[:LEARNED].mean(), squares[LEARNED:].mean()


class Ridge(Live):
    NAME = "ridge"
    TITLES = (("sales, in hundreds", "temperature in °C"), ("weights", "log₁₀ λ"), ("mean squared error", "log₁₀ λ"))
    LEGENDS = (("first", "learned days"), ("second", "held-back days"), ("third", "polynomial"))
    CONTROLS = ("Strength λ", "Degree")
    LISTS = {"Strength λ": STRENGTHS}
    STATES = ({"Strength λ": 0.005}, {"Strength λ": 10}, {"Degree": 1}, {"Strength λ": 1e-5, "Degree": 12},
              {"Strength λ": 1e-8}, {"Degree": 4, "Strength λ": 0.12})
    PICKS = {1: ("Strength λ",), 2: ("Strength λ",)}
    TELLING = {"Strength λ": 0.01}
    BROKEN = {
        "n forgotten": ("ridge.js", "sqrt(LEARNED * strength)", "sqrt(strength)"),
        "the bias forgotten": ("ridge.js", "bias: level - dot(means, weights)", "bias: level"),
        "held-back days are learned": ("ridge.js", "const LEARNED = 12", "const LEARNED = 16"),
        "one power too many": ("ridge.js", "** (j + 1)", "** (j + 2)"),
        "another power of the errors": ("ridge.js", "- s) ** 2", "- s) ** 4"),
        "the freedom of all rows": ("ridge.js", "dot(q.slice(0, LEARNED), q)", "dot(q, q)"),
        "a weight at another's place": ("ridge.js", "size.move(heads[j], at, here.weights[j])",
                                        "size.move(heads[j], at, here.weights[0])"),
        "the two errors changed over": ("ridge.js", "const [learned, held]", "const [held, learned]"),
        "another day": ("ridge.js", "[27, 2.8]", "[27, 2.9]"),
    }

    def logarithmic(self, state):
        return False, False, True

    def check_content(self, words, plots, strength, degree):
        degree = int(degree)
        sales, size, wrong = plots
        w, bias, freedom = fit(degree, strength)
        form = (r"Largest weight, without its sign: (\S+)\. Mean squared error: (\S+) on the learned days, (\S+) on "
                rf"the held-back days\. Degrees of freedom: (\S+) of {degree}\.")
        said = re.fullmatch(form, " ".join(words))
        close([float(number) for number in said.groups()], [abs(w).max(), *errors(degree, strength), freedom])
        assert len(numbers(" ".join(words))) == 5

        for kind, group in (("first", slice(None, LEARNED)), ("second", slice(LEARNED, None))):
            np.testing.assert_allclose(sales.marks[kind], np.column_stack(days())[group], atol=0.03)
        np.testing.assert_allclose(sales.lines["third"][:, 0], WARM, atol=0.06)
        curve = powers(WARM, degree) @ w + bias
        inside = abs(curve - 2) < 3
        np.testing.assert_allclose(sales.lines["third"][inside, 1], curve[inside], atol=0.02)

        at, x = np.log10(strength), np.log10(STRENGTHS)
        ways = np.array([fit(degree, to)[0] for to in STRENGTHS])
        paths = [points for kind, _, points in size.all if kind == "level" and len(points)]
        assert len(paths) == degree
        for path, way in zip(paths, ways.T):
            seen = abs(way) < 20
            np.testing.assert_allclose(path[seen], np.column_stack([x, way])[seen], atol=0.05)
        drawn = np.reshape(size.marks.get("dot", []), (-1, 2))
        np.testing.assert_allclose(drawn, [[at, v] for v in w if abs(v) <= 6] or np.empty((0, 2)), atol=0.05)
        for kind, way in zip(("first", "second"), np.log10([errors(degree, to) for to in STRENGTHS]).T):
            np.testing.assert_allclose(wrong.lines[kind], np.column_stack([x, way]), atol=0.03)
            here = way[STRENGTHS.index(strength)]
            assert (kind in wrong.marks) == (here <= 1)
            np.testing.assert_allclose(wrong.marks.get(kind, [[at, here]]), [[at, here]], atol=0.03)
        for plot in (size, wrong):
            np.testing.assert_allclose(plot.lines["guide"][:, 0], at, atol=0.03)

    def disagreement(self):
        tries = [(degree, strength) for degree in range(1, 13) for strength in STRENGTHS[::6]]
        theirs = self.run("(tries) => tries.map(([degree, strength]) => ridge.fit(degree, strength))", tries)
        found = {"days": error(self.run("() => ridge.DAYS", None), np.column_stack(days()))}
        for place, part in enumerate(("weights", "bias", "freedom")):
            found[part] = max(error(row[part], fit(*case)[place], floor=1e-2) for row, case in zip(theirs, tries))
        return found
