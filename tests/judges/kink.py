"""kink.js: one weight under L1, by the step along the slope and by the proximal step. The judge is nnlib's descent."""

import re

import numpy as np

from judges import Live, close, error, numbers
from nnlib.descent import minimize, proximal_gradient
from nnlib.optimizers import SGD
from nnlib.penalties import L1, soft_threshold

STEPS, REACH = 100, 1.5
KINDS = {"sign": ("sign step", "first"), "proximal": ("proximal step", "second")}


def walk(kind, optimum, strength, rate, start):
    def loss(w):
        return ((w - optimum) ** 2).sum() / 2, w - optimum

    def objective(w):
        return tuple(a + b for a, b in zip(loss(w), L1(strength)(w)))

    if kind == "sign":
        return minimize(objective, [start], SGD(rate), STEPS).thetas[:, 0]
    return proximal_gradient(loss, L1(strength), [start], step=rate, steps=STEPS).thetas[:, 0]


class Kink(Live):
    NAME = "kink"
    TITLES = (("objective J(w)", "weight w"), ("weight w, by step", "step"))
    LEGENDS = (("third", "objective"), ("first", "sign step"), ("second", "proximal step"))
    CONTROLS = ("Optimum w*", "Strength λ", "Rate η", "Start", "Step")
    BUTTONS = ("Play",)
    STATES = ({"Step": 0}, {"Step": 100}, {"Optimum w*": 0.8}, {"Optimum w*": -0.95, "Start": 0.85, "Rate η": 0.95},
              {"Strength λ": 0}, {"Strength λ": 1, "Step": 3}, {"Rate η": 0.05, "Step": 77}, {"Start": 0})
    PICKS = {1: ("Step",)}
    TELLING = {"Optimum w*": 0.35, "Step": 30}
    BROKEN = {
        "no sign": ("kink.js", "strength * sign(w)", "strength"),
        "the threshold without the rate": ("kink.js", "soft(w - rate * (w - optimum), rate * strength)",
                                           "soft(w - rate * (w - optimum), strength)"),
        "a hard threshold": ("kink.js", "v - min(max(v, -t), t)", "(abs(v) > t ? v : 0)"),
        "a smooth penalty": ("kink.js", "/ 2 + strength * abs(w)", "/ 2 + strength * w * w"),
        "one step late": ("kink.js", "w = weights[state.step]", "w = weights[max(state.step - 1, 0)]"),
        "the start counts": ("kink.js", "weights.slice(1, state.step + 1)", "weights.slice(1, state.step)"),
        "the wrong way drawn": ("kink.js", "[t, v]", "[t, abs(v)]"),
    }

    def check_content(self, words, plots, optimum, strength, rate, start, step):
        hill, ways = plots
        step, best = int(step), soft_threshold(optimum, strength)

        def height(w):
            return (w - optimum) ** 2 / 2 + strength * np.abs(w)

        assert words[0].startswith("The solution is 0: there the loss pulls with" if best == 0 else "The solution is")
        close(numbers(words[0]), [0, abs(optimum), strength] if best == 0 else [best])
        w = np.linspace(-REACH, REACH, 301)
        np.testing.assert_allclose(hill.lines["third"], np.column_stack([w, height(w)]), atol=0.02)
        np.testing.assert_allclose(ways.lines["guide"][:, 0], step, atol=0.3)
        for (kind, (name, style)), said in zip(KINDS.items(), words[1:], strict=True):
            weights = walk(kind, optimum, strength, rate, start)
            start_of = rf"The {name}, after step {step}: "
            form = re.fullmatch(start_of + r"w = (\S+); exactly 0 after (\d+) of the steps\.", said)
            assert form, said
            close([float(form[1])], [weights[step]])
            assert int(form[2]) == np.sum(weights[1:step + 1] == 0)
            np.testing.assert_allclose(ways.lines[style], np.column_stack([range(STEPS + 1), weights]), atol=0.2)
            np.testing.assert_allclose(ways.lines[style][:, 1], weights, atol=0.012)
            seen = np.clip(weights[step], -REACH, REACH)
            np.testing.assert_allclose(ways.marks[style], [[step, seen]], atol=0.2)
            np.testing.assert_allclose(hill.marks[style], [[seen, height(seen)]], atol=0.02)

    def disagreement(self):
        rng = np.random.default_rng(0)
        problems = np.column_stack([rng.uniform(-1, 1, 60), rng.uniform(0, 1, 60), rng.uniform(0.05, 1, 60),
                                    rng.uniform(-1, 1, 60)]).tolist()
        names = "([optimum, strength, rate, start]) => ({ optimum, strength, rate, start })"
        found = {}
        for kind in KINDS:
            theirs = self.run(f"(all) => all.map({names}).map((p) => kink.walk('{kind}', p, {STEPS}))", problems)
            ours = [walk(kind, *problem) for problem in problems]
            found[kind] = error(theirs, ours, floor=1e-3)
            found[kind, "zeros"] = 0 if np.array_equal(np.equal(theirs, 0), np.equal(ours, 0)) else np.inf
        found["solution"] = error(self.run(f"(all) => all.map({names}).map(kink.solution)", problems),
                                  [soft_threshold(p[0], p[1]) for p in problems])
        found["objective"] = error(self.run(f"(all) => all.map({names}).map((p) => kink.objective(p, 0.7))", problems),
                                   [(0.7 - p[0]) ** 2 / 2 + L1(p[1])([0.7])[0] for p in problems])
        return found
