"""Draw ridge.svg, the still picture of ridge.js in its first state: degree 9, a strength of 1e-8, as good as none."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.exercises.l2 import ridge


def days(rng, n=24):
    """Temperatures in °C and portions sold, in hundreds; chapter 06 has these lines, too."""
    celsius = rng.uniform(10, 34, n).round()
    sales = 2 + np.tanh((celsius - 22) / 6) + rng.normal(0, 0.3, n)
    return celsius, sales.round(2)


def polynomial(celsius, sales, degree, strength):
    """The function that ridge fits to these days."""
    def powers(t):
        return ((np.asarray(t) - 22) / 12)[:, None] ** np.arange(1, degree + 1)

    X, level = powers(celsius), sales.mean()
    w = ridge(X - X.mean(axis=0), sales - level, strength)
    return lambda t: level + (powers(t) - X.mean(axis=0)) @ w


def draw(degree=9, strength=1e-8, learned=12):
    fig, (curve, errors) = plt.subplots(1, 2, figsize=(8, 3.6))
    celsius, sales = days(np.random.default_rng(27))
    groups = {"learned days": slice(None, learned), "held-back days": slice(learned, None)}
    first = celsius[:learned], sales[:learned]
    for colour, (name, group) in zip(plotting.COLOURS, groups.items()):
        curve.plot(celsius[group], sales[group], "o", color=colour, markersize=5, label=name)
    warm = np.linspace(10, 34, 145)
    curve.plot(warm, polynomial(*first, degree, strength)(warm), color=plotting.COLOURS[2],
               linestyle=plotting.LINES[2], label="polynomial")
    curve.set(ylim=(0, 4), xlabel="temperature in °C", ylabel="sales, in hundreds", title=f"λ = {strength:g}")
    strengths = np.logspace(-8, 1, 91)
    fits = [polynomial(*first, degree, to) for to in strengths]
    plotting.curves(strengths, {name: [np.mean((f(celsius[group]) - sales[group]) ** 2) for f in fits]
                                for name, group in groups.items()}, errors, xlabel="strength λ", ylabel="squared error",
                    log=True)
    errors.set(xscale="log", ylim=(10**-2.5, 10))
    curve.legend()
    return fig


if __name__ == "__main__":
    save(draw, __file__)
