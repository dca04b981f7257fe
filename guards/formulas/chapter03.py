"""Chapter 03, cross-entropy: the pulls of the losses, softmax and its Jacobian, logsumexp, smoothing, weights."""

import numpy as np
from scipy.optimize import brentq

from guards.formulas.chapter01 import CLASS, ENTROPIES, SLOPES
from guards.formulas.entries import all_of, chain, equal, rng, z
from guards.tex import Index
from nnlib.activations import logsumexp, sigmoid, softmax, softplus
from nnlib.gradcheck import numerical_gradient
from nnlib.losses import binary_cross_entropy

SCORES = np.array([0.8, -1.9, 0.4, 1.3])                        # of chapter 01, where class 3 is right
ANSWERS = rng.integers(0, 2, len(z)) * 1.0
LABEL = 0.29
OUTPUT = {"a": sigmoid(z), "y": LABEL, "z": z, "sigma_prime": sigmoid.derivative}
PULLS = np.ravel([binary_cross_entropy(np.array([score]), np.array([LABEL]))[1] for score in z])
ABOVE, W, Z = rng.normal(size=3), rng.normal(size=(4, 3)), rng.normal(size=4)
FIRST = {"z": SCORES, "p": softmax(SCORES)}


def slope(i, j):
    """Of the probability of class i by the score of class j."""
    return np.asarray(numerical_gradient(lambda scores: softmax(scores)[i - 1], SCORES))[j - 1]


def weighted_pull(a):
    return 5 * 0.07 * (a - 1) + (1 - 0.07) * a


TABLE = {
    "eq-ce-squared-pull": equal(numerical_gradient(lambda t: (sigmoid(t) - LABEL) ** 2 / 2, z), **OUTPUT),
    "eq-ce-binary": equal(binary_cross_entropy(z, ANSWERS)[0], n=len(z), y=ANSWERS, a=sigmoid(z)),
    "03_cross_entropy: to one denominator and expand": chain(**OUTPUT),
    "eq-ce-pull": equal(PULLS, **OUTPUT),
    "eq-ce-hidden": equal(sigmoid.pull_back(Z, ABOVE @ W.T), delta_2=ABOVE, W_2=W, z_1=Z,
                          sigma_prime=sigmoid.derivative),
    "eq-ce-softmax": equal(softmax(SCORES)[1], k=Index(2), **FIRST),
    "eq-ce-jacobian": all_of(*(equal(slope(i, j), i=Index(i), j=Index(j), delta_ij=float(i == j), **FIRST)
                               for i, j in ((2, 2), (2, 4)))),
    "eq-ce-softmax-pull": all_of(*(equal(SLOPES[0, j - 1], c=Index(CLASS), j=Index(j), delta_cj=float(j == CLASS),
                                         **FIRST) for j in (2, CLASS))),
    "eq-ce-lse": equal(ENTROPIES, c=Index(CLASS), **FIRST),
    "eq-ce-shift": equal(logsumexp(SCORES), m=SCORES.max(), **FIRST),
    "eq-ce-gap": chain(np.log(91), C=10, varepsilon=0.1),
    "eq-ce-hinge": equal(np.maximum(0, 1 - z), s=1.0, z=z),
    "eq-ce-weighted": equal(np.mean(np.where(ANSWERS == 1, 5 * softplus(-z), softplus(z))), w=5.0, n=len(z), y=ANSWERS,
                            a=sigmoid(z)),
    "eq-ce-weighted-odds": chain(w=5.0, q=0.07, a=brentq(weighted_pull, 0, 1)),
}
