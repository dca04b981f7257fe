"""Draw kink.svg, the still picture of kink.js in its first state: optimum 0.3, strength 0.5, rate 0.3, from 1."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.descent import minimize, proximal_gradient
from nnlib.optimizers import SGD
from nnlib.penalties import L1


def walks(optimum, strength, rate, start, steps):
    """The weight after each step, of either kind."""
    def loss(w):
        return ((w - optimum) ** 2).sum() / 2, w - optimum

    def objective(w):
        return tuple(a + b for a, b in zip(loss(w), L1(strength)(w)))

    return {"sign step": minimize(objective, [start], SGD(rate), steps).thetas[:, 0],
            "proximal step": proximal_gradient(loss, L1(strength), [start], step=rate, steps=steps).thetas[:, 0]}


def draw(optimum=0.3, strength=0.5, rate=0.3, start=1.0, steps=100, now=20):
    fig, (hill, ways) = plt.subplots(1, 2, figsize=(8, 3.6))
    w, walked = np.linspace(-1.5, 1.5, 301), walks(optimum, strength, rate, start, steps)

    def height(v):
        return (v - optimum) ** 2 / 2 + strength * np.abs(v)

    hill.set_prop_cycle(color=plotting.COLOURS[2:3], linestyle=plotting.LINES[2:3])
    plotting.curves(w, {"objective": height(w)}, hill, xlabel="weight w", ylabel="objective J(w)",
                    title=f"after {now} steps")
    plotting.curves(np.arange(steps + 1), walked, ways, xlabel="step", ylabel="weight w")
    for colour, way in zip(plotting.COLOURS, walked.values()):
        hill.plot(way[now], height(way[now]), "o", color=colour)
        ways.plot(now, way[now], "o", color=colour)
    ways.axhline(0, color="#555555", linestyle="-", linewidth=0.8)
    return fig


if __name__ == "__main__":
    save(draw, __file__)
