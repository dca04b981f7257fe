"""survival.js: weights of one size, the loss and the penalty over it, and where descent ends."""

import functools
import re

import numpy as np

from judges import Live, close, error
from nnlib import activations
from nnlib.datasets import xor
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.penalties import L2
from nnlib.training import loss_and_gradient

FAR, GRID = 6, np.linspace(0, 6, 301)
CORNERS, ANSWERS = xor()
CORNERS, ANSWERS = 2 * CORNERS - 1, ANSWERS[:, None]


def network(task, name, sizes):
    """nnlib's networks, one a size, with the biases that the chapter gives them; and their examples."""
    phi, a = getattr(activations, name), np.asarray(sizes, float).reshape(-1, 1)
    hidden = 1 if task == "line" else 2
    net = mlp([hidden, hidden, 1], phi, rng=np.random.default_rng(0), copies=len(a))
    first, _, last = net.layers
    first.W[...] = a[..., None]
    last.W[...] = a[..., None]
    if task == "line":
        X, y = np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]])
    else:  # units that begin to act at a sum of -1 and of 1; the second one's output counts against the first's
        X, y = CORNERS, ANSWERS
        first.b[...] = a * [1, -1]
        last.W[:, 1] *= -1
    scores = net(X)
    last.b[...] = -(scores.max(axis=1) + scores.min(axis=1)) / 2  # 0 half-way between the two classes
    return net, X, y


def costs(task, name, lam, sizes):
    """J and L of networks of these sizes."""
    net, X, y = network(task, name, sizes)
    return loss_and_gradient(net, binary_cross_entropy, X, y, L2(lam))[0], loss_and_gradient(
        net, binary_cross_entropy, X, y)[0]


def slope(task, name, lam, sizes):
    """How J changes with the size: all parameters but the last bias grow in proportion, and its gradient is 0."""
    net, X, y = network(task, name, sizes)
    gradient = loss_and_gradient(net, binary_cross_entropy, X, y, L2(lam))[1]
    assert np.abs(gradient[:, -1]).max() < 1e-14
    return np.sum(gradient[:, :-1] * net.params[:, :-1], axis=1) / sizes


@functools.cache
def ends(task, name, lam, start):
    """Downhill along J from the start to the next place where it turns."""
    fine = np.linspace(0, 8, 16_001)
    J, here = costs(task, name, lam, fine)[0], round(start / 8 * 16_000)
    way = 1 if J[here + 1] < J[here] else -1
    while 0 < here < 16_000 and J[here + way] < J[here]:
        here += way
    return fine[here].item()


class Survival(Live):
    NAME = "survival"
    TITLES = (("what the weights cost", "size a of the weights"), ("how hard each side pulls", "size a of the weights"))
    LEGENDS = (("first", "objective J"), ("second", "loss L"), ("third", "penalty"), ("second", "pull of the data"),
               ("third", "pull of the penalty"))
    CONTROLS = ("Task", "Activation", "Strength λ", "Size at the start")
    LISTS = {"Strength λ": [*(round(m * 10.0**k, 6) for k in (-2, -1)
                              for m in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)), 1]}
    STATES = ({"Activation": "tanh"}, {"Strength λ": 0.05, "Size at the start": 0.3},
              {"Task": "xor", "Strength λ": 0.03},
              {"Task": "xor", "Activation": "tanh", "Strength λ": 0.03, "Size at the start": 0.5},
              {"Task": "xor", "Activation": "tanh", "Size at the start": 0.1, "Strength λ": 0.01},
              {"Activation": "tanh", "Strength λ": 0.4, "Size at the start": 6})
    PICKS = {0: ("Size at the start",), 1: ("Size at the start",)}
    TELLING = {"Task": "xor", "Activation": "tanh", "Strength λ": 0.03, "Size at the start": 3}
    BROKEN = {
        "no half in the penalty": ("survival.js", "lam / 2 * TASKS[task].weights", "lam * TASKS[task].weights"),
        "two weights for six": ("survival.js", "weights: 6", "weights: 2"),
        "the wrong units": ("survival.js", "- f.value(3 * a)) / 2,", "- f.value(2 * a)) / 2,"),
        "uphill": ("survival.js", "up(a) ? 1 : -1", "up(a) ? -1 : 1"),
        "a limit that XOR has not": ("survival.js", "limit: () => 0", "limit: () => 0.25"),
        "the pull of the penalty, halved": ("survival.js", "lam * weights * a]", "lam / 2 * weights * a]"),
        "the start for the end": ("survival.js", "costs.move(to, last, both(last))",
                                  "costs.move(to, start, both(start))"),
    }

    def check_content(self, words, plots, task, name, lam, start):
        (J, loss), (pictures, forces) = costs(task, name, lam, GRID), plots
        for kind, heights in (("first", J), ("second", loss), ("third", J - loss)):
            np.testing.assert_allclose(pictures.lines[kind], np.column_stack([GRID, heights]), atol=0.01)
        pull = slope(task, name, 0.0, GRID[1:])
        np.testing.assert_allclose(forces.lines["second"][1:], np.column_stack([GRID[1:], -pull]), atol=0.01)
        shrink = slope(task, name, lam, GRID[1:]) - pull
        np.testing.assert_allclose(forces.lines["third"][1:], np.column_stack([GRID[1:], shrink]), atol=0.01)

        last = ends(task, name, lam, start)
        height = costs(task, name, lam, [last, start])[0]
        np.testing.assert_allclose(pictures.marks["first"], [[last, height[0]]], atol=0.02)
        np.testing.assert_allclose(pictures.marks["second"], [[start, min(height[1], 1.5)]], atol=0.02)
        np.testing.assert_allclose(forces.lines["guide"][:, 0], last, atol=0.02)

        limit = getattr(activations, name).derivative(0.0) / 2 if task == "line" else 0.0
        form = re.fullmatch(r"At 0, the penalty wins from λ = (\S+) on; here λ = (\S+)\.", words[0])
        close([float(number) for number in form.groups()], [limit, lam])
        form = re.fullmatch(r"From (\S+), descent ends at (\S+): (alive|dead)\.", words[1])
        assert abs(float(form[1]) - start) < 1e-9 and abs(float(form[2]) - last) < 0.006
        assert form[3] == ("dead" if last < 0.01 else "alive")
        net, X, y = network(task, name, [last])
        right = activations.sigmoid(np.min(net(X)[0] * (2 * y - 1)))
        form = re.fullmatch(r"The right answer then has the probability (\S+)\.", words[2])
        assert abs(float(form[1]) - right) < 0.003

    def disagreement(self):
        cases = [(task, name, lam) for task in ("line", "xor") for name in ("sigmoid", "tanh") for lam in (0.02, 0.2)]
        sizes = np.linspace(0.05, 8, 60)
        theirs = self.run("""([cases, sizes]) => cases.map(([task, name, lam]) => sizes.map((a) => {
            const [data, decay] = survival.pulls(task, name, lam, a);
            return [survival.loss(task, name, a), survival.penalty(task, lam, a), decay - data];
        }))""", [cases, sizes.tolist()])
        found = {"loss": 0.0, "penalty": 0.0, "slope": 0.0}
        for case, part in zip(cases, theirs):
            J, loss = costs(*case, sizes)
            for key, ours, column in zip(found, (loss, J - loss, slope(*case, sizes)), np.transpose(part)):
                found[key] = max(found[key], error(column, ours, floor=1e-3))
        return found
