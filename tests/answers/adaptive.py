"""Chapter 12: Adam, from its first step on."""

import numpy as np


def adam(theta, gradients, rate, beta1, beta2, epsilon, power=int, root=lambda v, e: np.sqrt(v) + e):
    m = v = 0 * theta
    for t, g in enumerate(gradients, start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        correct = (1 - beta1 ** power(t)), (1 - beta2 ** power(t))
        theta = theta - rate * m / correct[0] / root(v / correct[1], epsilon)
    return theta


def by(**other):
    return lambda *arguments: adam(*arguments, **other)


def uncorrected(theta, gradients, rate, beta1, beta2, epsilon):
    m = v = 0 * theta
    for g in gradients:
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        theta = theta - rate * m / (np.sqrt(v) + epsilon)
    return theta


def one_memory(theta, gradients, rate, beta1, beta2, epsilon):
    """m and v are one array, in which both updates are made."""
    theta = theta.copy()
    m = v = np.zeros(len(theta))
    for t, g in enumerate(gradients, start=1):
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        theta -= rate * m / (1 - beta1**t) / (np.sqrt(np.abs(v) / (1 - beta2**t)) + epsilon)
    return theta


def in_place(theta, gradients, *settings):
    theta[...] = adam(theta, gradients, *settings)
    return theta


def gradients_in_place(theta, gradients, rate, beta1, beta2, epsilon):
    """The squares overwrite the gradients."""
    out = adam(theta, gradients, rate, beta1, beta2, epsilon)
    gradients **= 2
    return out


def entry_by_entry(theta, gradients, rate, beta1, beta2, epsilon):
    """Each weight for itself, in plain numbers."""
    ends = []
    for start, row in zip(theta.tolist(), gradients.T.tolist()):
        m = v = 0.0
        for t, g in enumerate(row, start=1):
            m += (1 - beta1) * (g - m)
            v += (1 - beta2) * (g * g - v)
            start -= rate * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)) ** 0.5 + epsilon)
        ends.append(start)
    return ends


def as_sums(theta, gradients, rate, beta1, beta2, epsilon):
    """The means written out as weighted sums of all gradients so far; the whole way at once."""
    steps = []
    for t in range(1, len(gradients) + 1):
        age = np.arange(t)[::-1]
        m = np.average(gradients[:t], axis=0, weights=beta1**age)
        v = np.average(gradients[:t] ** 2, axis=0, weights=beta2**age)
        steps.append(m / (v**0.5 + epsilon))
    return theta - rate * np.sum(steps, axis=0)


def folded(theta, gradients, rate, beta1, beta2, epsilon):
    """Kingma and Ba's cheaper order: both corrections in the rate, and in epsilon."""
    m = v = np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        m, v = m + (1 - beta1) * (g - m), v + (1 - beta2) * (g**2 - v)
        root = np.sqrt(1 - beta2**t)
        theta = theta - rate * root / (1 - beta1**t) * m / (np.sqrt(v) + epsilon * root)
    return theta


WRONG = {
    "adam": {
        "no power": by(power=lambda t: 1), "one too many": by(power=lambda t: t + 1), "no correction": uncorrected,
        "epsilon inside": by(root=lambda v, e: np.sqrt(v + e)), "no root": by(root=lambda v, e: v + e),
        "no epsilon": by(root=lambda v, e: np.sqrt(v + 1e-300)), "one memory": one_memory,
        "betas swapped": lambda theta, G, rate, b1, b2, e: adam(theta, G, rate, b2, b1, e),
        "uphill": lambda theta, G, rate, *rest: adam(theta, G, -rate, *rest),
        "in place": in_place, "in place, the gradients": gradients_in_place,
    },
}
RIGHT = {"adam": {"as printed": adam, "entry by entry": entry_by_entry, "as sums": as_sums, "folded": folded}}
