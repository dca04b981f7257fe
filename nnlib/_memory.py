"""Where the long vectors live, who may rebind them, and small arrays that every step of a training needs anew.

NumPy's own arrays begin anywhere, most large ones 16 bytes into a cache line, so that every wide load crosses two
lines. Sums and products over arrays that begin with a line are up to twice as fast (AVX-512). A step of Adam on 100,000
float32 parameters gains a quarter where they are in the cache already, and 6 % within a training run.
"""

import math
from functools import lru_cache

import numpy as np

LINE = 64  # bytes
LONG = 1024  # examples whose sum in float32 is right to four digits in the worst case, equal rows


class Bound:
    """An object whose attributes `bound` stay what they are: others hold the same memory.

    What ``W *= 2`` assigns in the end is the same array, and is let through.
    """

    bound: frozenset[str] = frozenset()

    def bind(self, **attributes):
        vars(self).update(attributes, bound=self.bound | attributes.keys())

    def __setattr__(self, name, value):
        if name not in self.bound:
            object.__setattr__(self, name, value)
        elif not _same_memory(value, vars(self)[name]):
            _refuse(name)

    def __delattr__(self, name):
        if name in self.bound:
            _refuse(name)
        object.__delattr__(self, name)


def _refuse(name):
    raise ValueError(f"{name} must stay what it is, for others hold it, too; assign into the array, {name}[...] = new, "
                     f"or build a new network")


def _same_memory(a, b):
    return a is b or (isinstance(a, np.ndarray) and a.__array_interface__ == b.__array_interface__)


def aligned_zeros(shape, dtype):
    """np.zeros, at the beginning of a cache line."""
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    block = np.zeros(size + LINE, np.uint8)
    begin = -block.ctypes.data % LINE
    return block[begin:begin + size].view(dtype).reshape(shape)


@lru_cache(maxsize=16)  # a training needs three or four
def ones(shape, dtype):
    """np.ones, read-only and made once: a matrix product with it is a sum, three times as fast as .sum."""
    array = np.ones(shape, dtype)
    array.flags.writeable = False
    return array


def sum_over_examples(left, right, out):
    """np.matmul(left, right, out=out), (..., n) @ (..., n, d), where n counts examples: many float32 ones are summed in
    pieces, and the pieces in float64."""
    n = right.shape[-2]
    if n <= LONG or right.dtype != np.float32:
        np.matmul(left, right, out=out)
    else:
        pieces = (left[..., i:i + LONG] @ right[..., i:i + LONG, :] for i in range(0, n, LONG))
        out[...] = sum(piece.astype(np.float64) for piece in pieces)


@lru_cache(maxsize=16)
def row_starts(shape):
    """Where the rows of an array (..., rows, columns) begin when it is one long vector: (..., rows), read-only."""
    *lead, columns = shape
    starts = np.arange(0, math.prod(shape), columns).reshape(lead)
    starts.flags.writeable = False
    return starts
