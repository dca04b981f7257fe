"""Small random problems."""

import numpy as np
from numpy.typing import ArrayLike

from nnlib._check import LARGEST, as_count, as_generator, as_size
from nnlib.datasets.checks import MANY, as_rows


def xor(n: int = 4, noise: float = 0.0, rng: np.random.Generator | None = None) -> tuple[np.ndarray, np.ndarray]:
    """n points at the corners (0, 0), (0, 1), (1, 0), (1, 1) in turn, moved by normal noise.

    Parameters
    ----------
    n : int
        The number of points.
    noise : float
        The standard deviation of the noise in each coordinate.
    rng : numpy.random.Generator, optional
        The source of the noise; not needed without it.

    Returns
    -------
    X : ndarray, (n, 2)
        The points.
    y : ndarray, (n,)
        1 where one coordinate of the corner is 1 and the other 0, else 0.

    Examples
    --------
    >>> X, y = xor()
    >>> X.tolist(), y
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], array([0, 1, 1, 0]))
    """
    corner = np.arange(as_count("n", n, most=MANY)) % 4
    X = np.stack([corner // 2, corner % 2], axis=1).astype(np.float64)
    return _noisy(X, noise, rng), corner // 2 ^ corner % 2


def moons(n: int, noise: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two interlocking half circles of radius 1, labels 0 and 1: no straight line separates them.

    Points of class 0 are (cos t, sin t), of class 1 (1 - cos t, 1/2 - sin t), with t uniform on [0, pi], plus normal
    noise.

    Parameters
    ----------
    n : int
        The number of points.
    noise : float
        The standard deviation of the noise in each coordinate.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    X : ndarray, (n, 2)
        The points.
    y : ndarray, (n,)
        Their classes, 0 or 1.

    Examples
    --------
    >>> X, y = moons(100, noise=0.1, rng=np.random.default_rng(0))
    >>> X.shape, y[:4]
    ((100, 2), array([0, 1, 0, 1]))
    """
    y = np.arange(as_count("n", n, most=MANY)) % 2
    t = as_generator(rng).uniform(0, np.pi, n)
    X = np.stack([np.cos(t), np.sin(t)], axis=1)
    return _noisy(np.where(y[:, None] == 0, X, [1, 0.5] - X), noise, rng), y


def spirals(n: int, noise: float, rng: np.random.Generator, classes: int = 2, turns: float = 1.5,
            ) -> tuple[np.ndarray, np.ndarray]:
    """One spiral arm per class, from the origin out to radius 1, `turns` times around it.

    A point of class k is r (cos a, sin a), a = 2 pi (turns r + k / classes), where r is the square root of a uniform
    number, so that the points lie about evenly along the arm; plus normal noise. Neighbouring arms are
    1 / (classes turns) apart.

    Parameters
    ----------
    n : int
        The number of points.
    noise : float
        The standard deviation of the noise in each coordinate.
    rng : numpy.random.Generator
        The source of randomness.
    classes : int
        The number of arms.
    turns : float
        How many times an arm goes round the origin.

    Returns
    -------
    X : ndarray, (n, 2)
        The points.
    y : ndarray, (n,)
        Their classes, from 0 to classes - 1.

    Examples
    --------
    >>> X, y = spirals(99, noise=0.02, rng=np.random.default_rng(0), classes=3)
    >>> X.shape, y[:4]
    ((99, 2), array([0, 1, 2, 0]))
    """
    y = np.arange(as_count("n", n, most=MANY)) % as_count("classes", classes, most=MANY)
    r = np.sqrt(as_generator(rng).random(n))
    a = 2 * np.pi * (as_size("turns", turns) * r + y / classes)
    return _noisy(r[:, None] * np.stack([np.cos(a), np.sin(a)], axis=1), noise, rng), y


def blobs(n: int, centers: ArrayLike, noise: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Normal clouds around given centres.

    Parameters
    ----------
    n : int
        The number of points.
    centers : array_like, (classes, d)
        The centres, a row each.
    noise : float
        The standard deviation of a cloud in each coordinate.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    X : ndarray, (n, d)
        The points.
    y : ndarray, (n,)
        The number of each point's centre.

    Examples
    --------
    >>> X, y = blobs(90, [[0, 0], [5, 5], [5, 0]], noise=0.1, rng=np.random.default_rng(0))
    >>> X[y == 1].mean(axis=0).round(1)
    array([5., 5.])
    """
    middle = as_rows("centers", centers, (2,)).astype(np.float64)
    y = np.arange(as_count("n", n, most=LARGEST // middle.shape[1])) % len(middle)
    return _noisy(middle[y], noise, rng), y


def sparse_regression(n: int, d: int, nonzero: int, noise: float, rng: np.random.Generator,
                      ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A linear model in which only some weights matter: y = X w + noise.

    Parameters
    ----------
    n : int
        The number of examples.
    d : int
        The number of weights.
    nonzero : int
        How many of them are not 0; d makes the model dense.
    noise : float
        The standard deviation of the normal noise in y.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    X : ndarray, (n, d)
        Independent N(0, 1) entries.
    y : ndarray, (n,)
        The targets.
    w : ndarray, (d,)
        `nonzero` of its entries, chosen at random, are uniform on [1, 2] with a random sign, so none is nearly 0; the
        others are 0.

    Examples
    --------
    >>> X, y, w = sparse_regression(100, 20, nonzero=5, noise=0.5, rng=np.random.default_rng(0))
    >>> (w != 0).sum(), np.std(y - X @ w).round(1)
    (np.int64(5), np.float64(0.5))
    """
    d = as_count("d", d, most=MANY)
    X = as_generator(rng).normal(size=(as_count("n", n, most=LARGEST // d), d))
    w = np.zeros(d)
    support = rng.permutation(d)[:as_count("nonzero", nonzero, least=0, most=d)]
    w[support] = rng.uniform(1, 2, len(support)) * rng.choice([-1, 1], len(support))
    return X, _noisy(X @ w, noise, rng), w


def _noisy(points, noise, rng):
    noise = as_size("noise", noise)
    return points + noise * as_generator(rng).normal(size=points.shape) if noise else points
