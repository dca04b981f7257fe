"""Data: MNIST and two sets from scikit-learn, small problems drawn at random, and what is done to data before training.

Rows are examples: X is (n, d), y is (n,), int64 labels or float64 targets. What is random takes `rng`, a
numpy.random.Generator: equal seeds give equal bits. The labels of drawn points go round, 0, 1, 0, 1, ...; `split` and
`batches` shuffle. Besides what each function says, all raise TypeError for an argument of the wrong kind and ValueError
for NaN, infinities, shapes that do not fit and sizes that no small problem has; the message names argument and remedy.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib._check import as_float, as_generator, as_number, shown
from nnlib._idx import contents, parsed

SHA256 = {  # of the files in nnlib/data/mnist, decompressed
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
LARGEST = 100_000_000  # numbers in an array made here


def load_mnist(split: str = "train", dtype: DTypeLike = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits of 28 x 28 pixels, 60,000 to train on or 10,000 to test with (LeCun, Cortes & Burges, 1998).

    Returns X (n, 784) in [0, 1], float64 or on request float32, which takes half the memory, and y (n,) from 0 to 9.

    Raises
    ------
    ValueError : split is neither "train" nor "test", or a file is damaged (its SHA-256 sum is checked).
    TypeError : dtype is neither float64 nor float32. FileNotFoundError : a file is missing.

    >>> X, y = load_mnist("test", dtype=np.float32)
    >>> X.shape, X.dtype, y[:5]
    ((10000, 784), dtype('float32'), array([7, 2, 1, 0, 4]))
    """
    if not isinstance(split, str) or split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', got {shown(split)}")
    numbers, prefix = _float_type(dtype), "train" if split == "train" else "t10k"
    y, pixels = _shipped(f"{prefix}-labels-idx1-ubyte"), _shipped(f"{prefix}-images-idx3-ubyte")
    X = pixels.reshape(len(pixels), -1).astype(numbers)
    X /= 255  # in place: np.divide(pixels, 255, dtype=dtype) is several times slower
    return X, y.astype(np.int64)


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """1797 handwritten digits of 8 x 8 pixels, X (1797, 64) in [0, 1], y from 0 to 9 (Alpaydin & Kaynak, 1998).

    They come with scikit-learn; without it, ImportError.

    >>> X, y = load_digits()
    >>> X.shape, X.max(), y[:5]
    ((1797, 64), np.float64(1.0), array([0, 1, 2, 3, 4]))
    """
    digits = _sklearn_datasets("load_digits").load_digits()
    return digits.data / 16, digits.target.astype(np.int64)


def load_diabetes() -> tuple[np.ndarray, np.ndarray]:
    """442 patients, X (442, 10), and how far their diabetes went in a year, y from 25 to 346 (Efron et al., 2004).

    The columns age, sex, bmi, bp, s1 to s6 have mean 0 and length 1, as in the paper. They come with scikit-learn;
    without it, ImportError.

    >>> X, y = load_diabetes()
    >>> X.shape, y[:3]
    ((442, 10), array([151.,  75., 141.]))
    """
    diabetes = _sklearn_datasets("load_diabetes").load_diabetes()
    return diabetes.data.astype(np.float64), diabetes.target.astype(np.float64)


def read_idx(source: str | os.PathLike | bytes) -> np.ndarray:
    r"""The array in an IDX file, the format of MNIST: 0, 0, type, number of dimensions, their sizes, the numbers.

    source : path or bytes of the file, compressed with gzip or not. Sizes and numbers are big-endian there, not here.

    Raises
    ------
    ValueError : the file is damaged: it is named, with what is wrong. FileNotFoundError : it is missing.

    >>> read_idx(b"\0\0\x08\x02" b"\0\0\0\x02" b"\0\0\0\x03" b"abcdef")
    array([[ 97,  98,  99],
           [100, 101, 102]], dtype=uint8)
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return parsed("source", bytes(source))
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"source must be a path or bytes, got {shown(source)} of type {type(source).__name__}")
    return parsed(str(source), contents(Path(source), "check the path"))


def xor(n: int = 4, noise: float = 0.0, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """n points at the corners (0, 0), (0, 1), (1, 0), (1, 1) in turn, moved by normal noise of that standard deviation.

    y is 1 where one coordinate of the corner is 1 and the other 0. Only noise needs the rng.

    >>> X, y = xor()
    >>> X.tolist(), y
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], array([0, 1, 1, 0]))
    """
    corner = np.arange(_count("n", n)) % 4
    X = np.stack([corner // 2, corner % 2], axis=1).astype(np.float64)
    return _noisy(X, noise, rng), corner // 2 ^ corner % 2


def moons(n: int, noise: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles of radius 1 hooked into each other, labels 0 and 1: no straight line separates them.

    Points of class 0 are (cos t, sin t), of class 1 (1 - cos t, 1/2 - sin t), with t uniform on [0, pi], plus normal
    noise of standard deviation `noise` in each coordinate.

    >>> X, y = moons(100, noise=0.1, rng=np.random.default_rng(0))
    >>> X.shape, y[:4]
    ((100, 2), array([0, 1, 0, 1]))
    """
    y = np.arange(_count("n", n)) % 2
    t = as_generator(rng).uniform(0, np.pi, n)
    X = np.stack([np.cos(t), np.sin(t)], axis=1)
    return _noisy(np.where(y[:, None] == 0, X, [1, 0.5] - X), noise, rng), y


