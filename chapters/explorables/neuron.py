"""Draw neuron.svg, the still picture of neuron.js in its first state: weight 2, bias 2, rate 0.15, both losses."""

import matplotlib.pyplot as plt
import numpy as np
from still import save

from nnlib import plotting
from nnlib.activations import sigmoid

PULLS = {"squared error": lambda z: sigmoid(z) * sigmoid.derivative(z), "cross-entropy": sigmoid}


def learn(pull, z, rate, epochs):
    scores = [z]
    for _ in range(epochs):
        scores.append(scores[-1] - 2 * rate * pull(scores[-1]))  # weight and bias move alike: input 1
    return np.array(scores)


def draw(score=4.0, rate=0.15, epochs=300, now=100):
    fig, (field, outputs) = plt.subplots(1, 2, figsize=(8, 3.6))
    z, ways = np.linspace(-10, 10, 401), {name: learn(pull, score, rate, epochs) for name, pull in PULLS.items()}
    plotting.curves(z, {name: pull(z) for name, pull in PULLS.items()}, field, xlabel="score z", ylabel="pull dL/dz",
                    title=f"after {now} epochs")
    plotting.curves(np.arange(epochs + 1), {name: sigmoid(way) for name, way in ways.items()}, outputs, xlabel="epoch",
                    ylabel="output a", title="the answer should be 0")
    for colour, (name, way) in zip(plotting.COLOURS, ways.items()):
        field.plot(way[now], PULLS[name](way[now]), "o", color=colour)
        outputs.plot(now, sigmoid(way[now]), "o", color=colour)
    outputs.get_legend().remove()
    return fig


if __name__ == "__main__":
    save(draw, __file__)
