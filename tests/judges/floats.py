"""floats.js: the sigmoid as printed in four number formats. The judge has 400 digits, and rounds once an operation."""

import functools
import re

import mpmath
import numpy as np

from judges import Live, error, numbers

FORMATS = {"float64": (53, -1074, 800), "float32": (24, -149, 120),
           "float16": (11, -24, 20), "bfloat16": (8, -133, 110)}  # digits, smallest power of two, largest z drawn
VALUES = [*(k / 10 for k in range(501)), *range(51, 801)]
CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 400


def nearest(x, name):
    """x, an mpf, rounded to the format, to even where it lies in the middle."""
    digits, low, _ = FORMATS[name]
    unit = CONTEXT.ldexp(1, max(int(CONTEXT.floor(CONTEXT.log(x, 2))) - digits + 1, low))
    return unit * int(CONTEXT.nint(x / unit))  # nint: half to even


@functools.cache
def program(z, name):
    """sigma(z) and sigma(-z) as computed, and sigma(-z) exactly."""
    power = CONTEXT.exp(-CONTEXT.mpf(z))
    e = nearest(power, name)
    right = nearest(1 / nearest(1 + e, name), name)
    left = nearest(e / nearest(1 + e, name), name) if e else e
    return right, left, power / (1 + power)


def gaps(name, distance):
    return float(CONTEXT.ldexp(distance, FORMATS[name][0]))


