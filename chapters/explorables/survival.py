"""Draw survival.svg, the still picture of survival.js: two weights, with a sigmoid and with tanh, at lambda = 0.2."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import sigmoid, softplus, tanh


def draw(lam=0.2):
    a = np.linspace(0, 6, 601)
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.6), sharey=True)
    for ax, phi in zip(axes, (sigmoid, tanh)):
        loss, penalty = softplus(-a * (phi(a) - phi(-a)) / 2), lam * a**2
        plotting.curves(a, {"objective J": loss + penalty, "loss L": loss, "penalty": penalty}, ax,
                        xlabel="size a of the weights", ylabel="cost" if ax is axes[0] else "")
        end = np.argmin(loss + penalty)
        ax.plot(a[end], (loss + penalty)[end], "o", color=plotting.COLOURS[0], clip_on=False, zorder=3)
        ax.set(title=f"{phi.name}, λ = {lam:g}: descent ends at {a[end]:.2g}", ylim=(0, 1.5))
    return fig


if __name__ == "__main__":
    save(draw, __file__)
