"""Draw depth.svg, the still picture of depth.js in its first state: 30 relu layers of 64 units, LeCun's weights."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import relu
from nnlib.initializers import variance_scaling
from nnlib.layers import Activate, Dense
from nnlib.network import Network


def theory(phi, scale, layers):
    """Standard deviation of the activations and root mean square of the gradient, for layers of infinite width."""
    z = (np.arange(-4000, 4000) + 0.5) / 400
    weight = np.exp(-z**2 / 2) / np.sqrt(2 * np.pi) / 400
    forward, factors, q = [1.0], [], scale**2
    for _ in range(layers):
        a = phi(np.sqrt(q) * z)
        forward.append(np.sqrt(weight @ (a - weight @ a) ** 2))
        factors.append(scale * np.sqrt(weight @ phi.derivative(np.sqrt(q) * z) ** 2))
        q = scale**2 * (weight @ a**2)
    return forward, np.cumprod([1.0, *factors[::-1]])[::-1]


def measure(network, rng):
    """The same over the units of one network, from its input on, and from a gradient at its last layer back."""
    def unit(row):
        return row / np.sqrt(np.mean(row**2))

    width = network.layers[0].fan_in
    a, g = unit(rng.normal(size=(1, width))), unit(rng.normal(size=(1, width)))
    forward, backward, ways_back = [a.std()], [1.0], []
    for dense, activate in zip(network.layers[::2], network.layers[1::2]):
        z, through_weights = dense.forward(a, True)
        a, through_units = activate.forward(z, True)
        forward.append(a.std())
        ways_back.append(lambda g, first=through_units, then=through_weights: then(first(g)))
    for back in reversed(ways_back):
        g = back(g)
        backward.insert(0, np.sqrt(np.mean(g**2)))
    return forward, backward


def draw(phi=relu, scale=1.0, layers=30, width=64):
    fig, axes = plt.subplots(1, 2, figsize=(8, 4))
    rng, numbers = np.random.default_rng(14), np.arange(layers + 1)
    init = variance_scaling(scale**2, "fan_in", "normal")
    parts = [part for _ in range(layers) for part in (Dense(width, width, init), Activate(phi))]
    rows = zip(axes, theory(phi, scale, layers), measure(Network(parts, rng=rng), rng),
               ("standard deviation of the activations", "root mean square of the gradient"))
    for k, (ax, expected, found, title) in enumerate(rows):
        ax.set_prop_cycle(color=plotting.COLOURS[k:k + 1], linestyle=plotting.LINES[k:k + 1])
        plotting.curves(numbers, {"theory": expected}, ax, xlabel="layer", ylabel="", title=title, log=True)
        ax.plot(numbers, found, ".", color=plotting.COLOURS[k], label=f"one network, n = {width}")
        ax.legend()
    return fig


if __name__ == "__main__":
    save(draw, __file__)
