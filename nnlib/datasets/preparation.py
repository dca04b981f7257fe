"""Preparing data for training: scale, split, encode, shuffle."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnlib._check import LARGEST, as_count, as_generator, as_labels, shown
from nnlib.datasets.checks import MANY, as_rows, float_type


def standardize(train: ArrayLike, *others: ArrayLike) -> np.ndarray | tuple[np.ndarray, ...]:
    """(x - mean) / std, column by column, with mean and standard deviation (divided by n) from train alone.

    A column that is constant in train, or varies only by rounding (10 units in the last place), is shifted to 0 but not
    scaled. Held-out data (`others`) have no influence on the scaling.

    Parameters
    ----------
    train : array_like, (n, d) or (n,)
        The data that mean and standard deviation come from.
    *others : array_like, (m, d) or (m,)
        Data to be transformed in the same way.

    Returns
    -------
    ndarray or tuple of ndarray
        In train's dtype: one array for train alone, otherwise a tuple.

    Examples
    --------
    >>> standardize([[1.0, 7.0], [3.0, 7.0]], [[5.0, 8.0]])
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([[3., 1.]]))
    """
    x = as_rows("train", train, (1, 2))
    with np.errstate(all="ignore"):
        # In units of a power of two near the largest entry: dividing is exact, and squares of 1e200 do not overflow.
        # Relative to the first row: the mean of 1e15 and 1e15 + 1 has no room for their difference.
        largest = np.maximum(x.max(axis=0), -x.min(axis=0))
        unit = np.where(largest == 0, 1, np.ldexp(x.dtype.type(1), np.frexp(largest)[1] - 1))
        origin = x[0] / unit
        z = x / unit
        z -= origin
        mean = z.mean(axis=0, dtype=np.float64).astype(x.dtype)
        z -= mean
        variance = np.einsum("i...,i...->...", z, z, dtype=np.float64, casting="unsafe") / len(z)
        std = np.sqrt(variance).astype(x.dtype)
        constant = std <= 10 * np.finfo(x.dtype).eps  # rounding alone produces this much
        scale = np.where(constant, 1, std)
        back = np.where(constant, unit, 1)
        z /= scale
        z *= back
        results = [z]
        for i, other in enumerate(others):
            z = as_rows(f"others[{i}]", other, (x.ndim,)).astype(x.dtype)
            if z.shape[1:] != x.shape[1:]:
                raise ValueError(f"others[{i}] must have train's {x.shape[1]} columns, got shape {z.shape}")
            results.append((z / unit - origin - mean) / scale * back)
            if not np.isfinite(results[-1]).all():
                raise ValueError(f"others[{i}] lies too far from train for a {x.dtype}; are its columns the same?")
    return tuple(results) if others else results[0]


def split(X: ArrayLike, y: ArrayLike, *, fractions: ArrayLike, rng: np.random.Generator,
          ) -> list[tuple[np.ndarray, np.ndarray]]:
    """The examples, shuffled and dealt out into parts; each example is in exactly one.

    Parameters
    ----------
    X : array_like, (n, ...)
        The examples.
    y : array_like, (n, ...)
        Their targets.
    fractions : array_like
        The part sizes as fractions of n, positive, which sum to 1.
    rng : numpy.random.Generator
        Shuffles the examples.

    Returns
    -------
    list of tuple of ndarray
        A pair (X, y) for each fraction. A part gets its fraction of the n examples, rounded up or down so that none is
        left over.

    Examples
    --------
    >>> train, validation = split(np.eye(10), np.arange(10), fractions=(0.8, 0.2), rng=np.random.default_rng(0))
    >>> train[0].shape, validation[1]
    ((8, 10), array([8, 1]))
    """
    n = len(as_rows("X", X))
    if len(as_rows("y", y)) != n:
        raise ValueError(f"y must have one row for each of the {n} rows of X, got shape {np.shape(y)}")
    shares = as_rows("fractions", fractions, (1,)).astype(np.float64)
    if not (shares > 0).all() or abs(shares.sum() - 1) > 1e-6:
        raise ValueError(f"fractions must be positive and sum to 1, got {shown(fractions)}; what you leave out "
                         f"needs a fraction, too")
    ends = np.rint(np.cumsum(shares) * n).astype(int)
    if (np.diff(ends, prepend=0) == 0).any():
        raise ValueError(f"fractions must give each part at least one of the {n} examples, got {shown(fractions)}")
    parts = np.split(as_generator(rng).permutation(n), ends[:-1])
    return [(np.asarray(X)[rows], np.asarray(y)[rows]) for rows in parts]


def one_hot(labels: ArrayLike, classes: int | None = None, dtype: DTypeLike = np.float64) -> np.ndarray:
    """A 1 at each label's place and 0 elsewhere.

    Parameters
    ----------
    labels : array_like, (n,) or (K, n)
        Whole numbers from 0.
    classes : int, optional
        The number of classes. Without it there are as many as the largest label needs, which may be too few for a part
        of the data.
    dtype : dtype
        Either np.float64 or np.float32.

    Returns
    -------
    ndarray, (n, classes) or (K, n, classes)
        The encoded labels.

    Examples
    --------
    >>> one_hot([2, 0])
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    as_rows("labels", labels, (1, 2))
    place = as_labels("labels", labels, None if classes is None else as_count("classes", classes, most=MANY))
    classes = int(place.max()) + 1 if classes is None else int(classes)
    as_count("classes", classes, most=LARGEST // place.size)
    encoded = np.zeros((*place.shape, classes), float_type(dtype))
    np.put_along_axis(encoded, place[..., None], 1, axis=-1)
    return encoded


def batches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The numbers 0 to n - 1, shuffled and cut into index arrays.

    One call is one epoch, so each example comes once; the shuffle happens at the call.

    Parameters
    ----------
    n : int
        The number of examples.
    batch_size : int
        The length of an index array; the last may be shorter.
    rng : numpy.random.Generator
        Shuffles the examples.

    Returns
    -------
    iterator of ndarray
        The index arrays.

    Examples
    --------
    >>> [len(rows) for rows in batches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    n, size = as_count("n", n, most=MANY), as_count("batch_size", batch_size, most=MANY)
    order = as_generator(rng).permutation(n)
    return (order[start:start + size] for start in range(0, n, size))
