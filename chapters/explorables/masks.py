"""Draw masks.svg, the still picture of masks.js in its first state: half of the units dropped, mask 45, the score."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import relu

SLOPES, STARTS = np.array([1, 1, 1, -1, -1, -1]), np.array([2, 0.5, -1, 2, 1, 0])
WEIGHTS, BIAS = np.array([0.6, -0.5, 0.9, -0.4, -0.3, 0.5]), 0.2
MASKS = np.array([units[::-1] for units in product((0, 1), repeat=6)])  # row 45 keeps units 1, 3, 4 and 6


def scores(x, masks, scale):
    """The score of the network of each mask at each x: (masks, len(x))."""
    return masks * scale * WEIGHTS @ relu(SLOPES[:, None] * x + STARTS[:, None]) + BIAS


def draw(p=0.5, mask=45, at=1.0):
    fig, (field, rates) = plt.subplots(1, 2, figsize=(8, 3.6))
    x = np.linspace(-3, 3, 61)
    every = scores(x, MASKS, 1 / (1 - p))
    lines = {"this mask": every[mask], "mean of all 64": every.mean(axis=0),
             "network in use": scores(x, MASKS[-1:], 1)[0]}
    plotting.curves(x, lines, field, xlabel="input x", ylabel="score", title="output over the input x")
    field.plot(x, every.T, color="#888888", linewidth=0.5, alpha=0.4, zorder=0)
    field.set_ylim(-6, 6)

    shares = np.linspace(0, 0.8, 41)
    chance = shares ** (6 - MASKS.sum(1))[:, None] * (1 - shares) ** MASKS.sum(1)[:, None]  # (masks, shares)
    outputs = np.array([scores(np.array([at]), MASKS, 1 / (1 - share))[:, 0] for share in shares]).T
    mean = (chance * outputs).sum(axis=0)
    spread = np.sqrt(np.maximum((chance * outputs**2).sum(axis=0) - mean**2, 0))
    plotting.curves(shares, {"mean": mean, "+ one standard deviation": mean + spread, "− one": mean - spread}, rates,
                    xlabel="share dropped p", ylabel="score", title=f"at x = {at:g}, for every p")
    rates.set_ylim(-6, 6)
    return fig


if __name__ == "__main__":
    save(draw, __file__)