class Floats(Live):
    NAME = "floats"
    TITLES = (("near 1: how many gaps below it", "score z"), ("near 0: σ(-z) by powers of ten", "score z"))
    LEGENDS = (("first", "exactly"), ("second", "as computed"), ("guide", "the smallest number above 0"))
    CONTROLS = ("Format", "Score z")
    BUTTONS = ("1 − σ(z) lost half", "σ(z) is 1", "σ(−z) is 0")
    LISTS = {"Score z": VALUES}
    STATES = ({"Score z": 20}, {"Score z": 36.8}, {"Score z": 746}, {"Score z": 740},
              {"Format": "float32", "Score z": 15.1}, {"Score z": 16.7}, {"Score z": 100},
              {"Format": "float16", "Score z": 6.1}, {"Score z": 16.5},
              {"Format": "bfloat16", "Score z": 4.3}, {"Score z": 93}, {"Score z": 0})
    PICKS = {0: ("Score z",), 1: ("Score z",)}
    TELLING = {"Format": "float16", "Score z": 6.4}
    BROKEN = {
        "one digit more": ("floats.js", "float16: { digits: 11", "float16: { digits: 12"),
        "a smaller smallest number": ("floats.js", "low: -24", "low: -25"),
        "rounded down": ("floats.js", "rest > 0.5 ||", "false ||"),
        "the sum not rounded": ("floats.js", "sum = round(1 + e, format)", "sum = 1 + e"),
        "gaps above 1": ("floats.js", "distance * 2 ** digits,", "distance * 2 ** (digits - 1),"),
        "natural logarithms": ("floats.js", "[x, log10(left)]", "[x, log(left)]"),
        "no digit is lost": ("floats.js", "good(rest, truth, format)", "good(truth, truth, format)"),
        "another z": ("floats.js", "plot.move(el, state.z, y)", "plot.move(el, state.z + 1, y)"),
    }

    def logarithmic(self, state):
        return False, True

    def check_content(self, words, plots, name, z):
        digits, low, far = FORMATS[name]
        right, left, truth = program(z, name)
        one, nought = plots
        x, y = one.lines["first"].T
        exact = np.exp(digits * np.log(2) - x) / (1 + np.exp(-x))
        np.testing.assert_allclose(y[y < 16], exact[y < 16], rtol=0.02, atol=0.02)
        x, y = one.lines["second"].T
        middle = [gaps(name, 1 - program(float(v), name)[0]) for v in x[::40]]
        around = [[gaps(name, 1 - program(float(v) + d, name)[0]) for v in x[::40]] for d in (-0.02, 0.02)]
        assert np.all(y[::40] <= np.maximum(around[0], middle) + 0.05)
        assert np.all(y[::40] >= np.minimum(around[1], middle) - 0.05)
        x, y = nought.lines["first"].T
        np.testing.assert_allclose([x[0], x[-1]], [0, far], atol=0.01 * far)
        np.testing.assert_allclose(y, -(x + np.log1p(np.exp(-x))) / np.log(10), atol=0.005 * far)
        x, y = nought.lines["second"].T
        least = CONTEXT.ldexp(1, low)
        stored = [float(CONTEXT.log(max(program(float(v), name)[1], least), 10)) for v in x[::40]]
        np.testing.assert_allclose(y[::40], stored, atol=0.01 * far)
        floor = low * np.log10(2)
        np.testing.assert_allclose(nought.lines["guide"], [[0, floor], [far, floor]], atol=0.01 * far)

        (start, _), (end, _) = one.lines["first"][0], one.lines["first"][-1]
        for kind, distance in (("first", truth), ("second", 1 - right)):
            seen = start - 0.01 <= z <= end + 0.01 and gaps(name, distance) <= 16
            assert (kind in one.marks) == seen, (kind, z)
            if seen:
                np.testing.assert_allclose(one.marks[kind], [[z, gaps(name, distance)]], atol=0.05)
        assert ("second" in nought.marks) == (left > 0 and z <= far)
        if "second" in nought.marks:
            np.testing.assert_allclose(nought.marks["second"], [[z, float(CONTEXT.log(left, 10))]], atol=0.01 * far)

        rest, most = 1 - right, digits * np.log10(2)
        form = re.fullmatch(rf"{name}, z = (\S+): σ\(z\) is stored as (exactly 1|(\S+) gaps below 1); "
                            r"the true value lies (\S+) below\.", words[0])
        assert form and float(form[1]) == z and (form[2] == "exactly 1") == (right == 1), words
        np.testing.assert_allclose(float(form[4]), gaps(name, truth), rtol=0.006, atol=1e-300)
        if right != 1:
            np.testing.assert_allclose(float(form[3]), gaps(name, rest), rtol=0.006)
        given, of, good = numbers(re.sub(r"1 − σ\(z\)", "", words[1].replace("1 - σ(z)", "")))
        away = abs(rest - truth) / truth
        right_digits = most if away == 0 else min(max(-float(CONTEXT.log(away, 10)), 0), most)
        np.testing.assert_allclose([given, of], [float(rest), most], rtol=0.05)
        np.testing.assert_allclose(good, right_digits, rtol=0.06, atol=0.3)
        least_with_all_digits = CONTEXT.ldexp(1, low + digits - 1)
        kind = ("all its digits" if left >= least_with_all_digits else "it is losing digits" if left else
                "0: it has died")
        assert kind in words[2], words
        if left:
            np.testing.assert_allclose(numbers(words[2].replace("σ(-z)", ""))[0], float(left), rtol=0.01)

    def disagreement(self):
        found = {}
        for name in FORMATS:
            zs = np.random.default_rng(0).uniform(0, FORMATS[name][2], 300).tolist() + VALUES[:400:7]
            theirs = self.run(f"(zs) => zs.map((z) => floats.program(z, floats.FORMATS.{name}))", zs)
            ours = [program(z, name) for z in zs]
            found[name, "right"] = error([pair["right"] for pair in theirs], [float(pair[0]) for pair in ours])
            normal = [i for i, pair in enumerate(ours) if name != "float64" or pair[1] > 1e-307 or not pair[1]]
            found[name, "left"] = error([theirs[i]["left"] for i in normal], [float(ours[i][1]) for i in normal])
        zs = np.linspace(0, 700, 300)
        theirs = self.run("(zs) => zs.map(floats.exact)", zs.tolist())
        return {**found, "exact": error(theirs, [float(program(z, "float64")[2]) for z in zs.tolist()])}
