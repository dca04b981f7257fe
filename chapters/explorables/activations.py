"""Draw activations.svg, the still picture of activations.js in its first state: sigmoid, z = 0, n = 10."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import sigmoid


def draw(phi=sigmoid, z=0.0, n=10, layers=30):
    fig, axes = plt.subplot_mosaic([["value", "product"], ["slope", "product"]], figsize=(8, 4.6))
    for place, ax in enumerate((axes["value"], axes["slope"], axes["product"])):
        ax.set_prop_cycle(color=plotting.COLOURS[place:place + 1], linestyle=plotting.LINES[place:place + 1])

    grid, counts, slope = np.linspace(-8, 8, 401), np.arange(1, layers + 1), phi.derivative(z)
    left = abs(slope) ** counts
    plotting.curves(grid, {"": phi(grid)}, axes["value"], xlabel="z", ylabel="value",
                    title=f"{phi.name}, tangent at {z:g}")
    plotting.curves(grid, {"": phi.derivative(grid)}, axes["slope"], xlabel="z", ylabel="derivative")
    plotting.curves(counts, {"": left}, axes["product"], xlabel="layers n", ylabel="product of n derivatives",
                    title=f"at n = {n}: {left[n - 1]:.2g}", log=True)
    plotting.tangent(phi, slope, z, axes["value"])
    for ax, x, y in ((axes["slope"], z, slope), (axes["product"], n, left[n - 1])):
        ax.plot([x], [y], "o", color="#555555", markersize=5)
    axes["product"].set_xticks([1, 10, 20, 30])
    return fig


if __name__ == "__main__":
    save(draw, __file__)
