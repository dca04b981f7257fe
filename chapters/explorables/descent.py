"""Draw descent.svg, the still picture of descent.js in its first state: gradient descent and momentum, kappa = 20."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.descent import minimize
from nnlib.objectives import quadratic
from nnlib.optimizers import SGD, Momentum


def draw(kappa=20, start=(-2.5, 1.0), steps=100, shown=25):
    fig, (plane, losses) = plt.subplots(1, 2, figsize=(8, 4.4))
    f, reach = quadratic([1.0, kappa]), (-3, 3)
    runs = {r"gradient descent, $\eta$ = 0.08": SGD(0.08),
            r"momentum, $\eta$ = 0.08, $\beta$ = 0.5": Momentum(0.08, 0.5)}
    paths = {label: minimize(f, start, optimizer, steps) for label, optimizer in runs.items()}

    plotting.contours(f, reach, reach, plane, xlabel="x", ylabel="y", title=f"{shown} steps",
                      levels=4.5 * (1 + kappa) * (np.arange(1, 15) / 14) ** 2)
    for path in paths.values():
        plotting.path(path.thetas[:shown + 1], plane)
    around = np.linspace(0, 2 * np.pi, 73)
    plane.plot(0.28 * np.sqrt(kappa) * np.cos(around), 0.28 * np.sin(around), "-", color="#555555")
    plane.plot(0.28 * np.sqrt(kappa), 0, "o", markersize=8, color="#555555", markerfacecolor="white")
    plane.plot(0, 0, "kx")
    plane.set(aspect="equal", xticks=range(-3, 4), yticks=range(-3, 4))

    plotting.curves(np.arange(steps + 1), {label: path.values for label, path in paths.items()}, losses, xlabel="step",
                    ylabel="loss", log=True)
    losses.axvline(shown, color="#555555", linestyle="-", linewidth=1.2)
    losses.set_ylim(1e-12, 1e4)
    losses.legend(loc="upper right", fontsize=10)
    return fig


if __name__ == "__main__":
    save(draw, __file__)