def spirals(n: int, noise: float, rng: np.random.Generator, classes: int = 2, turns: float = 1.5,
            ) -> tuple[np.ndarray, np.ndarray]:
    """One spiral arm a class from the origin out to radius 1, `turns` times around it.

    A point of class k is r (cos a, sin a), a = 2 pi (turns r + k / classes), where r is the square root of a uniform
    number, so that the points lie about evenly along the arm; plus normal noise of standard deviation `noise`.
    Neighbouring arms are 1 / (classes turns) apart.

    >>> X, y = spirals(99, noise=0.02, rng=np.random.default_rng(0), classes=3)
    >>> X.shape, y[:4]
    ((99, 2), array([0, 1, 2, 0]))
    """
    y = np.arange(_count("n", n)) % _count("classes", classes)
    r = np.sqrt(as_generator(rng).random(n))
    a = 2 * np.pi * (_not_negative("turns", turns) * r + y / classes)
    return _noisy(r[:, None] * np.stack([np.cos(a), np.sin(a)], axis=1), noise, rng), y


def blobs(n: int, centers: ArrayLike, noise: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Normal clouds of standard deviation `noise` around the rows of centers (classes, d): X (n, d), y the row.

    >>> X, y = blobs(90, [[0, 0], [5, 5], [5, 0]], noise=0.1, rng=np.random.default_rng(0))
    >>> X[y == 1].mean(axis=0).round(1)
    array([5., 5.])
    """
    middle = _rows("centers", centers, (2,)).astype(np.float64)
    y = np.arange(_count("n", n, most=LARGEST // middle.shape[1])) % len(middle)
    return _noisy(middle[y], noise, rng), y


def sparse_regression(n: int, d: int, nonzero: int, noise: float, rng: np.random.Generator,
                      ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A linear model of which only some weights count: y = X w + normal noise of standard deviation `noise`.

    Returns X (n, d) of independent N(0, 1) entries, y (n,), and w (d,): `nonzero` of its entries, chosen at random, are
    uniform on [1, 2] with a random sign, so none is nearly 0; the others are 0. nonzero = d makes it dense.

    >>> X, y, w = sparse_regression(100, 20, nonzero=5, noise=0.5, rng=np.random.default_rng(0))
    >>> (w != 0).sum(), np.std(y - X @ w).round(1)
    (np.int64(5), np.float64(0.5))
    """
    d = _count("d", d)
    X = as_generator(rng).normal(size=(_count("n", n, most=LARGEST // d), d))
    w = np.zeros(d)
    support = rng.permutation(d)[:_count("nonzero", nonzero, least=0, most=d)]
    w[support] = rng.uniform(1, 2, len(support)) * rng.choice([-1, 1], len(support))
    return X, _noisy(X @ w, noise, rng), w


def standardize(train: ArrayLike, *others: ArrayLike) -> np.ndarray | tuple[np.ndarray, ...]:
    """(x - mean) / std, column by column, with the mean and the standard deviation (divided by n) of train alone.

    A column that is constant in train is only shifted, to 0 there. Arrays are (n, d) or (n,) and come out in train's
    dtype. One array gives one array, several give a tuple. Data that stand for unseen ones take no part in the fit:

    >>> standardize([[1.0, 7.0], [3.0, 7.0]], [[5.0, 8.0]])
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([[3., 1.]]))
    """
    x = _rows("train", train, (1, 2))
    with np.errstate(all="ignore"):
        # In units of a power of two near the largest entry: dividing is exact, and squares of 1e200 do not overflow.
        # Counted from the first row: the mean of 1e15 and 1e15 + 1 has no room for their difference.
        constant, largest = (x == x[0]).all(axis=0), np.maximum(x.max(axis=0), -x.min(axis=0))
        unit = np.where(constant, 1, np.ldexp(x.dtype.type(1), np.frexp(largest)[1] - 1))
        origin = x[0] / unit
        z = x / unit
        z -= origin
        mean = z.mean(axis=0, dtype=np.float64).astype(x.dtype)
        z -= mean
        variance = np.einsum("i...,i...->...", z, z, dtype=np.float64) / len(z)
        std = np.where(constant, 1, np.sqrt(variance)).astype(x.dtype)
        z /= std
        results = [z]
        for i, other in enumerate(others):
            z = _rows(f"others[{i}]", other, (x.ndim,)).astype(x.dtype)
            if z.shape[1:] != x.shape[1:]:
                raise ValueError(f"others[{i}] must have the columns of train, {x.shape[1]}, got shape {z.shape}")
            results.append((z / unit - origin - mean) / std)
            if not np.isfinite(results[-1]).all():
                raise ValueError(f"others[{i}] lies too far from train for a {x.dtype}; are its columns the same?")
    return tuple(results) if others else results[0]


def split(X: ArrayLike, y: ArrayLike, *, fractions: ArrayLike, rng: np.random.Generator,
          ) -> list[tuple[np.ndarray, np.ndarray]]:
    """The examples, shuffled and dealt out: a list of (X, y), one pair a fraction; each example is in exactly one.

    The fractions sum to 1; a part gets its fraction of the n examples, rounded up or down so that none is left over.

    >>> train, validation = split(np.eye(10), np.arange(10), fractions=(0.8, 0.2), rng=np.random.default_rng(0))
    >>> train[0].shape, validation[1]
    ((8, 10), array([8, 1]))
    """
    n = len(_rows("X", X))
    if len(_rows("y", y)) != n:
        raise ValueError(f"y must have one row for each of the {n} rows of X, got shape {np.shape(y)}")
    shares = _rows("fractions", fractions, (1,)).astype(np.float64)
    if not (shares > 0).all() or abs(shares.sum() - 1) > 1e-6:
        raise ValueError(f"fractions must be positive and sum to 1, got {shown(fractions)}; give a fraction also to "
                         f"what you leave out")
    ends = np.rint(np.cumsum(shares) * n).astype(int)
    if (np.diff(ends, prepend=0) == 0).any():
        raise ValueError(f"fractions must give each part at least one of the {n} examples, got {shown(fractions)}")
    parts = np.split(as_generator(rng).permutation(n), ends[:-1])
    return [(np.asarray(X)[rows], np.asarray(y)[rows]) for rows in parts]


def one_hot(labels: ArrayLike, classes: int | None = None, dtype: DTypeLike = np.float64) -> np.ndarray:
    """A 1 at each label's place and 0 elsewhere: labels (n,) or (K, n) give (n, classes) or (K, n, classes).

    Without `classes` there are as many as the largest label needs: for a part of the data that may be too few.

    >>> one_hot([2, 0])
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    _rows("labels", labels, (1, 2))
    place = np.asarray(labels)
    if place.dtype.kind not in "iub":
        raise TypeError(f"labels must be integers, got dtype {place.dtype}; use labels.astype(int)")
    classes = int(place.max()) + 1 if classes is None else _count("classes", classes)
    if place.min() < 0 or place.max() >= classes:
        raise ValueError(f"labels must lie from 0 to {max(classes, 1) - 1}, got {place.min()} to {place.max()}")
    _count("classes", classes, most=LARGEST // place.size)
    rows = np.zeros((*place.shape, classes), _float_type(dtype))
    np.put_along_axis(rows, place[..., None].astype(np.intp), 1, axis=-1)
    return rows


def batches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The numbers 0 to n - 1, shuffled and cut into index arrays of length batch_size; the last may be shorter.

    One call is one epoch, so each example comes once; the shuffle happens at the call.

    >>> [len(rows) for rows in batches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    n, size = _count("n", n), _count("batch_size", batch_size)
    order = as_generator(rng).permutation(n)
    return (order[start:start + size] for start in range(0, n, size))


def _shipped(name):
    from importlib.resources import files  # finds the data of an installed package too
    path = files("nnlib").joinpath("data", "mnist", f"{name}.gz")
    return parsed(str(path), contents(path, "install nnlib again, or run git checkout -- nnlib/data"), SHA256[name])


def _sklearn_datasets(caller):
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError(f"{caller} needs scikit-learn, the extra `data`: pip install scikit-learn") from error
    return datasets


def _noisy(points, noise, rng):
    noise = _not_negative("noise", noise)
    return points + noise * as_generator(rng).normal(size=points.shape) if noise else points


def _not_negative(name, value):
    if not 0 <= as_number(name, value) <= 1e100:
        raise ValueError(f"{name} must be a number from 0 to 1e100, got {shown(value)}")
    return float(value)


def _count(name, value, least=1, most=10_000_000):
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}")
    if not least <= value <= most:
        raise ValueError(f"{name} must be from {least} to {most} here, got {shown(value)}")
    return int(value)


def _float_type(dtype):
    try:
        if dtype is not None and np.dtype(dtype) in (np.float64, np.float32):
            return np.dtype(dtype)
    except Exception:  # what is no dtype makes NumPy raise any of half a dozen kinds
        pass
    raise TypeError(f"dtype must be np.float64 or np.float32, got {shown(dtype)}")


def _rows(name, value, dimensions=None):
    """`value` as floats: at least one row, of any shape or of these numbers of dimensions, every entry finite."""
    array = as_float(name, value)
    if array.size == 0 or array.ndim not in (dimensions or range(1, 65)):
        shapes = " or ".join({1: "(n,)", 2: "(n, d)"}[k] for k in dimensions) if dimensions else "(n, ...)"
        raise ValueError(f"{name} must be an array {shapes}, not empty, got shape {array.shape}")
    wrong = array[~np.isfinite(array)]
    if len(wrong):
        raise ValueError(f"{name} must hold finite numbers, got {len(wrong)} such as {wrong[0]}; drop or replace them")
    return array
