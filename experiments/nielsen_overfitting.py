"""Nielsen's over-fitting experiment (2015, chapter 3), five seeds with and without L2 (chapter 8).

784-30-10, sigmoid hidden layer and ten sigmoid outputs, weights and biases from N(0, 1), cross-entropy summed over the
ten outputs, the first 1,000 images of MNIST, plain SGD with learning rate 0.5 on mini-batches of 10, 400 epochs. His
lambda 0 and 0.1, which on 1,000 images is 1e-4 in the book's convention. Then the same from Glorot's weights and zero
biases. Evaluated on the 10,000 test images after each epoch, as he did; no setting is chosen by it. Takes about eight
minutes on one core (float64). Writes nielsen_overfitting.json.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from nnlib.activations import sigmoid
from nnlib.datasets import load_mnist, one_hot
from nnlib.initializers import glorot_normal, normal
from nnlib.losses import binary_cross_entropy
from nnlib.network import mlp
from nnlib.optimizers import SGD
from nnlib.penalties import L2
from nnlib.training import fit
from store import fingerprint, store

SEEDS, EPOCHS, STRENGTHS = 5, 400, (0.0, 1e-4)


def ten_sigmoids(output, labels):
    """Cross-entropy of ten independent yes-or-no questions, summed: Nielsen's cost."""
    return binary_cross_entropy(output, one_hot(labels, 10))


def train(his_start):
    """The History of ten networks at once: five seeds with lambda = 0, then five with 1e-4, one order of batches."""
    (X, y), test = load_mnist(), load_mnist("test")
    rng = np.random.default_rng(8)
    net = mlp([784, 30, 10], sigmoid, normal(1.0) if his_start else glorot_normal, rng=rng, copies=2 * SEEDS)
    if his_start:
        for layer in (net.layers[0], net.layers[2]):
            layer.b[...] = rng.normal(size=layer.b.shape)
    strengths = np.repeat(STRENGTHS, SEEDS)[:, None]
    return fit(net, ten_sigmoids, SGD(0.5), X[:1000], y[:1000], epochs=EPOCHS, batch_size=10, rng=rng,
               penalty=L2(strengths), validation=test)


def measured(history):
    """Curves by [strength][seed][epoch], rounded, and a summary of all epochs."""
    seen = {}
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        values = np.moveaxis(np.array(getattr(history, name)).reshape(EPOCHS, 2, SEEDS), 0, -1)
        seen[name.replace("validation", "test")] = values  # [strength][seed][epoch]
    shown = np.r_[0:40, 40:EPOCHS:5, EPOCHS - 1]  # of the curves; the summary is of all epochs
    return {"peak_test_accuracy": seen["test_accuracy"].max(-1).round(4).tolist(),
            "lowest_test_loss": seen["test_loss"].min(-1).round(4).tolist(),
            "epoch_of_lowest_test_loss": (seen["test_loss"].argmin(-1) + 1).tolist(),
            "epochs": (shown + 1).tolist(),
            **{name: values[..., shown].round(4).tolist() for name, values in seen.items()}}


def main():
    result = {"script_sha256": fingerprint(__file__), "strengths": STRENGTHS,
              **measured(train(his_start=True)), "from_glorot": measured(train(his_start=False))}
    store(__file__, result)


if __name__ == "__main__":
    main()
