"""Nielsen's comparison of starting weights (2015, chapter 3), five seeds of each start (chapter 14).

784-30-10, sigmoid hidden layer and ten sigmoid outputs, cross-entropy summed over the ten outputs, 50,000 images of
MNIST, plain SGD with learning rate 0.1 on mini-batches of 10, 30 epochs, his lambda 5, which on 50,000 images is 1e-4
in the book's convention. The weights start from N(0, 1/n), n being a unit's inputs, or from N(0, 1); the biases from
N(0, 1) both times. Evaluated after each epoch on the last 10,000 images of the training file, as he did; nothing is
chosen by it. Then one epoch with 100 hidden units.
Takes about five minutes on one free core (float32). Writes nielsen_start.json.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnlib.activations import sigmoid
from nnlib.datasets import load_mnist, one_hot
from nnlib.initializers import normal
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.penalties import L2
from nnlib.training import fit
from store import fingerprint, store

SEEDS, EPOCHS, STARTS = 5, 30, ("N(0, 1/n)", "N(0, 1)")


def ten_sigmoids(output, labels):
    """Cross-entropy of ten independent yes-or-no questions, summed: Nielsen's cost."""
    return binary_cross_entropy(output, one_hot(labels, 10, output.dtype))


def train(epochs=EPOCHS, hidden=30, seeds=SEEDS):
    """Accuracies (epochs, start, seed) of all networks, trained at once with one order of batches."""
    X, y = load_mnist(dtype=np.float32)
    rng = np.random.default_rng(14)
    net = mlp([784, hidden, 10], sigmoid, normal(1.0), rng=rng, dtype=np.float32, copies=2 * seeds)
    for layer in (net.layers[0], net.layers[2]):
        layer.b[...] = rng.normal(size=layer.b.shape)
        layer.W[:seeds] /= np.sqrt(layer.fan_in)
    history = fit(net, ten_sigmoids, SGD(0.1), X[:50_000], y[:50_000], epochs=epochs, batch_size=10, rng=rng,
                  penalty=L2(1e-4), validation=(X[50_000:], y[50_000:]))
    return np.array(history.validation_accuracy).reshape(epochs, 2, seeds)


def main():
    result = {"script_sha256": fingerprint(__file__), "starts": STARTS}
    for hidden, epochs in ((30, EPOCHS), (100, 1)):
        seen = np.moveaxis(train(epochs, hidden), 0, -1)  # [start][seed][epoch]
        result[f"accuracy_{hidden}"] = seen.round(4).tolist()
    store(__file__, result)


if __name__ == "__main__":
    main()
