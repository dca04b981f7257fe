"""Chapter 11: one step with memory, and one that looks ahead."""

import numpy as np


def momentum_in_place(theta, v, g, rate, beta):
    v *= beta
    v += g
    return theta - rate * v, v


def nesterov_in_place(theta, v, g, rate, beta):
    v = beta * v + g
    theta -= rate * (g + beta * v)
    return theta, v


def momentum(theta, v, g, rate, beta):
    return theta - rate * (beta * v + g), beta * v + g


def nesterov(theta, v, g, rate, beta):
    return theta - rate * (g + beta * (beta * v + g)), beta * v + g


def momentum_by_entries(theta, v, g, rate, beta):
    new = [beta * a + b for a, b in zip(v, g)]
    return [t - rate * a for t, a in zip(theta, new)], new


def scaled(look_ahead):
    """The velocity that carries the rate within it, as in other books."""
    def step(theta, v, g, rate, beta):
        u = -rate * v
        new = beta * u - rate * g
        return theta + (beta * new - rate * g if look_ahead else new), -new / rate
    return step


WRONG = {
    "momentum_step": {
        "the old velocity": lambda theta, v, g, rate, beta: (theta - rate * v, beta * v + g),
        "the sign": lambda theta, v, g, rate, beta: (theta + rate * (beta * v + g), beta * v + g),
        "another velocity": lambda theta, v, g, rate, beta: (theta + beta * v - rate * g, beta * v - rate * g),
        "averaged": lambda theta, v, g, rate, beta: momentum(theta, v, (1 - beta) * g, rate, beta),
        "no velocity": lambda *a: momentum(*a)[0], "the other way round": lambda *a: momentum(*a)[::-1],
        "no memory": lambda theta, v, g, rate, beta: (theta - rate * g, g), "looking ahead": nesterov,
        "one row": lambda *a: np.concatenate(momentum(*a)), "in place": momentum_in_place,
    },
    "nesterov_step": {
        "no look ahead": momentum, "no velocity": lambda *a: nesterov(*a)[0],
        "the old velocity": lambda theta, v, g, rate, beta: (theta - rate * (g + beta * v), beta * v + g),
        "no gradient": lambda theta, v, g, rate, beta: (theta - rate * beta * (beta * v + g), beta * v + g),
        "velocity twice": lambda *a: (nesterov(*a)[0], a[2] + a[4] * nesterov(*a)[1]),
        "the sign": lambda theta, v, g, rate, beta: nesterov(theta, v, g, -rate, beta), "in place": nesterov_in_place,
    },
}
RIGHT = {
    "momentum_step": {"a pair": momentum, "lists": momentum_by_entries, "scaled": scaled(look_ahead=False),
                      "stacked": lambda *a: np.stack(momentum(*a))},
    "nesterov_step": {"a pair": nesterov, "a list": lambda *a: [part.tolist() for part in nesterov(*a)],
                      "scaled": scaled(look_ahead=True), "multiplied out": lambda theta, v, g, rate, beta: (
                          theta - rate * (1 + beta) * g - rate * beta**2 * v, g + v * beta)},
}
