"""Chapter 08: the gradient for a hidden layer of sigmoids, a comparison in pairs, and the accuracy of a classifier."""

import numpy as np
from scipy.special import expit, softmax

from answers.sigmoid import printed


def hidden(X, Y, W1, b1, W2, b2, lam, act=expit, slope=lambda z: expit(z) * expit(-z),
           probabilities=lambda Z: softmax(Z, axis=1)):
    Z = X @ W1 + b1
    blame = (probabilities(act(Z) @ W2 + b2) - Y) / len(X)
    return X.T @ (blame @ W2.T * slope(Z)) + lam * W1


def by(**other):
    return lambda *arguments: hidden(*arguments, **other)


def printed_softmax(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def hidden_in_place(X, Y, W1, b1, W2, b2, lam):
    dW1 = hidden(X, Y, W1, b1, W2, b2, 0)
    W1 *= lam
    return dW1 + W1


def example_by_example(X, Y, W1, b1, W2, b2, lam):
    total = np.zeros_like(W1)
    for x, y in zip(X, Y):
        a = expit(x @ W1 + b1)
        scores = a @ W2 + b2
        p = np.exp(scores - scores.max())
        total += np.outer(x, W2 @ (p / p.sum() - y) * a * (1 - a))
    return (total / len(X) + lam * W1).tolist()


def by_tanh(X, Y, W1, b1, W2, b2, lam):
    """Half a tanh and a half; the penalty as the derivative of a product."""
    H = 0.5 + 0.5 * np.tanh((X @ W1 + b1) / 2)
    S = H @ W2 + b2
    P = np.exp(S - np.logaddexp.reduce(S, axis=1)[:, None])
    return np.einsum("ni,nk,jk,nj->ij", X, (P - Y) / len(X), W2, H - H**2) + lam / 2 * (W1 + W1)


def paired(a, b, *, ddof=1, root=np.sqrt):
    return np.mean(a - b), np.std(a - b, ddof=ddof) / root(len(a))


def strangers(a, b):
    return np.mean(a) - np.mean(b), np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / len(a))


def paired_in_place(a, b):
    a -= b
    return np.mean(a), np.std(a, ddof=1) / np.sqrt(len(a))


def pair_by_pair(a, b):
    d = [float(x) - float(y) for x, y in zip(a, b)]
    mean = sum(d) / len(d)
    return mean, (sum((one - mean) ** 2 for one in d) / (len(d) - 1) / len(d)) ** 0.5


def by_covariance(a, b):
    C = np.cov(a, b)
    return np.array([a.mean() - b.mean(), np.sqrt((C[0, 0] + C[1, 1] - 2 * C[0, 1]) / len(a))])


def counted(logits, labels):
    hits = 0
    for row, label in zip(logits.tolist(), labels):
        hits += row.index(max(row)) == label
    return hits / len(labels)


def sorted_in_place(logits, labels):
    hits = logits[np.arange(len(labels)), labels] == logits.max(axis=1)
    logits.sort(axis=1)
    return hits.mean()


WRONG = {
    "hidden_gradient": {
        "overflow in the softmax": by(probabilities=printed_softmax),
        "overflow in the sigmoid": by(act=printed),
        "overflow in the slope": by(slope=lambda z: printed(z) * (1 - printed(z))),
        "softmax over the examples": by(probabilities=lambda Z: softmax(Z, axis=0)),
        "no softmax": by(probabilities=lambda Z: Z), "no slope": by(slope=lambda z: 1),
        "slope of the value": by(slope=lambda z: expit(expit(z)) * expit(-expit(z))),
        "no half": lambda *a: hidden(*a[:-1], 2 * a[-1]), "no penalty": lambda *a: hidden(*a[:-1], 0),
        "the sum": lambda X, *a: len(X) * hidden(X, *a), "lam / n": lambda X, *a: hidden(X, *a[:-1], a[-1] / len(X)),
        "the document's": lambda *a: hidden(*a[:-1], 0) + expit(a[2]) * expit(-a[2]) * a[-1] * a[2],
        "in place": hidden_in_place,
    },
    "paired_difference": {
        "strangers": strangers, "divided by n": lambda a, b: paired(a, b, ddof=0), "the spread": lambda a, b:
        paired(a, b, root=lambda n: 1), "no root": lambda a, b: paired(a, b, root=lambda n: n),
        "the other way round": lambda a, b: paired(b, a), "the mean alone": lambda a, b: paired(a, b)[0],
        "without the sign": lambda a, b: paired(np.abs(a - b), 0 * a), "in place": paired_in_place,
    },
    "accuracy": {
        "entries": lambda logits, labels: np.mean(np.round(logits) == np.eye(logits.shape[1])[labels]),
        "the axis": lambda logits, labels: np.mean(np.argmax(logits, axis=0) == labels),
        "above a half": lambda logits, labels: np.mean(logits[np.arange(len(labels)), labels] > 0.5),
        "the count": lambda logits, labels: np.sum(logits.argmax(axis=1) == labels),
        "errors": lambda logits, labels: np.mean(logits.argmax(axis=1) != labels),
        "per cent": lambda logits, labels: 100 * np.mean(logits.argmax(axis=1) == labels), "in place": sorted_in_place,
    },
}
RIGHT = {
    "hidden_gradient": {"as printed": hidden, "example by example": example_by_example, "by tanh": by_tanh},
    "paired_difference": {"as printed": paired, "pair by pair": pair_by_pair, "by covariance": by_covariance},
    "accuracy": {
        "as printed": lambda logits, labels: np.mean(logits.argmax(axis=1) == labels), "counted": counted,
        "an array": lambda logits, labels: np.array(np.count_nonzero(logits.argmax(1) == labels) / len(labels)),
        "of the margin": lambda logits, labels: 1 - np.mean(logits.max(1) > logits[np.arange(len(labels)), labels]),
    },
}
