"""validation.js: polynomials through the readings of a day, and what held-out readings say about their degree."""

import re

import numpy as np
from numpy.polynomial.legendre import legfit, legval

from judges import Live, close, error, numbers
from judges.depth import normals
from nnlib.selection import cross_validate, one_standard_error

DEGREES = np.arange(13)
NOISES = [0.25, 0.5, 1, 1.5, 2, 3, 4]
FINE = np.linspace(0, 24, 241)


def temperature(hour):
    return 12 + 4 * np.cos(2 * np.pi * (hour - 15) / 24)


def day(n, noise, seed):
    """The hours, (n, 1), and the readings that the page makes up."""
    hours = np.linspace(0, 24, n)
    return hours[:, None], (temperature(hours) + noise * normals(seed, n + n % 2)[:n]).round(2)


def curves(hours, readings, where):
    """The fitted polynomials, a row a degree."""
    return np.array([legval(where / 12 - 1, legfit(hours[:, 0] / 12 - 1, readings, d)) for d in DEGREES])


def fold_errors(hours, readings, folds, seed):
    n, part = len(readings), np.empty(len(readings), int)
    part[np.argsort(normals(seed + 1000, n + n % 2)[:n])] = np.arange(n) % folds
    pairs = [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(folds)]
    return cross_validate(lambda X, y, X_out, y_out: ((curves(X, y, X_out[:, 0]) - y_out) ** 2).mean(axis=1),
                          hours, readings, pairs)


class Validation(Live):
    NAME = "validation"
    TITLES = (("temperature", "hour"), ("mean squared error", "degree"))
    LEGENDS = (("guide", "truth"), ("first", "polynomial"), ("second points", "readings"), ("second", "training"),
               ("first", "held out"), ("third", "new readings"))
    CONTROLS = ("Degree", "Noise", "Readings", "Folds", "Day")
    BUTTONS = ("Another day",)
    LISTS = {"Noise": NOISES}
    STATES = ({"Degree": 4}, {"Degree": 0, "Noise": 4}, {"Readings": 80, "Folds": 10}, {"Readings": 24, "Folds": 3},
              {"Day": 7, "Noise": 0.25, "Degree": 9}, {"Readings": 61, "Folds": 7, "Day": 20, "Noise": 2})
    TELLING = {"Day": 4, "Noise": 2}
    BROKEN = {
        "no noise in what is new": ("validation.js", "noise ** 2 + square(row, real)", "square(row, real)"),
        "of the population": ("validation.js", "/ (k - 1))", "/ k)"),
        "a deviation, not its error": ("validation.js", "spread / sqrt(k)", "spread"),
        "the last, not the first": ("validation.js", "means.findIndex((m)", "means.findLastIndex((m)"),
        "fitted with what is held out": ("validation.js", "part[i] !== k)", "part[i] !== k || i % 3 === 0)"),
        "no step beyond degree 5": ("validation.js", "rows.push(sum.slice(n));",
                                    "rows.push(sum.slice(n)); if (degree > 5) continue;"),
        "another best": ("validation.js", "new readings: degree ${oracle}", "new readings: degree ${best}"),
    }

    def logarithmic(self, state):
        return False, True

    def check_content(self, words, plots, degree, noise, n, folds, seed):
        degree, n, folds, seed = (int(value) for value in (degree, n, folds, seed))
        hours, readings = day(n, noise, seed)
        rows = curves(hours, readings, FINE)
        train = ((curves(hours, readings, hours[:, 0]) - readings) ** 2).mean(axis=1)
        fresh = noise**2 + ((rows - temperature(FINE)) ** 2).mean(axis=1)
        errors = fold_errors(hours, readings, folds, seed)
        means = errors.mean(axis=0)
        rule, best = (-int(value) for value in one_standard_error(-DEGREES, errors))

        left, right = plots
        np.testing.assert_allclose(left.lines["second points"], np.column_stack([hours[:, 0], readings]), atol=0.05)
        np.testing.assert_allclose(left.lines["guide"], np.column_stack([FINE, temperature(FINE)]), atol=0.05)
        np.testing.assert_allclose(left.lines["first"], np.column_stack([FINE, rows[degree]]), atol=0.1)
        np.testing.assert_allclose(right.lines["guide"], [[degree, -2], [degree, 2]], atol=0.03)
        for kind, values in (("second", train), ("first", means), ("third", fresh)):
            np.testing.assert_allclose(right.lines[kind], np.column_stack([DEGREES, np.log10(values)]), atol=0.03)
        for kind, d in (("first", best), ("second", rule)):
            np.testing.assert_allclose(right.marks[kind], [[d, np.log10(means[d])]], atol=0.03)

        close(numbers(words[0]), [degree, train[degree], means[degree], fresh[degree]])
        form = r"Lowest on held-out readings: degree (\d+)\. One-standard-error rule: degree (\d+)\."
        assert [int(d) for d in re.fullmatch(form, words[1]).groups()] == [best, rule]
        assert words[2] == f"Best on new readings: degree {fresh.argmin()}."

    def disagreement(self):
        cases = [(n, noise, folds, seed) for n, noise, folds, seed in
                 ((24, 0.25, 3, 1), (25, 1, 5, 2), (40, 2, 10, 3), (80, 4, 4, 20), (33, 1.5, 8, 11))]
        theirs = self.run("""(cases) => cases.map(([n, noise, folds, seed]) => {
            const readings = validation.read(n, noise, seed), errors = validation.folded(readings, folds, seed);
            const { best, rule } = validation.choose(errors);
            return [readings.map(([, y]) => y), validation.fit(readings, validation.GRID), errors, [best, rule]];
        })""", cases)
        made, fitted, held_out, chosen = [], [], [], []
        for (n, noise, folds, seed), (y, rows, errors, degrees) in zip(cases, theirs):
            hours, readings = day(n, noise, seed)
            ours = fold_errors(hours, readings, folds, seed)
            made.append(error(y, readings))
            fitted.append(error(rows, curves(hours, readings, FINE), floor=1))
            held_out.append(error(errors, ours))
            chosen.append(error(degrees, [-d for d in one_standard_error(-DEGREES, ours)[::-1]], floor=1))
        return {"readings": max(made), "curves": max(fitted), "errors": max(held_out), "choice": max(chosen)}
