"""Draw graph.svg, the still picture of graph.js in its first state: x = 2, w = 0.75, b = -1, y = 1."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting

READS = {"u": "wx", "z": "ub", "a": "z", "L": "ay"}
PLACES = {"w": (0, 3), "x": (0, 2), "b": (0, 1), "y": (0, 0), "u": (1, 2.5), "z": (2, 1.75), "a": (3, 1.75),
          "L": (4, 0.9)}
WORDS = {"u": "u = w x", "z": "z = u + b", "a": "a = tanh z", "L": "L = ½(a − y)²"}


def draw(x=2.0, w=0.75, b=-1.0, y=1.0):
    u, z, a = w * x, w * x + b, np.tanh(w * x + b)
    dz = (a - y) * (1 - a**2)
    values = {"w": w, "x": x, "b": b, "y": y, "u": u, "z": z, "a": a, "L": (a - y)**2 / 2}
    slopes = {"w": dz * x, "x": dz * w, "b": dz, "y": y - a, "u": dz, "z": dz, "a": a - y, "L": 1}
    fig, (network, plot) = plt.subplots(1, 2, figsize=(8.6, 3.4), width_ratios=(1.5, 1))
    network.set(xlim=(-0.5, 4.5), ylim=(-0.5, 3.5))
    network.axis("off")
    for name, (left, height) in PLACES.items():
        for start in READS.get(name, ""):
            (begin, level), color = PLACES[start], "#555555"
            network.plot([begin + 0.42, left - 0.42], [level, height], "-", color=color, linewidth=1)
        network.add_patch(plt.Rectangle((left - 0.42, height - 0.42), 0.84, 0.84, fill=False, edgecolor="#555555"))
        network.text(left, height + 0.22, WORDS.get(name, name), ha="center", va="center", fontsize=7, style="italic")
        network.text(left, height, f"{values[name]:.3g}", ha="center", va="center", fontsize=9)
        network.text(left, height - 0.25, f"{slopes[name]:.3g}", ha="center", va="center", fontsize=9,
                     color=plotting.COLOURS[0])
    ws = np.linspace(-3, 3, 301)
    tangent = values["L"] + slopes["w"] * (ws - w)
    plotting.curves(ws, {"gradient": tangent, "loss": (np.tanh(ws * x + b) - y)**2 / 2}, plot, xlabel="w", ylabel="L")
    plot.plot(w, values["L"], "o", color=plotting.COLOURS[1])
    plot.set(ylim=(-0.1, 2.1))
    return fig


if __name__ == "__main__":
    save(draw, __file__)
