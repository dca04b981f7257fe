"""Real data: MNIST and the results of long runs, which come with the library, and two data sets from scikit-learn."""

import json
import os
from importlib import resources  # finds the data of an installed package, too
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from nnlib._check import shown
from nnlib.datasets.checks import float_type
from nnlib.datasets.idx import contents, parsed

SHA256 = {  # of the files in nnlib/data/mnist, decompressed
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def load_mnist(split: str = "train", dtype: DTypeLike = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits of 28 x 28 pixels, 60,000 to train on or 10,000 to test with (LeCun, Cortes & Burges, 1998).

    Parameters
    ----------
    split : {"train", "test"}
        Which part.
    dtype : dtype
        That of X: np.float64, or np.float32, which takes half the memory.

    Returns
    -------
    X : ndarray, (n, 784)
        The pixels, in [0, 1].
    y : ndarray, (n,)
        The digits, from 0 to 9.

    Raises
    ------
    ValueError
        If split is neither "train" nor "test", or a file is damaged (its SHA-256 sum is checked).
    TypeError
        If dtype is neither float64 nor float32.
    FileNotFoundError
        If a file is missing.

    Examples
    --------
    >>> X, y = load_mnist("test", dtype=np.float32)
    >>> X.shape, X.dtype, y[:5]
    ((10000, 784), dtype('float32'), array([7, 2, 1, 0, 4]))
    """
    if not isinstance(split, str) or split not in ("train", "test"):
        raise ValueError(f"split must be 'train' or 'test', got {shown(split)}")
    numbers, prefix = float_type(dtype), "train" if split == "train" else "t10k"
    y, pixels = _shipped(f"{prefix}-labels-idx1-ubyte"), _shipped(f"{prefix}-images-idx3-ubyte")
    X = pixels.reshape(len(pixels), -1).astype(numbers)
    X /= 255  # in place: np.divide(pixels, 255, dtype=dtype) is several times slower
    return X, y.astype(np.int64)


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """1797 handwritten digits of 8 x 8 pixels (Alpaydin & Kaynak, 1998), from scikit-learn.

    Returns
    -------
    X : ndarray, (1797, 64)
        The pixels, in [0, 1].
    y : ndarray, (1797,)
        The digits, from 0 to 9.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> X, y = load_digits()
    >>> X.shape, X.max(), y[:5]
    ((1797, 64), np.float64(1.0), array([0, 1, 2, 3, 4]))
    """
    data, target = _from_sklearn("digits")
    return data / 16, target.astype(np.int64)


def load_diabetes() -> tuple[np.ndarray, np.ndarray]:
    """442 diabetes patients and their disease progression after one year (Efron et al., 2004), from scikit-learn.

    Returns
    -------
    X : ndarray, (442, 10)
        The columns age, sex, bmi, bp, s1 to s6, each of mean 0 and length 1, as in the paper.
    y : ndarray, (442,)
        The progression, from 25 to 346.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> X, y = load_diabetes()
    >>> X.shape, y[:3]
    ((442, 10), array([151.,  75., 141.]))
    """
    data, target = _from_sklearn("diabetes")
    return data.astype(np.float64), target.astype(np.float64)


def load_experiment(name: str) -> dict:
    """What the script ``experiments/name.py`` of the book has stored.

    Parameters
    ----------
    name : str
        The script's name, without its ending.

    Returns
    -------
    dict
        Numbers and lists, by name.

    Raises
    ------
    ValueError
        If there is no such experiment.
    TypeError
        If name is not a string.

    Examples
    --------
    >>> sorted(load_experiment("sensible_run"))[:2]
    ['chosen', 'script_sha256']
    """
    if not isinstance(name, str):
        raise TypeError(f"name must be a string, such as 'optimizer_race', got {shown(name)}")
    folder = resources.files("nnlib").joinpath("data", "experiments")
    results = {Path(path.name).stem: path for path in folder.iterdir()}
    if name not in results:
        raise ValueError(f"name must be one of {', '.join(sorted(results))}, got {shown(name)}")
    return json.loads(results[name].read_text(encoding="utf-8"))


def read_idx(source: str | os.PathLike | bytes) -> np.ndarray:
    r"""The array in an IDX file, the format of MNIST: 0, 0, type, number of dimensions, their sizes, the numbers.

    Parameters
    ----------
    source : path or bytes
        The file, compressed with gzip or not. Its sizes and numbers are big-endian; those of the result are not.

    Returns
    -------
    ndarray
        The numbers, in the file's shape and type.

    Raises
    ------
    ValueError
        If the file is damaged; the message names it and says what is wrong.
    FileNotFoundError
        If the file is missing.

    Examples
    --------
    >>> read_idx(b"\0\0\x08\x02" b"\0\0\0\x02" b"\0\0\0\x03" b"abcdef")
    array([[ 97,  98,  99],
           [100, 101, 102]], dtype=uint8)
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return parsed("source", bytes(source))
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"source must be a path or bytes, got {shown(source)} of type {type(source).__name__}")
    return parsed(str(source), contents(Path(source), "check the path"))


def _shipped(name):
    path = resources.files("nnlib").joinpath("data", "mnist", f"{name}.gz")
    return parsed(str(path), contents(path, "install nnlib again, or run git checkout -- nnlib/data"), SHA256[name])


def _from_sklearn(name):
    """Data and target of a set in scikit-learn, or of its copy where a browser runs Python (live/packs.py)."""
    copy = resources.files("nnlib").joinpath("data", "sklearn", f"{name}.npz")
    if copy.is_file():
        with copy.open("rb") as file, np.load(file) as arrays:
            return arrays["data"], arrays["target"]
    try:
        from sklearn import datasets
    except ImportError as error:
        raise ImportError(f"load_{name} needs scikit-learn, the extra `data`: pip install scikit-learn") from error
    bunch = getattr(datasets, f"load_{name}")()
    return bunch.data, bunch.target
