"""Draw xor.svg, the still picture of xor.js: two sigmoid units that have learned XOR, and how their loss fell."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import sigmoid
from nnlib.datasets import xor
from nnlib.initializers import glorot_normal
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.training import fit


def draw(steps=1000, seed=3):
    X, y = xor()
    network = mlp([2, 2, 1], sigmoid, glorot_normal, rng=np.random.default_rng(seed))
    losses = fit(network, binary_cross_entropy, SGD(1.0), X, y[:, None], epochs=steps, batch_size=4,
                 rng=np.random.default_rng(seed), evaluate_every=steps).loss
    fig, (plane, curve) = plt.subplots(1, 2, figsize=(8, 4))
    side = np.linspace(-0.5, 1.5, 101)
    points = np.stack(np.meshgrid(side, side), axis=-1)
    score = network(points.reshape(-1, 2)).reshape(101, 101)
    sums = points @ network.layers[0].W + network.layers[0].b
    plane.contourf(side, side, score > 0, levels=[0.5, 1], colors=plotting.COLOURS[1], alpha=0.18)
    plane.contour(side, side, score, levels=[0], colors=plotting.COLOURS[1], linestyles="--")
    for unit in range(2):
        plane.contour(side, side, sums[..., unit], levels=[0], colors="#555555", linewidths=1.2)
    for corner, on in zip(X, y):
        plane.plot(*corner, "o", color=plotting.COLOURS[on])
        plane.annotate("on" if on else "off", corner, xytext=(7, 6), textcoords="offset points")
    plane.set(xlabel="x₁", ylabel="x₂", xticks=[0, 1], yticks=[0, 1], aspect="equal",
              title=f"where it says “on”, step {steps}")
    plotting.curves(np.arange(steps), {"": losses}, curve, xlabel="step", ylabel="loss", title="loss")
    curve.set(ylim=(0, 1), yticks=[0, 0.347, 0.477, 0.693, 1], yticklabels=["0", "0.347", "0.477", "0.693", "1"])
    return fig


if __name__ == "__main__":
    save(draw, __file__)
