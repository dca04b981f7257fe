"""descent.js: two optimisers on one surface."""

import functools
import re

import numpy as np

from judges import Live, close, error, numbers
from nnlib import optimizers
from nnlib.descent import minimize
from nnlib.objectives import beale, quadratic, rosenbrock


def valley(kappa, turn=0):
    """The quadratic with the curvatures 1 and kappa; its flat direction is turned by so many degrees."""
    along, across = directions(turn)
    return quadratic(np.outer(along, along) + kappa * np.outer(across, across))


def directions(turn):
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return np.array([[c, s], [-s, c]])


SURFACES = {"quadratic": valley, "rosenbrock": lambda *_: rosenbrock, "beale": lambda *_: beale,
            "saddle": lambda *_: quadratic([1.0, -1.0])}
MINIMA = {"quadratic": (0, 0), "rosenbrock": (1, 1), "beale": (3, 0.5)}
STEPS = {"quadratic": 100, "rosenbrock": 1000, "beale": 400, "saddle": 100}
RULES = {"SGD": "gradient descent", "Momentum": "momentum", "Nesterov": "Nesterov", "AdaGrad": "AdaGrad",
         "RMSProp": "RMSProp", "Adam": "Adam"}
COEFFICIENT = {"Momentum": "beta", "Nesterov": "beta", "RMSProp": "rho", "Adam": "beta1"}
SYMBOL = {"beta": "β", "rho": "ρ", "beta1": "β₁"}
FLAT, FAR, NARROW = 1e-6, 1000, 0.28
DECADES = [float(f"{m}e{k}") for k in range(-4, 2) for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)]


@functools.cache
def follow(surface, kappa, turn, rule, rate, beta, start, steps):
    """nnlib's path, up to where the explorable ends it, and how it ended."""
    f = SURFACES[surface](kappa, turn)
    more = {COEFFICIENT[rule]: beta} if rule in COEFFICIENT else {}
    try:
        path, end = minimize(f, start, getattr(optimizers, rule)(rate, **more), steps, tolerance=FLAT), "flat"
    except FloatingPointError as stop:
        path, end = stop.path, "diverged"
    far = np.flatnonzero(np.abs(path.thetas).max(axis=1) > FAR)
    count = far[0] + 1 if far.size else len(path.thetas)
    end = "diverged" if far.size else end if len(path.thetas) <= steps else "going"
    if end == "going" and np.linalg.norm(f(path.thetas[-1])[1]) <= FLAT:
        end = "flat"
    return path.thetas[:count], path.values[:count], end


def how_far(surface, kappa, turn, rule, rate, beta, start, thetas):
    """Up to which step the path does not depend on the last digits of its start; a jittering one soon does."""
    nearby = start[0] + 1e-11, start[1] - 1e-11
    other = follow(surface, kappa, turn, rule, rate, beta, nearby, len(thetas) - 1)[0]
    size = min(len(thetas), len(other))
    away = np.abs(thetas[:size] - other[:size]).max(axis=1) > 1e-4 * (1 + np.abs(thetas[:size]).max(axis=1))
    return int(np.argmax(away)) if away.any() else len(thetas) + STEPS["rosenbrock"]


