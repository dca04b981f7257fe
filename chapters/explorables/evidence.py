"""Draw evidence.svg, the still picture of evidence.js in its first state: "free", "prize", "thanks", a fifth spam."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import sigmoid

FACTORS = {"free": 3, "prize": 6, "thanks": 1 / 2, "meeting": 1 / 5}


def draw(prior=0.2, words=("free", "prize", "thanks")):
    fig, (ladder, curve) = plt.subplots(1, 2, figsize=(8, 3.6))
    path = np.cumsum([np.log(prior / (1 - prior)), *(np.log(FACTORS[word]) for word in words)])
    ladder.plot(path, "o-", color=plotting.COLOURS[0])
    ladder.axhline(0, color="#555555", linestyle="-", linewidth=1.2)
    ladder.set(xlabel="words read", ylabel="log-odds z", xticks=range(len(path)),
               title=f"odds {prior / (1 - prior):g} × " + " × ".join(f"{FACTORS[word]:g}" for word in words))
    z = np.linspace(-10, 10, 401)
    plotting.curves(z, {"": sigmoid(z)}, curve, xlabel="log-odds z", ylabel="probability p",
                    title=f"z = {path[-1]:.2f}, p = {sigmoid(path[-1]):.3f}")
    curve.lines[0].set(color=plotting.COLOURS[1], linestyle=plotting.LINES[1])
    curve.plot(path[-1], sigmoid(path[-1]), "o", color=plotting.COLOURS[1])
    curve.axhline(0.5, color="#555555", linestyle="-", linewidth=1.2)
    curve.axvline(0, color="#555555", linestyle="-", linewidth=1.2)
    return fig


if __name__ == "__main__":
    save(draw, __file__)
