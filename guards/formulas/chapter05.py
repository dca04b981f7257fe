"""Chapter 05, over-fitting: a penalised loss, and the errors of an accuracy and of a difference on the same images."""

import numpy as np

from guards.formulas.entries import equal, lam, w
from nnlib.exercises.overfitting import RIGHT, paired_error
from nnlib.penalties import L2

A, B = RIGHT
n = len(A)

TABLE = {
    "eq-penalised": equal(5 + L2(lam)(w)[0], w=w, lam=lam, L=lambda _: 5),
    "eq-accuracy-error": equal(A.std() / np.sqrt(n), p=A.mean(), n=n),
    "eq-paired": equal(None, paired_error(A, B), a=np.sum(A & ~B), b=np.sum(B & ~A), n=n),
}