class Descent(Live):
    NAME = "descent"
    TITLES = (("the ways down", "x", "y"), ("loss", "step"))
    LEGENDS = (("first", ""), ("second", ""))
    CONTROLS = ("Surface", "Condition κ", "Turned by, degrees", "Start x", "Start y", "Steps",
                "First", "Learning rate", "β", "Second", "Learning rate", "β")
    BUTTONS = ("Play",)
    LISTS = {"Condition κ": [*DECADES[40:], 100.0], "Learning rate": [*DECADES[:40], 1.0]}
    STATES = (
        {"Steps": 0}, {"Steps": 100, 7: 0.1, 11: 0}, {7: 0.12}, {"Turned by, degrees": 30, 9: "AdaGrad"},
        {"Turned by, degrees": -70, 7: 0.6}, {6: "Nesterov", 9: "RMSProp", "Condition κ": 100},
        {"Surface": "rosenbrock", 9: "none"}, {"Steps": 1000, 6: "Adam", 9: "Momentum"}, {10: 0.006},
        {"Surface": "beale", "Steps": 400, 6: "SGD"}, {"Start x": 0, "Start y": 1},
        {"Surface": "saddle", 6: "AdaGrad", 9: "SGD", "Steps": 60}, {"Start y": 0, "Steps": 100, 10: 0.6},
        {"Start y": 1, 10: 1},
    )
    PICKS = {0: ("Start x", "Start y"), 1: ("Steps",)}
    TELLING = {9: "Nesterov", "Steps": 30, "Turned by, degrees": 20}
    BROKEN = {
        "Nesterov does not look ahead": ("descent.js", "rate * (g + beta * my.v)", "rate * my.v"),
        "momentum as an average": ("descent.js", "my.v = beta * my.v + g; return rate * my.v",
                                   "my.v = average(my.v, beta, g); return rate * my.v"),
        "Adam without its correction": ("descent.js", "my.m / (1 - beta ** t)", "my.m"),
        "epsilon under the root": ("descent.js", "sqrt(my.v) + 1e-8", "sqrt(my.v + 1e-8)"),
        "a digit of Beale's": ("descent.js", "2.625", "2.652"),
        "a factor of Rosenbrock's gradient": ("descent.js", "400 * x * bend", "200 * x * bend"),
        "the wrong level lines": ("descent.js", "contour(heights, bent(chosen[i]))",
                                   "contour(heights, 1.1 * bent(chosen[i]))"),
        "a way without its start": ("descent.js", "slice(0, state.steps + 1)", "slice(1, state.steps + 2)"),
        "the wrong logarithm": ("descent.js", "Math.log10(v)", "Math.log(v)"),
        "another step's loss": ("descent.js", "number(values[t], 3)", "number(values[0], 3)"),
        "turned the other way": ("descent.js", "(1 - kappa) * c * s", "(kappa - 1) * c * s"),
        "turned by radians": ("descent.js", "cos(turn * PI / 180)", "cos(turn)"),
        "an ellipse as long as kappa": ("descent.js", "long = NARROW * sqrt(state.kappa)",
                                        "long = NARROW * state.kappa"),
        "an ellipse that does not turn": ("descent.js", "angle = state.turn * PI / 180", "angle = 0"),
        "the derivatives exchanged": ("descent.js", "[along, mixed, up]", "[up, mixed, along]"),
        "a long rest": ("descent.js", "FLAT = 1e-6", "FLAT = 1e-4"),
    }

    surveyed = None

    def labels(self, seen):
        """The coefficient is called as in the rule's equation."""
        state, labels = self.values(seen), list(self.CONTROLS)
        for i in (6, 9):
            name = SYMBOL.get(COEFFICIENT.get(state[i]), "β")
            assert seen["controls"][i + 2][3] == (state[i] not in COEFFICIENT)
            assert seen["controls"][i + 1][3] == (state[i] == "none")
            labels[i + 2] = name
        for i in (1, 2):
            assert seen["controls"][i][3] == (state[0] != "quadratic")
        return tuple(labels)

    def levels(self):
        return self.state[:3] != self.surveyed

    def logarithmic(self, state):
        return False, state[0] != "saddle"

    def check_content(self, words, plots, surface, kappa, turn, x, y, shown, *runs):
        f, (plane, losses) = SURFACES[surface](kappa, turn), plots
        if self.surveyed != (surface, kappa, turn):
            self.check_levels(f, plane, surface)
            self.surveyed = surface, kappa, turn
        assert ("handle grip" in plane.marks) == (surface == "quadratic")
        if surface == "quadratic":
            self.check_ellipse(f, plane, kappa, turn)
            *words, said = words
            assert re.fullmatch(r"Second derivatives: \S+ along x, \S+ along y, \S+ mixed\.", said)
            np.testing.assert_allclose(numbers(said), f.A[[0, 1, 0], [0, 1, 1]], rtol=6e-3, atol=6e-4)
        np.testing.assert_allclose(plane.marks["handle"], [[x, y]], atol=0.02)
        assert ("goal" in plane.marks) == (surface in MINIMA)
        if surface in MINIMA:
            np.testing.assert_allclose(plane.marks["goal"], [MINIMA[surface]], atol=0.02)
            assert f(np.array(MINIMA[surface], float))[0] == 0
        assert losses.window[0] == (0, STEPS[surface])
        np.testing.assert_allclose(losses.lines["guide"][:, 0], shown, atol=0.01 * STEPS[surface])

        said = iter(words)
        for kind, order, (rule, rate, beta) in (("first", "First", runs[:3]), ("second", "Second", runs[3:])):
            if rule == "none":
                assert len(plane.lines[kind]) == len(losses.lines[kind]) == 0 and kind not in plane.marks
                continue
            setting = surface, kappa, turn, rule, rate, beta, (x, y)
            thetas, values, end = follow(*setting, STEPS[surface])
            sure = how_far(*setting, thetas)
            seen = thetas[:shown + 1]
            near = (np.abs(seen).max(axis=1) < 100) & (np.arange(len(seen)) < sure)
            for line in (plane.lines[kind], plane.lines[f"{kind} points"]):
                assert len(line) == len(seen) or sure < shown
                np.testing.assert_allclose(line[near], seen[near], atol=0.03)
            if near[-1]:
                np.testing.assert_allclose(plane.marks[kind], seen[-1:], atol=0.03)
            heights = np.log10(np.maximum(values, 1e-30)) if surface in MINIMA else values
            inside, tolerance = np.flatnonzero(abs(heights[:sure]) < 20), 0.01 * np.ptp(losses.window[1])
            if sure > STEPS[surface]:
                np.testing.assert_allclose(losses.lines[kind][:, 0], np.arange(len(values)), atol=0.01 * STEPS[surface])
            np.testing.assert_allclose(losses.lines[kind][inside, 1], heights[inside], atol=tolerance)
            sentence = next(said)
            if shown < sure:
                check_words(sentence, order, rule, shown, thetas, values, end, surface)
        assert next(said, None) is None

    def check_ellipse(self, f, plane, kappa, turn):
        """A line of equal loss, with its tip where the valley is flattest."""
        long, wide = NARROW * np.sqrt(kappa), NARROW
        np.testing.assert_allclose(plane.marks["handle grip"], [long * directions(turn)[0]], atol=0.02)
        sizes = np.abs(plane.lines["ellipse"] @ directions(turn).T).max(axis=0)
        np.testing.assert_allclose(sizes, [long, wide], atol=0.02)
        heights, slopes = f(plane.lines["ellipse"])
        assert (abs(heights - kappa * NARROW**2 / 2) < 0.02 * np.linalg.norm(slopes, axis=1)).all()

    def check_levels(self, f, plane, surface):
        """A point of a level line is at that height, give or take a pixel or two up or down the slope."""
        found = 0
        for kind, level, points in plane.all:
            if kind == "level" and len(points):
                value, slope = f(points)
                away = np.abs(value - float(level))
                good = (away < 0.04 * np.linalg.norm(slope, axis=1) + 0.02) | (away < 0.04 * abs(float(level)))
                assert good.mean() > 0.95, (level, good.mean(), points[~good][:3])
                found += 1
        assert found >= 10

    def disagreement(self):
        rng, found = np.random.default_rng(0), {}
        for surface, make in SURFACES.items():
            points = rng.uniform(-3, 3, (50, 2))
            theirs = self.run("""([surface, points]) => points.map(
                (theta) => descent.surfaces[surface].f(7, 25)(theta))""", [surface, points.tolist()])
            value, slope = make(7.0, 25)(points)
            found[surface] = error([[v, *g] for v, g in theirs], np.column_stack([value, slope]), floor=1e-3)

        tasks = (("quadratic", 0.08, (-2.5, 1)), ("quadratic", 0.3, (1, 2)), ("rosenbrock", 0.0005, (-0.5, 1)),
                 ("beale", 0.01, (1, 1.5)), ("saddle", 0.1, (-1.5, 0.05)), ("quadratic", 0.05, (0, 1)))
        cases = [(surface, rule, rate, beta, start) for rule in RULES for beta in (0.9, 0.37)
                 for surface, rate, start in tasks]
        theirs = self.run("""(cases) => cases.map(([surface, rule, rate, beta, start]) => {
            const f = descent.surfaces[surface].f(7, 0), run = descent.descend(f, rule, { rate, beta }, start, 80);
            return [run.thetas, run.values, run.end];
        })""", cases)
        for (surface, rule, rate, beta, start), (thetas, values, end) in zip(cases, theirs):
            ours, heights, ours_end = follow(surface, 7.0, 0, rule, rate, beta, start, 80)
            same = len(ours) == len(thetas) and end == ours_end
            worst = max(error(thetas, ours, floor=1e-3), error(values, heights, floor=1e-6)) if same else np.inf
            found[rule] = max(found.get(rule, 0), worst)
        assert found.keys() == SURFACES.keys() | RULES.keys()
        return found


def check_words(words, order, rule, shown, thetas, values, end, surface):
    last = min(shown, len(values) - 1)
    form = re.fullmatch(rf"{order}, {RULES[rule]}: (.*) after (\d+) steps?(.*)\.", words)
    assert form and int(form[2]) == last, words
    if end == "going" or shown < len(values) - 1:
        assert form[1] == "still going"
        close(numbers(form[3]), values[last])
    elif end == "diverged":
        assert (form[1], form[3]) == (("diverged", "") if surface in MINIMA else
                                      ("gone", ": this surface falls without end")), words
    else:
        minimum = MINIMA.get(surface)
        arrived = minimum is not None and np.allclose(thetas[last], minimum, atol=1e-3)
        assert form[1] == ("converged" if arrived else "at rest") and form[3].endswith("no minimum") == (not arrived)
        np.testing.assert_allclose(numbers(form[3])[:2], thetas[last], rtol=6e-3, atol=6e-4)
