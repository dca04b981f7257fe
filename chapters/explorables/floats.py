"""Draw floats.svg, the still picture of floats.js in its first state: float64, z = 35."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import log_sigmoid, sigmoid


def draw(z=35.0, digits=53):
    fig, (one, nought) = plt.subplots(1, 2, figsize=(8, 3.8))
    near = np.linspace(33, 38, 801)
    gaps = {"exactly": sigmoid(-near) * 2.0**digits, "as computed": (1 - 1 / (1 + np.exp(-near))) * 2.0**digits}
    plotting.curves(near, gaps, one, xlabel="score z", ylabel="gaps below 1", title="near 1")
    one.plot(z, sigmoid(-z) * 2.0**digits, "o", color=plotting.COLOURS[0])
    one.plot(z, (1 - 1 / (1 + np.exp(-z))) * 2.0**digits, "s", color=plotting.COLOURS[1])
    one.set(ylim=(-0.6, 16), yticks=range(0, 17, 2))
    wide = np.linspace(0, 800, 801)
    exponent, stored = log_sigmoid(-wide) / np.log(10), sigmoid(-wide)
    alive = np.where(stored > 0, np.log10(np.maximum(stored, 5e-324)), np.nan)
    plotting.curves(wide, {"exactly": exponent, "as stored": alive}, nought, xlabel="score z",
                    ylabel="power of ten", title="σ(−z) near 0")
    nought.axhline(-1074 * np.log10(2), color="#555555", linestyle="-", linewidth=1.2)
    nought.plot(z, np.log10(sigmoid(-z)), "o", color=plotting.COLOURS[1])
    return fig


if __name__ == "__main__":
    save(draw, __file__)
