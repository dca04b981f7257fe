"""evidence.js: words multiply odds, their logarithms add up, and the sigmoid makes a probability of the sum."""

import itertools
import re

import numpy as np

from judges import Live, close, error, numbers
from nnlib.activations import sigmoid

FACTORS = {"“free” × 3": 3, "“prize” × 6": 6, "“thanks” × 1/2": 1 / 2, "“meeting” × 1/5": 1 / 5}
PRIORS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5]
LOW, HIGH = -10, 10


def odds(prior, counts):
    """Before the first word, and after each: by multiplication, where the page adds logarithms."""
    factors = [factor for factor, count in zip(FACTORS.values(), counts) for _ in range(int(count))]
    return np.cumprod([prior / (1 - prior), *factors])


class Evidence(Live):
    NAME = "evidence"
    TITLES = (("log-odds z, word by word", "words read"), ("probability p = σ(z)", "log-odds z"))
    LEGENDS = (("first", "evidence adds up"), ("guide", "even odds: z = 0"))
    CONTROLS = ("Spam before reading", *FACTORS)
    LISTS = {"Spam before reading": PRIORS}
    STATES = ({1: 3, 2: 2, 3: 1, 4: 1}, {"Spam before reading": 0.5, 1: 0, 2: 0, 3: 0, 4: 0}, {4: 1}, {3: 3, 4: 3},
              {"Spam before reading": 0.01}, {1: 1}, {1: 3, 2: 3, 3: 0, 4: 0, "Spam before reading": 0.4})
    TELLING = {1: 2, 2: 1, 3: 1, 4: 1}
    BROKEN = {
        "odds that are probabilities": ("evidence.js", "log(prior / (1 - prior))", "log(prior)"),
        "the factor, not its logarithm": ("evidence.js", "path.at(-1) + log(factor)", "path.at(-1) + factor"),
        "a word counted once": ("evidence.js", "k < counts[i]", "k < Math.min(counts[i], 1)"),
        "the wrong side": ("evidence.js", "z > 0 ? \"above 1/2, because z is above 0\"",
                           "z > 3 ? \"above 1/2, because z is above 0\""),
        "another point of the curve": ("evidence.js", "curve.move(dot, z, p)", "curve.move(dot, z, z)"),
        "a factor not named": ("evidence.js", "Array(counts[i]).fill(shown)", "counts[i] ? [shown] : []"),
        "another logarithm": ("evidence.js", "ln ${odds} = ${number(z, 3)}", "ln ${odds} = ${number(z / 2.3, 3)}"),
    }

    def check_content(self, words, plots, prior, *counts):
        ratio = odds(prior, counts)
        path, (ladder, curve) = np.log(ratio), plots
        steps = np.column_stack([np.arange(len(path)), path])
        np.testing.assert_allclose(ladder.lines["first"] if len(path) > 1 else steps, steps, atol=0.03)
        np.testing.assert_allclose(ladder.lines["first points"], steps, atol=0.03)
        np.testing.assert_allclose(ladder.marks["first"], steps[-1:], atol=0.03)
        np.testing.assert_allclose(ladder.lines["guide"], [[0, 0], [12, 0]], atol=0.03)
        z, p = curve.lines["second"].T
        np.testing.assert_allclose(z, np.linspace(LOW, HIGH, 401), atol=0.03)
        np.testing.assert_allclose(p, sigmoid(z), atol=0.005)
        truth = ratio[-1] / (1 + ratio[-1])
        np.testing.assert_allclose(curve.marks["second"], [[path[-1], truth]], atol=0.03)

        factors, total = re.fullmatch(r"Odds: (.*?)(?: = (\S+))?\.", words[0]).groups()
        said = [eval(part, {}) for part in factors.split(" × ")]
        close(np.cumprod(said), ratio)
        assert (total is None) == (len(ratio) == 1)
        close(numbers(words[1]), [ratio[-1], path[-1]])
        form = re.fullmatch(r"Probability: (\S+), (above 1/2, because z is above 0|below 1/2, because z is below 0|"
                            r"one half, because z is 0)\.", words[2])
        close([float(form[1])], [truth])
        assert form[2].split()[0] == ("one" if truth == 0.5 else "above" if truth > 0.5 else "below")

    def disagreement(self):
        cases = [(prior, counts) for prior in PRIORS for counts in itertools.product(range(4), repeat=4)]
        theirs = self.run("(cases) => cases.map(([prior, counts]) => evidence.weigh(prior, counts).at(-1))", cases)
        scores = np.linspace(-800, 800, 999)
        values = self.run("(zs) => zs.map(evidence.probability)", scores.tolist())
        return {"log-odds": error(theirs, [np.log(odds(*case)[-1]) for case in cases], floor=0.1),
                "probability": error(values, sigmoid(scores))}
