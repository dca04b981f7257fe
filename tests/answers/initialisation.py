"""Chapter 14: standard deviations of initial weights, and what becomes of the signal."""

import math

import numpy as np


def listed(q0, weight_variance, fan_in, depth):
    q = [q0]
    for _ in range(depth):
        q.append(fan_in * weight_variance * q[-1] / 2)
    return q


WRONG = {
    "glorot_std": {
        "the variance": lambda fan_in, fan_out: 2 / (fan_in + fan_out),
        "the limit": lambda fan_in, fan_out: np.sqrt(6 / (fan_in + fan_out)),
        "fan-in": lambda fan_in, fan_out: np.sqrt(1 / fan_in), "no 2": lambda n, m: np.sqrt(1 / (n + m)),
        "geometric": lambda n, m: (n * m) ** -0.25,
        "weights": lambda n, m: np.random.default_rng(0).normal(size=(n, m)),
    },
    "he_std": {
        "the variance": lambda fan_in: 2 / fan_in, "a constant": lambda fan_in: np.sqrt(2 / 3),
        "LeCun's": lambda fan_in: np.sqrt(1 / fan_in), "the limit": lambda fan_in: np.sqrt(6 / fan_in),
        "text": lambda fan_in: str(np.sqrt(2 / fan_in)),
    },
    "variance_recursion": {
        "no half": lambda q0, v, n, depth: q0 * (n * v) ** np.arange(depth + 1),
        "the last": lambda q0, v, n, depth: q0 * (n * v / 2) ** depth,
        "no first": lambda q0, v, n, depth: q0 * (n * v / 2) ** np.arange(1, depth + 1),
        "one more": lambda q0, v, n, depth: listed(q0, v, n, depth + 1),
        "no q0": lambda q0, v, n, depth: (n * v / 2) ** np.arange(depth + 1),
        "the std": lambda q0, v, n, depth: q0 * (n * v**2 / 2) ** np.arange(depth + 1),
        "a column": lambda *arguments: np.transpose([listed(*arguments)]),
    },
}
RIGHT = {
    "glorot_std": {
        "the mean fan": lambda n, m: 1 / math.sqrt((n + m) / 2),
        "an array": lambda n, m: np.array((n / 2 + m / 2) ** -0.5),
        "by logarithms": lambda n, m: math.exp((math.log(2) - math.log(n + m)) / 2),
    },
    "he_std": {
        "a power": lambda n: (n / 2) ** -0.5, "two roots": lambda n: math.sqrt(2) / math.sqrt(n),
        "an array": lambda n: np.array(np.sqrt(2 / n)),
    },
    "variance_recursion": {
        "a list": listed, "a tuple": lambda *arguments: tuple(listed(*arguments)),
        "powers": lambda q0, v, n, depth: q0 * (n * v / 2) ** np.arange(depth + 1),
        "a product": lambda q0, v, n, depth: np.cumprod([q0] + [v / 2 * n] * depth),
        "by logarithms": lambda q0, v, n, depth: np.exp(np.log(q0) + np.arange(depth + 1) * np.log(n * v / 2)),
    },
}
