"""Draw validation.svg, the still picture of validation.js: degree 12, 25 readings, 5 folds, on a day of its own."""

import matplotlib.pyplot as plt
import numpy as np
from numpy.polynomial import Legendre
from still import save

from nnlib import plotting
from nnlib.selection import k_fold


def draw(n=25, degree=12, folds=5):
    rng = np.random.default_rng(1)
    truth, hours = (lambda hour: 12 + 4 * np.cos(2 * np.pi * (hour - 15) / 24)), np.linspace(0, 24, n)
    readings, fine, degrees = truth(hours) + rng.normal(size=n), np.linspace(0, 24, 241), np.arange(13)
    fits = [Legendre.fit(hours, readings, d) for d in degrees]
    held_out = np.mean([[np.mean((Legendre.fit(hours[a], readings[a], d)(hours[b]) - readings[b]) ** 2)
                         for d in degrees] for a, b in k_fold(n, folds, rng)], axis=0)
    fig, (day, errors) = plt.subplots(1, 2, figsize=(8, 3.6))
    day.plot(fine, truth(fine), color="#999999", linestyle="-", linewidth=2)
    day.plot(fine, fits[degree](fine), color=plotting.COLOURS[0], linestyle="-")
    day.plot(hours, readings, "o", color=plotting.COLOURS[1], markersize=4)
    day.set(xlabel="hour", ylabel="temperature", xticks=range(0, 25, 6), title=f"degree {degree}")
    plotting.curves(degrees, {
        "held out": held_out, "training": [np.mean((fit(hours) - readings) ** 2) for fit in fits],
        "new readings": [1 + np.mean((fit(fine) - truth(fine)) ** 2) for fit in fits],
    }, errors, xlabel="degree", ylabel="mean squared error", log=True)
    return fig


if __name__ == "__main__":
    save(draw, __file__)
