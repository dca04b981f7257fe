"""Data: MNIST, two data sets from scikit-learn, small random problems, and preparation for training.

Rows are examples: X is (n, d), y is (n,), int64 labels or float64 targets. Random functions take `rng`, a
numpy.random.Generator: equal seeds give equal bits. The labels of drawn points cycle, 0, 1, 0, 1, ...; `split` and
`batches` shuffle. Beyond what each function documents, all raise TypeError for an argument of the wrong kind and
ValueError for NaN, infinities, shapes that do not fit, numbers that should be whole, and sizes that no small problem
has; the message names the argument and the remedy.
"""

from nnlib.datasets.drawn import blobs, moons, sparse_regression, spirals, xor
from nnlib.datasets.preparation import batches, one_hot, split, standardize
from nnlib.datasets.stored import load_diabetes, load_digits, load_experiment, load_mnist, read_idx

__all__ = [
    "load_mnist", "load_digits", "load_diabetes", "load_experiment", "read_idx", "xor", "moons", "spirals", "blobs",
    "sparse_regression", "standardize", "split", "one_hot", "batches",
]
