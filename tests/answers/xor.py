"""Chapter 04: the perceptron's rule, and a curve drawn with the kinks of ReLUs."""

import numpy as np


def passed(w, X, y, says=lambda z: z > 0):
    for x, answer in zip(X, y):
        w = w + (answer - says(x @ w)) * x
    return w


def in_place(w, X, y):
    for x, answer in zip(X, y):
        w += (answer - (x @ w > 0)) * x
    return w


def by_cases(w, X, y):
    """Plain numbers, adding or subtracting only where the answer is wrong."""
    w = [float(v) for v in w]
    for x, answer in zip(X, y):
        on = sum(v * a for v, a in zip(w, x)) > 0
        if on != bool(answer):
            w = [v + a if answer else v - a for v, a in zip(w, x)]
    return w


def by_signs(w, X, y):
    """Answers -1 and 1, as in most books; a score of 0 counts as -1."""
    for x, answer in zip(X, 2 * np.asarray(y) - 1):
        w = w + (answer - np.where(x @ w > 0, 1, -1)) / 2 * x
    return w


def slopes(t, values):
    return np.diff(values) / np.diff(t)


def bend_by_bend(t, values):
    bends, slope = [], 0.0
    for j in range(1, len(t)):
        new = (values[j] - values[j - 1]) / (t[j] - t[j - 1])
        bends.append(new - slope)
        slope = new
    return bends


def solved(t, values):
    """The weights that make the sum of ReLUs go through the points."""
    return np.linalg.solve(np.maximum(t[1:, None] - t[:-1], 0), values[1:] - values[0])


def in_place_of_the_values(t, values):
    answer = bend_by_bend(t, values)
    values -= values[0]
    return answer


WRONG = {
    "perceptron_pass": {
        "in place": in_place,
        "all at once": lambda w, X, y: w + (y - (X @ w > 0)) @ X,
        "on at 0": lambda w, X, y: passed(w, X, y, lambda z: z >= 0),
        "away from the answer": lambda w, X, y: passed(w, -X, y, lambda z: z < 0),
        "the linear unit's error": lambda w, X, y: passed(w, X, y, lambda z: z),
        "one example": lambda w, X, y: passed(w, X[:1], y),
    },
    "kink_weights": {
        "the slopes": slopes, "without the first": lambda t, v: np.diff(slopes(t, v)),
        "even pieces": lambda t, v: np.diff(np.diff(v), prepend=0) / (t[1] - t[0]),
        "in place": in_place_of_the_values,
    },
}
RIGHT = {
    "perceptron_pass": {"by cases": by_cases, "answers -1 and 1": by_signs},
    "kink_weights": {"bend by bend": bend_by_bend, "solved": solved,
                     "with the slopes in a row": lambda t, v: np.diff(np.r_[0, slopes(t, v)])},
}
